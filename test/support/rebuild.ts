import { typeText } from '../../src/model/catalog/index.ts';
import type {
  Catalog,
  Certainty,
  Column,
  Constraint,
  DomainType,
  Index,
  Policy,
  Table,
  Trigger,
  UserType,
  View,
} from '../../src/model/catalog/index.ts';
import { quoteIdentifier } from '../../src/model/operations/display-name.ts';
import type { IndexElement, ObjectName, TypeName } from '../../src/model/operations/types.ts';
import { introspect } from './introspect.ts';
import type {
  Introspected,
  IntrospectedColumn,
  IntrospectedTable,
  IntrospectedType,
  IntrospectedView,
  Introspection,
} from './introspect.ts';
import type { Database } from './pglite.ts';

/** In front of a schema's name: where its tables are built again, beside the real ones. */
const prefix = '~';

/** A catalog as PostgreSQL would describe it. */
export interface Rebuilt {
  readonly introspection: Introspection;
  /** What PostgreSQL refused to build from our description, in words. */
  readonly refused: readonly string[];
}

/**
 * Describes a catalog of ours in PostgreSQL's own words: its tables are built from our description in scratch schemas, so
 * that types, defaults, CHECKs and indexes come out as PostgreSQL writes them.
 *
 * @param database a database that holds the same enums, domains, sequences and functions.
 * @param catalog our catalog.
 * @param theirs the database's own description: where we do not know a column's type, it is built with the real one.
 * @returns the description, and what could not be built. The scratch schemas are dropped again.
 */
export async function rebuild(database: Database, catalog: Catalog, theirs: Introspection): Promise<Rebuilt> {
  const tables = [...catalog.tables()].filter((table) => table.name.schema !== 'pg_temp');
  const views = [...catalog.views()].filter((view) => view.name.schema !== 'pg_temp');
  const schemas = [...new Set([...tables, ...views].map((one) => one.name.schema ?? ''))];
  const scratch = schemas.map((schema) => prefix + schema);
  const refused: string[] = [];
  const isOurs = await begin(database);
  for (const schema of scratch) await database.exec(`CREATE SCHEMA ${quoteIdentifier(schema)}`);
  const statements = [
    ...tables.map((table) => tableStatements(table, theirs)),
    ...views.flatMap(matviewStatements),
  ];
  await buildAll(database, statements, catalog.searchPath, refused);
  const built = await introspect(database, scratch);
  await database.exec(isOurs ? 'ROLLBACK' : 'ROLLBACK TO rebuild');
  const found = new Map(built.tables.map((table) => [`${table.schema.slice(1)}.${table.name}`, table]));
  return { introspection: described(catalog, tables, views, found), refused };
}

/** @returns whether a transaction was opened for it; in one that is open a savepoint does. */
async function begin(database: Database): Promise<boolean> {
  try {
    await database.exec('SAVEPOINT rebuild');
    return false;
  } catch {
    await database.exec('BEGIN');
    return true;
  }
}

interface Statements {
  readonly of: ObjectName;
  readonly statements: readonly string[];
  /** Of what we are not certain of: PostgreSQL may refuse it. */
  readonly perhaps: readonly string[];
  /** Of the whole. */
  readonly certainty: Certainty;
}

/** All at once; only if that fails one by one, to name what was refused. */
async function buildAll(
  database: Database,
  all: readonly Statements[],
  searchPath: readonly string[],
  refused: string[],
): Promise<void> {
  const setting = ({ of }: Statements): string => {
    const path = [prefix + of.schema, of.schema ?? '', 'public', ...searchPath].map(quoteIdentifier);
    return `SET check_function_bodies = off; SET search_path = ${path.join(', ')}`;
  };
  const texts = all.map((one) => [setting(one), ...one.statements].join(';\n'));
  if (!(await take(database, texts.join(';\n')))) {
    for (const one of all) {
      await database.exec(setting(one));
      const refuse = one.certainty === 'certain' ? refused : [];
      for (const statement of one.statements) await buildOne(database, statement, refuse);
    }
  }
  for (const one of all.filter(({ perhaps }) => perhaps.length > 0)) {
    await database.exec(setting(one));
    for (const statement of one.perhaps) await buildOne(database, statement, []);
  }
  await database.exec('RESET ALL');
}

