import { refusesTransaction } from '../../input/runners/outside-transaction.ts';
import { endsTransaction } from '../../input/sql/ends-transaction.ts';
import type { Statement } from '../../input/sql/types.ts';
import type { PlanRequest } from '../../lint/plan-request.ts';
import { statementText } from './statement-text.ts';
import type { Plan, PlanOutcome, PlanScene } from './types.ts';

/** Whether a statement has to be a transaction by itself. Of a procedure that is called nobody knows. */
function commitsByItself(statement: Statement): boolean {
  if (refusesTransaction(statement.tree) !== undefined || 'CallStmt' in statement.tree) return true;
  return 'DoStmt' in statement.tree && endsTransaction(statement.body()?.nodes ?? []);
}

/** Statements move, as they are, into a later migration that holds nothing else. */
export function ownMigration(
  { operations, name }: Extract<PlanRequest, { readonly plan: 'own migration' }>,
  { migration }: PlanScene,
): PlanOutcome {
  const whole = new Set<Statement>(migration.script?.statements);
  const plans = new Map<Statement, Plan>();
  for (const operation of operations) {
    const { statement } = operation;
    if (!whole.has(statement))
      return { kind: 'refused', reason: `A statement inside a body of ${migration.id} cannot move.` };
    plans.set(statement, {
      operation,
      origin: { kind: 'removed', whole: true },
      steps: [
        {
          sql: statementText(statement),
          name,
          after: 'commit',
          outsideTransaction: commitsByItself(statement),
          apart: name,
        },
      ],
    });
  }
  return { kind: 'plans', plans: [...plans.values()] };
}
