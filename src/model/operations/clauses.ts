/** The clauses of a statement among its tokens: an ALTER TABLE action, a column's definition, DEFAULT, WHERE and so on. */
import { tokenName } from '../../input/sql/tokens.ts';
import type { Token } from '../../input/sql/types.ts';
import {
  afterIfExists,
  afterName,
  bracketStep,
  closingBracket,
  findKeywords,
  findName,
  isKeyword,
  splitAtCommas,
} from './tokens.ts';
import type { TokenRange } from './tokens.ts';
import type { Part } from './types.ts';

/** A clause and the name that it is about. */
export interface Clause {
  readonly range: TokenRange;
  /** The index of the name's token; -1 where the clause names nothing. */
  readonly name: number;
}

/** The index after `ALTER [FOREIGN] TABLE [IF EXISTS] [ONLY] name [*]` and its kin; `name` is the name's own token. */
function alterHead(tokens: readonly Token[]): { end: number; name: number } {
  const twoWords = isKeyword(tokens[1], 'FOREIGN') || isKeyword(tokens[1], 'MATERIALIZED');
  let index = afterIfExists(tokens, twoWords ? 3 : 2);
  if (isKeyword(tokens[index], 'ONLY')) index++;
  if (tokens[index]?.text === '(') index++;
  let end = afterName(tokens, index);
  const name = end - 1;
  if (tokens[end]?.text === ')') end++;
  if (tokens[end]?.text === '*') end++;
  return { end, name };
}

/** The token of the altered object's name. */
export function alteredName(tokens: readonly Token[]): number {
  return alterHead(tokens).name;
}

/** The nth action of ALTER TABLE and its kin, counted from 0 as written, and the column or constraint that it names. */
export function actionClause(tokens: readonly Token[], action: number): Clause | undefined {
  const actions = splitAtCommas(tokens, { start: alterHead(tokens).end, end: tokens.length });
  const range = actions[action];
  return range && { range, name: actionName(tokens, range) };
}

const namedByAction = new Set(['COLUMN', 'CONSTRAINT', 'ATTRIBUTE']);
const unnamedKeywords = new Set(['PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN', 'EXCLUDE', 'NOT']);

function actionName(tokens: readonly Token[], range: TokenRange): number {
  let index = range.start + 1;
  const word = tokens[index];
  if (word?.kind === 'keyword' && namedByAction.has(word.value)) index++;
  index = afterIfExists(tokens, index);
  const token = tokens[index];
  const isName = token !== undefined && index < range.end && tokenName(token) !== undefined;
  return isName && !(token.kind === 'keyword' && unnamedKeywords.has(token.value)) ? index : -1;
}

/** The definitions in the first parentheses of CREATE TABLE or CREATE TYPE. */
export function definitions(tokens: readonly Token[]): TokenRange[] {
  const open = tokens.findIndex((token) => token.text === '(');
  if (open < 0) return [];
  return splitAtCommas(tokens, { start: open + 1, end: closingBracket(tokens, open) });
}

/** The definition of a column in CREATE TABLE or CREATE TYPE. */
export function columnClause(tokens: readonly Token[], column: string): Clause | undefined {
  const range = definitions(tokens).find(({ start }) => {
    const token = tokens[start];
    return token !== undefined && tokenName(token) === column && !isTableConstraint(token);
  });
  return range && { range, name: range.start };
}

/** The nth table constraint of CREATE TABLE, from 0. */
export function constraintClause(tokens: readonly Token[], index: number): Clause | undefined {
  const range = definitions(tokens).filter(({ start }) => isTableConstraint(tokens[start]))[index];
  if (range === undefined) return undefined;
  return { range, name: isKeyword(tokens[range.start], 'CONSTRAINT') ? range.start + 1 : -1 };
}

// All but EXCLUDE are reserved: no column has such a name without quotes.
const constraintStarts = new Set(['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK', 'EXCLUDE', 'NOT']);

function isTableConstraint(token: Token | undefined): boolean {
  return token?.kind === 'keyword' && constraintStarts.has(token.value);
}

/** INSERT, UPDATE, DELETE or MERGE of a table, also inside WITH: from its first keyword to its end. */
export function rowClause(
  tokens: readonly Token[],
  keywords: readonly string[],
  table: string,
): Clause | undefined {
  for (let from = 0; from < tokens.length; from++) {
    const start = findKeywords(tokens, { start: from, end: tokens.length }, keywords, true);
    if (start < 0) return undefined;
    let index = start + keywords.length;
    if (isKeyword(tokens[index], 'ONLY')) index++;
    const name = afterName(tokens, index) - 1;
    if (findName(tokens, { start: name, end: name + 1 }, table) === name) {
      return { range: { start, end: endOfLevel(tokens, name + 1) }, name };
    }
    from = start;
  }
  return undefined;
}

