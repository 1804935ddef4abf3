import { objectName } from '../../model/catalog/names.ts';
import type { Catalog, Table } from '../../model/catalog/types.ts';
import { nameLike, sqlLike } from './manner.ts';
import { validateStep, type StepScene } from './steps.ts';
import type { PlanScene, PlanStep } from './types.ts';

/** How a column becomes NOT NULL without being read under a lock that blocks. */
export interface NotNullSteps {
  /** The action of ALTER TABLE that comes first. */
  readonly action: string;
  readonly validate: PlanStep;
  /** The CHECK that is to go once the column is NOT NULL; undefined from PostgreSQL 18 on, where NOT NULL itself is validated. */
  readonly check: string | undefined;
}

/**
 * The steps for one column: a CHECK, or from PostgreSQL 18 on the NOT NULL constraint itself, that is NOT VALID at first and validated
 * later. The constraint has the name that SET NOT NULL and PRIMARY KEY would give it.
 *
 * @param at where the statement stands, and its table.
 * @param before the schema just before.
 * @param after the schema once the column is NOT NULL.
 */
export function notNullSteps(
  at: StepScene,
  column: string,
  scene: PlanScene,
  before: Catalog,
  after: Catalog,
): NotNullSteps | undefined {
  const table = before.table(at.table);
  if (table === undefined) return undefined;
  const sql = sqlLike(at.statement);
  const written = nameLike(at.statement, column);
  if (scene.project.postgresVersion >= 18) {
    const known = after.table(at.table)?.columns.find(({ name }) => name === column)?.notNullConstraint;
    if (known === undefined) return undefined;
    const action = sql`ADD CONSTRAINT ${nameLike(at.statement, known.name)} NOT NULL ${written} NOT VALID`;
    return { action, validate: validateStep(at, known.name), check: undefined };
  }
  const check = checkName(table, column, [before, scene.migration.catalogAfter]);
  const action = sql`ADD CONSTRAINT ${nameLike(at.statement, check)} CHECK (${written} IS NOT NULL) NOT VALID`;
  return { action, validate: validateStep(at, check), check };
}

/**
 * A name for the CHECK that proves a column: `users_email_not_null_check`, cut to PostgreSQL's 63 bytes and, where it had to be cut, with the
 * column's number, so that no other column gets the same one.
 */
function checkName(table: Table, column: string, catalogs: readonly Catalog[]): string {
  const taken = new Set(
    catalogs.flatMap((catalog) => catalog.table(table.name)?.constraints.map(({ name }) => name) ?? []),
  );
  const plain = objectName(table.name.name, column, 'not_null_check');
  const isWhole = plain === `${table.name.name}_${column}_not_null_check`;
  const position = table.columns.findIndex(({ name }) => name === column) + 1;
  const first = isWhole ? plain : objectName(table.name.name, column, `${position}_not_null_check`);
  let name = first;
  for (let number = 1; taken.has(name); number++)
    name = objectName(table.name.name, column, `not_null_check${number}`);
  return name;
}
