/** The keys of indexes, EXCLUDE constraints and partitioned tables. */
import type { IndexElem, PartitionSpec } from '@pgsql/types';
import type { Statement } from '../../input/sql/types.ts';
import { dottedName } from './names.ts';
import { fieldsOf } from './nodes.ts';
import { optionalExpression } from './source-text.ts';
import type { IndexElement, PartitionKey } from './types.ts';

/** One key of an index. */
export function indexElementOf(node: IndexElem, statement: Statement): IndexElement {
  return {
    column: node.name,
    expression: optionalExpression(statement, node.expr, 'index element'),
    collation: dottedName(node.collation),
    operatorClass: dottedName(node.opclass),
    descending: node.ordering === 'SORTBY_DESC',
    nulls:
      node.nulls_ordering === 'SORTBY_NULLS_FIRST'
        ? 'first'
        : node.nulls_ordering === 'SORTBY_NULLS_LAST'
          ? 'last'
          : undefined,
    operator: undefined,
  };
}

const strategies = {
  PARTITION_STRATEGY_RANGE: 'range',
  PARTITION_STRATEGY_LIST: 'list',
  PARTITION_STRATEGY_HASH: 'hash',
} as const;

/** PARTITION BY of a table; undefined where the table has none. */
export function partitionKeyOf(
  spec: PartitionSpec | undefined,
  statement: Statement,
): PartitionKey | undefined {
  if (spec === undefined) return undefined;
  const elements = (spec.partParams ?? []).map((node): IndexElement => {
    const element = fieldsOf(node, 'PartitionElem');
    return {
      column: element?.name,
      expression: optionalExpression(statement, element?.expr, 'index element'),
      collation: dottedName(element?.collation),
      operatorClass: dottedName(element?.opclass),
      descending: false,
      nulls: undefined,
      operator: undefined,
    };
  });
  return { strategy: strategies[spec.strategy ?? 'PARTITION_STRATEGY_RANGE'], elements };
}
