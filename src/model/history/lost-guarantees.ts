import { usesColumn } from '../catalog/expressions.ts';
import { typeText } from '../catalog/type-text.ts';
import type { Catalog, Column, Table } from '../catalog/types.ts';
import { provesNotNull } from '../effects/not-null.ts';
import { isNull } from '../operations/constants.ts';
import { displayName, quoteIdentifier } from '../operations/display-name.ts';
import type { ConstraintDefinition, ObjectName } from '../operations/types.ts';
import { isNarrowerType } from './narrower-type.ts';
import type { LostGuarantee, Replacement } from './replacement.ts';

/**
 * What the old column or table guaranteed and the new one does not: a type that holds every value, NOT NULL, a key, a foreign
 * key from or to it, a CHECK, a default, an index.
 *
 * Of a value that is worked out from the old one, or that moved to another table, only a part can be compared: NOT NULL of the
 * first, the type of the second. Nothing is said of what the catalog is not certain of.
 *
 * @param replacement open or finished.
 * @param before the schema just before the old one is dropped; of an open replacement, now.
 * @param after the schema with the new one in its final form: after the deploy. Names in `replacement.new` are of this point.
 */
export function lostGuarantees(
  replacement: Replacement,
  before: Catalog,
  after: Catalog,
): readonly LostGuarantee[] {
  const old = oldPlace(replacement);
  const [from, to] = [before.table(old.table), after.table(replacement.new.table)];
  if (from?.certainty !== 'certain' || to?.certainty !== 'certain') return [];
  const pair: Pair = { from, to, before, after, nameOf: () => undefined };
  if (replacement.kind === 'table') return lostOfTable({ ...pair, nameOf: sameColumn(to) });
  const [column, newColumn] = [old.column, replacement.new.column];
  const [was, is] = [columnOf(from, column), columnOf(to, newColumn)];
  if (was === undefined || is === undefined) return [];
  const isMove = from.origin !== to.origin;
  if (isMove) return replacement.values === 'kept' ? lostType(was, is) : [];
  if (replacement.values === 'computed') return lostNotNull(was, is, to);
  const names = (name: string): string | undefined =>
    name === was.name ? is.name : columnOf(to, name) && name;
  return [
    ...lostOfColumn(was, is, to),
    ...lostOfKeys({ ...pair, nameOf: names }, (columns) => columns.includes(was.name)),
  ];
}

interface Pair {
  readonly from: Table;
  readonly to: Table;
  readonly before: Catalog;
  readonly after: Catalog;
  /** What a column of the old one is called in the new one; undefined if it has none. */
  readonly nameOf: (column: string) => string | undefined;
}

/** The old one's name just before it goes: the operation that drops it says it. */
function oldPlace({ old, contract }: Replacement): Replacement['old'] {
  const operation = contract?.operation;
  if (operation?.kind === 'DropColumn') return { table: operation.table, column: operation.column };
  return operation?.kind === 'DropTable' ? { table: operation.table, column: undefined } : old;
}

const columnOf = (table: Table, name: string | undefined): Column | undefined =>
  table.columns.find((column) => column.name === name && column.certainty === 'certain');

const plain = (name: string): string => name.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase();

/** A column of the same name, however it is written. */
function sameColumn(to: Table): (column: string) => string | undefined {
  const names = new Map(to.columns.map(({ name }) => [plain(name), name]));
  return (column) => names.get(plain(column));
}

function lostOfTable(pair: Pair): readonly LostGuarantee[] {
  const { from, to, nameOf } = pair;
  const columns = from.columns.flatMap((was): readonly LostGuarantee[] => {
    const name = quoteIdentifier(was.name);
    const is = columnOf(to, nameOf(was.name));
    if (is === undefined)
      return nameOf(was.name) === undefined ? [{ kind: 'column', text: `the column ${name}` }] : [];
    return lostOfColumn(was, is, to).map(({ kind, text }) => ({ kind, text: `${text} of ${name}` }));
  });
  return [...columns, ...lostOfKeys(pair, () => true)];
}

function lostOfColumn(was: Column, is: Column, to: Table): readonly LostGuarantee[] {
  return [...lostType(was, is), ...lostNotNull(was, is, to), ...lostDefault(was, is)];
}

function lostType(was: Column, is: Column): readonly LostGuarantee[] {
  if (!isNarrowerType(was.type, is.type)) return [];
  return [
    { kind: 'narrower type', text: `room for every value (${typeText(is.type)} for ${typeText(was.type)})` },
  ];
}

function lostNotNull(was: Column, is: Column, to: Table): readonly LostGuarantee[] {
  return was.notNull && !provesNotNull(to, is.name) ? [{ kind: 'not null', text: 'NOT NULL' }] : [];
}

function lostDefault(was: Column, is: Column): readonly LostGuarantee[] {
  const hasOwn = is.default !== undefined || is.identity !== undefined || is.generated !== undefined;
  if (hasOwn) return [];
  if (was.identity !== undefined) return [{ kind: 'default', text: 'the identity' }];
  if (was.default === undefined || isNull(was.default.tree)) return [];
  return [{ kind: 'default', text: `the default ${was.default.text}` }];
}

/** Keys, foreign keys, checks and indexes over columns that concern us. */
function lostOfKeys(pair: Pair, concerns: (columns: readonly string[]) => boolean): readonly LostGuarantee[] {
  return [
    ...lostUnique(pair, concerns),
    ...lostForeignKeys(pair, concerns),
    ...lostIncoming(pair, concerns),
    ...lostChecks(pair, concerns),
    ...lostIndexes(pair, concerns),
  ];
}

type Concerns = (columns: readonly string[]) => boolean;

