import { array, nat, record } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { typeText } from '../../src/model/catalog/index.ts';
import type { Catalog, Column, Sequence, Table, UserType, View } from '../../src/model/catalog/index.ts';
import {
  Dice,
  tableNames,
  columnNames,
  schemaNames,
  typeNames,
  indexNames,
  constraintNames,
  values,
  quoted,
  full,
  literal,
  written,
  anyTable,
  newName,
  onTable,
  alter,
  onColumn,
  anyType,
} from './history-words.ts';
import type { Maker } from './history-words.ts';
import { insideOthers } from './history-nesting.ts';
import { objectKinds } from './history-objects.ts';

/** One step of a history before it is SQL: what it becomes depends on the objects that are there when its turn comes. */
export interface Step {
  readonly kind: number;
  readonly numbers: readonly number[];
}

/** Histories of about `length` steps: made of few names, so that names collide and things meet. */
export function histories(length: number): Arbitrary<readonly Step[]> {
  const step = record({
    kind: nat({ max: kinds.length - 1 }),
    numbers: array(nat({ max: 9999 }), { minLength: 24, maxLength: 24 }),
  });
  return array(step, { minLength: Math.ceil(length / 2), maxLength: length, size: 'max' });
}

/** A default that suits a type as {@link anyType} writes it. */
function defaultFor(dice: Dice, type: string, catalog: Catalog): string | undefined {
  if (type.endsWith('[]')) return dice.one("'{}'", 'NULL');
  if (/^(int|bigint|numeric)/.test(type)) return dice.one('1', '(2 + 3)', '-1', '0');
  if (/^(text|varchar)/.test(type)) return dice.one("'x'", "'a''b'", "lower('X')", 'CURRENT_USER');
  if (type.startsWith('timestamp')) return dice.one('now()', 'CURRENT_TIMESTAMP');
  if (type === 'boolean') return dice.one('true', 'false');
  const found = [...catalog.types()].find((one) => full(one.name) === type);
  const value = found?.kind === 'enum' ? dice.pick(found.values)?.value : undefined;
  return value === undefined ? undefined : dice.one(literal(value), `${literal(value)}::${type}`);
}

function constraintName(dice: Dice): string {
  return dice.chance(3) ? `CONSTRAINT ${quoted(dice.pick(constraintNames) ?? 'con')} ` : '';
}

function columnDefinition(dice: Dice, name: string, catalog: Catalog): string {
  if (dice.chance(6))
    return `${name} ${dice.one('serial', 'bigserial', 'smallserial')}${dice.one('', ' PRIMARY KEY')}`;
  if (dice.chance(9))
    return `${name} ${dice.one('int', 'bigint')} GENERATED ${dice.one('ALWAYS', 'BY DEFAULT')} AS IDENTITY`;
  const target = dice.chance(5) ? dice.pick(targets(catalog)) : undefined;
  if (target !== undefined)
    return `${name} ${typeText(target.column.type)} ${referencesTo(dice, catalog, target)}`;
  const type = anyType(dice, catalog);
  const value = dice.chance(3) ? defaultFor(dice, type, catalog) : undefined;
  const parts = [name, type, value === undefined ? '' : `DEFAULT ${value}`, dice.one('', '', 'NOT NULL')];
  if (dice.chance(5))
    parts.push(`${constraintName(dice)}${dice.one('UNIQUE', 'PRIMARY KEY', `CHECK (${name} IS NOT NULL)`)}`);
  return parts.filter((part) => part !== '').join(' ');
}

/** A column that a foreign key can refer to. */
interface Target {
  readonly table: Table;
  readonly column: Column;
}

function targets(catalog: Catalog): readonly Target[] {
  return [...catalog.tables()].flatMap((table) =>
    table.indexes.flatMap((index) => {
      const [key] =
        index.unique && index.where === undefined && index.elements.length === 1 ? index.elements : [];
      const column = table.columns.find((one) => one.name === key?.column);
      return column === undefined ? [] : [{ table, column }];
    }),
  );
}

function referencesTo(dice: Dice, catalog: Catalog, { table, column }: Target): string {
  const columns = dice.chance(3) ? '' : ` (${quoted(column.name)})`;
  const action = dice.one('', ' ON DELETE CASCADE', ' ON DELETE SET NULL ON UPDATE CASCADE');
  return `REFERENCES ${written(dice, catalog, table.name)}${columns}${action}`;
}

