/** Steps of made-up histories that concern more than tables: domains, composite types, views, comments, triggers, policies. */
import type { Catalog, DomainType, OtherType, Table } from '../../src/model/catalog/index.ts';
import {
  alter,
  anyTable,
  anyType,
  columnNames,
  full,
  literal,
  newName,
  onColumn,
  onTable,
  quoted,
  schemaNames,
  typeNames,
} from './history-words.ts';
import type { Dice, Maker } from './history-words.ts';

function domainOf(dice: Dice, catalog: Catalog): DomainType | undefined {
  return dice.pick([...catalog.types()].flatMap((type) => (type.kind === 'domain' ? [type] : [])));
}

const changeDomain: Maker = (dice, catalog) => {
  const domain = domainOf(dice, catalog);
  if (domain === undefined)
    return `CREATE DOMAIN ${newName(dice, typeNames)} AS ${dice.one('text', 'varchar(20)', 'int')}`;
  const name = `ALTER DOMAIN ${full(domain.name)}`;
  const constraint = quoted(dice.pick(domain.constraints)?.name ?? 'x');
  return dice.one(
    `${name} ADD CHECK (VALUE IS NOT NULL)`,
    `${name} ADD CONSTRAINT con CHECK (VALUE::text <> '') NOT VALID`,
    `${name} DROP CONSTRAINT ${constraint}`,
    `${name} DROP CONSTRAINT IF EXISTS nothing`,
    `${name} VALIDATE CONSTRAINT ${constraint}`,
    `${name} RENAME CONSTRAINT ${constraint} TO renamed`,
    `${name} SET NOT NULL`,
    `${name} DROP NOT NULL`,
    `${name} RENAME TO ${quoted(dice.pick(typeNames) ?? 'x')}`,
    `${name} SET SCHEMA ${quoted(dice.pick(schemaNames) ?? 'app')}`,
    `DROP DOMAIN ${full(domain.name)}${dice.one('', ' CASCADE')}`,
  );
};

function compositeOf(dice: Dice, catalog: Catalog): OtherType | undefined {
  return dice.pick([...catalog.types()].flatMap((type) => (type.kind === 'composite' ? [type] : [])));
}

const changeComposite: Maker = (dice, catalog) => {
  const type = compositeOf(dice, catalog);
  const fresh = quoted(dice.pick(columnNames) ?? 'z');
  if (type === undefined || dice.chance(5))
    return `CREATE TYPE ${newName(dice, typeNames)} AS (${quoted(dice.pick(columnNames) ?? 'a')} int, z ${anyType(dice, catalog)})`;
  const name = `ALTER TYPE ${full(type.name)}`;
  const attribute = quoted(dice.pick(type.attributes)?.name ?? 'x');
  return dice.one(
    `${name} ADD ATTRIBUTE ${fresh} ${anyType(dice, catalog)}`,
    `${name} DROP ATTRIBUTE ${attribute}`,
    `${name} DROP ATTRIBUTE IF EXISTS nothing`,
    `${name} ALTER ATTRIBUTE ${attribute} TYPE ${anyType(dice, catalog)}`,
    `${name} RENAME ATTRIBUTE ${attribute} TO ${fresh}`,
    `${name} RENAME TO ${quoted(dice.pick(typeNames) ?? 'x')}`,
    `${name} SET SCHEMA ${quoted(dice.pick(schemaNames) ?? 'app')}`,
    `DROP TYPE ${full(type.name)}${dice.one('', ' CASCADE')}`,
  );
};

