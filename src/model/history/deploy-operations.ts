import type { Statement } from '../../input/sql/types.ts';
import { objectKey } from '../operations/same-object.ts';
import type { ObjectName, Operation, OperationKind, OperationOf } from '../operations/types.ts';

/** What carries operations in execution order: a migration. */
export interface OperationSequence {
  readonly operations: readonly Operation[];
}

/** The migrations that go out together, in replay order. */
export type DeployOperations = readonly OperationSequence[];

/**
 * The operations of a deploy that name a table as the one they are about, in execution order. The search is made once a
 * deploy, however often it is asked.
 *
 * @param table the table, resolved. A table that the deploy renames has other operations under its other name.
 */
export function operationsOn(table: ObjectName, deploy: DeployOperations): readonly Operation[] {
  return indexOf(deploy).byTable.get(objectKey(table)) ?? [];
}

/** The operations of one kind in a deploy, in execution order. */
export function operationsOfKind<Kind extends OperationKind>(
  kind: Kind,
  deploy: DeployOperations,
): readonly OperationOf<Kind>[] {
  return (indexOf(deploy).byKind.get(kind) ?? []) as readonly Operation[] as readonly OperationOf<Kind>[];
}

/**
 * The operations of one statement of a deploy, in execution order: the actions of an ALTER TABLE. A statement in a body has
 * its own.
 */
export function operationsOfStatement(statement: Statement, deploy: DeployOperations): readonly Operation[] {
  return indexOf(deploy).byStatement.get(statement) ?? [];
}

/** Whether an operation of a deploy runs before another. */
export function runsBefore(earlier: Operation, later: Operation, deploy: DeployOperations): boolean {
  const { order } = indexOf(deploy);
  return (order.get(earlier) ?? -1) < (order.get(later) ?? Infinity);
}

interface Index {
  readonly byTable: Map<string, Operation[]>;
  readonly byKind: Map<OperationKind, Operation[]>;
  readonly byStatement: Map<Statement, Operation[]>;
  readonly order: Map<Operation, number>;
}

/** A deploy does not change, so that its index can be kept as long as the deploy itself. */
const indexes = new WeakMap<DeployOperations, Index>();

function indexOf(deploy: DeployOperations): Index {
  const known = indexes.get(deploy);
  if (known !== undefined) return known;
  const index: Index = { byTable: new Map(), byKind: new Map(), byStatement: new Map(), order: new Map() };
  for (const operation of deploy.flatMap(({ operations }) => operations)) {
    index.order.set(operation, index.order.size);
    add(index.byKind, operation.kind, operation);
    add(index.byStatement, operation.statement, operation);
    if ('table' in operation && operation.table !== undefined)
      add(index.byTable, objectKey(operation.table), operation);
  }
  indexes.set(deploy, index);
  return index;
}

function add<Key>(map: Map<Key, Operation[]>, key: Key, operation: Operation): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [operation]);
  else list.push(operation);
}
