import pc from 'picocolors';
import type { TracedMigration, TracedStatement, TracedTransaction } from '../lint/trace.ts';
import { blockedBy } from '../model/operations/lock-modes.ts';
import { displayName, displayNames } from '../model/operations/display-name.ts';
import { isSameObject } from '../model/operations/same-object.ts';
import { blocksWords, lineOf, oneLineSql, workWords } from './effect-words.ts';
import type { EffectsReport, ProjectEffects } from './effects-types.ts';
import { groupBy } from './group-by.ts';
import { cellsOf, displayWidth, visibleText, wrapText } from './terminal-text.ts';
import type { ReporterOptions } from './types.ts';
import { counted, listed } from './words.ts';
import { windowLines } from './window-lines.ts';

type Colors = ReturnType<typeof pc.createColors>;

/** How the text is drawn. */
export interface Drawing {
  readonly width: number;
  readonly colors: Colors;
}

/** How many groups of held locks are named. */
const HELD = 3;

/** The longest line of prose. */
const PROSE_EDGE = 120;

/**
 * What migrations do to a live database, for people: transaction by transaction, statement by statement, and in sum.
 *
 * @returns text that ends with a line feed. Nothing in it comes from a file as it is.
 */
export function effectsText({ projects }: EffectsReport, options: ReporterOptions): string {
  const drawing = { width: Math.max(40, options.width), colors: pc.createColors(options.color) };
  return `${projects.flatMap((project) => projectBlocks(project, drawing)).join('\n\n')}\n`;
}

function projectBlocks(project: ProjectEffects, drawing: Drawing): readonly string[] {
  const { colors } = drawing;
  const assumed = project.postgresAssumed ? ' (assumed)' : '';
  const rest = `${project.runner} (${project.transactions}) · PostgreSQL ${project.postgresVersion}${assumed}`;
  const folder = visibleText(project.folder === '' ? '.' : project.folder);
  const head = `${colors.bold(folder)} · ${visibleText(rest)}`;
  if (project.migrations.length === 0)
    return [`${head} · nothing pending: name a migration to see what it does`];
  return [head, ...project.migrations.flatMap((migration) => migrationBlocks(migration, project, drawing))];
}

function migrationBlocks(
  migration: TracedMigration,
  project: ProjectEffects,
  drawing: Drawing,
): readonly string[] {
  const { colors } = drawing;
  const { folder } = project;
  const path =
    folder !== '' && migration.path.startsWith(`${folder}/`)
      ? migration.path.slice(folder.length + 1)
      : migration.path;
  const numbers = new Map<TracedStatement, number>();
  for (const { statements } of migration.transactions)
    for (const statement of statements) numbers.set(statement, numbers.size + 1);
  const gutter = gutterOf(migration, numbers);
  const blocks = joinedAlone(migration.transactions).map((transactions) =>
    [
      ...wrapText(transactionWords(transactions, project), drawing.width - 4).map(
        (line, index) => `${index === 0 ? '  ' : '    '}${colors.bold(line)}`,
      ),
      ...transactions.flatMap(({ statements }) =>
        statements.flatMap((statement) =>
          statementLines(statement, numbers.get(statement) ?? 0, migration, gutter, drawing),
        ),
      ),
    ].join('\n'),
  );
  return [
    colors.underline(visibleText(path)),
    ...(blocks.length === 0 ? ['  No statements.'] : blocks),
    ...unreadLines(migration, drawing),
    ...(blocks.length === 0 ? [] : [windowLines(migration, drawing).join('\n')]),
  ];
}

/** Statements by themselves that follow each other are shown together. */
function joinedAlone(transactions: readonly TracedTransaction[]): readonly (readonly TracedTransaction[])[] {
  const joined: TracedTransaction[][] = [];
  for (const transaction of transactions) {
    const before = joined.at(-1);
    const alone = transaction.kind === 'autocommit' && before?.[0]?.kind === 'autocommit';
    if (alone) before.push(transaction);
    else joined.push([transaction]);
  }
  return joined;
}

function transactionWords(transactions: readonly TracedTransaction[], { runner }: ProjectEffects): string {
  const [{ kind, end } = { kind: 'autocommit' as const, end: 'itself' as const }] = transactions;
  const outcome =
    end === 'rollback'
      ? ', rolled back: nothing of it stays'
      : end === 'open'
        ? ', which this script does not end'
        : '';
  switch (kind) {
    case 'autocommit':
      return transactions.length > 1 ? 'Each statement commits by itself' : 'By itself, in no transaction';
    case 'explicit':
      return `One transaction, begun in the script${outcome}`;
    case 'runner':
      return `One transaction, begun by ${runner}${outcome}`;
    case 'implicit':
      return `One transaction, PostgreSQL’s own around statements that are sent together${outcome}`;
    default:
      return kind satisfies never;
  }
}

/** Columns of the numbers and lines in front of the statements. */
interface Gutter {
  readonly number: number;
  readonly line: number;
}

function gutterOf(migration: TracedMigration, numbers: ReadonlyMap<TracedStatement, number>): Gutter {
  const lines = migration.transactions.flatMap(({ statements }) => statements.map(lineOf));
  return { number: String(numbers.size).length, line: String(Math.max(1, ...lines.slice(-1))).length };
}