/** The index of the bracket that closes the level which `index` is in; the end if none does. */
function endOfLevel(tokens: readonly Token[], index: number): number {
  let depth = 0;
  for (let at = index; at < tokens.length; at++) {
    depth += bracketStep(tokens[at]);
    if (depth < 0) return at;
  }
  return tokens.length;
}

const columnKeywords = new Set([
  'CONSTRAINT',
  'NOT',
  'NULL',
  'DEFAULT',
  'PRIMARY',
  'UNIQUE',
  'CHECK',
  'REFERENCES',
  'GENERATED',
  'COLLATE',
  'DEFERRABLE',
  'INITIALLY',
  'STORAGE',
  'COMPRESSION',
  'USING',
]);
const rowKeywords = new Set([
  'RETURNING',
  'ORDER',
  'LIMIT',
  'GROUP',
  'HAVING',
  'UNION',
  'INTERSECT',
  'EXCEPT',
]);
const constraintForms: readonly (readonly string[])[] = [
  ['PRIMARY', 'KEY'],
  ['FOREIGN', 'KEY'],
  ['UNIQUE'],
  ['CHECK'],
  ['EXCLUDE'],
  ['REFERENCES'],
];

/** A part of a clause by its keywords; undefined where the clause has no such part. */
export function partOfClause(tokens: readonly Token[], clause: Clause, part: Part): TokenRange | undefined {
  const { range } = clause;
  switch (part) {
    case 'concurrently':
      return keywordRange(tokens, range, ['CONCURRENTLY']);
    case 'cascade':
      return keywordRange(tokens, range, ['CASCADE']);
    case 'not null':
      return keywordRange(tokens, range, ['NOT', 'NULL']);
    case 'if exists':
      return (
        keywordRange(tokens, range, ['IF', 'EXISTS']) ?? keywordRange(tokens, range, ['IF', 'NOT', 'EXISTS'])
      );
    case 'where':
      return fromKeyword(tokens, range, 'WHERE', rowKeywords);
    case 'default':
      return fromKeyword(tokens, range, 'DEFAULT', columnKeywords);
    case 'references':
      return referencesRange(tokens, range);
    case 'type':
      return typeRange(tokens, clause);
    case 'constraint':
      return constraintForms
        .map((form) => keywordRange(tokens, range, form))
        .find((found) => found !== undefined);
    default:
      return undefined;
  }
}

function keywordRange(
  tokens: readonly Token[],
  range: TokenRange,
  keywords: readonly string[],
): TokenRange | undefined {
  const start = findKeywords(tokens, range, keywords);
  return start < 0 ? undefined : { start, end: start + keywords.length };
}

/** From a keyword to the next of the stops outside brackets; the keyword has at least one token after it. */
function fromKeyword(
  tokens: readonly Token[],
  range: TokenRange,
  keyword: string,
  stops: ReadonlySet<string>,
): TokenRange | undefined {
  const start = findKeywords(tokens, range, [keyword]);
  return start < 0 ? undefined : { start, end: upTo(tokens, start + 1, range.end, stops) };
}

function upTo(tokens: readonly Token[], start: number, end: number, stops: ReadonlySet<string>): number {
  let depth = bracketStep(tokens[start]);
  for (let index = start + 1; index < end; index++) {
    const token = tokens[index];
    if (depth === 0 && token?.kind === 'keyword' && stops.has(token.value)) return index;
    depth += bracketStep(token);
  }
  return end;
}

function referencesRange(tokens: readonly Token[], range: TokenRange): TokenRange | undefined {
  const start = findKeywords(tokens, range, ['REFERENCES']);
  if (start < 0) return undefined;
  const end = afterName(tokens, start + 1);
  return { start, end: tokens[end]?.text === '(' ? closingBracket(tokens, end) + 1 : end };
}

/** A type stands after the column's name, or after TYPE in ALTER COLUMN. */
function typeRange(tokens: readonly Token[], { range, name }: Clause): TokenRange | undefined {
  if (name < 0) return undefined;
  const isChange = isKeyword(tokens[range.start], 'ALTER');
  const keyword = isChange ? findKeywords(tokens, { start: name + 1, end: range.end }, ['TYPE']) : name;
  if (keyword < 0 || keyword + 1 >= range.end) return undefined;
  return { start: keyword + 1, end: upTo(tokens, keyword + 1, range.end, columnKeywords) };
}