function someColumns(dice: Dice, columns: readonly { readonly name: string }[]): string | undefined {
  const first = dice.pick(columns);
  if (first === undefined) return undefined;
  const second = dice.chance(2) ? dice.pick(columns) : undefined;
  const names = second === undefined || second.name === first.name ? [first] : [first, second];
  return names.map((column) => quoted(column.name)).join(', ');
}

function checkOf(dice: Dice, columns: readonly { readonly name: string }[]): string {
  const one = quoted(dice.pick(columns)?.name ?? 'a');
  const other = quoted(dice.pick(columns)?.name ?? 'a');
  return dice.one(
    `${one} IS NOT NULL`,
    `${one} IS NOT NULL OR ${other} IS NULL`,
    `${one}::text <> ''`,
    '1 = 1',
    `${one}::text = ${other}::text`,
  );
}

function tableConstraint(
  dice: Dice,
  columns: readonly { readonly name: string; readonly type?: Column['type'] }[],
  catalog: Catalog,
): string {
  const list = someColumns(dice, columns) ?? 'a';
  const name = constraintName(dice);
  switch (dice.roll(5)) {
    case 0:
      return `${name}PRIMARY KEY (${list})`;
    case 1:
      return `${name}UNIQUE (${list})${dice.one('', '', ' DEFERRABLE INITIALLY DEFERRED')}`;
    case 2:
      return `${name}CHECK (${checkOf(dice, columns)})${dice.one('', '', ' NO INHERIT')}`;
    default: {
      const pairs = columns.flatMap((column) =>
        targets(catalog)
          .filter(
            (target) => column.type === undefined || typeText(target.column.type) === typeText(column.type),
          )
          .map((target) => ({ column, target })),
      );
      const pair = dice.pick(pairs);
      if (pair === undefined) return `${name}UNIQUE (${list})`;
      return `${name}FOREIGN KEY (${quoted(pair.column.name)}) ${referencesTo(dice, catalog, pair.target)}`;
    }
  }
}

function columnList(dice: Dice, catalog: Catalog): { names: { name: string }[]; definitions: string[] } {
  const count = 1 + dice.roll(4);
  const names: { name: string }[] = [];
  const start = dice.roll(columnNames.length);
  for (let at = 0; at < count; at += 1) {
    const name = columnNames[(start + at * 3) % columnNames.length] ?? 'x';
    if (!names.some((one) => one.name === name)) names.push({ name });
  }
  return { names, definitions: names.map(({ name }) => columnDefinition(dice, quoted(name), catalog)) };
}

const createTable: Maker = (dice, catalog) => {
  const name = newName(dice, tableNames);
  const { names, definitions } = columnList(dice, catalog);
  const constraints = dice.chance(2) ? [tableConstraint(dice, names, catalog)] : [];
  if (dice.chance(3)) constraints.push(tableConstraint(dice, names, catalog));
  const partition = dice.chance(6) ? ` PARTITION BY LIST (${quoted(names[0]?.name ?? 'a')})` : '';
  const exists = dice.chance(8) ? 'IF NOT EXISTS ' : '';
  return `CREATE TABLE ${exists}${name} (${[...definitions, ...constraints].join(', ')})${partition}`;
};

const createTableFromOther: Maker = onTable((dice, table, other, catalog) => {
  const name = newName(dice, tableNames);
  switch (dice.roll(4)) {
    case 0:
      return `CREATE TABLE ${name} (LIKE ${other} ${dice.one('', 'INCLUDING ALL', 'INCLUDING DEFAULTS INCLUDING INDEXES')})`;
    case 1:
      return `CREATE TABLE ${name} AS SELECT * FROM ${other}`;
    case 2:
      return `CREATE TABLE ${name} (${columnDefinition(dice, quoted(dice.pick(columnNames) ?? 'z'), catalog)}) INHERITS (${other})`;
    default:
      return table.partitionBy === undefined
        ? undefined
        : `CREATE TABLE ${name} PARTITION OF ${other} ${dice.one('DEFAULT', "FOR VALUES IN ('1')", "FOR VALUES IN ('2')")}`;
  }
});

