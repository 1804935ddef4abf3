import type { Statement } from '../../input/sql/types.ts';
import { nameOfPart } from '../../model/history/name-of-part.ts';
import { snakeCase } from '../../model/history/name-pattern.ts';
import type { Operation } from '../../model/operations/types.ts';
import type { FixRequest } from '../fix.ts';
import type { Migration } from '../project.ts';
import { canFollowCommit, type FixScene } from './scene.ts';

/**
 * The fix that moves statements into a migration of their own, as they are, with all that depends on them behind it.
 *
 * @param operations one or more of each statement that moves.
 * @param name what the new migration is called; by default what its first statement does.
 * @returns undefined where one of them is no whole statement of the script, and where another migration would be no other transaction.
 */
export function moveFix(
  operations: readonly Operation[],
  scene: Pick<FixScene, 'migration' | 'project'>,
  name?: string,
): FixRequest | undefined {
  return moveApartFix([operations], scene, name);
}

/**
 * The fix that moves statements into several migrations, one after the other, as they are.
 *
 * @param parts what each of them holds: one or more operations of each statement.
 * @param name what the first of them is called; by default each is called by what its first statement does.
 * @returns undefined in the same cases as {@link moveFix}.
 */
export function moveApartFix(
  parts: readonly (readonly Operation[])[],
  scene: Pick<FixScene, 'migration' | 'project'>,
  name?: string,
): FixRequest | undefined {
  const { script } = scene.migration;
  const statements = new Set<Statement>(script?.statements);
  const operations = parts.flat();
  const isWhole = operations.every(({ statement }) => statements.has(statement));
  const isRead = script !== undefined && script.problems.length === 0;
  if (operations.length === 0 || !isWhole || !isRead || !canFollowCommit(scene)) return undefined;
  const [first, ...further] = parts.map((part) => ({
    operations: part,
    name: snakeCase(movedName(withBodies(part, scene.migration))),
  }));
  if (first === undefined) return undefined;
  const plan = { ...first, ...(name !== undefined && { name: snakeCase(name) }) };
  return {
    kind: 'plan',
    safety: 'safe',
    title: titleOf(operations, further.length),
    plan: { plan: 'own migration', ...plan, ...(further.length > 0 && { further }) },
  };
}

function titleOf(operations: readonly Operation[], more: number): string {
  if (more > 0) return 'moves them into migrations of their own';
  const several = new Set(operations.map(({ statement }) => statement)).size > 1;
  return several ? 'moves them into a migration of their own' : 'moves it into a migration of its own';
}

/** Operations, those of a DO block with what its body does. */
function withBodies(
  operations: readonly Operation[],
  { script, operations: all }: Pick<Migration, 'script' | 'operations'>,
): readonly Operation[] {
  const statements = new Set<Statement>(script?.statements);
  return operations.flatMap((operation) => {
    const body = all.slice(all.indexOf(operation) + 1);
    const end = body.findIndex(
      ({ statement }) => statement !== operation.statement && statements.has(statement),
    );
    return operation.kind === 'Do' ? body.slice(0, end < 0 ? undefined : end) : [operation];
  });
}

/** What statements do, by the first that says it. */
function movedName(operations: readonly Operation[]): string {
  const operation = operations.find(({ kind }) => kind !== 'BodyTransactionControl');
  if (operation === undefined) return 'run_rest';
  switch (operation.kind) {
    case 'Update':
    case 'Merge':
      return `backfill_${operation.table.name}`;
    case 'Insert':
      return `fill_${operation.table.name}`;
    case 'Delete':
    case 'Truncate':
      return `clean_${operation.table.name}`;
    case 'CreateIndex':
      return `create_${operation.name ?? `${operation.table.name}_index`}`;
    case 'ValidateConstraint':
      return `validate_${operation.constraint}`;
    case 'AddConstraint':
      return `add_${operation.constraint.name ?? `constraint_to_${operation.table.name}`}`;
    case 'AddColumn':
      return `add_${operation.column.name}_to_${operation.table.name}`;
    case 'CreateTable':
    case 'CreateTableAs':
      return `create_${operation.table.name}`;
    case 'CreateView':
    case 'CreateMaterializedView':
      return `create_${operation.view.name}`;
    case 'RefreshMaterializedView':
      return `refresh_${operation.view.name}`;
    case 'Call':
      return `call_${operation.routine.name}`;
    default:
      return nameOfPart(operations);
  }
}
