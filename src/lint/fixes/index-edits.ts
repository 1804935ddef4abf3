import type { Span } from '../../input/text/types.ts';
import { operationsOfStatement } from '../../model/history/deploy-operations.ts';
import { isAloneInFile } from '../../model/operations/in-body.ts';
import { closingBracket, findKeywords, splitAtCommas } from '../../model/operations/tokens.ts';
import type {
  AddConstraint,
  CreateIndex,
  DropConstraint,
  DropIndex,
  Operation,
} from '../../model/operations/types.ts';
import { editFix } from '../edits/edit-fix.ts';
import { insertAfter } from '../edits/insert.ts';
import { removeStatement } from '../edits/remove.ts';
import { removeWords, replaceText } from '../edits/words.ts';
import type { FixRequest } from '../fix.ts';
import { dropOfInvalid } from './concurrently.ts';
import { isMovable, type FixScene } from './scene.ts';

/**
 * The fix for CREATE INDEX CONCURRENTLY IF NOT EXISTS: DROP INDEX CONCURRENTLY IF EXISTS first, where both commit by themselves; elsewhere
 * IF NOT EXISTS goes, so that an invalid index is an error.
 */
export function skippedInvalidFix(operation: CreateIndex, scene: FixScene): FixRequest | undefined {
  if (!isMovable(operation, scene)) return undefined;
  const rest = removeWords(operation, ['IF', 'NOT', 'EXISTS']);
  const drop = dropOfInvalid(operation, scene);
  return drop === undefined
    ? editFix('unsafe', 'leaves IF NOT EXISTS out', rest)
    : editFix('safe', 'drops what a failed build has left first', drop, rest);
}

/**
 * The fix that leaves an index out that another one makes redundant. Nothing else in the deploy may speak of it, and something has to be
 * left of the migration.
 */
export function leaveIndexOutFix(operation: CreateIndex, scene: FixScene): FixRequest | undefined {
  const { name, statement } = operation;
  if (!isMovable(operation, scene) || name === undefined) return undefined;
  if (isAloneInFile(scene.migration.script)) return undefined;
  const isNamed = scene.deploy.some(({ operations }) =>
    operations.some((other) => other !== operation && namesIndex(other, name)),
  );
  return isNamed ? undefined : editFix('unsafe', 'leaves it out', removeStatement(statement));
}

function namesIndex(operation: Operation, index: string): boolean {
  const named: unknown[] = [];
  if ('index' in operation) named.push(operation.index);
  if ('partitionIndex' in operation) named.push(operation.partitionIndex);
  if ('object' in operation) named.push(operation.object);
  if ('name' in operation) named.push(operation.name);
  if (operation.kind === 'AddConstraint' && 'usingIndex' in operation.constraint)
    named.push(operation.constraint.usingIndex);
  return named.some(
    (one) =>
      one === index || (typeof one === 'object' && one !== null && 'name' in one && one.name === index),
  );
}

/** The fix that takes one key, or one column of INCLUDE, out of an index that has it already. */
export function leaveKeyOutFix(
  operation: CreateIndex,
  { list, position }: { readonly list: 'keys' | 'include'; readonly position: number },
  scene: FixScene,
): FixRequest | undefined {
  if (!isMovable(operation, scene)) return undefined;
  const { source } = operation.statement;
  const tokens = operation.statement.tokens();
  const whole = { start: 0, end: tokens.length };
  const word = findKeywords(tokens, whole, [list === 'keys' ? 'ON' : 'INCLUDE']);
  const open = tokens.findIndex(({ text }, index) => index > word && text === '(');
  if (word < 0 || open < 0) return undefined;
  const close = closingBracket(tokens, open);
  const parts = splitAtCommas(tokens, { start: open + 1, end: close });
  const part = parts[position];
  if (part === undefined) return undefined;
  const isOnly = parts.length === 1;
  const previous = parts[position - 1];
  let span: Span | undefined;
  if (isOnly) {
    if (list === 'keys') return undefined;
    span = between(tokens[word - 1]?.span.end, tokens[close]?.span.end);
  } else if (previous !== undefined)
    span = between(tokens[previous.end - 1]?.span.end, tokens[part.end - 1]?.span.end);
  else span = between(tokens[part.start]?.span.start, tokens[parts[1]?.start ?? 0]?.span.start);
  return span && editFix('unsafe', 'leaves it out', replaceText({ source, span }, ''));
}

function between(start: number | undefined, end: number | undefined): Span | undefined {
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** The fix that puts the drop of an index behind the statement of the same file that builds its replacement. */
export function dropLaterFix(
  operation: DropIndex | DropConstraint,
  next: CreateIndex | AddConstraint,
  scene: FixScene,
): FixRequest | undefined {
  const { operations } = scene.migration;
  const [from, to] = [operations.indexOf(operation), operations.indexOf(next)];
  if (!isMovable(operation, scene) || !isMovable(next, scene) || from < 0 || to < from) return undefined;
  if (next.kind === 'AddConstraint' && next.constraint.type === 'primary key') return undefined;
  if (nameOf(next) === nameOf(operation) || nameOf(next) === undefined) return undefined;
  const isWhole = [operation, next].every(
    ({ statement }) => operationsOfStatement(statement, scene.deploy).length === 1,
  );
  const isBetween = operations
    .slice(from + 1, to)
    .some((other) => 'table' in other && other.kind !== 'CreateIndex');
  if (!isWhole || isBetween) return undefined;
  const removed = removeStatement(operation.statement);
  const span = removed?.[0]?.span;
  if (span === undefined) return undefined;
  const text = operation.statement.source.text.slice(span.start, span.end).trim();
  if (!text.endsWith(';')) return undefined;
  return editFix('safe', 'drops it afterwards', removed, insertAfter(next.statement, text));
}

function nameOf(operation: DropIndex | DropConstraint | CreateIndex | AddConstraint): string | undefined {
  switch (operation.kind) {
    case 'DropIndex':
      return operation.index.name;
    case 'DropConstraint':
      return operation.constraint;
    case 'AddConstraint':
      return operation.constraint.name;
    case 'CreateIndex':
      return operation.name;
    default:
      return operation satisfies never;
  }
}
