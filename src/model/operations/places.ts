/** Where operations, and the parts of them that a finding points at, stand in their file. */
import type { Token } from '../../input/sql/types.ts';
import type { Place, Span } from '../../input/text/types.ts';
import {
  actionClause,
  alteredName,
  columnClause,
  constraintClause,
  partOfClause,
  rowClause,
} from './clauses.ts';
import type { Clause } from './clauses.ts';
import { afterName, findKeywords, findName, isKeyword, spanOfRange } from './tokens.ts';
import type { TokenRange } from './tokens.ts';
import type {
  AddColumn,
  AddConstraint,
  ConstraintDefinition,
  CreateTable,
  CreateType,
  Operation,
  OperationBase,
  Part,
} from './types.ts';

function at(this: OperationBase, part?: Part): Place {
  const { source, span } = this.statement;
  return { source, span: spanOf(this as Operation, part) ?? span };
}

/**
 * The `at` of every operation: the place of its ALTER TABLE action, or its statement; with a part, of that part. One function
 * for all, which reads the operation from `this`.
 */
export const operationPlace: OperationBase['at'] = at;

function spanOf(operation: Operation, part: Part | undefined): Span | undefined {
  if (part === 'statement' || (part === undefined && operation.action === undefined)) return undefined;
  const tokens = operation.statement.tokens();
  const clause = clauseOf(operation, tokens);
  const range = part === undefined ? undefined : partRange(operation, tokens, clause, part);
  return spanOfRange(tokens, range ?? clause.range);
}

const rowKeywords: Readonly<Partial<Record<Operation['kind'], readonly string[]>>> = {
  Insert: ['INSERT', 'INTO'],
  Update: ['UPDATE'],
  Delete: ['DELETE', 'FROM'],
  Merge: ['MERGE', 'INTO'],
};

/** The tokens that an operation is written with. */
function clauseOf(operation: Operation, tokens: readonly Token[]): Clause {
  const whole: Clause = { range: { start: 0, end: tokens.length }, name: -1 };
  if (operation.action !== undefined) return actionClause(tokens, operation.action) ?? whole;
  const keywords = rowKeywords[operation.kind];
  const table = 'table' in operation ? operation.table?.name : undefined;
  return keywords === undefined || table === undefined
    ? whole
    : (rowClause(tokens, keywords, table) ?? whole);
}

function partRange(
  operation: Operation,
  tokens: readonly Token[],
  clause: Clause,
  part: Part,
): TokenRange | undefined {
  switch (part) {
    case 'table':
      return one(tableToken(operation, tokens, clause));
    case 'column':
      return one(columnToken(operation, tokens, clause));
    case 'name':
      return one(nameToken(operation, tokens, clause));
    case 'constraint':
      return one(constraintToken(operation, tokens, clause)) ?? partOfClause(tokens, clause, part);
    case 'type':
      return 'type' in operation && operation.action === undefined
        ? one(nameToken(operation, tokens, clause))
        : partOfClause(tokens, clause, part);
    case 'if exists':
      // ALTER TABLE IF EXISTS stands in front of the actions.
      return partOfClause(tokens, clause, part) ?? partOfClause(tokens, wholeOf(tokens), part);
    default:
      return partOfClause(tokens, clause, part);
  }
}

function wholeOf(tokens: readonly Token[]): Clause {
  return { range: { start: 0, end: tokens.length }, name: -1 };
}

function one(index: number): TokenRange | undefined {
  return index < 0 ? undefined : { start: index, end: index + 1 };
}

/** The fields that can hold the name of what an operation is about, the most particular first. */
const nameFields = [
  'name',
  'index',
  'view',
  'sequence',
  'trigger',
  'rule',
  'routine',
  'role',
  'object',
  'type',
  'table',
];

function ownName(operation: Operation): string | undefined {
  const fields = operation as unknown as Readonly<Record<string, unknown>>;
  for (const field of nameFields) {
    const value = fields[field];
    if (typeof value === 'string') return value;
    if (typeof value === 'object' && value !== null && 'name' in value) return String(value.name);
  }
  return undefined;
}

/** The token of what the operation is about: an action's column or constraint, else the object's name after the keywords. */
function nameToken(operation: Operation, tokens: readonly Token[], clause: Clause): number {
  if (operation.action !== undefined || clause.name >= 0) return clause.name;
  // CREATE INDEX ON … names no index: there is nothing to point at.
  const name = operation.kind === 'CreateIndex' ? operation.name : ownName(operation);
  return name === undefined
    ? -1
    : findName(tokens, { start: Math.min(2, tokens.length - 1), end: tokens.length }, name);
}

function tableToken(operation: Operation, tokens: readonly Token[], clause: Clause): number {
  if (operation.action !== undefined) return alteredName(tokens);
  if (clause.name >= 0) return clause.name;
  const table = 'table' in operation ? operation.table?.name : undefined;
  if (table === undefined) return -1;
  return findName(tokens, { start: tableStart(operation, tokens), end: tokens.length }, table);
}

