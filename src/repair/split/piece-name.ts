import {
  matchesNamePattern,
  nameConventions,
  snakeCase,
  type NameConvention,
} from '../../model/history/name-pattern.ts';
import { objectNames } from '../../model/operations/object-names.ts';
import type { Operation } from '../../model/operations/types.ts';

/** What is said of several steps that are named with one verb. */
const TOGETHER: Readonly<Record<string, string>> = {
  validate: 'validate_constraints',
  create: 'create_indexes',
  drop: 'drop_indexes',
  reindex: 'rebuild_indexes',
  backfill: 'backfill_columns',
};

/** PostgreSQL cuts identifiers at 63 bytes, and file names should not be longer either. */
const LONGEST = 63;

/**
 * What a new migration is called: like its step, or in a word for all of its steps.
 *
 * @param steps the names of its steps.
 * @param operations what it does, for one that has no steps.
 * @param convention how the project names its migrations.
 */
export function pieceName(
  steps: readonly string[],
  operations: readonly Operation[],
  convention: NameConvention,
): string {
  const names = [...new Set(steps.map(snakeCase))];
  const [first = describe(operations)] = names;
  const verb = first.split('_')[0] ?? '';
  const isAlike = names.length > 1 && names.every((name) => name.startsWith(`${verb}_`));
  const name = isAlike ? (TOGETHER[verb] ?? first) : first;
  return inConvention(shortened(name), convention);
}

function shortened(name: string): string {
  return name.length <= LONGEST ? name : name.slice(0, LONGEST).replace(/_[^_]*$/, '');
}

function inConvention(name: string, convention: NameConvention): string {
  const { patterns } = nameConventions[convention];
  return patterns.some((pattern) => matchesNamePattern(name, pattern)) ? name : `migrate_${name}`;
}

/** What statements do that only follow others: their first one says it. */
function describe(operations: readonly Operation[]): string {
  const operation = operations.find(({ run }) => run !== 'called');
  const about = operation === undefined ? '' : snakeCase(objectNames([operation]).join('_'));
  return `${verbOf(operation)}${about === '' ? 'rest' : about}`;
}

function verbOf(operation: Operation | undefined): string {
  switch (operation?.kind) {
    case 'Insert':
    case 'Update':
    case 'Merge':
    case 'Copy':
      return 'fill_';
    case 'Delete':
    case 'Truncate':
      return 'clean_';
    default:
      return operation !== undefined && /^(?:Create|Add)/.test(operation.kind)
        ? 'add_'
        : operation !== undefined && operation.kind.startsWith('Drop')
          ? 'drop_'
          : 'update_';
  }
}