const createIndex: Maker = onTable((dice, table, name) => {
  const list = someColumns(dice, table.columns);
  const column = quoted(dice.pick(table.columns)?.name ?? 'a');
  const key = dice.one(
    list ?? column,
    list ?? column,
    `lower(${column}::text)`,
    `(${column}::text || 'x')`,
    `${column} DESC NULLS LAST`,
  );
  const own = dice.chance(3) ? quoted(dice.pick(indexNames) ?? 'idx') : '';
  const exists = own !== '' && dice.chance(3) ? 'IF NOT EXISTS ' : '';
  const include = dice.chance(8) ? ` INCLUDE (${column})` : '';
  const where = dice.chance(6) ? ` WHERE ${column} IS NOT NULL` : '';
  const method = dice.one('', '', '', ' USING hash');
  const unique = dice.one('', '', 'UNIQUE ');
  const only = table.partitionBy !== undefined && dice.chance(3) ? 'ONLY ' : '';
  return `CREATE ${unique}INDEX ${exists}${own} ON ${only}${name}${method} (${key})${include}${where}`;
});

const addColumn = alter((dice, _, catalog) => {
  const name = quoted(dice.pick(columnNames) ?? 'a');
  const exists = dice.chance(5) ? 'IF NOT EXISTS ' : '';
  return `ADD COLUMN ${exists}${columnDefinition(dice, name, catalog)}`;
});

const severalActions = alter((dice, table, catalog) => {
  const added = quoted(dice.pick(columnNames) ?? 'a');
  const column = dice.pick(table.columns);
  // Drops come first: what else is in the statement must not name the column, or it would mean a whole row.
  const left = table.columns.filter((one) => one !== column);
  if (column === undefined || left.length === 0) return undefined;
  const constraint = tableConstraint(dice, left, catalog);
  return `ADD COLUMN ${columnDefinition(dice, added, catalog)}, ADD ${constraint}, DROP COLUMN ${quoted(column.name)}`;
});

const dropColumn = onColumn(
  (dice, _, name) => `DROP COLUMN ${dice.one('', 'IF EXISTS ')}${name}${dice.one('', ' CASCADE')}`,
);

const changeColumn = onColumn((dice, column, name, _, catalog) => {
  const type = anyType(dice, catalog);
  switch (dice.roll(8)) {
    case 0:
      return `ALTER COLUMN ${name} TYPE ${type} USING NULL`;
    case 1:
      return `ALTER COLUMN ${name} TYPE ${dice.one('text', 'varchar(20)', 'bigint', 'numeric')}`;
    case 2:
      return `ALTER COLUMN ${name} SET DEFAULT ${dice.one('1', "'x'", 'NULL', 'now()')}`;
    case 3:
      return `ALTER COLUMN ${name} DROP DEFAULT`;
    case 4:
      return `ALTER COLUMN ${name} SET NOT NULL`;
    case 5:
      return `ALTER COLUMN ${name} DROP NOT NULL`;
    case 6:
      return column.identity === undefined
        ? `ALTER COLUMN ${name} ADD GENERATED ALWAYS AS IDENTITY`
        : `ALTER COLUMN ${name} ${dice.one('DROP IDENTITY', 'SET GENERATED BY DEFAULT')}`;
    default:
      return `ADD COLUMN ${quoted(dice.pick(columnNames) ?? 'g')} text GENERATED ALWAYS AS (${name}::text) STORED`;
  }
});

const renameColumn = onTable((dice, table, name) => {
  const column = dice.pick(table.columns);
  if (column === undefined) return undefined;
  return `ALTER TABLE ${name} RENAME COLUMN ${quoted(column.name)} TO ${quoted(dice.pick(columnNames) ?? 'z')}`;
});

const addConstraint = alter((dice, table, catalog) => {
  const notValid = dice.chance(4) ? ' NOT VALID' : '';
  return `ADD ${tableConstraint(dice, table.columns, catalog)}${notValid}`;
});

const useIndex = alter((dice, table) => {
  const index = dice.pick(table.indexes.filter((one) => one.unique && one.constraint === undefined));
  if (index === undefined) return undefined;
  return `ADD ${constraintName(dice)}${dice.one('UNIQUE', 'PRIMARY KEY')} USING INDEX ${quoted(index.name)}`;
});

const changeConstraint = alter((dice, table) => {
  const notNull = table.columns.flatMap((column) => column.notNullConstraint ?? []);
  const constraint = dice.pick([...table.constraints, ...table.constraints, ...notNull]);
  if (constraint === undefined) return undefined;
  const name = quoted(constraint.name);
  switch (dice.roll(4)) {
    case 0:
      return `VALIDATE CONSTRAINT ${name}`;
    case 1:
      return `RENAME CONSTRAINT ${name} TO ${quoted(dice.pick(constraintNames) ?? 'x')}`;
    default:
      return `DROP CONSTRAINT ${name}${dice.one('', ' CASCADE')}`;
  }
});

