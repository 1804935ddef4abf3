import pc from 'picocolors';
import type { TracedMigration, TracedStatement, TracedTransaction } from '../lint/trace.ts';
import { locksWidenedBy } from '../model/effects/lock-windows.ts';
import { blockedBy } from '../model/operations/lock-modes.ts';
import { displayName, displayNames } from '../model/operations/display-name.ts';
import { isSameObject } from '../model/operations/same-object.ts';
import { blocksWords, lineOf, oneLineSql, workWords } from './effect-words.ts';
import type { EffectsReport, ProjectEffects } from './effects-types.ts';
import { groupBy } from './group-by.ts';
import { visibleText, wrapText } from './terminal-text.ts';
import { drawRows, shortened, type Row } from './effect-rows.ts';
import { placesIn, type Places } from './effect-places.ts';
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
  return [head, ...groupsOf(project.migrations).flatMap((group) => groupBlocks(group, project, drawing))];
}

/** Migrations that the runner runs in one transaction, together; the others alone. */
function groupsOf(migrations: readonly TracedMigration[]): readonly (readonly TracedMigration[])[] {
  const groups: TracedMigration[][] = [];
  for (const migration of migrations) {
    const group = [migration];
    if (migration.transactions[0]?.goesOn === true) {
      // Migrations without a statement may lie in between.
      const empty = groups.findLastIndex(([first]) => (first?.transactions.length ?? 0) > 0);
      group.unshift(...groups.splice(Math.max(0, empty)).flat());
    }
    groups.push(group);
  }
  return groups;
}

function groupBlocks(
  group: readonly TracedMigration[],
  project: ProjectEffects,
  drawing: Drawing,
): readonly string[] {
  const statements = group.flatMap(({ transactions }) => transactions.flatMap((one) => one.statements));
  const scene: Scene = {
    project,
    drawing,
    numbers: new Map(statements.map((statement, index) => [statement.statement, index + 1])),
    places: placesIn(group),
    gutter: gutterOf(statements),
    held: new Map(),
  };
  return [
    ...group.flatMap((migration) => migrationBlocks(migration, scene)),
    ...(statements.length === 0 ? [] : [windowLines(group, scene.places, drawing).join('\n')]),
  ];
}

/** What the blocks of one group share. */
interface Scene {
  readonly project: ProjectEffects;
  readonly drawing: Drawing;
  /** From 1, through all files of the group. */
  readonly numbers: ReadonlyMap<TracedStatement['statement'], number>;
  readonly places: Places;
  readonly gutter: Gutter;
  /** What was said to be held, with the statement where it was said first. */
  readonly held: Map<string, TracedStatement['statement']>;
}

