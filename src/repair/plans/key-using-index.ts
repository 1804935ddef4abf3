import type { PlanRequest } from '../../lint/plan-request.ts';
import { provesNotNull } from '../../model/effects/not-null.ts';
import { snakeCase } from '../../model/history/name-pattern.ts';
import { actionClause } from '../../model/operations/clauses.ts';
import { findKeywords } from '../../model/operations/tokens.ts';
import { readKeyClause } from './key-clause.ts';
import { nameLike, sqlLike, tableLike } from './manner.ts';
import { notNullSteps, type NotNullSteps } from './not-null-steps.ts';
import { buildStep, refused } from './steps.ts';
import type { PlanOrigin, PlanOutcome, PlanScene, PlanStep } from './types.ts';

type Request = Extract<PlanRequest, { readonly plan: 'key using index' }>;
type Operation = Request['operation'];

/**
 * UNIQUE or a primary key whose index is built first, by its name: ADD CONSTRAINT … USING INDEX then takes it over, and nothing is built
 * under ACCESS EXCLUSIVE. A primary key makes its columns NOT NULL; those that may hold NULLs are proven before.
 */
export function keyUsingIndex({ operation }: Request, scene: PlanScene): PlanOutcome {
  const { constraint } = operation;
  if (constraint.type !== 'unique' && constraint.type !== 'primary key')
    return refused('Only UNIQUE and primary keys have an index.');
  if (constraint.name === undefined) return refused('A key without a name is not known.');
  const notNull = notNullOf(operation, constraint.type === 'primary key' ? constraint.columns : [], scene);
  if (notNull === undefined) return refused(`Nothing is known of the columns of ${constraint.name}.`);
  const key = writtenKey(operation);
  if (key === undefined) return refused(`${constraint.name} has no index that CREATE INDEX could build.`);
  const build = buildStep(operation, { index: constraint.name, keys: key.index, unique: true });
  const steps = [
    ...notNull.map(({ validate }) => validate),
    ...(constraint.usingIndex === undefined ? [build] : []),
    addStep(operation, constraint.name, key.deferral, notNull),
  ];
  return { kind: 'plans', plans: [{ operation, origin: originOf(operation, notNull), steps }] };
}

/** What proves the columns takes the key's place; it goes where there is nothing to prove. */
function originOf(operation: Operation, notNull: readonly NotNullSteps[]): PlanOrigin {
  if (notNull.length === 0) return { kind: 'removed' };
  const { path } = operation.statement.source;
  const text = notNull.map(({ action }) => action).join(', ');
  return { kind: 'edited', edits: [{ path, span: operation.at().span, text }] };
}

/** The steps of the columns that may hold NULLs; undefined where one is not known. */
function notNullOf(
  operation: Operation,
  columns: readonly string[],
  scene: PlanScene,
): readonly NotNullSteps[] | undefined {
  const before = scene.catalogBefore(operation);
  const table = before.table(operation.table);
  if (table === undefined) return columns.length === 0 ? [] : undefined;
  const after = scene.catalogAfter(operation);
  const steps = columns
    .filter((column) => !provesNotNull(table, column))
    .map((column) => notNullSteps(operation, column, scene, before, after));
  return steps.every((step) => step !== undefined) ? steps : undefined;
}

function writtenKey(operation: Operation): ReturnType<typeof readKeyClause> {
  const { constraint, statement } = operation;
  const tokens = statement.tokens();
  const range = actionClause(tokens, operation.action ?? 0)?.range;
  if (range === undefined) return undefined;
  if ('usingIndex' in constraint && constraint.usingIndex !== undefined) return { index: '', deferral: '' };
  const start = findKeywords(tokens, range, constraint.type === 'unique' ? ['UNIQUE'] : ['PRIMARY', 'KEY']);
  return start < 0 ? undefined : readKeyClause(statement.source.text, tokens, { start, end: range.end });
}

/** The constraint itself, and the end of the CHECKs that proved its columns. */
function addStep(
  operation: Operation,
  name: string,
  deferral: string,
  notNull: readonly NotNullSteps[],
): PlanStep {
  const { constraint, statement, table } = operation;
  const sql = sqlLike(statement);
  const alter = sql`ALTER TABLE ${tableLike(statement, table)}`;
  const written = nameLike(statement, name);
  const type = constraint.type === 'unique' ? sql`UNIQUE` : sql`PRIMARY KEY`;
  const { source } = statement;
  const { span } = operation.at();
  const isWritten = 'usingIndex' in constraint && constraint.usingIndex !== undefined;
  const action = isWritten
    ? source.text.slice(span.start, span.end)
    : sql`ADD CONSTRAINT ${written} ${type} USING INDEX ${written}${deferral}`;
  const drops = notNull
    .flatMap(({ check }) => (check === undefined ? [] : [check]))
    .map((check) => sql`DROP CONSTRAINT ${nameLike(statement, check)}`);
  const statements = [action, ...(drops.length === 0 ? [] : [drops.join(', ')])];
  return {
    sql: statements.map((one) => `${alter} ${one};`).join('\n'),
    name: snakeCase(`add_${name}`),
    after: 'nothing',
    outsideTransaction: false,
  };
}