function statementLines(
  statement: TracedStatement,
  number: number,
  migration: TracedMigration,
  gutter: Gutter,
  drawing: Drawing,
): readonly string[] {
  const { width, colors } = drawing;
  const place = `${String(number).padStart(gutter.number)}  line ${String(lineOf(statement)).padEnd(gutter.line)}`;
  const indent = 4 + place.length + 2;
  const room = Math.max(20, Math.min(width, PROSE_EDGE) - indent);
  const sql = shortened(oneLineSql(statement, migration), Math.max(20, width - indent));
  return [
    `    ${colors.dim(place)}  ${sql}`,
    ...detailLines(statement, room, colors).map((line) => ' '.repeat(indent) + line),
  ];
}

/** What a statement does, creates, is refused, and what is held already: a name and what is said of it. */
function detailLines(statement: TracedStatement, room: number, colors: Colors): readonly string[] {
  const { creates, effects, held, onNew, opaque, refused, slow } = statement;
  const rows: { name: string; text: string; paint: (text: string) => string }[] = [];
  if (refused !== undefined)
    rows.push({ name: 'refused', text: `${refused} cannot run inside a transaction`, paint: colors.red });
  const weak = effects.filter(({ lock, online }) => online || blockedBy(lock) === 'nothing');
  for (const effect of effects.filter((one) => !weak.includes(one))) {
    const { lock, online, relation } = effect;
    const isSlow = slow.some((other) => isSameObject(other.relation, relation));
    const text = `${lock}, ${blocksWords(lock, online)} · ${workWords(effect, isSlow)}`;
    rows.push({
      name: displayName(relation),
      text,
      paint: lock === 'ACCESS EXCLUSIVE' ? colors.red : colors.yellow,
    });
  }
  const alike = groupBy(weak, (effect) => {
    const isSlow = slow.some((other) => isSameObject(other.relation, effect.relation));
    return `${effect.lock}, ${blocksWords(effect.lock, effect.online)} · ${workWords(effect, isSlow)}`;
  });
  for (const [text, group] of alike)
    rows.push({
      name: listed(
        displayNames(
          group.map(({ relation }) => relation),
          'relations',
        ),
      ),
      text,
      paint: (shown) => shown,
    });
  for (const [kind, group] of groupBy(creates, (created) => created.kind))
    rows.push({ name: 'new', text: `${kind} ${listed(names(group))}`, paint: colors.green });
  const others = onNew.filter((name) => creates.every((created) => !isSameObject(created.name, name)));
  if (others.length > 0)
    rows.push({
      name: 'new',
      text: `${listed(displayNames(others, 'relations'))}, of this deploy: nobody waits`,
      paint: colors.green,
    });
  if (opaque) rows.push({ name: 'unknown', text: 'runs SQL that cannot be read here', paint: colors.yellow });
  const isAtWork = effects.length > 0 || opaque;
  const waited = held.filter(({ lock }) => isAtWork && blockedBy(lock) !== 'nothing');
  if (waited.length > 0) rows.push({ name: 'held', text: heldWords(waited, statement), paint: colors.dim });
  return drawRows(rows, room);
}

const names = (created: TracedStatement['creates']): readonly string[] =>
  displayNames(
    created.map(({ name }) => name),
    'more',
  ).map((name) => name.replace(/ more$/u, ''));

/** The locks that block and that the transaction has already, with the lines that took them. */
function heldWords(held: TracedStatement['held'], { statement }: TracedStatement): string {
  const groups = groupBy(held, ({ lock, since }) => `${lock}\0${placeWords(since, statement)}`);
  const more = groups.size > HELD + 1 ? [`and ${groups.size - HELD} more`] : [];
  const shown = [...groups].slice(0, more.length > 0 ? HELD : groups.size).map(([key, locks]) => {
    const [lock, place] = key.split('\0');
    const relations = displayNames(
      locks.map(({ relation }) => relation),
      'relations',
    );
    return `${lock} on ${listed(relations)} since ${place}`;
  });
  return [...shown, ...more].join('; ');
}

function placeWords(
  since: TracedStatement['held'][number]['since'],
  statement: TracedStatement['statement'],
): string {
  const { source } = since.statement;
  const line = lineOf({ statement: since.statement } as TracedStatement);
  return source.path === statement.source.path ? `line ${line}` : `line ${line} of ${source.path}`;
}

/** Rows with their names in one column, or above the text where that is too narrow. */
function drawRows(
  rows: readonly { readonly name: string; readonly text: string; readonly paint: (text: string) => string }[],
  room: number,
): readonly string[] {
  const limit = Math.max(8, room >> 2);
  const widths = rows.map(({ name }) => displayWidth(name)).filter((width) => width <= limit);
  const column = Math.max(0, ...widths);
  return rows.flatMap(({ name, text, paint }) => {
    const wide = displayWidth(name);
    if (wide > column)
      return [visibleText(name), ...wrapText(text, room - 2).map((line) => `  ${paint(line)}`)];
    return wrapText(text, Math.max(16, room - column - 2)).map((line, index) =>
      index === 0
        ? `${visibleText(name)}${' '.repeat(column - wide)}  ${paint(line)}`
        : `${' '.repeat(column + 2)}${paint(line)}`,
    );
  });
}

/** A line cut to a number of columns. */
function shortened(line: string, room: number): string {
  if (displayWidth(line) <= room) return visibleText(line);
  let text = '';
  let used = 0;
  for (const cell of cellsOf(line)) {
    if (used + cell.width > room - 1) break;
    text += cell.text;
    used += cell.width;
  }
  return `${text.trimEnd()}…`;
}

function unreadLines({ problems }: TracedMigration, { colors }: Drawing): readonly string[] {
  if (problems === 0) return [];
  return [
    `  ${colors.yellow('unread')}  ${counted(problems, 'piece')} of this file cannot be read, and what it does is not shown.`,
  ];
}
