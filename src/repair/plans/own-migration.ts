import { refusesTransaction } from '../../input/runners/outside-transaction.ts';
import { endsTransaction } from '../../input/sql/ends-transaction.ts';
import type { Statement } from '../../input/sql/types.ts';
import type { PlanRequest } from '../../lint/plan-request.ts';
import type { Operation } from '../../model/operations/types.ts';
import { statementText } from './statement-text.ts';
import type { Plan, PlanOutcome, PlanScene } from './types.ts';

/** Whether a statement has to be a transaction by itself. Of a procedure that is called nobody knows. */
function commitsByItself(statement: Statement): boolean {
  if (refusesTransaction(statement.tree) !== undefined || 'CallStmt' in statement.tree) return true;
  return 'DoStmt' in statement.tree && endsTransaction(statement.body()?.nodes ?? []);
}

/** Statements move, as they are, into later migrations that hold nothing else. */
export function ownMigration(
  { operations, name, further = [] }: Extract<PlanRequest, { readonly plan: 'own migration' }>,
  { migration }: PlanScene,
): PlanOutcome {
  const whole = new Set<Statement>(migration.script?.statements);
  const plans = new Map<Statement, Plan>();
  for (const [index, part] of [{ operations, name }, ...further].entries()) {
    const apart = index === 0 ? name : `${index} ${part.name}`;
    for (const operation of part.operations) {
      const { statement } = operation;
      if (!whole.has(statement))
        return { kind: 'refused', reason: `A statement inside a body of ${migration.id} cannot move.` };
      if (!plans.has(statement)) plans.set(statement, planOf(operation, part.name, apart));
    }
  }
  return { kind: 'plans', plans: [...plans.values()] };
}

function planOf(operation: Operation, name: string, apart: string): Plan {
  const { statement } = operation;
  const outsideTransaction = commitsByItself(statement);
  return {
    operation,
    origin: { kind: 'removed', whole: true },
    steps: [{ sql: statementText(statement), name, after: 'commit', outsideTransaction, apart }],
  };
}
