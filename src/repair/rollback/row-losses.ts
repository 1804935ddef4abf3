import type { Column, Table } from '../../model/catalog/types.ts';
import { typeText } from '../../model/catalog/type-text.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { columnPath } from '../ddl/words.ts';
import type { ComparedCatalogs } from './compare.ts';
import type { ReturnedValues, ReturnedValuesOf } from './returned-values.ts';
import type { Loss } from './types.ts';

/** The rows of dropped tables and the values of dropped columns; and the NOT NULL that such a column loses where there are rows. */
export function lostRows({ tables, parts }: ComparedCatalogs, valuesOf: ReturnedValuesOf): readonly Loss[] {
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
          .flatMap((column) => lostValues(before, column, valuesOf(before.name, column.name))),
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

function lostValues(table: Table, column: Column, values: ReturnedValues | undefined): readonly Loss[] {
  const object = columnPath(table.name, column.name);
  const loss = (sentence: string): readonly Loss[] => [{ of: 'rows', object, sentence }];
  switch (values?.in) {
    case undefined:
      break;
    case 'copy':
      return [];
    case 'column':
      return typeText(values.other.type) === typeText(column.type)
        ? []
        : loss(
            `${object} gets what ${quoteIdentifier(values.other.name)} holds by then, as ${typeText(column.type)}: a value that is none stops the rollback.`,
          );
    case 'copy without key':
      return loss(
        `${object} comes back without its values: ${displayName(values.copy)} has them, but no key that tells whose they are.`,
      );
    case 'nothing':
      return loss(
        `The values of ${object} are gone: ${quoteIdentifier(values.other)} has what was made of them, and nothing turns that back.`,
      );
    default:
      values satisfies never;
  }
  const hasValue = column.default !== undefined || column.identity !== undefined;
  if (hasValue) return loss(`${object} comes back without its values: every row gets the default.`);
  const notNull = column.notNull ? ', and without NOT NULL where there are rows' : '';
  return loss(`${object} comes back without its values${notNull}.`);
}