/** Columns under their new names; undefined if one has none. */
function renamed(columns: readonly string[], { nameOf }: Pair): readonly string[] | undefined {
  const names = columns.map((column) => nameOf(column)).filter((name) => name !== undefined);
  return names.length === columns.length ? names : undefined;
}

function lostUnique(pair: Pair, concerns: Concerns): readonly LostGuarantee[] {
  const given = uniqueSets(pair.to);
  return uniqueSets(pair.from).flatMap(({ name, columns, primary }): readonly LostGuarantee[] => {
    const names = renamed(columns, pair);
    if (!concerns(columns) || names === undefined) return [];
    // Unique over fewer columns is more than was asked for.
    const kept = given.filter((set) => set.columns.every((column) => names.includes(column)));
    if (primary && !kept.some((set) => set.primary))
      return [{ kind: 'primary key', text: `the primary key ${quoteIdentifier(name)}` }];
    if (primary || kept.length > 0) return [];
    return [{ kind: 'unique', text: `UNIQUE (${quoteIdentifier(name)})` }];
  });
}

/** The sets of columns that no two rows share. Partial indexes and those over expressions say less, and are left out. */
function uniqueSets(
  table: Table,
): readonly { readonly name: string; readonly columns: readonly string[]; readonly primary: boolean }[] {
  const constraints = table.constraints.flatMap(({ name, definition }) =>
    definition.type === 'unique' || definition.type === 'primary key'
      ? [{ name, columns: definition.columns, primary: definition.type === 'primary key' }]
      : [],
  );
  const indexes = table.indexes.flatMap(({ name, unique, constraint, elements, where }) => {
    const columns = elements.map(({ column }) => column).filter((column) => column !== undefined);
    const isPlain = unique && constraint === undefined && where === undefined;
    return isPlain && columns.length === elements.length ? [{ name, columns, primary: false }] : [];
  });
  return [...constraints, ...indexes];
}

type ForeignKey = ConstraintDefinition & { readonly type: 'foreign key' };

function foreignKeys(table: Table): readonly { readonly name: string; readonly key: ForeignKey }[] {
  return table.constraints.flatMap(({ name, definition }) =>
    definition.type === 'foreign key' ? [{ name, key: definition }] : [],
  );
}

const sameName = (a: ObjectName, b: ObjectName): boolean => a.name === b.name && a.schema === b.schema;

function lostForeignKeys(pair: Pair, concerns: Concerns): readonly LostGuarantee[] {
  const given = foreignKeys(pair.to);
  return foreignKeys(pair.from).flatMap(({ name, key }): readonly LostGuarantee[] => {
    const names = renamed(key.columns, pair);
    if (!concerns(key.columns) || names === undefined || pair.after.table(key.references) === undefined)
      return [];
    const isKept = given.some(
      (other) => sameName(other.key.references, key.references) && sameSet(other.key.columns, names),
    );
    const text = `the foreign key ${quoteIdentifier(name)} to ${displayName(key.references)}`;
    return isKept ? [] : [{ kind: 'foreign key', text }];
  });
}

function lostIncoming(pair: Pair, concerns: Concerns): readonly LostGuarantee[] {
  const given = pair.after.referencing(pair.to.name);
  return pair.before
    .referencing(pair.from.name)
    .flatMap(({ table, constraint }): readonly LostGuarantee[] => {
      const { definition } = constraint;
      if (definition.type !== 'foreign key' || !concerns(definition.referencedColumns)) return [];
      const names = renamed(definition.referencedColumns, pair);
      // Its table may be gone, or be replaced as well.
      if (names === undefined || pair.after.table(table.name)?.origin !== table.origin) return [];
      const isKept = given.some(
        (other) =>
          other.table.origin === table.origin &&
          other.constraint.definition.type === 'foreign key' &&
          sameSet(other.constraint.definition.referencedColumns, names),
      );
      if (isKept) return [];
      const text = `the foreign key ${quoteIdentifier(constraint.name)} of ${displayName(table.name)}`;
      return [{ kind: 'incoming foreign key', text }];
    });
}

function lostChecks(pair: Pair, concerns: Concerns): readonly LostGuarantee[] {
  const { from, to } = pair;
  return from.constraints.flatMap(({ name, definition }): readonly LostGuarantee[] => {
    if (definition.type !== 'check') return [];
    const { expression } = definition;
    const columns = from.columns
      .map((column) => column.name)
      .filter((column) => usesColumn(expression, column));
    const names = renamed(columns, pair);
    if (!concerns(columns) || names === undefined || columns.length === 0) return [];
    // What exactly it says is not compared: a check of the same columns is taken for it.
    const isKept = to.constraints.some(
      (other) =>
        other.definition.type === 'check' &&
        names.every((column) =>
          usesColumn((other.definition as { expression: typeof expression }).expression, column),
        ),
    );
    const isNotNull = names.every((column) => provesNotNull(to, column));
    return isKept || isNotNull ? [] : [{ kind: 'check', text: `CHECK (${quoteIdentifier(name)})` }];
  });
}

/** Indexes that a query by the column can use: it stands first in them. */
function lostIndexes(pair: Pair, concerns: Concerns): readonly LostGuarantee[] {
  const { from, to, nameOf } = pair;
  const leads = new Set(to.indexes.map(({ elements }) => elements[0]?.column));
  return from.indexes.flatMap(({ name, elements, unique, constraint }): readonly LostGuarantee[] => {
    const [first] = elements;
    if (unique || constraint !== undefined || first?.column === undefined || !concerns([first.column]))
      return [];
    const newName = nameOf(first.column);
    if (newName === undefined || leads.has(newName)) return [];
    return [{ kind: 'index', text: `the index ${quoteIdentifier(name)}` }];
  });
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));
