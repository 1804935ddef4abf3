import type { PlanRequest } from '../../lint/plan-request.ts';
import { fieldsOf } from '../../model/operations/nodes.ts';
import { isSameObject } from '../../model/operations/same-object.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { pageKey } from '../../model/history/page-key.ts';
import { snakeCase } from '../../model/history/name-pattern.ts';
import { partsOf } from '../../model/loops/row-bounds.ts';
import type { Delete, Update } from '../../model/operations/types.ts';
import { namesIn } from '../ddl/written.ts';
import { backfillStep } from './backfill-step.ts';
import { doneRows } from './rows-done.ts';
import { refused } from './steps.ts';
import type { PlanOutcome, PlanScene } from './types.ts';

/** UPDATE or DELETE of any number of rows as a loop over batches, in a migration of its own. */
export function batchedWrite(
  { operation }: Extract<PlanRequest, { readonly plan: 'batched write' }>,
  scene: PlanScene,
): PlanOutcome {
  const catalog = scene.catalogBefore(operation);
  const table = catalog.table(operation.table);
  const key = table && pageKey(table);
  const name = displayName(operation.table);
  if (table === undefined || key === undefined)
    return refused(`${name} has no primary key or other unique key to go through its rows by.`);
  const written = readWrite(operation);
  if (written === undefined)
    return refused(`The write of ${name} has WITH or RETURNING, or stands in a body.`);
  const twice = changesTwice(operation, written);
  if (twice !== undefined) return refused(twice);
  const others = (operation.kind === 'Update' ? operation.from : operation.using).flatMap(
    (other) => catalog.table(other) ?? [],
  );
  const { alias } = partsOf(operation);
  // Other tables of the statement may have columns of the same names.
  const qualifier = alias === table.name.name && others.length === 0 ? undefined : quoteIdentifier(alias);
  const { done, condition } = doneRows(operation, table, catalog, qualifier);
  const step = backfillStep(
    {
      table,
      key,
      others,
      head: written.head,
      qualifier,
      conditions: [written.where, condition].filter((one) => one !== undefined),
      rows: scene.conventions.batchRows,
    },
    nameOf(operation),
    scene.project.runner,
    done,
  );
  return { kind: 'plans', plans: [{ operation, origin: { kind: 'removed', whole: true }, steps: [step] }] };
}

interface WrittenWrite {
  /** Up to WHERE. */
  readonly head: string;
  readonly where: string | undefined;
}

/** The statement's own text; undefined where it has more than one write's clauses. */
function readWrite(operation: Update | Delete): WrittenWrite | undefined {
  const { statement } = operation;
  const update = fieldsOf(statement.tree, 'UpdateStmt');
  const node = update ?? fieldsOf(statement.tree, 'DeleteStmt');
  if (node === undefined || node.withClause !== undefined) return undefined;
  if ('returningClause' in node && node.returningClause !== undefined) return undefined;
  if ('returningList' in node && node.returningList !== undefined) return undefined;
  const { source, span } = statement;
  const all = source.text.slice(span.start, span.end);
  if (node.whereClause === undefined) return { head: all.trimEnd(), where: undefined };
  const where = operation.at('where').span;
  const clause = source.text.slice(where.start, where.end);
  if (!/^where\b/i.test(clause) || where.end < span.start + all.trimEnd().length) return undefined;
  return { head: source.text.slice(span.start, where.start).trimEnd(), where: clause.slice(5).trim() };
}

/** Why the write must not be made twice: batches share the row at their border, and after an error the loop begins again. */
function changesTwice(operation: Update | Delete, { head, where }: WrittenWrite): string | undefined {
  const name = displayName(operation.table);
  const names = namesIn(`${head} ${where ?? ''}`);
  const own = operation.table.name;
  const others = operation.kind === 'Update' ? operation.from : operation.using;
  const subqueries = /\bselect\b/i.test(`${head} ${where ?? ''}`);
  if (
    others.some((other) => isSameObject(other, operation.table)) ||
    (subqueries && isNamedTwice(head, where, own))
  )
    return `The write of ${name} reads ${name} itself, which batches change in between.`;
  if (operation.kind === 'Delete') return undefined;
  const assigned = operation.assignments.map(({ column }) => column);
  const read = operation.assignments.flatMap(({ reads }) => reads);
  const again = assigned.find((column) => read.includes(column));
  if (again !== undefined)
    return `The UPDATE of ${name} computes ${quoteIdentifier(again)} from itself, so that a second run after an error would change rows twice.`;
  return names.size === 0 ? `The write of ${name} names nothing.` : undefined;
}

function isNamedTwice(head: string, where: string | undefined, table: string): boolean {
  const [, ...rest] = `${head} ${where ?? ''}`.toLowerCase().split(table.toLowerCase());
  return rest.length > 1;
}

function nameOf(operation: Update | Delete): string {
  const { name } = operation.table;
  if (operation.kind === 'Delete') return snakeCase(`delete_from_${name}`);
  const columns = operation.assignments.map(({ column }) => column);
  return snakeCase(['backfill', name, ...columns.slice(0, 2)].join('_'));
}