/** Views on views, and tables made from queries of several kinds. */
const readOthers: Maker = (dice, catalog) => {
  const relations = [
    ...[...catalog.views()].map(({ name, columnNames: names }) => ({ name, columns: names })),
    ...[...catalog.tables()].map(({ name, columns }) => ({ name, columns: columns.map((one) => one.name) })),
  ];
  const relation = dice.pick(relations);
  const column = quoted(dice.pick(relation?.columns ?? []) ?? 'a');
  if (relation === undefined) return undefined;
  const from = full(relation.name);
  const select = dice.one(
    `SELECT * FROM ${from}`,
    `SELECT ${column} AS b FROM ${from}`,
    `SELECT s.${column} FROM (SELECT * FROM ${from}) s`,
    `WITH c AS (SELECT ${column} AS a FROM ${from}) SELECT a FROM c`,
    `SELECT max(x.${column}::text), count(*) AS n FROM ${from} x`,
    `SELECT ${column} AS a FROM ${from} UNION ALL SELECT ${column} FROM ${from}`,
    `SELECT coalesce(x.${column}, y.${column}) AS c, y.* FROM ${from} x LEFT JOIN ${from} y ON true`,
  );
  const kind = dice.one('VIEW', 'OR REPLACE VIEW', 'MATERIALIZED VIEW', 'MATERIALIZED VIEW IF NOT EXISTS');
  return dice.chance(4)
    ? `CREATE TABLE ${newName(dice, ['t', 'a', 'made'])} AS ${select}`
    : `CREATE ${kind} ${newName(dice, ['v', 'w', 'My view'])} AS ${select}`;
};

const comment: Maker = onTable((dice, table, name, catalog) => {
  const column = dice.pick(table.columns);
  const constraint = dice.pick(table.constraints);
  const index = dice.pick(table.indexes);
  const view = dice.pick([...catalog.views()]);
  const type = dice.pick([...catalog.types()]);
  const things = [
    `TABLE ${name}`,
    `COLUMN ${full(table.name)}.${quoted(column?.name ?? 'a')}`,
    `SCHEMA ${quoted(table.name.schema ?? 'public')}`,
    'FUNCTION public.touch()',
  ];
  if (constraint !== undefined) things.push(`CONSTRAINT ${quoted(constraint.name)} ON ${name}`);
  if (index !== undefined) things.push(`INDEX ${full({ schema: table.name.schema, name: index.name })}`);
  if (view !== undefined)
    things.push(`${view.kind === 'view' ? 'VIEW' : 'MATERIALIZED VIEW'} ${full(view.name)}`);
  if (type !== undefined) things.push(`TYPE ${full(type.name)}`);
  return `COMMENT ON ${dice.pick(things) ?? ''} IS ${dice.one("'a note'", "'another'", 'NULL')}`;
});

const trigger: Maker = onTable((dice, table, name) => {
  const own = quoted(dice.pick(table.triggers)?.name ?? 'tr');
  const column = quoted(dice.pick(table.columns)?.name ?? 'a');
  const event = dice.one('INSERT OR UPDATE', `UPDATE OF ${column} OR DELETE`, 'TRUNCATE', 'DELETE');
  const level = event === 'TRUNCATE' ? 'STATEMENT' : dice.one('ROW', 'ROW', 'STATEMENT');
  return dice.one(
    `CREATE OR REPLACE TRIGGER tr ${dice.one('BEFORE', 'AFTER')} ${event} ON ${name} FOR EACH ${level} EXECUTE FUNCTION public.touch()`,
    `CREATE TRIGGER other AFTER ${event} ON ${name} FOR EACH ${level} EXECUTE FUNCTION app.touch()`,
    `ALTER TABLE ${name} DISABLE TRIGGER ${dice.one(own, own, 'ALL', 'USER')}`,
    `ALTER TABLE ${name} ENABLE ${dice.one('', 'REPLICA ', 'ALWAYS ')}TRIGGER ${own}`,
    `DROP TRIGGER IF EXISTS ${dice.one(own, 'nothing')} ON ${name}`,
  );
});

