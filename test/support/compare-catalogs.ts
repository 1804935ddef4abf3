import type {
  Introspected,
  IntrospectedColumn,
  IntrospectedTable,
  IntrospectedType,
  IntrospectedView,
  Introspection,
} from './introspect.ts';

/** What two descriptions of one database say, counted, and where they differ. */
export interface Comparison {
  /** How many of each kind PostgreSQL has. */
  readonly counts: Readonly<Record<string, number>>;
  /** Each in words. */
  readonly differences: readonly string[];
  /** Differences that we allow for: of what our catalog is uncertain of, and of what it says it may not have seen. */
  readonly allowed: readonly string[];
}

/** Where differences go; those below something uncertain go elsewhere. */
class Findings {
  readonly differences: string[];
  readonly allowed: string[];

  constructor(differences: string[], allowed: string[]) {
    this.differences = differences;
    this.allowed = allowed;
  }

  /** @returns where differences of one of our things go. */
  below(ours: { readonly uncertain?: boolean }): Findings {
    return ours.uncertain === true ? this.unless(false) : this;
  }

  /** @returns these findings, or ones that allow everything. */
  unless(isClaimed: boolean): Findings {
    return isClaimed ? this : new Findings(this.allowed, this.allowed);
  }

  differ(what: string, ours: unknown, theirs: unknown): void {
    if (ours !== theirs)
      this.differences.push(`${what}: ours ${String(ours)}, PostgreSQL's ${String(theirs)}`);
  }
}

/**
 * Compares what our catalog says with what PostgreSQL says.
 *
 * @param ours our catalog, described by {@link rebuild}.
 * @param theirs PostgreSQL's own.
 * @returns counts and differences; an `unknown` type of ours (a computed column of CREATE TABLE AS) differs from nothing.
 */
export function compareCatalogs(ours: Introspection, theirs: Introspection): Comparison {
  const all = new Findings([], []);
  const match = <One extends Named>(kind: string, our: readonly One[], their: readonly One[]): [One, One][] =>
    pairs(kind, our, their, all, ours.complete);
  for (const [our, their] of match('table', ours.tables, theirs.tables))
    compareTables(our, their, all, ours.complete);
  for (const [kind, list] of [
    ['enum', 'enums'],
    ['domain', 'domains'],
    ['composite type', 'composites'],
  ] as const) {
    for (const [our, their] of match(kind, ours[list], theirs[list])) compareTypes(kind, our, their, all);
  }
  for (const [our, their] of match('view', ours.views, theirs.views)) compareViews(our, their, all);
  for (const [our, their] of match('sequence', ours.sequences, theirs.sequences)) {
    all.below(our).differ(`sequence ${keyOf(their)}: owner`, our.owner, their.owner);
  }
  for (const [our, their] of match('routine', ours.routines, theirs.routines)) {
    all.below(our).differ(`routine ${keyOf(their)}: comment`, our.comment, their.comment);
  }
  for (const [our, their] of match('schema', ours.schemas, theirs.schemas)) {
    all.differ(`schema ${their.name}: comment`, our.comment, their.comment);
  }
  return { counts: countsOf(theirs), differences: all.differences, allowed: all.allowed };
}

function countsOf(theirs: Introspection): Readonly<Record<string, number>> {
  const sum = (count: (table: IntrospectedTable) => number): number =>
    theirs.tables.reduce((total, table) => total + count(table), 0);
  return {
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
    domains: theirs.domains.length,
    composites: theirs.composites.length,
    views: theirs.views.length,
    sequences: theirs.sequences.length,
    routines: theirs.routines.length,
  };
}

interface Named {
  readonly schema?: string;
  readonly name: string;
  readonly uncertain?: boolean;
}

const keyOf = ({ schema, name }: Named): string => (schema === undefined ? name : `${schema}.${name}`);

/**
 * The objects that both have; the others are differences, unless we allow for them.
 *
 * @param isComplete false if we say that there may be more than we know.
 */
function pairs<One extends Named>(
  kind: string,
  ours: readonly One[],
  theirs: readonly One[],
  findings: Findings,
  isComplete: boolean,
): [One, One][] {
  const found: [One, One][] = [];
  const rest = new Map(ours.map((one) => [keyOf(one), one]));
  for (const their of theirs) {
    const our = rest.get(keyOf(their));
    if (our === undefined)
      findings.unless(isComplete).differences.push(`${kind} ${keyOf(their)}: only PostgreSQL has it`);
    else found.push([our, their]);
    rest.delete(keyOf(their));
  }
  for (const [key, one] of rest) findings.below(one).differences.push(`${kind} ${key}: only we have it`);
  return found;
}

