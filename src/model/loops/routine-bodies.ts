/** What is known of the bodies of functions and procedures beyond their operations. */
import type { BodyNode } from '../../input/sql/types.ts';
import type { Catalog } from '../catalog/types.ts';
import type { OperationSequence } from '../history/deploy-operations.ts';
import { nameFromList } from '../operations/names.ts';
import { fieldsOf } from '../operations/nodes.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { Call, Loop, ObjectName, Operation } from '../operations/types.ts';

/** The function or procedure that an operation or a loop stands in; undefined in a DO block and outside of bodies. */
export function routineOf({
  statement,
}: Pick<Loop, 'statement'>): { readonly name: ObjectName; readonly isProcedure: boolean } | undefined {
  const definition = fieldsOf(statement.tree, 'CreateFunctionStmt');
  if (definition === undefined) return undefined;
  return { name: nameFromList(definition.funcname), isProcedure: definition.is_procedure === true };
}

/**
 * Whether a loop runs when migrations are deployed: in a DO block, or in a function or procedure that one of them calls.
 *
 * @param migrations those that go out together.
 */
export function runsInDeploy(loop: Loop, migrations: readonly OperationSequence[]): boolean {
  if (loop.run !== 'called') return true;
  const routine = routineOf(loop);
  return (
    routine !== undefined &&
    migrations.some(({ operations }) => operations.some((operation) => callsRoutine(operation, routine.name)))
  );
}

function callsRoutine(operation: Operation, routine: ObjectName): boolean {
  if (operation.run === 'called') return false;
  if (operation.kind === 'Call') return isSameObject(operation.routine, routine);
  return operation.kind === 'Select' && operation.calls.some((name) => isSameObject(name, routine));
}

/**
 * Whether CALL runs a COMMIT or ROLLBACK.
 *
 * @param call with its name resolved.
 * @param catalog the schema just before.
 * @returns true if every procedure of that name that the history has made ends a transaction.
 */
export function callEndsTransaction(call: Call, catalog: Catalog): boolean {
  const routines = catalog.routines(call.routine);
  return (
    routines.length > 0 &&
    routines.every(
      ({ certainty, origin }) =>
        certainty === 'certain' && endsTransaction(origin.statement.body()?.nodes ?? []),
    )
  );
}

function endsTransaction(nodes: readonly BodyNode[]): boolean {
  return nodes.some((node) => {
    switch (node.kind) {
      case 'commit':
      case 'rollback':
        return true;
      case 'if':
        return node.branches.some((branch) => endsTransaction(branch.nodes));
      case 'block':
      case 'loop':
        return endsTransaction(node.nodes);
      default:
        return false;
    }
  });
}
