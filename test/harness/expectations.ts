import { statementEnd } from './statements.ts';

/** A finding that must begin in one statement: the lines from the one after the comment to the statement's last. */
export interface StatementExpectation {
  readonly rule: string;
  /** Path of the SQL file, from the fixture's folder. */
  readonly path: string;
  /** From 1, both included. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/** What the comments of one SQL file say. */
export interface FileExpectations {
  readonly statements: readonly StatementExpectation[];
  /** `-- expect-migration: rule, rule`: findings about the migration as a whole. */
  readonly migration: readonly string[];
  /** `-- fails: 23502`: the SQLSTATE with which PostgreSQL stops. */
  readonly fails: string | undefined;
  /** `-- leaves: 5000 "Product" WHERE "newField" IS NULL`: how many rows there are afterwards. */
  readonly leaves: readonly { readonly count: number; readonly rows: string }[];
  /** `-- endless`: a batch loop that never ends. */
  readonly endless: boolean;
}

const COMMENT = /^\s*-- (expect|expect-migration|fails|leaves|endless)(?::\s*(.*?))?\s*$/;

/**
 * Reads the expectations of one SQL file.
 *
 * @throws {Error} for a comment that is misspelt or stands above no statement: an expectation that nobody checks is worse
 *   than none.
 */
export function readExpectations(path: string, text: string): FileExpectations {
  const statements: StatementExpectation[] = [];
  const migration: string[] = [];
  const leaves: { count: number; rows: string }[] = [];
  let fails: string | undefined;
  let endless = false;
  let offset = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const next = offset + line.length + 1;
    const [, kind, value] = COMMENT.exec(line) ?? [];
    if (kind === 'expect') statements.push(...statementExpectations(path, text, next, index + 2, value));
    else if (kind === 'expect-migration') migration.push(...names(path, value));
    else if (kind === 'fails') fails = value;
    else if (kind === 'leaves') leaves.push(leftRows(path, value));
    else if (kind === 'endless') endless = true;
    else if (/^\s*--\s*(expect|fails|leaves)\b.*:/.test(line))
      throw new Error(`${path}:${index + 1} ${line}`);
    offset = next;
  }
  return { statements, migration, fails, leaves, endless };
}

function statementExpectations(
  path: string,
  text: string,
  start: number,
  firstLine: number,
  value: string | undefined,
): StatementExpectation[] {
  if (/^\s*(--|\/\*|$)/.test(text.slice(start).split('\n')[0] ?? '')) {
    throw new Error(`${path}:${firstLine} an expectation stands directly above its statement`);
  }
  const length = text.slice(start, statementEnd(text, start)).trimEnd().split('\n').length;
  return names(path, value).map((rule) => ({ rule, path, firstLine, lastLine: firstLine + length - 1 }));
}

function names(path: string, value: string | undefined): string[] {
  const list = (value ?? '').split(',').map((name) => name.trim());
  if (list.some((name) => !/^[a-z][a-z-]*$/.test(name))) throw new Error(`${path}: no rule names: ${value}`);
  return list;
}

function leftRows(path: string, value: string | undefined): { count: number; rows: string } {
  const [, count, rows] = /^(\d+) (.+)$/.exec(value ?? '') ?? [];
  if (count === undefined || rows === undefined) throw new Error(`${path}: leaves what? ${value}`);
  return { count: Number(count), rows };
}
