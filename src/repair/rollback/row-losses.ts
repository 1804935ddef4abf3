import type { Column, Table } from '../../model/catalog/types.ts';
import { displayName } from '../../model/operations/display-name.ts';
import { columnPath } from '../ddl/words.ts';
import type { ComparedCatalogs } from './compare.ts';
import type { Loss } from './types.ts';

/** The rows of dropped tables and the values of dropped columns; and the NOT NULL that such a column loses where there are rows. */
export function lostRows({ tables, parts }: ComparedCatalogs): readonly Loss[] {
  return [
    ...tables.gone
      .filter(({ partitionOf }) => partitionOf === undefined)
      .map(({ name }): Loss => ({
        of: 'rows',
        object: displayName(name),
        sentence: `${displayName(name)} comes back without its rows.`,
      })),
    ...parts
      .filter(({ before }) => before.partitionOf === undefined)
      .flatMap(({ before, columns }) =>
        columns.gone
          .filter((column) => column.generated === undefined && column.local)
          .map((column) => lostValues(before, column)),
      ),
    ...parts.flatMap(({ before, columns }) =>
      columns.pairs
        .filter(({ before: was, after: is }) => was.notNull && !is.notNull)
        .map(({ before: was }) => missingValues(before, was)),
    ),
  ];
}

/** Rows that were written since NOT NULL went. */
function missingValues(table: Table, { name }: Column): Loss {
  const object = columnPath(table.name, name);
  const sentence = `${object} is NOT NULL again only if every row has a value by then.`;
  return { of: 'rows', object, sentence };
}

function lostValues(table: Table, column: Column): Loss {
  const object = columnPath(table.name, column.name);
  const loss = (sentence: string): Loss => ({ of: 'rows', object, sentence });
  const hasValue = column.default !== undefined || column.identity !== undefined;
  if (hasValue) return loss(`${object} comes back without its values: every row gets the default.`);
  const notNull = column.notNull ? ', and without NOT NULL where there are rows' : '';
  return loss(`${object} comes back without its values${notNull}.`);
}
