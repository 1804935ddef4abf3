/** What is known of the bodies of functions and procedures beyond their operations. */
import type { Node } from '@pgsql/types';
import { endsTransaction } from '../../input/sql/ends-transaction.ts';
import type { BodyNode } from '../../input/sql/types.ts';
import type { Catalog, Routine } from '../catalog/types.ts';
import type { OperationSequence } from '../history/deploy-operations.ts';
import { nameFromList } from '../operations/names.ts';
import { fieldsOf } from '../operations/nodes.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { Call, Loop, ObjectName, Operation } from '../operations/types.ts';

/** What a procedure is declared with that keeps it from ending a transaction (manual, CREATE PROCEDURE, Notes). */
export type ProcedureBarrier = 'SET' | 'SECURITY DEFINER';

/** The function or procedure that an operation or a loop stands in; undefined in a DO block and outside of bodies. */
export function routineOf({ statement }: Pick<Loop, 'statement'>):
  | {
      readonly name: ObjectName;
      readonly isProcedure: boolean;
      readonly barrier: ProcedureBarrier | undefined;
    }
  | undefined {
  const definition = fieldsOf(statement.tree, 'CreateFunctionStmt');
  if (definition === undefined) return undefined;
  const options = (definition.options ?? []).map((option) => fieldsOf(option, 'DefElem'));
  const isDefiner = options.some(
    (option) => option?.defname === 'security' && fieldsOf(option.arg, 'Boolean')?.boolval === true,
  );
  const isSet = options.some((option) => option?.defname === 'set');
  const barrier = isDefiner ? 'SECURITY DEFINER' : isSet ? 'SET' : undefined;
  return { name: nameFromList(definition.funcname), isProcedure: definition.is_procedure === true, barrier };
}

/**
 * Whether a loop runs when migrations are deployed: in a DO block, or in a function or procedure that one of them calls.
 *
 * @param migrations those that go out together.
 */
export function runsInDeploy(loop: Loop, migrations: readonly OperationSequence[]): boolean {
  if (loop.run !== 'called') return true;
  const routine = routineOf(loop);
  return routine !== undefined && callsRoutineInDeploy(routine.name, migrations);
}

/**
 * Whether migrations call a function or procedure: with CALL, or in a SELECT.
 *
 * @param routine its name; what it is called with does not count.
 * @param migrations those that go out together.
 */
export function callsRoutineInDeploy(routine: ObjectName, migrations: readonly OperationSequence[]): boolean {
  return migrations.some(({ operations }) =>
    operations.some((operation) => callsRoutine(operation, routine)),
  );
}

function callsRoutine(operation: Operation, routine: ObjectName): boolean {
  if (operation.run === 'called') return false;
  if (operation.kind === 'Call') return isSameObject(operation.routine, routine);
  return operation.kind === 'Select' && operation.calls.some((name) => isSameObject(name, routine));
}

/**
 * Whether CALL runs a COMMIT or ROLLBACK, of the procedure or of one that it calls.
 *
 * @param call with its name resolved.
 * @param catalog the schema just before.
 * @returns true if every procedure of that name that the history has made ends a transaction.
 */
export function callEndsTransaction(call: Call, catalog: Catalog): boolean {
  return endingRoutines(call.routine, catalog, new Set()).length > 0;
}

/** A procedure and what keeps it from ending a transaction. */
export interface Barred {
  readonly routine: Routine;
  readonly barrier: ProcedureBarrier;
}

/**
 * What makes a CALL that ends a transaction fail wherever it stands: the procedure, or one that it calls to do so, is
 * SECURITY DEFINER or has a SET clause.
 *
 * @param call with its name resolved.
 * @param catalog the schema just before.
 * @returns the procedure and what it has; undefined where nothing is in the way, or not in every procedure of that name.
 */
export function callBarrier(call: Call, catalog: Catalog): Barred | undefined {
  const found = endingRoutines(call.routine, catalog, new Set()).map((one) =>
    one.flatMap((routine): readonly Barred[] => {
      if (routine.securityDefiner) return [{ routine, barrier: 'SECURITY DEFINER' }];
      return Object.keys(routine.settings).length > 0 ? [{ routine, barrier: 'SET' }] : [];
    }),
  );
  return found.every((barriers) => barriers.length > 0) ? found[0]?.[0] : undefined;
}

/** For each procedure of a name, itself and those through which it ends a transaction; none if one of them does not. */
function endingRoutines(
  name: ObjectName,
  catalog: Catalog,
  visited: ReadonlySet<string>,
): readonly (readonly Routine[])[] {
  const key = `${name.schema ?? ''}.${name.name}`;
  if (visited.has(key)) return [];
  const inside = new Set([...visited, key]);
  const found = catalog.routines(name).map((routine) => {
    const way =
      routine.certainty === 'certain'
        ? wayToEnd(routine.origin.statement.body()?.nodes ?? [], catalog, inside)
        : undefined;
    return way && [routine, ...way];
  });
  return found.every((way) => way !== undefined) ? found : [];
}

/** The procedures that nodes call to end a transaction: none where they do it themselves, undefined where they do not. */
function wayToEnd(
  nodes: readonly BodyNode[],
  catalog: Catalog,
  visited: ReadonlySet<string>,
): readonly Routine[] | undefined {
  if (endsTransaction(nodes)) return [];
  for (const tree of callsIn(nodes)) {
    const name = nameFromList(fieldsOf(tree, 'CallStmt')?.funccall?.funcname);
    const [way] = endingRoutines(name, catalog, visited);
    if (way !== undefined) return way;
  }
  return undefined;
}

/** The CALL statements of a body. */
function callsIn(nodes: readonly BodyNode[]): readonly Node[] {
  return nodes.flatMap((node): readonly Node[] => {
    switch (node.kind) {
      case 'sql':
        return fieldsOf(node.statement.tree, 'CallStmt') === undefined ? [] : [node.statement.tree];
      case 'if':
        return node.branches.flatMap((branch) => callsIn(branch.nodes));
      case 'block':
      case 'loop':
        return callsIn(node.nodes);
      default:
        return [];
    }
  });
}
