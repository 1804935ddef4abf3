import { positionAt } from '../input/text/positions.ts';
import type { TracedMigration, TracedStatement } from '../lint/trace.ts';
import type { Effect } from '../model/effects/types.ts';
import { blockedBy } from '../model/operations/lock-modes.ts';
import type { LockMode } from '../model/operations/types.ts';
import { textWithoutSecrets } from './text-without-secrets.ts';

/** The longest text that is made of a statement; no terminal is wider. */
const LONGEST = 400;

/** A statement's SQL on one line: comments left out, white space made single, passwords made asterisks. */
export function oneLineSql({ statement }: TracedStatement, { comments }: TracedMigration): string {
  const { span } = statement;
  const sql = textWithoutSecrets(statement);
  const end = Math.min(span.end, span.start + LONGEST);
  let text = '';
  let from = span.start;
  for (const comment of comments) {
    if (comment.span.start >= end) break;
    if (comment.span.end <= from) continue;
    text += `${sql.slice(from, Math.max(from, comment.span.start))} `;
    from = comment.span.end;
  }
  text += sql.slice(Math.min(from, end), end);
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  return end < span.end ? `${line}…` : line;
}

/** The line that a statement begins in. */
export function lineOf({ statement }: TracedStatement): number {
  return positionAt(statement.source, statement.span.start).line;
}

/** What a lock keeps from working, in words. */
export function blocksWords(lock: LockMode, online: boolean): string {
  const blocked = online ? 'nothing' : blockedBy(lock);
  return blocked === 'nothing' ? 'blocks nothing ordinary' : `blocks ${blocked}`;
}

/**
 * What is done to a relation, in words.
 *
 * @param isSlow whether it takes longer the more rows there are.
 */
export function workWords({ work }: Effect, isSlow: boolean): string {
  switch (work) {
    case 'metadata':
      return 'metadata only';
    case 'rewrite':
      return 'rewrite';
    case 'index build':
      return 'index build';
    case 'scan':
      return isSlow ? 'full scan' : 'lookups';
    case 'rows':
      return isSlow ? 'any number of rows' : 'single rows';
    default:
      return work satisfies never;
  }
}
