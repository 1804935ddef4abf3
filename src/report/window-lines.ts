import { windowsOf, type LockWindow } from '../lint/trace-windows.ts';
import type { TracedMigration, TracedTransaction } from '../lint/trace.ts';
import { displayName, displayNames } from '../model/operations/display-name.ts';
import type { Places } from './effect-places.ts';
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
 * Migrations in sum that are shown together: which tables are blocked, for what, from where to where, and the longest of these
 * windows. Where they are one transaction, a window goes on from file to file.
 *
 * @param places how their statements are called.
 * @returns finished lines.
 */
export function windowLines(
  migrations: readonly TracedMigration[],
  places: Places,
  { width, colors }: Drawing,
): readonly string[] {
  const transactions = wholeTransactions(migrations);
  const windows = transactions.flatMap(windowsOf);
  const room = Math.max(30, Math.min(width, PROSE_EDGE) - 6);
  const stops = [refusedWords(transactions, places), ...emptyWords(transactions, places)]
    .filter((words) => words !== '')
    .flatMap((words) => wrapText(words, room).map((line) => `    ${colors.red(line)}`));
  const several = migrations.length > 1 ? `, over ${counted(migrations.length, 'file')}` : '';
  const head = `  ${colors.bold(`In sum${several}`)}`;
  if (windows.length === 0)
    return [
      head,
      ...(stops.length > 0 ? stops : ['    Nobody waits: nothing that was there before is blocked.']),
    ];
  const alike = groupBy(
    windows,
    ({ blocks, statements }) => `${blocks} ${rangeWords(statements, places)} ${statements.length}`,
  );
  const longest = windows.reduce((best, window) => (isLonger(window, best) ? window : best));
  const more = alike.size > WINDOWS + 1 ? [`    and ${alike.size - WINDOWS} more`] : [];
  const shown = [...alike.values()].slice(0, more.length > 0 ? WINDOWS : alike.size);
  const lines = shown.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const paint = first.blocks === 'reads and writes' ? colors.red : colors.yellow;
    return wrapText(windowWords(first, group, places), room).map(
      (line, index) => `${index === 0 ? '    ' : '      '}${paint(line)}`,
    );
  });
  const tail =
    longest.statements.length > 1
      ? wrapText(`Longest: ${longestWords(longest, places)}`, room).map((line) => `    ${line}`)
      : [];
  return [head, ...stops, ...lines, ...more, ...tail];
}

/** The transactions of migrations, those that go on from one to the next put together. */
function wholeTransactions(migrations: readonly TracedMigration[]): readonly TracedTransaction[] {
  const whole: TracedTransaction[] = [];
  for (const transaction of migrations.flatMap(({ transactions }) => transactions)) {
    const before = transaction.goesOn ? whole.pop() : undefined;
    const statements = [...(before?.statements ?? []), ...transaction.statements];
    whole.push({ ...transaction, statements });
  }
  return whole;
}

/** Where PostgreSQL stops. */
function refusedWords(transactions: readonly TracedTransaction[], places: Places): string {
  const first = transactions.flatMap(({ statements }) => statements).find(({ refused }) => refused);
  if (first?.refused === undefined) return '';
  return `PostgreSQL stops at ${places.at(first.statement)}: ${first.refused} cannot run inside a transaction. Nothing of the transaction stays.`;
}

/** Which tables must have no rows. */
function emptyWords(transactions: readonly TracedTransaction[], places: Places): readonly string[] {
  const statements = transactions.flatMap((transaction) => transaction.statements);
  return statements.flatMap(({ failsOnRowsOf, statement }) =>
    failsOnRowsOf.map((table) => {
      const name = displayName(table);
      return `Fails at ${places.at(statement)} if ${name} has a row (23502): a required column gets no value. If it has none, nobody waits for ${name}.`;
    }),
  );
}

function windowWords(window: LockWindow, group: readonly LockWindow[], places: Places): string {
  const names = displayNames(
    group.map(({ relation }) => relation),
    'relations',
  );
  const { blocks, statements } = window;
  const from = `${WHO[blocks]} ${listed(names)} wait ${rangeWords(statements, places)}`;
  const until = statements.length > 1 ? ', until the transaction ends' : '';
  return `${from}${until}, ${throughWords(window, places)}`;
}

const WHO: Readonly<Record<LockWindow['blocks'], string>> = {
  'reads and writes': 'Reads and writes of',
  writes: 'Writes to',
  'writes to the same rows': 'Writes to the same rows of',
};

function rangeWords(statements: LockWindow['statements'], places: Places): string {
  const [first] = statements;
  const last = statements.at(-1);
  return first === undefined || last === undefined ? '' : places.range(first.statement, last.statement);
}

/** What keeps them waiting: `through an index build on users (line 8)`. */
function throughWords({ statements, through }: LockWindow, places: Places): string {
  const words = through.map(({ effect, statement }) => {
    const place = `${displayName(effect.relation)} (${places.at(statement.statement)})`;
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

function longestWords(window: LockWindow, places: Places): string {
  const { relation, statements, through } = window;
  const slow = new Set(through.map(({ statement }) => statement)).size;
  const work = slow === 0 ? 'all of them quick' : `${slow} of them slow`;
  return `${displayName(relation)} ${rangeWords(statements, places)}, ${counted(statements.length, 'statement')}, ${work}`;
}

/** More slow work is longer; then reads and writes count more than writes, then the number of statements. */
function isLonger(a: LockWindow, b: LockWindow): boolean {
  const rank = ({ blocks, statements, through }: LockWindow): readonly number[] => [
    through.length,
    ['writes to the same rows', 'writes', 'reads and writes'].indexOf(blocks),
    statements.length,
  ];
  const [x, y] = [rank(a), rank(b)];
  const differs = x.findIndex((value, index) => value !== y[index]);
  return differs >= 0 && (x[differs] ?? 0) > (y[differs] ?? 0);
}
