import type { AlterFunction, CreateFunction } from '../operations/types.ts';
import type { Routine } from './types.ts';

/**
 * Whether a function runs with its owner's privileges and looks names up along its caller's search_path: SECURITY DEFINER without a
 * search_path of its own. A body that PostgreSQL resolved when the function was created looks nothing up, nor do those in C.
 */
export function usesCallersSearchPath({
  certainty,
  language,
  resolvedBody,
  securityDefiner,
  settings,
}: Routine): boolean {
  if (certainty !== 'certain' || resolvedBody || language === 'c' || language === 'internal') return false;
  return securityDefiner && !('search_path' in settings);
}

/** Whether a statement says something of that: SECURITY DEFINER of a new function; SECURITY, or SET or RESET of the path, of an old one. */
export function settlesSearchPath(operation: CreateFunction | AlterFunction): boolean {
  if (operation.kind === 'CreateFunction') return operation.securityDefiner;
  const { securityDefiner, settings } = operation;
  return securityDefiner !== undefined || 'search_path' in settings || 'all' in settings;
}