async function buildOne(database: Database, statement: string, refused: string[]): Promise<void> {
  await take(database, statement, (message) => refused.push(`${message}: ${statement}`));
}

/** @returns whether PostgreSQL takes the SQL; what it refuses leaves the transaction as it was. */
async function take(
  database: Database,
  sql: string,
  refuse: (message: string) => void = () => {},
): Promise<boolean> {
  await database.exec('SAVEPOINT one');
  try {
    await database.exec(sql);
    return true;
  } catch (error) {
    refuse((error as Error).message);
    await database.exec('ROLLBACK TO one');
    return false;
  }
}

const nameText = (name: ObjectName): string =>
  `${quoteIdentifier(name.schema ?? '')}.${quoteIdentifier(name.name)}`;
const namesText = (names: readonly string[]): string => names.map(quoteIdentifier).join(', ');
const scratchName = (name: ObjectName): string => nameText({ ...name, schema: prefix + name.schema });

/** What is uncertain is not compared, and may not fit. */
function isCertain({ certainty }: { readonly certainty: Certainty }): boolean {
  return certainty === 'certain';
}

/** A key makes its index, of which we may be certain: it is built for that. */
function isKeyOfCertain(table: Table, { index }: Constraint): boolean {
  return table.indexes.some((one) => one.name === index && one.certainty === 'certain');
}

function tableStatements(table: Table, theirs: Introspection): Statements {
  const real = theirs.tables.find(
    ({ schema, name }) => schema === table.name.schema && name === table.name.name,
  );
  const typeOf = (name: string): string =>
    real?.columns.find((column) => column.name === name)?.type ?? 'text';
  const columns = table.columns.map((column) => columnText(column, typeOf)).join(', ');
  const keys = new Set(table.constraints.map((constraint) => constraint.index));
  const plain = table.indexes.filter((index) => !keys.has(index.name));
  const isSafe = (one: Constraint): boolean => isCertain(one) || isKeyOfCertain(table, one);
  return {
    of: table.name,
    certainty: table.certainty,
    statements: [
      `CREATE ${table.persistence === 'unlogged' ? 'UNLOGGED ' : ''}TABLE ${scratchName(table.name)} (${columns})`,
      ...plain.filter(isCertain).map((index) => indexText(table.name, index)),
      ...table.constraints.filter(isSafe).map((constraint) => constraintText(table.name, constraint)),
    ],
    perhaps: [
      ...plain.filter((one) => !isCertain(one)).map((index) => indexText(table.name, index)),
      ...table.constraints
        .filter((one) => !isSafe(one))
        .map((constraint) => constraintText(table.name, constraint)),
    ],
  };
}

/** A materialized view's columns have the types of the real one's. */
function matviewStatements(view: View): Statements[] {
  if (view.kind !== 'materialized view') return [];
  const columns = namesText(view.columnNames);
  return [
    {
      of: view.name,
      certainty: view.certainty,
      statements: [
        `CREATE TABLE ${scratchName(view.name)} AS SELECT ${columns} FROM ${nameText(view.name)} LIMIT 0`,
        ...view.indexes.filter(isCertain).map((index) => indexText(view.name, index)),
      ],
      perhaps: view.indexes.filter((one) => !isCertain(one)).map((index) => indexText(view.name, index)),
    },
  ];
}

