/** FOR VALUES and DEFAULT of a partition. */
import type { Node, PartitionBoundSpec } from '@pgsql/types';
import type { Statement } from '../../input/sql/types.ts';
import { fieldsOf } from './nodes.ts';
import { boundText } from './source-text.ts';
import type { PartitionBound, RangeEnd } from './types.ts';

/** A partition's bound. */
export function partitionBoundOf(statement: Statement, node: PartitionBoundSpec): PartitionBound {
  const text = boundText(statement, node.location, node.is_default === true);
  if (node.is_default === true) return { type: 'default', text };
  switch (node.strategy) {
    case 'l':
      return { type: 'list', values: node.listdatums ?? [], text };
    case 'h':
      return { type: 'hash', modulus: node.modulus ?? 0, remainder: node.remainder ?? 0, text };
    default: {
      const from = (node.lowerdatums ?? []).map(rangeEndOf);
      const to = (node.upperdatums ?? []).map(rangeEndOf);
      return { type: 'range', from, to, text };
    }
  }
}

/** The grammar takes MINVALUE and MAXVALUE for column names; PostgreSQL reads them as ends afterwards. */
function rangeEndOf(node: Node): RangeEnd {
  const fields = fieldsOf(node, 'ColumnRef')?.fields;
  const name = fields?.length === 1 ? fieldsOf(fields[0], 'String')?.sval : undefined;
  if (name === 'minvalue' || name === 'maxvalue') return name;
  return { value: node };
}