const routine: Maker = (dice) => {
  const name = dice.one('app.touch', 'public.f');
  const body = "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'";
  return dice.one(
    `CREATE ${dice.one('', 'OR REPLACE ')}FUNCTION ${name}() ${body}`,
    `CREATE FUNCTION public.f(a int, b text DEFAULT 'x') RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a'`,
    `CREATE PROCEDURE public.p() LANGUAGE plpgsql AS 'BEGIN NULL; END'`,
    `ALTER FUNCTION ${name}() RENAME TO g`,
    `ALTER FUNCTION ${name}() SET SCHEMA ${quoted(dice.pick(schemaNames) ?? 'app')}`,
    `DROP FUNCTION IF EXISTS ${name}()${dice.one('', ' CASCADE')}`,
    `DROP FUNCTION public.f(int, text)`,
    `DROP PROCEDURE IF EXISTS public.p`,
  );
};

const security: Maker = onTable((dice, table, name) => {
  const column = quoted(dice.pick(table.columns)?.name ?? 'a');
  const policy = quoted(dice.pick(table.policies)?.name ?? 'p');
  return dice.one(
    `ALTER TABLE ${name} ${dice.one('ENABLE', 'DISABLE', 'FORCE', 'NO FORCE')} ROW LEVEL SECURITY`,
    `CREATE POLICY r ON ${name} AS RESTRICTIVE FOR ${dice.one('SELECT', 'DELETE')} TO ${dice.one('PUBLIC', 'postgres')} USING (${column} IS NULL)`,
    `CREATE POLICY i ON ${name} FOR INSERT WITH CHECK (${column} IS NOT NULL)`,
    `ALTER POLICY ${policy} ON ${name} TO postgres`,
    `DROP POLICY IF EXISTS ${dice.one(policy, 'nothing')} ON ${name}`,
  );
});

const partitionedTable: Maker = (dice) => {
  const name = newName(dice, ['events', 'order', 't']);
  const key = dice.one('', ', PRIMARY KEY (id)');
  return dice.one(
    `CREATE TABLE ${name} (id int NOT NULL, a text${key}) PARTITION BY RANGE (id)`,
    `CREATE TABLE ${name} (id int, a text${key}) PARTITION BY HASH (id)`,
    `CREATE TABLE ${name} (id int, a text, b int CHECK (b > 0)) PARTITION BY LIST (a)`,
  );
};

const addPartition: Maker = (dice, catalog) => {
  const parent = dice.pick([...catalog.tables()].filter((table) => table.partitionBy !== undefined));
  if (parent === undefined) return undefined;
  const bound = {
    range: dice.one('FROM (1) TO (10)', 'FROM (10) TO (20)', 'FROM (MINVALUE) TO (1)'),
    hash: dice.one('WITH (MODULUS 2, REMAINDER 0)', 'WITH (MODULUS 2, REMAINDER 1)'),
    list: dice.one("IN ('x')", "IN ('y', NULL)"),
  }[parent.partitionBy?.strategy ?? 'list'];
  const values = dice.chance(4) ? 'DEFAULT' : `FOR VALUES ${bound}`;
  const other = anyTable(dice, catalog);
  const sub = dice.chance(5) ? ' PARTITION BY LIST (a)' : '';
  if (other !== undefined && dice.chance(3))
    return `ALTER TABLE ${full(parent.name)} ATTACH PARTITION ${full(other.name)} ${values}`;
  return `CREATE TABLE ${newName(dice, ['p1', 'p2', 'a_b'])} PARTITION OF ${full(parent.name)} ${values}${sub}`;
};

