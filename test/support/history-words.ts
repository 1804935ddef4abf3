/** What the steps of made-up histories are written with: few names, so that they meet, and numbers that choose. */
import { quoteIdentifier } from '../../src/model/operations/display-name.ts';
import type { Catalog, Column, Table } from '../../src/model/catalog/index.ts';
import type { ObjectName } from '../../src/model/operations/types.ts';

/** Numbers of a step, used up one by one. */
export class Dice {
  readonly #numbers: readonly number[];
  #used = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** @returns a number from 0, below `below`. */
  roll(below: number): number {
    const number = this.#numbers[this.#used] ?? 0;
    this.#used += 1;
    return number % below;
  }

  pick<One>(list: readonly One[]): One | undefined {
    return list[this.roll(Math.max(1, list.length))];
  }

  one(...texts: readonly string[]): string {
    return this.pick(texts) ?? '';
  }

  /** @returns true once in `often` times. */
  chance(often: number): boolean {
    return this.roll(often) === often - 1;
  }
}

const long = 'a_name_that_goes_on_and_on_until_nobody_can_read_it_any_more_at_all_really';
export const tableNames = [
  'User',
  'order',
  't',
  'a',
  'a_b',
  'user profile',
  `T${long}`,
  'ééééééééééééééééééééééééééééé_1',
];
export const columnNames = [
  'id',
  'a',
  'b',
  'a_b',
  'Name',
  'user id',
  `c_${long}`,
  'üüüüüüüüüüüüüüüüüüüüüüüüü',
  'order',
  'b_c',
];
export const schemaNames = ['public', 'app', 'My Schema'];
export const typeNames = ['Role', 'status', 'Kind of thing'];
export const indexNames = ['idx', 'User_pkey', 't_a_idx', 'a_b_key', 'My index', 't_a_key'];
export const constraintNames = ['con', 't_a_check', 'a_b_fkey', 'My constraint', 't_pkey', 'User_a_b_key'];
export const values = ['A', 'B', 'c d', 'E', "f'g"];

export const quoted = (name: string): string => quoteIdentifier(name);
export const full = (name: ObjectName): string =>
  `${quoteIdentifier(name.schema ?? '')}.${quoteIdentifier(name.name)}`;
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export type Maker = (dice: Dice, catalog: Catalog) => string | undefined;

/** A table's name as somebody would write it: without its schema if the search_path finds it. */
export function written(dice: Dice, catalog: Catalog, name: ObjectName): string {
  const found = catalog.table({ schema: undefined, name: name.name });
  const isFound = found?.name.schema === name.schema;
  return isFound && !dice.chance(4) ? quoted(name.name) : full(name);
}

export function anyTable(dice: Dice, catalog: Catalog): Table | undefined {
  return dice.pick([...catalog.tables()]);
}

export function newName(dice: Dice, names: readonly string[]): string {
  const name = quoted(dice.pick(names) ?? 'x');
  return dice.chance(5) ? `${quoted(dice.pick(schemaNames) ?? 'public')}.${name}` : name;
}

export function onTable(
  make: (dice: Dice, table: Table, name: string, catalog: Catalog) => string | undefined,
): Maker {
  return (dice, catalog) => {
    const table = anyTable(dice, catalog);
    if (table === undefined || table.columns.length === 0) return undefined;
    return make(dice, table, written(dice, catalog, table.name), catalog);
  };
}

export function alter(make: (dice: Dice, table: Table, catalog: Catalog) => string | undefined): Maker {
  return onTable((dice, table, name, catalog) => {
    const action = make(dice, table, catalog);
    if (action === undefined) return undefined;
    // SET NOT NULL on ONLY a parent makes a constraint that no later child inherits: not followed.
    const only = action.endsWith('SET NOT NULL') ? '' : dice.one('', '', '', 'ONLY ');
    return `ALTER TABLE ${only}${name} ${action}`;
  });
}

export function onColumn(
  make: (dice: Dice, column: Column, name: string, table: Table, catalog: Catalog) => string | undefined,
): Maker {
  return alter((dice, table, catalog) => {
    const column = dice.pick(table.columns);
    return column === undefined ? undefined : make(dice, column, quoted(column.name), table, catalog);
  });
}

export function anyType(dice: Dice, catalog: Catalog): string {
  const types = [...catalog.types()];
  const type = dice.roll(3) === 0 ? dice.pick(types) : undefined;
  if (type !== undefined) return full(type.name) + dice.one('', '', '', '[]');
  return dice.one(
    'integer',
    'text',
    'varchar(40)',
    'bigint',
    'timestamp(3)',
    'numeric(10, 2)',
    'boolean',
    'int[]',
    'int',
    'int',
    'text',
  );
}
