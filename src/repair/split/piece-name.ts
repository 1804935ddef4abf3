import {
  matchesNamePattern,
  nameConventions,
  snakeCase,
  type NameConvention,
} from '../../model/history/name-pattern.ts';
import { nameOfPart } from '../../model/history/name-of-part.ts';
import type { Catalog } from '../../model/catalog/types.ts';
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
 * @param operations what it does.
 * @param before the schema before it.
 * @param convention how the project names its migrations.
 */
export function pieceName(
  steps: readonly string[],
  operations: readonly Operation[],
  before: Catalog,
  convention: NameConvention,
): string {
  const names = [...new Set(steps.map(snakeCase))];
  const [first = nameOfPart(operations, before)] = names;
  const verb = first.split('_')[0] ?? '';
  const isAlike = names.length > 1 && names.every((name) => name.startsWith(`${verb}_`));
  const together = isAlike ? TOGETHER[verb] : undefined;
  const name = together === undefined ? first : `${together}${ofOneTable(operations, before)}`;
  return inConvention(shortened(name), convention);
}

function shortened(name: string): string {
  return name.length <= LONGEST ? name : name.slice(0, LONGEST).replace(/_[^_]*$/, '');
}

function inConvention(name: string, convention: NameConvention): string {
  const { patterns } = nameConventions[convention];
  return patterns.some((pattern) => matchesNamePattern(name, pattern)) ? name : `migrate_${name}`;
}

/** `_of_users` where the indexes and constraints of several steps are those of one table. */
function ofOneTable(operations: readonly Operation[], before: Catalog): string {
  const tables = new Set(
    operations.flatMap((one) => {
      if (one.kind === 'DropIndex') return before.index(one.index)?.on.name.name ?? '';
      return one.kind === 'CreateIndex' || one.kind === 'ValidateConstraint' ? one.table.name : [];
    }),
  );
  const [table = '', ...others] = tables;
  return table === '' || others.length > 0 ? '' : `_of_${snakeCase(table)}`;
}