function compareTables(
  ours: IntrospectedTable,
  theirs: IntrospectedTable,
  all: Findings,
  isComplete: boolean,
): void {
  const where = `table ${keyOf(theirs)}`;
  const findings = all.below(ours);
  const isCertain = ours.uncertain !== true && ours.columns.every((column) => column.uncertain !== true);
  const order = ({ columns }: IntrospectedTable): string => columns.map((column) => column.name).join(', ');
  const columns = pairs(`${where}: column`, ours.columns, theirs.columns, findings, true);
  if (columns.length === theirs.columns.length && columns.length === ours.columns.length) {
    findings.unless(isCertain).differ(`${where}: order of columns`, order(ours), order(theirs));
  }
  for (const [our, their] of columns)
    compareColumns(`${where}: column ${their.name}`, our, their, findings.below(our));
  compareDefinitions(`${where}: constraint`, ours.constraints, theirs.constraints, findings, isComplete);
  compareDefinitions(`${where}: index`, ours.indexes, theirs.indexes, findings, isComplete);
  compareDefinitions(`${where}: trigger`, ours.triggers, theirs.triggers, findings, isComplete);
  compareDefinitions(`${where}: policy`, ours.policies, theirs.policies, findings, isComplete);
  findings.differ(`${where}: parents`, ours.parents.join(', '), theirs.parents.join(', '));
  findings.differ(`${where}: properties`, ours.properties, theirs.properties);
  findings.differ(`${where}: comment`, ours.comment, theirs.comment);
}

function compareTypes(kind: string, ours: IntrospectedType, theirs: IntrospectedType, all: Findings): void {
  const findings = all.below(ours);
  findings.differ(`${kind} ${keyOf(theirs)}: values`, ours.values.join(', '), theirs.values.join(', '));
  findings.differ(`${kind} ${keyOf(theirs)}: comment`, ours.comment, theirs.comment);
}

function compareViews(ours: IntrospectedView, theirs: IntrospectedView, all: Findings): void {
  const where = `view ${keyOf(theirs)}`;
  const findings = all.below(ours);
  findings.differ(`${where}: kind`, ours.kind, theirs.kind);
  findings.differ(`${where}: columns`, ours.columns.join(', '), theirs.columns.join(', '));
  compareDefinitions(`${where}: index`, ours.indexes, theirs.indexes, findings, true);
  findings.differ(`${where}: comment`, ours.comment, theirs.comment);
}

function compareColumns(
  where: string,
  ours: IntrospectedColumn,
  theirs: IntrospectedColumn,
  findings: Findings,
): void {
  if (ours.type !== 'unknown') findings.differ(`${where}: type`, ours.type, theirs.type);
  findings.differ(`${where}: not null`, ours.notNull, theirs.notNull);
  findings.differ(`${where}: NOT NULL constraint`, ours.notNullConstraint, theirs.notNullConstraint);
  findings.differ(`${where}: default`, uncast(ours.default), uncast(theirs.default));
  findings.differ(`${where}: generated`, ours.generated, theirs.generated);
  findings.differ(`${where}: identity`, ours.identity, theirs.identity);
  findings.differ(`${where}: comment`, ours.comment, theirs.comment);
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

function hasOtherNumber(name: string, names: ReadonlySet<string>): boolean {
  const stem = name.replace(/\d+$/, '');
  return [...names].some((one) => one.replace(/\d+$/, '') === stem);
}

function compareDefinitions(
  kind: string,
  ours: readonly Introspected[],
  theirs: readonly Introspected[],
  findings: Findings,
  isComplete: boolean,
): void {
  // What is uncertain may go by another name.
  const names = new Set(theirs.map(({ name }) => name));
  const others = ours.filter((one) => !names.has(one.name));
  const mayHaveOtherName = others.some((one) => one.uncertain === true);
  // Where objects are perhaps left under names that we do not know of, a default name may have got another number.
  const isNumbered = !isComplete && others.some((one) => hasOtherNumber(one.name, names));
  const named = findings.unless(!isNumbered);
  for (const [our, their] of pairs(kind, ours, theirs, named, !mayHaveOtherName)) {
    const own = findings.below(our);
    own.differ(`${kind} ${their.name}`, plain(our.definition), plain(their.definition));
    own.differ(`${kind} ${their.name}: comment`, our.comment, their.comment);
  }
}

/** A partitioned table's index says ONLY; casts of constants as in {@link uncast}. */
function plain(definition: string): string {
  return uncast(definition.replace(' ON ONLY ', ' ON ')) ?? '';
}
