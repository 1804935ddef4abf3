import type { Column, Table } from '../catalog/types.ts';

/**
 * The column that every INSERT has to name: NOT NULL, and nothing gives it a value of its own. Code that does not know it
 * fails with 23502.
 *
 * @param table the table at one point of the history.
 * @param name one of its columns.
 * @returns undefined for every other column, and where one cannot be sure: a trigger before INSERT may fill it, a foreign table
 *   checks nothing.
 */
export function columnNeededByInserts(table: Table, name: string): Column | undefined {
  const column = table.columns.find((one) => one.name === name);
  if (column?.certainty !== 'certain' || !column.notNull || table.foreignServer !== undefined)
    return undefined;
  const fillsItself = [column.default, column.identity, column.generated].some((one) => one !== undefined);
  const isFilled = table.triggers.some(
    ({ timing, events, state }) => timing === 'before' && events.includes('insert') && state !== 'disabled',
  );
  return fillsItself || isFilled ? undefined : column;
}
