import { windowsOf, type LockWindow } from '../lint/trace-windows.ts';
import type { TracedMigration, TracedStatement } from '../lint/trace.ts';
import { displayName, displayNames } from '../model/operations/display-name.ts';
import { lineOf } from './effect-words.ts';
import type { Drawing } from './effects-text.ts';
import { groupBy } from './group-by.ts';
import { wrapText } from './terminal-text.ts';
import { counted, listed } from './words.ts';

/** How many pieces of slow work are named for one window. */
const NAMED = 3;

/** How many windows are shown. */
const WINDOWS = 8;

/** The longest line of prose. */
const PROSE_EDGE = 120;

/**
 * A migration in sum: which tables are blocked, for what, from which line to which, and the longest of these windows.
 *
 * @returns finished lines.
 */
export function windowLines(migration: TracedMigration, { width, colors }: Drawing): readonly string[] {
  const windows = migration.transactions.flatMap(windowsOf);
  const room = Math.max(30, Math.min(width, PROSE_EDGE) - 6);
  const refused = wrapText(refusedWords(migration), room).map((line) => `    ${colors.red(line)}`);
  const stops = migration.transactions.some(({ statements }) => statements.some(isRefused)) ? refused : [];
  const head = `  ${colors.bold('In sum')}`;
  if (windows.length === 0)
    return [head, ...stops, '    Nobody waits: nothing that was there before is blocked.'];
  const alike = groupBy(
    windows,
    ({ blocks, statements }) => `${blocks} ${linesWords(statements)} ${statements.length}`,
  );
  const longest = windows.reduce((best, window) => (isLonger(window, best) ? window : best));
  const more = alike.size > WINDOWS + 1 ? [`    and ${alike.size - WINDOWS} more`] : [];
  const shown = [...alike.values()].slice(0, more.length > 0 ? WINDOWS : alike.size);
  const lines = shown.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const paint = first.blocks === 'writes' ? colors.yellow : colors.red;
    return wrapText(windowWords(first, group), room).map(
      (line, index) => `${index === 0 ? '    ' : '      '}${paint(line)}`,
    );
  });
  const tail =
    longest.statements.length > 1
      ? wrapText(`Longest: ${longestWords(longest)}`, room).map((line) => `    ${line}`)
      : [];
  return [head, ...stops, ...lines, ...more, ...tail];
}

const isRefused = ({ refused }: TracedStatement): boolean => refused !== undefined;

/** Where PostgreSQL stops. */
function refusedWords({ transactions }: TracedMigration): string {
  const first = transactions.flatMap(({ statements }) => statements).find(isRefused);
  if (first?.refused === undefined) return '';
  return `PostgreSQL stops at line ${lineOf(first)}: ${first.refused} cannot run inside a transaction. Nothing of the transaction stays.`;
}

function windowWords(window: LockWindow, group: readonly LockWindow[]): string {
  const names = displayNames(
    group.map(({ relation }) => relation),
    'relations',
  );
  const { blocks, statements } = window;
  const who = blocks === 'writes' ? 'Writes to' : 'Reads and writes of';
  const from = `${who} ${listed(names)} wait ${linesWords(statements)}`;
  const until = statements.length > 1 ? ', until the transaction ends' : '';
  return `${from}${until}, ${throughWords(window)}`;
}

/** `in line 7`, `from line 7 to 9`. */
function linesWords(statements: LockWindow['statements']): string {
  const [first] = statements;
  const last = statements.at(-1);
  if (first === undefined || last === undefined) return '';
  const [from, to] = [lineOf(first), lineOf(last)];
  return from === to ? `in line ${from}` : `from line ${from} to ${to}`;
}

/** What keeps them waiting: `through an index build on users (line 8)`. */
function throughWords({ statements, through }: LockWindow): string {
  const words = through.map(({ effect, statement }) => {
    const place = `${displayName(effect.relation)} (line ${lineOf(statement)})`;
    switch (effect.work) {
      case 'rewrite':
        return `a rewrite of ${place}`;
      case 'index build':
        return `an index build on ${place}`;
      case 'scan':
        return `a full scan of ${place}`;
      case 'rows':
        return `any number of rows of ${place}`;
      case 'metadata':
        return `work on ${place}`;
      default:
        return effect.work satisfies never;
    }
  });
  const once = [...new Set(words)];
  if (once.length === 0)
    return statements.length > 1 ? 'with no slow work meanwhile' : 'for an instant once the lock is there';
  const shown =
    once.length > NAMED + 1
      ? [...once.slice(0, NAMED), `${once.length - NAMED} more pieces of slow work`]
      : once;
  return `through ${listed(shown)}`;
}

function longestWords(window: LockWindow): string {
  const { relation, statements, through } = window;
  const slow = new Set(through.map(({ statement }) => statement)).size;
  const work = slow === 0 ? 'all of them quick' : `${slow} of them slow`;
  return `${displayName(relation)} ${linesWords(statements)}, ${counted(statements.length, 'statement')}, ${work}`;
}

/** More slow work is longer; then reads and writes count more than writes, then the number of statements. */
function isLonger(a: LockWindow, b: LockWindow): boolean {
  const rank = ({ blocks, statements, through }: LockWindow): readonly number[] => [
    through.length,
    blocks === 'writes' ? 0 : 1,
    statements.length,
  ];
  const [x, y] = [rank(a), rank(b)];
  const differs = x.findIndex((value, index) => value !== y[index]);
  return differs >= 0 && (x[differs] ?? 0) > (y[differs] ?? 0);
}
