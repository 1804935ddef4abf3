import type { PlanRequest } from '../../lint/plan-request.ts';
import { actionClause } from '../../model/operations/clauses.ts';
import { snakeCase } from '../../model/history/name-pattern.ts';
import type { ConstraintDefinition } from '../../model/operations/types.ts';
import { readKeyClause } from './key-clause.ts';
import { nameLike, sqlLike, tableLike } from './manner.ts';
import { buildStep, refused, validateStep } from './steps.ts';
import type { PlanOutcome, PlanStep } from './types.ts';
import { writtenConstraints, type WrittenConstraint } from './written-constraints.ts';

type Request = Extract<PlanRequest, { readonly plan: 'column without constraints' }>;
type Operation = Request['operation'];

/**
 * ADD COLUMN without the constraints that would make PostgreSQL read or index the whole table. A CHECK or foreign key is added beside it
 * with NOT VALID, and validated later; the index of UNIQUE is built outside a transaction. A foreign key of a column without a value stays:
 * there is nothing to check.
 */
export function columnWithoutConstraints({ operation }: Request): PlanOutcome {
  const { action, column, statement } = operation;
  const tokens = statement.tokens();
  const range = action === undefined ? undefined : actionClause(tokens, action)?.range;
  const written = range === undefined ? [] : writtenConstraints(tokens, range);
  if (range === undefined || written.length !== column.constraints.length)
    return refused(`The constraints of ${column.name} cannot be told apart.`);
  const { path, text } = statement.source;
  const edits: { path: string; span: { start: number; end: number }; text: string }[] = [];
  const beside: string[] = [];
  const steps: PlanStep[] = [];
  for (const [index, one] of written.entries()) {
    const definition = column.constraints[index];
    if (definition?.name === undefined || definition.type !== one.type)
      return refused(`The constraints of ${column.name} cannot be told apart.`);
    if (one.type === 'foreign key' && !hasValue(operation)) continue;
    if (one.type === 'primary key') return refused(`${column.name} is written as the primary key.`);
    const start = tokens[one.range.start - 1]?.span.end ?? 0;
    const end = tokens[one.range.end - 1]?.span.end ?? 0;
    edits.push({ path, span: { start, end }, text: '' });
    if (one.type === 'unique') {
      const unique = uniqueSteps(operation, definition, one);
      if (unique === undefined)
        return refused(`${definition.name} has no index that CREATE INDEX could build.`);
      steps.push(...unique);
    } else {
      beside.push(notValid(operation, definition, text.slice(tokens[one.body]?.span.start ?? 0, end)));
      steps.push(validateStep(operation, definition.name));
    }
  }
  const end = operation.at().span.end;
  if (beside.length > 0) {
    const last = edits.at(-1);
    const added = beside.map((one) => `, ${one}`).join('');
    // Two edits must not touch each other.
    if (last?.span.end === end) last.text = added;
    else edits.push({ path, span: { start: end, end }, text: added });
  }
  return { kind: 'plans', plans: [{ operation, origin: { kind: 'edited', edits }, steps }] };
}

/** Whether the rows that are there get a value of the new column. */
function hasValue({ column }: Operation): boolean {
  const { default: value, generated, identity, type } = column;
  return value !== undefined || generated !== undefined || identity !== undefined || type.serial;
}

/** The action that adds the constraint as one of the table. */
function notValid(
  { column, statement }: Operation,
  { name, type }: ConstraintDefinition,
  body: string,
): string {
  const sql = sqlLike(statement);
  const key = type === 'foreign key' ? sql`FOREIGN KEY (${nameLike(statement, column.name)}) ` : '';
  return sql`ADD CONSTRAINT ${nameLike(statement, name ?? '')} ${key}${body} NOT VALID`;
}

function uniqueSteps(
  operation: Operation,
  { name = '' }: ConstraintDefinition,
  { body, range }: WrittenConstraint,
): readonly PlanStep[] | undefined {
  const { column, statement, table } = operation;
  const sql = sqlLike(statement);
  const columns = `(${nameLike(statement, column.name)})`;
  const { text } = statement.source;
  const key = readKeyClause(text, statement.tokens(), { start: body, end: range.end }, columns);
  if (key === undefined) return undefined;
  const index = nameLike(statement, name);
  return [
    buildStep(operation, { index: name, keys: key.index, unique: true }),
    {
      sql: sql`ALTER TABLE ${tableLike(statement, table)} ADD CONSTRAINT ${index} UNIQUE USING INDEX ${index}${key.deferral};`,
      name: snakeCase(`add_${name}`),
      after: 'nothing',
      outsideTransaction: false,
    },
  ];
}