const changeIndex: Maker = onTable((dice, table) => {
  const index = dice.pick(table.indexes);
  if (index === undefined) return undefined;
  const name = full({ schema: table.name.schema, name: index.name });
  return dice.roll(2) === 0
    ? `DROP INDEX ${name}${dice.one('', ' CASCADE')}`
    : `ALTER INDEX ${name} RENAME TO ${quoted(dice.pick(indexNames) ?? 'x')}`;
});

const changeTable: Maker = onTable((dice, _, name) => {
  switch (dice.roll(6)) {
    case 0:
      return `DROP TABLE ${name}`;
    case 1:
      return `DROP TABLE ${name} CASCADE`;
    case 2:
      return `ALTER TABLE ${name} SET SCHEMA ${quoted(dice.pick(schemaNames) ?? 'public')}`;
    default:
      return `ALTER TABLE ${name} RENAME TO ${quoted(dice.pick(tableNames) ?? 'z')}`;
  }
});

const changePartition: Maker = (dice, catalog) => {
  const parents = [...catalog.tables()].filter((table) => table.partitionBy !== undefined);
  const parent = dice.pick(parents);
  if (parent === undefined) return undefined;
  const children = catalog.children(parent.name);
  const child = dice.pick(children);
  if (child !== undefined && dice.chance(2))
    return `ALTER TABLE ${full(parent.name)} DETACH PARTITION ${full(child.name)}`;
  const other = anyTable(dice, catalog);
  if (other === undefined || dice.chance(3)) return attachIndex(dice, catalog, parent);
  if (dice.chance(4))
    return `ALTER TABLE ${full(parent.name)} ATTACH PARTITION ${full(other.name)} FOR VALUES IN ('3')`;
  const name = newName(dice, tableNames);
  const including = dice.one('', ' INCLUDING ALL', ' INCLUDING INDEXES');
  return `CREATE TABLE ${name} (LIKE ${full(parent.name)}${including}); ALTER TABLE ${full(parent.name)} ATTACH PARTITION ${name} DEFAULT`;
};

function attachIndex(dice: Dice, catalog: Catalog, parent: Table): string | undefined {
  const index = dice.pick(parent.indexes);
  const child = dice.pick(catalog.children(parent.name));
  const own = child === undefined ? undefined : dice.pick(child.indexes);
  if (index === undefined || child === undefined || own === undefined) return undefined;
  const nameOf = (table: Table, name: string): string => full({ schema: table.name.schema, name });
  return `ALTER INDEX ${nameOf(parent, index.name)} ATTACH PARTITION ${nameOf(child, own.name)}`;
}

const inherit: Maker = alter((dice, table, catalog) => {
  const parent = dice.pick(table.inherits);
  if (parent !== undefined) return `NO INHERIT ${full(parent)}`;
  const names = new Set(table.columns.map((column) => column.name));
  const fitting = [...catalog.tables()].filter(
    (other) => other !== table && other.columns.every((column) => names.has(column.name)),
  );
  const other = dice.pick(fitting);
  return other === undefined ? undefined : `INHERIT ${full(other.name)}`;
});

const createType: Maker = (dice) => {
  const name = newName(dice, typeNames);
  if (dice.chance(4))
    return `CREATE DOMAIN ${name} AS ${dice.one('text', 'integer')} CHECK (VALUE IS NOT NULL)`;
  const start = dice.roll(3);
  return `CREATE TYPE ${name} AS ENUM (${values
    .slice(start, start + 2)
    .map(literal)
    .join(', ')})`;
};

function enumOf(dice: Dice, catalog: Catalog): Extract<UserType, { kind: 'enum' }> | undefined {
  return dice.pick([...catalog.types()].flatMap((type) => (type.kind === 'enum' ? [type] : [])));
}