function columnText(column: Column, realType: (name: string) => string): string {
  if (!isCertain(column)) return `${quoteIdentifier(column.name)} ${realType(column.name)}`;
  const type = column.type.name === 'unknown' ? realType(column.name) : typeText(column.type);
  const collation = column.collation === undefined ? '' : ` COLLATE ${collationText(column.collation)}`;
  const value = column.default === undefined ? '' : ` DEFAULT ${column.default.text}`;
  const { generated } = column;
  const expression =
    generated === undefined
      ? ''
      : ` GENERATED ALWAYS AS (${generated.expression.text}) ${generated.storage.toUpperCase()}`;
  return `${quoteIdentifier(column.name)} ${type}${collation}${value}${expression}`;
}

function collationText(collation: string): string {
  return collation.includes('"') || collation.includes('.') ? collation : quoteIdentifier(collation);
}

function elementText(element: IndexElement): string {
  const key =
    element.column === undefined ? `(${element.expression?.text})` : quoteIdentifier(element.column);
  const collation = element.collation === undefined ? '' : ` COLLATE ${collationText(element.collation)}`;
  const operatorClass = element.operatorClass === undefined ? '' : ` ${element.operatorClass}`;
  const order = element.descending ? ' DESC' : '';
  const nulls = element.nulls === undefined ? '' : ` NULLS ${element.nulls.toUpperCase()}`;
  const operator = element.operator === undefined ? '' : ` WITH ${element.operator}`;
  return `${key}${collation}${operatorClass}${order}${nulls}${operator}`;
}

