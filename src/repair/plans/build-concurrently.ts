import type { Edit } from '../../lint/fix.ts';
import { concurrentlyEdits } from '../../lint/fixes/concurrently.ts';
import type { PlanRequest } from '../../lint/plan-request.ts';
import { snakeCase } from '../../model/history/name-pattern.ts';
import { displayName } from '../../model/operations/display-name.ts';
import { afterName, isKeyword } from '../../model/operations/tokens.ts';
import type { CreateIndex, DropIndex, Operation } from '../../model/operations/types.ts';
import { sqlLike, tableLike } from './manner.ts';
import { refused } from './steps.ts';
import { editedStatement } from './statement-text.ts';
import type { Plan, PlanOutcome, PlanScene, PlanStep } from './types.ts';

type Request = Extract<PlanRequest, { readonly plan: 'build concurrently' }>;

/** CONCURRENTLY for an index that is built, dropped or built again: it refuses a transaction, so that it stands apart from the rest. */
export function buildConcurrently({ operation, also = [] }: Request, { migration }: PlanScene): PlanOutcome {
  const plans: Plan[] = [];
  for (const one of [operation, ...also]) {
    const steps = one.kind === 'DropIndex' ? dropsOf(one, migration.operations) : stepsOf(one);
    if (steps === undefined) return refused('There is no place for CONCURRENTLY.');
    plans.push({ operation: one, origin: { kind: 'removed', whole: true }, steps });
  }
  return { kind: 'plans', plans };
}

function stepsOf(operation: Exclude<Request['operation'], DropIndex>): readonly PlanStep[] | undefined {
  const { statement } = operation;
  const edits = concurrentlyEdits(operation);
  if (edits === undefined) return undefined;
  const isBuild = operation.kind === 'CreateIndex';
  const name = isBuild ? (operation.name ?? `${operation.table.name}_index`) : operation.name.name;
  const all = isBuild ? [...edits, ...qualifyingEdit(operation)] : edits;
  const step: PlanStep = {
    sql: editedStatement(statement, all),
    name: snakeCase(`${isBuild ? 'create' : 'reindex'}_${name}`),
    after: 'nothing',
    outsideTransaction: true,
  };
  return [step];
}

/** The table with its schema, where another migration's search_path would perhaps not find it. */
function qualifyingEdit(operation: CreateIndex): readonly Edit[] {
  const { statement, table } = operation;
  const tokens = statement.tokens();
  const on = tokens.findIndex((token) => isKeyword(token, 'ON'));
  const start = isKeyword(tokens[on + 1], 'ONLY') ? on + 2 : on + 1;
  const span = {
    start: tokens[start]?.span.start ?? 0,
    end: tokens[afterName(tokens, start) - 1]?.span.end ?? 0,
  };
  const text = tableLike(statement, table);
  const isSame = text === statement.source.text.slice(span.start, span.end);
  return isSame ? [] : [{ path: statement.source.path, span, text }];
}

/** One statement for each index: CONCURRENTLY takes no list. */
function dropsOf(operation: DropIndex, operations: readonly Operation[]): readonly PlanStep[] {
  const { statement } = operation;
  const sql = sqlLike(statement);
  const tokens = statement.tokens();
  const start = tokens.findIndex((token) => isKeyword(token, 'INDEX')) + 1;
  const drops = operations.filter(
    (other): other is DropIndex => other.kind === 'DropIndex' && other.statement === statement,
  );
  const first = operation.concurrently ? start + 1 : start;
  let at = operation.ifExists ? first + 2 : first;
  return drops.map(({ index, ifExists }) => {
    const end = afterName(tokens, at);
    const written = tokens.slice(at, end).map(({ text }) => text);
    at = end + 1;
    const isFound = written.length > 1 || index.schema === undefined || index.schema === 'public';
    const name = isFound ? written.join('') : displayName(index);
    return {
      sql: ifExists ? sql`DROP INDEX CONCURRENTLY IF EXISTS ${name};` : sql`DROP INDEX CONCURRENTLY ${name};`,
      name: snakeCase(`drop_${index.name}`),
      after: 'nothing',
      outsideTransaction: true,
    };
  });
}