const changeEnum: Maker = (dice, catalog) => {
  const type = enumOf(dice, catalog);
  if (type === undefined) return undefined;
  const name = full(type.name);
  const neighbor = literal(dice.pick(type.values)?.value ?? 'A');
  const value = literal(dice.pick(values) ?? 'Z');
  switch (dice.roll(5)) {
    case 0:
      return `ALTER TYPE ${name} ADD VALUE ${dice.one('', 'IF NOT EXISTS ')}${value}${dice.one('', ` BEFORE ${neighbor}`, ` AFTER ${neighbor}`)}`;
    case 1:
      return `ALTER TYPE ${name} RENAME VALUE ${neighbor} TO ${value}`;
    case 2:
      return `ALTER TYPE ${name} RENAME TO ${quoted(dice.pick(typeNames) ?? 'x')}`;
    case 3:
      return `ALTER TYPE ${name} SET SCHEMA ${quoted(dice.pick(schemaNames) ?? 'public')}`;
    default:
      return `DROP TYPE ${name}${dice.one('', ' CASCADE')}`;
  }
};

/** How Prisma takes a value out of an enum. */
const replaceEnum: Maker = (dice, catalog) => {
  const type = enumOf(dice, catalog);
  if (type === undefined) return undefined;
  const { schema, name } = type.name;
  const users = [...catalog.tables()].flatMap((table) =>
    table.columns
      .filter(
        (column) =>
          column.type.name === name && column.type.schema === schema && column.type.arrayDimensions === 0,
      )
      .map((column) => ({ table, column })),
  );
  const fresh = full({ schema, name: `${name}_new` });
  const changes = users.flatMap(({ table, column }) => {
    const start = `ALTER TABLE ${full(table.name)} ALTER COLUMN ${quoted(column.name)}`;
    return [`${start} DROP DEFAULT`, `${start} TYPE ${fresh} USING (${quoted(column.name)}::text::${fresh})`];
  });
  return [
    'BEGIN',
    `CREATE TYPE ${fresh} AS ENUM (${literal(dice.pick(values) ?? 'A')}, 'new')`,
    ...changes,
    `ALTER TYPE ${full(type.name)} RENAME TO ${quoted(`${name}_old`)}`,
    `ALTER TYPE ${fresh} RENAME TO ${quoted(name)}`,
    `DROP TYPE ${full({ schema, name: `${name}_old` })}`,
    'COMMIT',
  ].join('; ');
};

const changeSchema: Maker = (dice) => {
  const name = quoted(dice.pick(schemaNames) ?? 'app');
  switch (dice.roll(6)) {
    case 0:
      return `DROP SCHEMA ${name} CASCADE`;
    case 1:
      return `ALTER SCHEMA ${name} RENAME TO ${quoted(dice.pick(schemaNames) ?? 'app')}`;
    case 2:
      return `SET search_path TO ${name}, public`;
    case 3:
      return 'RESET search_path';
    default:
      return `CREATE SCHEMA IF NOT EXISTS ${name}`;
  }
};

function sequenceOf(dice: Dice, catalog: Catalog): Sequence | undefined {
  return dice.pick([...catalog.sequences()]);
}

const changeSequence: Maker = (dice, catalog) => {
  const sequence = sequenceOf(dice, catalog);
  const table = anyTable(dice, catalog);
  const column = table === undefined ? undefined : dice.pick(table.columns);
  const owner = table && column ? `${full(table.name)}.${quoted(column.name)}` : 'NONE';
  if (sequence === undefined || dice.chance(4))
    return `CREATE SEQUENCE ${newName(dice, ['t_id_seq', 'seq', 'User_id_seq'])}`;
  const name = full(sequence.name);
  switch (dice.roll(5)) {
    case 0:
      return `DROP SEQUENCE ${name}${dice.one('', ' CASCADE')}`;
    case 1:
      return `ALTER SEQUENCE ${name} RENAME TO ${quoted(dice.one('seq', 'My seq', 't_a_seq'))}`;
    case 2:
      return `ALTER SEQUENCE ${name} OWNED BY ${dice.one('NONE', owner, owner)}`;
    default:
      return table && column
        ? `ALTER TABLE ${full(table.name)} ALTER COLUMN ${quoted(column.name)} SET DEFAULT nextval(${literal(name)})`
        : undefined;
  }
};

function viewOf(dice: Dice, catalog: Catalog): View | undefined {
  return dice.pick([...catalog.views()]);
}

