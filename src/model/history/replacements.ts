import type { Column, Table } from '../catalog/types.ts';
import type {
  AddColumn,
  ColumnDefinition,
  ConstraintDefinition,
  CreateTable,
  DropColumn,
  DropTable,
  ObjectName,
  TypeName,
} from '../operations/types.ts';
import { isSameObject } from '../operations/same-object.ts';
import { operationsOfKind, operationsOn, type DeployOperations } from './deploy-operations.ts';
import { nameSimilarity } from './name-similarity.ts';

/** Names are alike from here on: see {@link nameSimilarity}. */
const ALIKE = 0.5;

/** Tables are of one shape from here on: the share of all their columns that both have, with the same type. */
const SAME_SHAPE = 0.6;

/** A deploy that creates more tables than this makes another schema; the tables are not compared one by one. */
const MANY_TABLES = 200;

/** Prisma's tables of implicit many-to-many relations have two columns, all the same: they say nothing. */
const TELLING_COLUMNS = 3;

/**
 * The column that a deploy adds in place of one that it drops, as far as one can tell: an added column of the same name, else
 * one with an alike name and a compatible type, else the only added column of the same script where only one was dropped
 * and their types are equal.
 *
 * @param drop the dropped column.
 * @param before its table before the deploy.
 * @param deploy the deploy's migrations in replay order.
 */
export function replacementColumn(
  drop: DropColumn,
  before: Table,
  deploy: DeployOperations,
): AddColumn | undefined {
  const operations = operationsOn(drop.table, deploy);
  const added = operations.filter((one) => one.kind === 'AddColumn');
  const recreated = added.find(({ column }) => column.name === drop.column);
  if (recreated !== undefined) return recreated;
  const dropped = operations.filter((one) => one.kind === 'DropColumn');
  const columns = before.columns.filter(({ name }) => dropped.some(({ column }) => column === name));
  const isAlike = (column: Column, one: AddColumn): boolean =>
    areCompatible(column.type, one.column.type) && pointAlike(column, before, one, deploy);
  return pairs(drop, columns, added, isAlike).get(drop.column);
}

/** Pairs dropped and added columns, the most alike first, each once. */
function pairs(
  drop: DropColumn,
  dropped: readonly Column[],
  added: readonly AddColumn[],
  isAlike: (column: Column, one: AddColumn) => boolean,
): ReadonlyMap<string, AddColumn> {
  const names = new Set(dropped.map(({ name }) => name));
  const fresh = added.filter(({ column }) => !names.has(column.name));
  const candidates = dropped.flatMap((column) =>
    fresh
      .filter((one) => isAlike(column, one))
      .map((one) => ({ column, one, alike: nameSimilarity(column.name, one.column.name) })),
  );
  const found = new Map<string, AddColumn>();
  for (const { column, one, alike } of candidates.sort((a, b) => b.alike - a.alike)) {
    if (alike < ALIKE || found.has(column.name) || [...found.values()].includes(one)) continue;
    found.set(column.name, one);
  }
  const [only] = dropped;
  const [new_] = fresh;
  if (dropped.length === 1 && fresh.length === 1 && only !== undefined && new_ !== undefined) {
    const together = drop.statement.source === new_.statement.source;
    if (together && areEqual(only.type, new_.column.type) && isAlike(only, new_)) found.set(only.name, new_);
  }
  return found;
}

/**
 * Whether two columns refer to the same table, or neither refers to one: a reference that takes the place of a value, or of
 * a reference to another table, is no rename. A table that the deploy drops may have changed its name.
 */
function pointAlike(column: Column, before: Table, one: AddColumn, deploy: DeployOperations): boolean {
  const targetOf = (definitions: readonly ConstraintDefinition[], name: string): ObjectName | undefined =>
    definitions.flatMap((key) =>
      key.type === 'foreign key' && key.columns.includes(name) ? [key.references] : [],
    )[0];
  const old = targetOf(
    before.constraints.map(({ definition }) => definition),
    column.name,
  );
  const added = operationsOn(one.table, deploy).flatMap((other) =>
    other.kind === 'AddConstraint' ? [other.constraint] : [],
  );
  const new_ = targetOf([...one.column.constraints, ...added], one.column.name);
  if (old === undefined || new_ === undefined) return old === new_;
  const isGone = operationsOn(old, deploy).some(({ kind }) => kind === 'DropTable');
  return isGone || isSameObject(old, new_);
}

/**
 * The table that a deploy creates in place of one that it drops, as far as one can tell: one of the same name, else one whose
 * columns are mostly the same, names and types; tables of fewer than three columns must also have alike names.
 *
 * @param drop the dropped table.
 * @param before the table before the deploy.
 * @param deploy the deploy's migrations in replay order.
 */
export function replacementTable(
  drop: DropTable,
  before: Table,
  deploy: DeployOperations,
): CreateTable | undefined {
  const created = operationsOfKind('CreateTable', deploy).filter(
    (one) => one.persistence !== 'temporary' && one.partitionOf === undefined,
  );
  const recreated = created.find(({ table }) => isSameObject(table, drop.table));
  if (recreated !== undefined || created.length > MANY_TABLES) return recreated;
  let best: { readonly table: CreateTable; readonly shape: number } | undefined;
  for (const table of created) {
    const shape = sharedShape(before.columns, table.columns);
    const telling = Math.min(before.columns.length, table.columns.length) >= TELLING_COLUMNS;
    if (shape < SAME_SHAPE) continue;
    if (!telling && nameSimilarity(drop.table.name, table.table.name) < ALIKE) continue;
    if (best === undefined || shape > best.shape) best = { table, shape };
  }
  return best?.table;
}

/** The share of two tables' columns that both have: 0 none, 1 all. */
function sharedShape(
  before: readonly { readonly name: string; readonly type: TypeName }[],
  after: readonly ColumnDefinition[],
): number {
  const plain = (name: string): string => name.replaceAll(/[^a-z0-9]/gi, '').toLowerCase();
  const types = new Map(after.map(({ name, type }) => [plain(name), type]));
  const shared = before.filter(({ name, type }) => {
    const other = types.get(plain(name));
    return other !== undefined && areCompatible(type, other);
  }).length;
  return shared / Math.max(1, before.length + after.length - shared);
}

/** Types whose values a rename with a change of type could keep. */
const FAMILIES: readonly (readonly string[])[] = [
  ['text', 'character varying', 'character', 'citext', 'uuid'],
  ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'],
  ['date', 'timestamp without time zone', 'timestamp with time zone'],
  ['json', 'jsonb'],
];

/** Whether the values of one type could be kept in another: the same, or one of its family. */
export function areCompatible(from: TypeName, to: TypeName): boolean {
  if (from.arrayDimensions > 0 !== to.arrayDimensions > 0) return false;
  return (
    from.name === to.name || FAMILIES.some((names) => names.includes(from.name) && names.includes(to.name))
  );
}

function areEqual(from: TypeName, to: TypeName): boolean {
  return (
    from.name === to.name &&
    from.arrayDimensions > 0 === to.arrayDimensions > 0 &&
    from.modifiers.join() === to.modifiers.join()
  );
}
