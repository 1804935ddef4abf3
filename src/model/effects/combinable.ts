import { isEmptiedBefore } from '../history/emptied-tables.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { LockMode, ObjectName, Operation } from '../operations/types.ts';
import { hasUsers, type WaitScene } from './used-tables.ts';

/**
 * What is gained if two ALTER TABLE statements of one table, one directly after the other, become one: the wait for its lock, where
 * each commits by itself, or the way through its rows.
 *
 * PostgreSQL runs the actions of one statement in passes, drops before additions (src/backend/commands/tablecmds.c): only statements
 * whose actions touch different columns and constraints mean the same together. And only those that take the same lock: the
 * stronger one would count for both.
 *
 * @param before the operations of the first statement.
 * @param after those of the second.
 * @returns undefined if they cannot be one, or nothing is gained.
 */
export function combinableWith(
  before: readonly Operation[],
  after: readonly Operation[],
  scene: WaitScene,
): 'lock' | 'rows' | undefined {
  const [one] = before;
  const [other] = after;
  if (one === undefined || other === undefined) return undefined;
  const table = tableOf(one);
  const same = tableOf(other);
  if (table === undefined || same === undefined || !isSameObject(table, same)) return undefined;
  const touched = before.map((operation) => touchedBy(operation));
  const touchedToo = after.map((operation) => touchedBy(operation));
  if (touched.includes(undefined) || touchedToo.includes(undefined)) return undefined;
  const names = new Set(touched.flat());
  if (touchedToo.flat().some((name) => names.has(name))) return undefined;
  if (!hasUsers(same, other, scene) || lockOf(before, table, scene) !== lockOf(after, table, scene))
    return undefined;
  const isWork = [before, after].every((operations) =>
    operations.some((operation) =>
      scene.effectsOf(operation).some(({ work }) => work === 'scan' || work === 'rewrite'),
    ),
  );
  if (isWork && !isEmptiedBefore(same, one, scene.deploy)) return 'rows';
  return scene.transactionOf(one) === scene.transactionOf(other) ? undefined : 'lock';
}

function tableOf(operation: Operation): ObjectName | undefined {
  return 'table' in operation ? operation.table : undefined;
}

function lockOf(operations: readonly Operation[], table: ObjectName, scene: WaitScene): LockMode | undefined {
  const locks = operations.map(
    (operation) => scene.effectsOf(operation).find(({ relation }) => isSameObject(relation, table))?.lock,
  );
  return locks.every((lock) => lock === locks[0]) ? locks[0] : undefined;
}

/** The columns and constraints that an action is about; undefined for actions that stay apart. */
function touchedBy(operation: Operation): readonly string[] | undefined {
  switch (operation.kind) {
    case 'AddColumn': {
      const isKey = operation.column.constraints.some(({ type }) => type === 'foreign key');
      return isKey ? undefined : [operation.column.name];
    }
    case 'DropColumn':
    case 'SetDefault':
    case 'DropDefault':
    case 'SetNotNull':
    case 'DropNotNull':
    case 'AlterColumnType':
      return [operation.column];
    case 'AddConstraint': {
      const { constraint } = operation;
      // What a CHECK reads may be anything; that it is new makes it come last, in one statement as in two.
      if (constraint.type === 'check') return [`constraint ${constraint.name ?? ''}`];
      if (constraint.type === 'unique' || constraint.type === 'primary key')
        return [`constraint ${constraint.name ?? ''}`, ...constraint.columns];
      return undefined;
    }
    case 'DropConstraint':
      return [`constraint ${operation.constraint}`];
    default:
      return undefined;
  }
}