const createView: Maker = onTable((dice, table, name) => {
  const column = quoted(dice.pick(table.columns)?.name ?? 'a');
  const select = dice.one(
    `SELECT ${column} FROM ${name}`,
    `SELECT * FROM ${name}`,
    `SELECT x.${column} AS y, 1 FROM ${name} x`,
    `SELECT count(*) FROM ${name} WHERE ${column} IS NULL`,
  );
  return `CREATE ${dice.one('VIEW', 'OR REPLACE VIEW', 'MATERIALIZED VIEW')} ${newName(dice, ['v', 'My view', 't'])} AS ${select}`;
});

const changeView: Maker = (dice, catalog) => {
  const view = viewOf(dice, catalog);
  if (view === undefined) return undefined;
  const kind = view.kind === 'view' ? 'VIEW' : 'MATERIALIZED VIEW';
  const column = quoted(view.columnNames[0] ?? 'a');
  switch (dice.roll(4)) {
    case 0:
      return `DROP ${kind} ${full(view.name)}${dice.one('', ' CASCADE')}`;
    case 1:
      return `ALTER ${kind} ${full(view.name)} RENAME TO ${quoted(dice.one('v', 'w', 't'))}`;
    case 2:
      return `CREATE ${dice.one('', 'UNIQUE ')}INDEX ON ${full(view.name)} (${column})`;
    default:
      return `ALTER ${kind} ${full(view.name)} RENAME COLUMN ${column} TO ${quoted(dice.pick(columnNames) ?? 'z')}`;
  }
};

const createTrigger: Maker = onTable((dice, table, name) => {
  const column = quoted(dice.pick(table.columns)?.name ?? 'a');
  const event = dice.one('INSERT', `UPDATE OF ${column}`, 'DELETE');
  const trigger = dice.one('tr', '"My trigger"');
  return `CREATE TRIGGER ${trigger} AFTER ${event} ON ${name} FOR EACH ROW EXECUTE FUNCTION public.touch()`;
});

const changeTrigger: Maker = onTable((dice, table, name) => {
  const trigger = dice.pick(table.triggers);
  if (trigger === undefined) return undefined;
  const own = quoted(trigger.name);
  return dice.one(`DROP TRIGGER ${own} ON ${name}`, `ALTER TRIGGER ${own} ON ${name} RENAME TO renamed`);
});

const changePolicy: Maker = onTable((dice, table, name) => {
  const column = quoted(dice.pick(table.columns)?.name ?? 'a');
  const policy = dice.pick(table.policies);
  if (policy === undefined || dice.chance(2))
    return `CREATE POLICY p ON ${name} USING (${column} IS NOT NULL)`;
  const own = quoted(policy.name);
  return dice.one(`DROP POLICY ${own} ON ${name}`, `ALTER POLICY ${own} ON ${name} RENAME TO q`);
});

/** What is rolled back did not happen. */
const rolledBack: Maker = (dice, catalog) => {
  const first = addColumn(dice, catalog);
  const second = createIndex(dice, catalog);
  if (first === undefined || second === undefined) return undefined;
  return dice.one(
    `BEGIN; ${first}; ROLLBACK`,
    `BEGIN; ${first}; SAVEPOINT s; ${second}; ROLLBACK TO s; COMMIT`,
  );
};

const tableKinds: readonly Maker[] = [
  createTable,
  createTable,
  createTable,
  createTable,
  createTableFromOther,
  createTableFromOther,
  addColumn,
  addColumn,
  severalActions,
  dropColumn,
  changeColumn,
  changeColumn,
  renameColumn,
  renameColumn,
  createIndex,
  createIndex,
  changeIndex,
  addConstraint,
  addConstraint,
  addConstraint,
  useIndex,
  changeConstraint,
  changeConstraint,
  changeTable,
  changeTable,
  changePartition,
  inherit,
  createType,
  createType,
  changeEnum,
  changeEnum,
  replaceEnum,
  changeSchema,
  changeSequence,
  createView,
  changeView,
  createTrigger,
  changeTrigger,
  changePolicy,
  rolledBack,
];

/** The last are made of the others. */
const kinds: readonly Maker[] = [
  ...tableKinds,
  ...objectKinds,
  ...insideOthers([...tableKinds, ...objectKinds]),
];

/** What every history begins with. */
export const prelude =
  "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE SCHEMA app";

/**
 * The SQL of a step.
 *
 * @param step the step.
 * @param catalog what is there.
 * @returns one or more statements, which PostgreSQL may refuse; undefined where there is nothing to do it to.
 */
export function sqlOf(step: Step, catalog: Catalog): string | undefined {
  return kinds[step.kind]?.(new Dice(step.numbers), catalog);
}
