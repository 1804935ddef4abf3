import { typeText } from '../../src/model/catalog/index.ts';
import { quoteIdentifier } from '../../src/model/operations/display-name.ts';
import type { Catalog, Column, Constraint, Index, Table, View } from '../../src/model/catalog/index.ts';
import type { IndexElement, ObjectName } from '../../src/model/operations/types.ts';
import { introspect } from './introspect.ts';
import type { Introspected, IntrospectedColumn, IntrospectedTable, Introspection } from './introspect.ts';
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
 * @returns the description, and what could not be built. The scratch schemas are dropped again.
 */
export async function rebuild(database: Database, catalog: Catalog): Promise<Rebuilt> {
  const tables = [...catalog.tables()].filter((table) => table.name.schema !== 'pg_temp');
  const views = [...catalog.views()].filter((view) => view.name.schema !== 'pg_temp');
  const schemas = [...new Set([...tables, ...views].map((one) => one.name.schema ?? ''))];
  const scratch = schemas.map((schema) => prefix + schema);
  const refused: string[] = [];
  for (const schema of scratch) await database.exec(`CREATE SCHEMA ${quoteIdentifier(schema)}`);
  await buildAll(database, [...tables.map(tableStatements), ...views.flatMap(matviewStatements)], refused);
  const built = await introspect(database, scratch);
  for (const schema of scratch) await database.exec(`DROP SCHEMA ${quoteIdentifier(schema)} CASCADE`);
  const found = new Map(built.tables.map((table) => [`${table.schema.slice(1)}.${table.name}`, table]));
  return { introspection: described(catalog, tables, views, found), refused };
}

interface Statements {
  readonly of: ObjectName;
  readonly statements: readonly string[];
}

/** All at once; only if that fails one by one, to name what was refused. */
async function buildAll(database: Database, all: readonly Statements[], refused: string[]): Promise<void> {
  const setting = ({ of }: Statements): string =>
    `SET check_function_bodies = off; SET search_path = ${quoteIdentifier(prefix + of.schema)}, ${quoteIdentifier(of.schema ?? '')}, public`;
  try {
    const texts = all.map((one) => [setting(one), ...one.statements].join(';\n'));
    await database.exec(texts.join(';\n'));
  } catch {
    for (const one of all) {
      await database.exec(setting(one));
      for (const statement of one.statements) await buildOne(database, statement, refused);
    }
  }
  await database.exec('RESET ALL');
}

async function buildOne(database: Database, statement: string, refused: string[]): Promise<void> {
  try {
    await database.exec(statement);
  } catch (error) {
    refused.push(`${(error as Error).message}: ${statement}`);
  }
}

const nameText = (name: ObjectName): string =>
  `${quoteIdentifier(name.schema ?? '')}.${quoteIdentifier(name.name)}`;
const namesText = (names: readonly string[]): string => names.map(quoteIdentifier).join(', ');
const scratchName = (name: ObjectName): string => nameText({ ...name, schema: prefix + name.schema });

function tableStatements(table: Table): Statements {
  const columns = table.columns.map(columnText).join(', ');
  const keys = new Set(table.constraints.map((constraint) => constraint.index));
  const plain = table.indexes.filter((index) => !keys.has(index.name));
  return {
    of: table.name,
    statements: [
      `CREATE TABLE ${scratchName(table.name)} (${columns})`,
      ...plain.map((index) => indexText(table.name, index)),
      ...table.constraints.map((constraint) => constraintText(table.name, constraint)),
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
      statements: [
        `CREATE TABLE ${scratchName(view.name)} AS SELECT ${columns} FROM ${nameText(view.name)} LIMIT 0`,
        ...view.indexes.map((index) => indexText(view.name, index)),
      ],
    },
  ];
}

function columnText(column: Column): string {
  const type = column.type.name === 'unknown' ? 'text' : typeText(column.type);
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
  return {
    tables: tables.map((table) => describedTable(table, builtOf(table.name))),
    enums: [...catalog.types()].flatMap((type) =>
      type.kind === 'enum' ? [{ ...named(type.name), values: type.values.map(({ value }) => value) }] : [],
    ),
    views: views.map((view) => ({
      ...named(view.name),
      columns: view.columnNames,
      indexes: (builtOf(view.name)?.indexes ?? []).map(restored),
    })),
    sequences: [...catalog.sequences()]
      .filter((sequence) => sequence.name.schema !== 'pg_temp')
      .map(({ name, ownedBy }) => ({
        ...named(name),
        owner: ownedBy === undefined ? null : `${ownedBy.table.name}.${ownedBy.column}`,
      })),
  };
}

function named(name: ObjectName): { readonly schema: string; readonly name: string } {
  return { schema: name.schema ?? '', name: name.name };
}

/** Our names and flags, PostgreSQL's words for types and expressions. */
function describedTable(table: Table, built: IntrospectedTable | undefined): IntrospectedTable {
  const definitionOf = (list: readonly Introspected[] | undefined, name: string): string =>
    restored(list?.find((one) => one.name === name) ?? { name, definition: '(not built)' }).definition;
  return {
    ...named(table.name),
    columns: table.columns.map((column) => describedColumn(column, built)),
    constraints: table.constraints.map(({ name, validated, definition }) => {
      const isEnforced = !('notEnforced' in definition && definition.notEnforced);
      const body = definitionOf(built?.constraints, name).replace(/( NOT VALID)? \(not validated\)$/, '');
      const mark = validated ? '' : `${isEnforced ? ' NOT VALID' : ''} (not validated)`;
      return { name, definition: body + mark };
    }),
    indexes: table.indexes.map(({ name, valid }) => ({
      name,
      definition: definitionOf(built?.indexes, name) + (valid ? '' : ' (not valid)'),
    })),
    triggers: table.triggers.map(({ name }) => name),
    policies: table.policies.map(({ name }) => name),
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
  };
}

function restored({ name, definition }: Introspected): Introspected {
  return { name, definition: unscratched(definition) };
}

/** `"~public".t` → `public.t`. */
function unscratched(text: string): string {
  return text.replaceAll(
    /"~((?:[^"]|"")*)"\./g,
    (_, schema: string) => `${quoteIdentifier(schema.replaceAll('""', '"'))}.`,
  );
}