/** Of an index, trigger, policy or rule, the table stands behind the ON that follows its name. */
function tableStart(operation: Operation, tokens: readonly Token[]): number {
  const hasOwnName = 'name' in operation || operation.kind === 'CommentOn' || operation.kind === 'Rename';
  if (!hasOwnName) return 1;
  const own =
    operation.kind === 'CommentOn' || operation.kind === 'Rename' ? operation.object.name : operation.name;
  const name = typeof own === 'string' ? findName(tokens, { start: 2, end: tokens.length }, own) : 0;
  const on = findKeywords(tokens, { start: Math.max(name, 0), end: tokens.length }, ['ON']);
  return on < 0 ? 1 : on + 1;
}

function columnToken(operation: Operation, tokens: readonly Token[], clause: Clause): number {
  if (operation.action !== undefined) return clause.name;
  switch (operation.kind) {
    case 'RenameColumn': {
      const rename = findKeywords(tokens, { start: alteredName(tokens) + 1, end: tokens.length }, ['RENAME']);
      return findName(tokens, { start: rename + 1, end: tokens.length }, operation.column);
    }
    case 'CommentOn':
      // COMMENT ON COLUMN schema.table.column: the last part of the name.
      return operation.column === undefined ? -1 : afterName(tokens, 3) - 1;
    case 'CreateIndex': {
      const column = operation.elements[0]?.column;
      if (column === undefined) return -1;
      const on = findKeywords(tokens, clause.range, ['ON']);
      const open = tokens.findIndex((token, index) => index > on && token.text === '(');
      return findName(tokens, { start: open + 1, end: tokens.length }, column);
    }
    default:
      return -1;
  }
}

function constraintToken(operation: Operation, tokens: readonly Token[], clause: Clause): number {
  if (operation.kind === 'RenameConstraint') {
    const constraint = findKeywords(tokens, { start: alteredName(tokens) + 1, end: tokens.length }, [
      'CONSTRAINT',
    ]);
    return constraint < 0 ? -1 : constraint + 1;
  }
  const isOfAction = operation.kind !== 'AddColumn' && 'constraint' in operation;
  return operation.action !== undefined && isOfAction ? clause.name : -1;
}

/**
 * The place of a column's definition in CREATE TABLE or CREATE TYPE, or of a part of it; the operation's own place if the
 * column is not written there.
 */
export function columnPlace(operation: CreateTable | CreateType, column: string, part?: Part): Place {
  const tokens = operation.statement.tokens();
  return placeIn(operation, tokens, columnClause(tokens, column), part);
}

/** The place of the nth table constraint of CREATE TABLE, from 0, or of a part of it. */
export function constraintPlace(operation: CreateTable, index: number, part?: Part): Place {
  const tokens = operation.statement.tokens();
  return placeIn(operation, tokens, constraintClause(tokens, index), part);
}

/**
 * The place of a constraint that an operation defines: its own, the column's that it is written behind, or the operation's where it is
 * not found.
 *
 * @param definition as written, or as the catalog has it.
 */
export function definitionPlace(
  operation: CreateTable | AddColumn | AddConstraint,
  definition: ConstraintDefinition,
): Place {
  if (operation.kind !== 'CreateTable') return operation.at();
  const isIt = (one: ConstraintDefinition): boolean => isSameDefinition(one, definition);
  const column = operation.columns.find(({ constraints }) => constraints.some(isIt));
  if (column !== undefined) return columnPlace(operation, column.name);
  const index = operation.constraints.findIndex(isIt);
  return index < 0 ? operation.at() : constraintPlace(operation, index);
}

function isSameDefinition(one: ConstraintDefinition, other: ConstraintDefinition): boolean {
  if (one.type !== other.type) return false;
  if (one.name !== undefined && one.name === other.name) return true;
  if (one.type === 'foreign key' && other.type === 'foreign key')
    return (
      one.references.name === other.references.name && one.columns.join('\0') === other.columns.join('\0')
    );
  return one === other;
}

function placeIn(
  operation: Operation,
  tokens: readonly Token[],
  clause: Clause | undefined,
  part: Part | undefined,
): Place {
  if (clause === undefined) return operation.at();
  const isName = part === 'name' || part === 'column' || (part === 'constraint' && isNamed(tokens, clause));
  const range = isName ? one(clause.name) : part && partOfClause(tokens, clause, part);
  const span = spanOfRange(tokens, range ?? clause.range);
  return { source: operation.statement.source, span: span ?? operation.statement.span };
}

function isNamed(tokens: readonly Token[], clause: Clause): boolean {
  return clause.name >= 0 && isKeyword(tokens[clause.range.start], 'CONSTRAINT');
}
