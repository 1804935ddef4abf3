import type { Introspected, IntrospectedColumn, IntrospectedTable, Introspection } from './introspect.ts';

/** What two descriptions of one database say, counted, and where they differ. */
export interface Comparison {
  /** How many of each kind PostgreSQL has. */
  readonly counts: Readonly<Record<string, number>>;
  /** Each in words. */
  readonly differences: readonly string[];
}

/**
 * Compares what our catalog says with what PostgreSQL says.
 *
 * @param ours our catalog, described by {@link rebuild}.
 * @param theirs PostgreSQL's own.
 * @returns counts and differences; an `unknown` type of ours (a computed column of CREATE TABLE AS) differs from nothing.
 */
export function compareCatalogs(ours: Introspection, theirs: Introspection): Comparison {
  const differences: string[] = [];
  const tables = pairs('table', ours.tables, theirs.tables, differences);
  for (const [our, their] of tables) compareTables(our, their, differences);
  for (const [our, their] of pairs('enum', ours.enums, theirs.enums, differences)) {
    differ(`enum ${their.name}: values`, our.values.join(', '), their.values.join(', '), differences);
  }
  for (const [our, their] of pairs('view', ours.views, theirs.views, differences)) {
    differ(`view ${their.name}: columns`, our.columns.join(', '), their.columns.join(', '), differences);
    compareDefinitions(`view ${their.name}: index`, our.indexes, their.indexes, differences);
  }
  for (const [our, their] of pairs('sequence', ours.sequences, theirs.sequences, differences)) {
    differ(`sequence ${their.name}: owner`, our.owner, their.owner, differences);
  }
  const sum = (count: (table: IntrospectedTable) => number): number =>
    theirs.tables.reduce((total, table) => total + count(table), 0);
  const counts = {
    tables: theirs.tables.length,
    columns: sum((table) => table.columns.length),
    'not null': sum((table) => table.columns.filter((column) => column.notNull).length),
    defaults: sum((table) => table.columns.filter((column) => column.default !== null).length),
    constraints: sum((table) => table.constraints.length),
    indexes: sum((table) => table.indexes.length),
    triggers: sum((table) => table.triggers.length),
    policies: sum((table) => table.policies.length),
    enums: theirs.enums.length,
    'enum values': theirs.enums.reduce((total, one) => total + one.values.length, 0),
    views: theirs.views.length,
    sequences: theirs.sequences.length,
  };
  return { counts, differences };
}

interface Named {
  readonly schema?: string;
  readonly name: string;
}

const keyOf = ({ schema, name }: Named): string => (schema === undefined ? name : `${schema}.${name}`);

/** The objects that both have; the others are differences. */
function pairs<One extends Named>(
  kind: string,
  ours: readonly One[],
  theirs: readonly One[],
  differences: string[],
): [One, One][] {
  const found: [One, One][] = [];
  const rest = new Map(ours.map((one) => [keyOf(one), one]));
  for (const their of theirs) {
    const our = rest.get(keyOf(their));
    if (our === undefined) differences.push(`${kind} ${keyOf(their)}: only PostgreSQL has it`);
    else found.push([our, their]);
    rest.delete(keyOf(their));
  }
  for (const key of rest.keys()) differences.push(`${kind} ${key}: only we have it`);
  return found;
}

function differ(what: string, ours: unknown, theirs: unknown, differences: string[]): void {
  if (ours !== theirs) differences.push(`${what}: ours ${String(ours)}, PostgreSQL's ${String(theirs)}`);
}

function compareTables(ours: IntrospectedTable, theirs: IntrospectedTable, differences: string[]): void {
  const where = `table ${keyOf(theirs)}`;
  const order = ({ columns }: IntrospectedTable): string => columns.map((column) => column.name).join(', ');
  const columns = pairs(`${where}: column`, ours.columns, theirs.columns, differences);
  if (columns.length === theirs.columns.length && columns.length === ours.columns.length) {
    differ(`${where}: order of columns`, order(ours), order(theirs), differences);
  }
  for (const [our, their] of columns)
    compareColumns(`${where}: column ${their.name}`, our, their, differences);
  compareDefinitions(`${where}: constraint`, ours.constraints, theirs.constraints, differences);
  compareDefinitions(`${where}: index`, ours.indexes, theirs.indexes, differences);
  for (const part of ['triggers', 'policies'] as const) {
    differ(`${where}: ${part}`, ours[part].toSorted().join(), theirs[part].toSorted().join(), differences);
  }
}

function compareColumns(
  where: string,
  ours: IntrospectedColumn,
  theirs: IntrospectedColumn,
  differences: string[],
): void {
  if (ours.type !== 'unknown') differ(`${where}: type`, ours.type, theirs.type, differences);
  differ(`${where}: not null`, ours.notNull, theirs.notNull, differences);
  differ(`${where}: NOT NULL constraint`, ours.notNullConstraint, theirs.notNullConstraint, differences);
  differ(`${where}: default`, uncast(ours.default), uncast(theirs.default), differences);
  differ(`${where}: generated`, ours.generated, theirs.generated, differences);
  differ(`${where}: identity`, ours.identity, theirs.identity, differences);
}

/**
 * A column's default keeps the type that it was written for when the column gets another one: `'x'::text` on a column that is
 * character varying by now, where a new default would be `'x'::character varying`. The cast of a constant says nothing.
 */
function uncast(value: string | null): string | null {
  // Where the type has a length, DEFAULT NULL is stored as a cast of NULL: no default all the same.
  return value === null || /^NULL::[^()]*$/.test(value)
    ? null
    : value.replaceAll(/('(?:[^']|'')*')::[\w". ]+(\[\])?(\(\d+(,\d+)?\))?/g, '$1');
}

function compareDefinitions(
  kind: string,
  ours: readonly Introspected[],
  theirs: readonly Introspected[],
  differences: string[],
): void {
  for (const [our, their] of pairs(kind, ours, theirs, differences)) {
    differ(`${kind} ${their.name}`, plain(our.definition), plain(their.definition), differences);
  }
}

/** A partitioned table's index says ONLY; casts of constants as in {@link uncast}. */
function plain(definition: string): string {
  return uncast(definition.replace(' ON ONLY ', ' ON ')) ?? '';
}
