import type { Column, Table } from '../catalog/types.ts';
import type {
  AddColumn,
  ColumnDefinition,
  ConstraintDefinition,
  CreateTable,
  DropColumn,
  DropTable,
  ObjectName,
  Operation,
  TypeName,
} from '../operations/types.ts';
import { isSameObject, objectKey } from '../operations/same-object.ts';
import { operationsOfKind, operationsOn, type DeployOperations } from './deploy-operations.ts';
import { ALIKE, nameSimilarity, shareStem, tellingWords } from './name-similarity.ts';

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
  return pairsOf(drop.table, before, deploy).get(drop.column);
}

/**
 * Whether the names speak for it that an added column is a dropped one: the same, alike, or of one stem where both have one type and
 * the same properties, and no other column of the script can be meant. The type alone says nothing.
 *
 * @param drop the dropped column, and `old` as the catalog has it.
 * @param operations those of the migration that both stand in.
 */
export function namesSpeakFor(
  drop: DropColumn,
  old: Column,
  { column }: AddColumn,
  operations: readonly Operation[],
): boolean {
  if (nameSimilarity(old.name, column.name) >= ALIKE) return true;
  const rivals = operations.filter(
    (one) => (one.kind === 'DropColumn' || one.kind === 'AddColumn') && isSameObject(one.table, drop.table),
  );
  return (
    shareStem(old.name, column.name) &&
    rivals.length === 2 &&
    areEqual(old.type, column.type) &&
    old.notNull === column.notNull &&
    old.default?.text === column.default?.text
  );
}

type Pairs = ReadonlyMap<string, AddColumn>;

interface KnownPairs {
  readonly before: Table;
  readonly pairs: Pairs;
}

/** A deploy does not change, and neither does what was there before it: a table's pairs are worked out once. */
const knownPairs = new WeakMap<DeployOperations, Map<string, KnownPairs>>();

function pairsOf(table: ObjectName, before: Table, deploy: DeployOperations): Pairs {
  const key = objectKey(table);
  const ofDeploy = knownPairs.get(deploy) ?? new Map<string, KnownPairs>();
  knownPairs.set(deploy, ofDeploy);
  const known = ofDeploy.get(key);
  if (known !== undefined && (known.before === before || (isBare(known.before) && isBare(before))))
    return known.pairs;
  const pairs = pairColumns(operationsOn(table, deploy), before, deploy);
  ofDeploy.set(key, { before, pairs });
  return pairs;
}

/** Whether nothing is known of a table that pairs are made from: one that no migration created is made up for each question. */
function isBare({ columns, constraints }: Table): boolean {
  return columns.length === 0 && constraints.length === 0;
}

/** Pairs the columns that a deploy drops from a table with those that it adds. */
function pairColumns(operations: readonly Operation[], before: Table, deploy: DeployOperations): Pairs {
  const added = operations.filter((one) => one.kind === 'AddColumn');
  const drops = new Map(
    operations.flatMap((one) => (one.kind === 'DropColumn' ? [[one.column, one] as const] : [])),
  );
  const dropped = before.columns.filter(({ name }) => drops.has(name));
  const names = new Set(dropped.map(({ name }) => name));
  const fresh = added.filter(({ column }) => !names.has(column.name));
  const pointAlike = pointerComparison(operations, before, deploy);
  const isAlike = (column: Column, one: AddColumn): boolean =>
    areCompatible(column.type, one.column.type) && pointAlike(column, one);
  const found = mostAlike(dropped, fresh, isAlike);
  const [only] = dropped;
  const [new_] = fresh;
  if (dropped.length === 1 && fresh.length === 1 && only !== undefined && new_ !== undefined) {
    const together = drops.get(only.name)?.statement.source === new_.statement.source;
    if (together && areEqual(only.type, new_.column.type) && isAlike(only, new_)) found.set(only.name, new_);
  }
  // What comes back under its own name is the same column, whatever else is alike; of several the first.
  for (const one of added.toReversed()) found.set(one.column.name, one);
  return found;
}

/** Of more pairs than this, only those that share a word are compared letter by letter. */
const MANY_PAIRS = 10_000;

/** Pairs of columns, the most alike first, each once. */
function mostAlike(
  dropped: readonly Column[],
  fresh: readonly AddColumn[],
  isAlike: (column: Column, one: AddColumn) => boolean,
): Map<string, AddColumn> {
  const byWord = new Map<string, AddColumn[]>();
  for (const one of fresh)
    for (const word of tellingWords(one.column.name)) {
      const list = byWord.get(word);
      if (list === undefined) byWord.set(word, [one]);
      else list.push(one);
    }
  const isMany = dropped.length * fresh.length > MANY_PAIRS;
  const comparable = (column: Column): Iterable<AddColumn> =>
    isMany ? new Set(tellingWords(column.name).flatMap((word) => byWord.get(word) ?? [])) : fresh;
  const candidates = dropped.flatMap((column) =>
    [...comparable(column)]
      .map((one) => ({ column, one, alike: nameSimilarity(column.name, one.column.name) }))
      .filter(({ one, alike }) => alike >= ALIKE && isAlike(column, one)),
  );
  const found = new Map<string, AddColumn>();
  const taken = new Set<AddColumn>();
  for (const { column, one } of candidates.sort((a, b) => b.alike - a.alike)) {
    if (found.has(column.name) || taken.has(one)) continue;
    found.set(column.name, one);
    taken.add(one);
  }
  return found;
}

/**
 * Whether two columns refer to the same table, or neither refers to one: a reference that takes the place of a value, or of
 * a reference to another table, is no rename. A table that the deploy drops may have changed its name.
 */
function pointerComparison(
  operations: readonly Operation[],
  before: Table,
  deploy: DeployOperations,
): (column: Column, one: AddColumn) => boolean {
  const old = targetsOf(before.constraints.map(({ definition }) => definition));
  const added = targetsOf(
    operations.flatMap((one) => (one.kind === 'AddConstraint' ? [one.constraint] : [])),
  );
  return (column, { column: { name, constraints } }) => {
    const from = old.get(column.name);
    const to = targetsOf(constraints).get(name) ?? added.get(name);
    if (from === undefined || to === undefined) return from === to;
    return isSameObject(from, to) || operationsOn(from, deploy).some(({ kind }) => kind === 'DropTable');
  };
}

/** The table that each column with a foreign key refers to; of several the first. */
function targetsOf(definitions: readonly ConstraintDefinition[]): ReadonlyMap<string, ObjectName> {
  const targets = new Map<string, ObjectName>();
  for (const key of definitions) {
    if (key.type !== 'foreign key') continue;
    for (const column of key.columns) if (!targets.has(column)) targets.set(column, key.references);
  }
  return targets;
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