const oddConstraint: Maker = onColumn((dice, column, name, table) => {
  const foreign = dice.pick(table.constraints.filter((one) => one.definition.type === 'foreign key'));
  const other = quoted(dice.pick(table.columns)?.name ?? 'a');
  return dice.one(
    `ADD EXCLUDE USING btree (${name} WITH =)`,
    `ADD CONSTRAINT con EXCLUDE USING btree (${name} WITH =, ${other} WITH =) WHERE (${name} IS NOT NULL)`,
    `ADD UNIQUE NULLS NOT DISTINCT (${name})`,
    `ADD UNIQUE (${name}) INCLUDE (${other})`,
    `ADD CHECK (${name} IS NOT NULL) NOT ENFORCED`,
    `ADD CONSTRAINT nn NOT NULL ${name} NOT VALID`,
    `ADD NOT NULL ${name}`,
    foreign === undefined
      ? `ALTER COLUMN ${name} DROP EXPRESSION IF EXISTS`
      : `ALTER CONSTRAINT ${quoted(foreign.name)} ${dice.one('DEFERRABLE', 'DEFERRABLE INITIALLY DEFERRED', 'NOT DEFERRABLE')}`,
    `ADD COLUMN ${quoted(dice.pick(columnNames) ?? 'g')} text GENERATED ALWAYS AS (${name}::text) VIRTUAL`,
    column.generated === undefined
      ? `ALTER COLUMN ${name} SET STATISTICS 100`
      : `ALTER COLUMN ${name} SET EXPRESSION AS ('x')`,
  );
});

/** Several changes of one table in one statement; PostgreSQL runs them in an order of its own. */
const manyActions = alter((dice, table) => {
  const actions: string[] = [];
  const count = 2 + dice.roll(2);
  for (let at = 0; at < count; at += 1) actions.push(oneAction(dice, table));
  return actions.join(', ');
});

function oneAction(dice: Dice, table: Table): string {
  const column = quoted(dice.pick(table.columns)?.name ?? 'a');
  const fresh = quoted(dice.pick(columnNames) ?? 'a');
  const constraint = quoted(dice.pick(table.constraints)?.name ?? 'con');
  return dice.one(
    `ADD COLUMN IF NOT EXISTS ${fresh} int`,
    `ADD COLUMN ${fresh} text DEFAULT 'x' NOT NULL`,
    `DROP COLUMN IF EXISTS ${column}`,
    `ALTER COLUMN ${column} TYPE text`,
    `ALTER COLUMN ${column} SET NOT NULL`,
    `ALTER COLUMN ${column} DROP NOT NULL`,
    `ALTER COLUMN ${column} DROP DEFAULT`,
    `ADD UNIQUE (${column})`,
    `ADD CONSTRAINT ${constraint} CHECK (1 = 1)`,
    `DROP CONSTRAINT IF EXISTS ${constraint}`,
    `VALIDATE CONSTRAINT ${constraint}`,
  );
}

const moreOfTables: Maker = onTable((dice, table, name, catalog) => {
  const sequence = dice.pick([...catalog.sequences()]);
  const schema = quoted(dice.pick(schemaNames) ?? 'app');
  const view = dice.pick([...catalog.views()]);
  return dice.one(
    `ALTER TABLE ${name} SET ${dice.one('UNLOGGED', 'LOGGED')}`,
    `ALTER TABLE IF EXISTS nothing ADD COLUMN a int`,
    `ALTER TABLE IF EXISTS ${name} RENAME TO ${quoted(table.name.name)}`,
    `DROP TABLE IF EXISTS nothing, ${name}`,
    `DROP INDEX IF EXISTS nothing`,
    `TRUNCATE ${name} CASCADE`,
    `SELECT set_config('search_path', ${literal('public')}, false)`,
    sequence === undefined
      ? `CREATE SEQUENCE IF NOT EXISTS seq`
      : `ALTER SEQUENCE ${full(sequence.name)} SET SCHEMA ${schema}`,
    view === undefined
      ? `CREATE UNLOGGED TABLE u (a int)`
      : `ALTER ${view.kind === 'view' ? 'VIEW' : 'MATERIALIZED VIEW'} ${full(view.name)} SET SCHEMA ${schema}`,
  );
});

/** Makers of such steps. */
export const objectKinds: readonly Maker[] = [
  changeDomain,
  changeComposite,
  readOthers,
  readOthers,
  comment,
  comment,
  trigger,
  routine,
  security,
  partitionedTable,
  addPartition,
  addPartition,
  oddConstraint,
  oddConstraint,
  manyActions,
  manyActions,
  moreOfTables,
];