function indexText(on: ObjectName, index: Index): string {
  const options = Object.entries(index.options).map(([name, value]) => `${name} = ${value}`);
  return [
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quoteIdentifier(index.name)} ON ${scratchName(on)}`,
    `USING ${quoteIdentifier(index.method)} (${index.elements.map(elementText).join(', ')})`,
    index.include.length === 0 ? '' : `INCLUDE (${namesText(index.include)})`,
    index.nullsNotDistinct ? 'NULLS NOT DISTINCT' : '',
    options.length === 0 ? '' : `WITH (${options.join(', ')})`,
    index.where === undefined ? '' : `WHERE ${index.where.text}`,
  ].join(' ');
}

function constraintText(on: ObjectName, constraint: Constraint): string {
  const { definition } = constraint;
  const deferrable = definition.deferrable ? ' DEFERRABLE' : '';
  const deferred = definition.initiallyDeferred ? ' INITIALLY DEFERRED' : '';
  const name = quoteIdentifier(constraint.name);
  return `ALTER TABLE ${scratchName(on)} ADD CONSTRAINT ${name} ${bodyText(constraint)}${deferrable}${deferred}`;
}

function bodyText({ definition, validated }: Constraint): string {
  const notValid = validated ? '' : ' NOT VALID';
  switch (definition.type) {
    case 'primary key':
    case 'unique': {
      const distinct = definition.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
      const include = definition.include.length === 0 ? '' : ` INCLUDE (${namesText(definition.include)})`;
      return `${definition.type}${distinct} (${namesText(definition.columns)})${include}`;
    }
    case 'check': {
      const noInherit = definition.noInherit ? ' NO INHERIT' : '';
      const enforced = definition.notEnforced ? ' NOT ENFORCED' : notValid;
      return `CHECK (${definition.expression.text})${noInherit}${enforced}`;
    }
    case 'foreign key': {
      const { columns, references, referencedColumns, onDelete, onUpdate, match } = definition;
      const enforced = definition.notEnforced ? ' NOT ENFORCED' : ' NOT VALID';
      const target = `${nameText(references)} (${namesText(referencedColumns)})`;
      const actions = `MATCH ${match} ON DELETE ${onDelete} ON UPDATE ${onUpdate}`;
      return `FOREIGN KEY (${namesText(columns)}) REFERENCES ${target} ${actions}${enforced}`;
    }
    case 'exclude': {
      const elements = definition.elements.map(elementText).join(', ');
      const where = definition.where === undefined ? '' : ` WHERE (${definition.where.text})`;
      return `EXCLUDE USING ${definition.method} (${elements})${where}`;
    }
    case 'not null':
      return `NOT NULL ${quoteIdentifier(definition.column)}`;
  }
}

function described(
  catalog: Catalog,
  tables: readonly Table[],
  views: readonly View[],
  built: ReadonlyMap<string, IntrospectedTable>,
): Introspection {
  const builtOf = (name: ObjectName): IntrospectedTable | undefined =>
    built.get(`${name.schema}.${name.name}`);
  const types = [...catalog.types()];
  return {
    tables: tables.map((table) => describedTable(table, builtOf(table.name))),
    ...describedTypes(types),
    views: views.map((view) => describedView(view, builtOf(view.name)?.indexes ?? [])),
    sequences: [...catalog.sequences()]
      .filter((sequence) => sequence.name.schema !== 'pg_temp')
      .map(({ name, ownedBy, certainty }) => ({
        ...named(name),
        ...doubt(certainty),
        owner: ownedBy === undefined ? null : `${ownedBy.table.name}.${ownedBy.column}`,
      })),
    routines: [...catalog.allRoutines()].map(({ name, comment, certainty }) => ({
      schema: name.schema ?? '',
      name: `${name.name}/${name.argumentTypes?.length ?? 0}`,
      comment: comment ?? null,
      ...doubt(certainty),
    })),
    schemas: [...catalog.schemas()].map(({ name, comment }) => ({ name, comment: comment ?? null })),
    complete: catalog.complete,
  };
}

function describedTypes(types: readonly UserType[]): Pick<Introspection, 'enums' | 'domains' | 'composites'> {
  const described = (
    kind: UserType['kind'],
    valuesOf: (type: UserType) => readonly string[],
  ): IntrospectedType[] =>
    types
      .filter((type) => type.kind === kind)
      .map((type) => ({
        ...named(type.name),
        ...doubt(type.certainty),
        comment: type.comment ?? null,
        values: valuesOf(type),
      }));
  return {
    enums: described('enum', (type) => (type.kind === 'enum' ? type.values.map(({ value }) => value) : [])),
    domains: described('domain', (type) => (type.kind === 'domain' ? domainLines(type) : [])),
    composites: described('composite', (type) =>
      type.kind === 'composite' ? type.attributes.map((one) => `${one.name} ${canonical(one.type)}`) : [],
    ),
  };
}

/** As format_type prints it, which does not count an array's dimensions. */
function canonical(type: TypeName): string {
  return typeText({ ...type, arrayDimensions: Math.min(1, type.arrayDimensions) });
}

function domainLines({ base, notNull, constraints }: DomainType): readonly string[] {
  const checks = constraints.flatMap(({ name, validated, definition }) =>
    definition.type === 'check' ? [`${name}${validated ? '' : ' not valid'}`] : [],
  );
  return [`${canonical(base)}${notNull ? ' not null' : ''}`, ...checks].toSorted();
}

function describedView(view: View, indexes: readonly Introspected[]): IntrospectedView {
  return {
    ...named(view.name),
    ...doubt(view.certainty),
    kind: view.kind,
    columns: view.columnNames,
    indexes: view.indexes.map(({ name, comment, certainty }) => ({
      ...restored(
        indexes.find((one) => one.name === name) ?? { name, definition: '(not built)', comment: null },
      ),
      comment: comment ?? null,
      ...doubt(certainty),
    })),
    comment: view.comment ?? null,
  };
}

function doubt(certainty: Certainty): { readonly uncertain?: boolean } {
  return certainty === 'certain' ? {} : { uncertain: true };
}

function named(name: ObjectName): { readonly schema: string; readonly name: string } {
  return { schema: name.schema ?? '', name: name.name };
}

/** Our names and flags, PostgreSQL's words for types and expressions. */
function describedTable(table: Table, built: IntrospectedTable | undefined): IntrospectedTable {
  const definitionOf = (list: readonly Introspected[] | undefined, name: string): string =>
    unscratched(list?.find((one) => one.name === name)?.definition ?? '(not built)');
  const { enabled, forced } = table.rowSecurity;
  return {
    ...named(table.name),
    ...doubt(table.certainty),
    columns: table.columns.map((column) => describedColumn(column, built)),
    constraints: table.constraints.map(({ name, validated, definition, comment, certainty }) => {
      const isEnforced = !('notEnforced' in definition && definition.notEnforced);
      const body = definitionOf(built?.constraints, name).replace(/( NOT VALID)? \(not validated\)$/, '');
      const mark = validated ? '' : `${isEnforced ? ' NOT VALID' : ''} (not validated)`;
      return { name, definition: body + mark, comment: comment ?? null, ...doubt(certainty) };
    }),
    indexes: table.indexes.map(({ name, valid, comment, certainty }) => ({
      name,
      definition: definitionOf(built?.indexes, name) + (valid ? '' : ' (not valid)'),
      comment: comment ?? null,
      ...doubt(certainty),
    })),
    triggers: table.triggers.map(describedTrigger),
    policies: table.policies.map(describedPolicy),
    parents: (table.partitionOf === undefined ? table.inherits : [table.partitionOf.parent]).map(
      ({ schema, name }) => `${schema}.${name}`,
    ),
    properties: [
      enabled ? ['enabled'] : [],
      forced ? ['forced'] : [],
      table.persistence === 'unlogged' ? ['unlogged'] : [],
      table.partitionBy === undefined ? [] : [`by ${table.partitionBy.strategy}`],
    ]
      .flat()
      .join(' '),
    comment: table.comment ?? null,
  };
}

const eventOrder = ['insert', 'delete', 'update', 'truncate'] as const;

function describedTrigger(trigger: Trigger): Introspected {
  const { timing, events, forEach, columns, state } = trigger;
  const parts: string[] = [timing, ...eventOrder.filter((event) => events.includes(event)), forEach];
  if (columns.length > 0) parts.push(columns.toSorted().join(','));
  return {
    name: trigger.name,
    definition: [...parts, trigger.function.name, state].join(' '),
    comment: null,
    ...doubt(trigger.certainty),
  };
}

function describedPolicy({ name, permissive, command, roles, certainty }: Policy): Introspected {
  const to = roles.map((role) => (role === 'PUBLIC' ? 'public' : role)).toSorted();
  const kind = permissive ? 'permissive' : 'restrictive';
  return {
    name,
    definition: `${kind} ${command} ${to.join(',') || 'public'}`,
    comment: null,
    ...doubt(certainty),
  };
}

const identities = { always: 'a', 'by default': 'd' } as const;
const storages = { stored: 's', virtual: 'v' } as const;

function describedColumn(column: Column, built: IntrospectedTable | undefined): IntrospectedColumn {
  const found = built?.columns.find((one) => one.name === column.name);
  const value = found?.default ?? null;
  return {
    name: column.name,
    type: column.type.name === 'unknown' ? 'unknown' : unscratched(found?.type ?? '(not built)'),
    notNull: column.notNull,
    notNullConstraint: column.notNullConstraint?.name ?? null,
    default: value === null ? null : unscratched(value),
    generated: column.generated === undefined ? '' : storages[column.generated.storage],
    identity: column.identity === undefined ? '' : identities[column.identity],
    comment: column.comment ?? null,
    ...doubt(column.certainty),
  };
}

function restored(one: Introspected): Introspected {
  return { ...one, definition: unscratched(one.definition) };
}

/** `"~public".t` → `public.t`. */
function unscratched(text: string): string {
  return text.replaceAll(
    /"~((?:[^"]|"")*)"\./g,
    (_, schema: string) => `${quoteIdentifier(schema.replaceAll('""', '"'))}.`,
  );
}
