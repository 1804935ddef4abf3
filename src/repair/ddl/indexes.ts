import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import type { Index } from '../../model/catalog/types.ts';
import type { IndexElement, ObjectName } from '../../model/operations/types.ts';
import { collationText, namesText, optionsText } from './words.ts';

/** How an index is to be built. */
export interface IndexBuild {
  readonly concurrently?: boolean;
  readonly ifNotExists?: boolean;
  /** ON ONLY a partitioned table: the index is not valid until those of its partitions are attached. */
  readonly only?: boolean;
}

/** CREATE INDEX of a table or materialized view. */
export function createIndex(on: ObjectName, index: Index, build: IndexBuild = {}): string {
  const words = [
    'CREATE',
    index.unique ? ' UNIQUE' : '',
    ' INDEX',
    build.concurrently === true ? ' CONCURRENTLY' : '',
    build.ifNotExists === true ? ' IF NOT EXISTS' : '',
    ` ${quoteIdentifier(index.name)} ON ${build.only === true ? 'ONLY ' : ''}${displayName(on)}`,
    index.method === 'btree' ? '' : ` USING ${quoteIdentifier(index.method)}`,
    ` (${index.elements.map(elementText).join(', ')})`,
    index.include.length === 0 ? '' : ` INCLUDE (${namesText(index.include)})`,
    index.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '',
    optionsText(index.options),
    index.where === undefined ? '' : ` WHERE ${index.where.text}`,
  ];
  return words.join('');
}

/** A key of an index, of an EXCLUDE constraint or of a partition key. */
export function elementText(element: IndexElement): string {
  const { column, expression, collation, operatorClass, descending, nulls, operator } = element;
  return [
    column === undefined ? `(${expression?.text ?? ''})` : quoteIdentifier(column),
    collation === undefined ? '' : ` COLLATE ${collationText(collation)}`,
    operatorClass === undefined ? '' : ` ${operatorClass}`,
    descending ? ' DESC' : '',
    nulls === undefined ? '' : ` NULLS ${nulls.toUpperCase()}`,
    operator === undefined ? '' : ` WITH ${operator}`,
  ].join('');
}