function migrationBlocks(migration: TracedMigration, scene: Scene): readonly string[] {
  const { project, drawing } = scene;
  const { colors } = drawing;
  const { folder } = project;
  const path =
    folder !== '' && migration.path.startsWith(`${folder}/`)
      ? migration.path.slice(folder.length + 1)
      : migration.path;
  const blocks = joinedAlone(migration.transactions).map((transactions) => {
    const statements = transactions.flatMap((transaction) => transaction.statements);
    const stoppedAt = statements[0]?.stoppedAt;
    const head =
      stoppedAt === undefined
        ? transactionWords(transactions, project)
        : `Not run: PostgreSQL has stopped at ${scene.places.at(stoppedAt)}`;
    return [
      ...wrapText(head, drawing.width - 4).map(
        (line, index) => `${index === 0 ? '  ' : '    '}${colors.bold(line)}`,
      ),
      ...statements.flatMap((statement) =>
        statementLines(statement, migration, stoppedAt !== undefined, scene),
      ),
    ].join('\n');
  });
  return [
    colors.underline(visibleText(path)),
    ...(blocks.length === 0 ? ['  No statements.'] : blocks),
    ...unreadLines(migration, drawing),
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
  const [first] = transactions;
  const { kind, end } = first ?? { kind: 'autocommit' as const, end: 'itself' as const };
  const outcome =
    end === 'rollback'
      ? ', rolled back: nothing of it stays'
      : end === 'open'
        ? ', which this script does not end'
        : '';
  if (first?.goesOn === true) return `The same transaction goes on${outcome}`;
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

function gutterOf(statements: readonly TracedStatement[]): Gutter {
  return {
    number: String(statements.length).length,
    line: String(statements.reduce((most, statement) => Math.max(most, lineOf(statement)), 1)).length,
  };
}

function statementLines(
  statement: TracedStatement,
  migration: TracedMigration,
  isWhole: boolean,
  scene: Scene,
): readonly string[] {
  const { gutter, numbers } = scene;
  const { width, colors } = scene.drawing;
  const number = numbers.get(statement.statement) ?? 0;
  const place = `${String(number).padStart(gutter.number)}  line ${String(lineOf(statement)).padEnd(gutter.line)}`;
  const indent = 4 + place.length + 2;
  const room = Math.max(20, Math.min(width, PROSE_EDGE) - indent);
  const sql = shortened(oneLineSql(statement, migration), Math.max(20, width - indent));
  return [
    `    ${colors.dim(place)}  ${statement.stoppedAt === undefined ? sql : colors.dim(sql)}`,
    ...detailLines(statement, isWhole, room, scene).map((line) => ' '.repeat(indent) + line),
  ];
}

/**
 * What a statement does, creates, is refused, and what is held already: a name and what is said of it.
 *
 * @param isWhole whether none of the statements around it is run, which is said above them.
 */
function detailLines(
  statement: TracedStatement,
  isWhole: boolean,
  room: number,
  scene: Scene,
): readonly string[] {
  const { creates, effects, onNew, opaque, refused, slow, stoppedAt } = statement;
  const { colors } = scene.drawing;
  const rows: Row[] = [];
  if (refused !== undefined)
    rows.push({ name: 'refused', text: `${refused} cannot run inside a transaction`, paint: colors.red });
  if (stoppedAt !== undefined && !isWhole)
    rows.push({ name: 'not run', text: `after ${scene.places.at(stoppedAt)}`, paint: colors.dim });
  const isAmong = (names: TracedStatement['onNew'], name: TracedStatement['onNew'][number]): boolean =>
    names.some((other) => isSameObject(other, name));
  const weak = effects.filter(
    ({ lock, online, relation }) =>
      (online || blockedBy(lock) === 'nothing') && !isAmong(statement.lockedRows, relation),
  );
  for (const effect of effects.filter((one) => !weak.includes(one))) {
    const { lock, online, relation } = effect;
    const isSlow = slow.some((other) => isSameObject(other.relation, relation));
    const blocks =
      blockedBy(lock) === 'nothing' ? 'blocks writes to the same rows' : blocksWords(lock, online);
    const work = isAmong(statement.failsOnRowsOf, relation)
      ? 'fails at the first row (23502)'
      : isAmong(statement.onEmpty, relation)
        ? 'there are no rows, or this transaction fails'
        : workWords(effect, isSlow);
    rows.push({
      name: displayName(relation),
      text: `${lock}, ${blocks} · ${work}`,
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
  const waited = slow.length === 0 ? [] : locksWidenedBy(effects, statement.held);
  if (waited.length > 0)
    rows.push({ name: 'held', text: heldWords(waited, statement, scene), paint: colors.dim });
  return drawRows(rows, room);
}

const names = (created: TracedStatement['creates']): readonly string[] =>
  displayNames(
    created.map(({ name }) => name),
    'more',
  ).map((name) => name.replace(/ more$/u, ''));

/**
 * The locks that the transaction has already and that make others wait while the statement works, with the places that took
 * them. What was said once is not said again.
 */
function heldWords(
  held: TracedStatement['held'],
  { statement }: TracedStatement,
  { held: said, places }: Scene,
): string {
  const groups = groupBy(held, ({ lock, since }) => `${lock}\0${places.at(since.statement)}`);
  const more = groups.size > HELD + 1 ? [`and ${groups.size - HELD} more`] : [];
  const shown = [...groups].slice(0, more.length > 0 ? HELD : groups.size).map(([key, locks]) => {
    const [lock, place] = key.split('\0');
    const relations = displayNames(
      locks.map(({ relation }) => relation),
      'relations',
    );
    return `${lock} on ${listed(relations)} since ${place}`;
  });
  const text = [...shown, ...more].join('; ');
  const before = said.get(text);
  if (before !== undefined) return `as at ${places.at(before)}`;
  said.set(text, statement);
  return text;
}

function unreadLines({ problems }: TracedMigration, { colors }: Drawing): readonly string[] {
  if (problems === 0) return [];
  return [
    `  ${colors.yellow('unread')}  ${counted(problems, 'piece')} of this file cannot be read, and what it does is not shown.`,
  ];
}
