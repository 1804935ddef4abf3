import type { FoundProject } from '../layouts/types.ts';
import type { ReadMigration } from './types.ts';

/**
 * Which migrations a run reports on: those that paths name, where any does, and of them those that a selection leaves.
 *
 * @param found the project with what was asked for.
 * @returns the test, which costs the same however many migrations there are.
 */
export function askedFor({
  only,
  left,
}: Pick<FoundProject, 'only' | 'left'>): (migration: Pick<ReadMigration, 'forward' | 'path'>) => boolean {
  const named = only === undefined ? undefined : new Set(only);
  const selected = left === undefined ? undefined : new Set(left);
  return ({ forward, path }) => {
    const script = forward?.source.path ?? path;
    return named?.has(script) !== false && selected?.has(script) !== false;
  };
}

/**
 * Which migrations a run judges: of those that it reports on the pending ones; all, where the whole history is judged; applied ones
 * where a path names them. A selection (`--changed`, `--ignore-pattern` …) makes no applied migration judged.
 *
 * @param wholeHistory true where nothing tells applied from pending.
 */
export function judgedOf(
  found: Pick<FoundProject, 'only' | 'left'>,
  wholeHistory: boolean,
): (migration: Pick<ReadMigration, 'forward' | 'path' | 'state'>) => boolean {
  const isAskedFor = askedFor(found);
  return (migration) =>
    isAskedFor(migration) && (wholeHistory || migration.state === 'pending' || found.only !== undefined);
}
