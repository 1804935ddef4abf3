import { child } from '../files/paths.ts';
import { isMisplaced, sqlStem } from './folder-files.ts';
import { timestampOf, timestampsAfter } from './next-version.ts';
import { lineAfter, refusal, sectionRefusal } from './sections.ts';
import { findSlot, slotIds, withLineEnd } from './slots.ts';
import type { Layout, MigrationEntry, NewScripts, Refusal, ScriptPart, ScriptRole } from './types.ts';
import { compareFileNames, splitVersion } from './version.ts';

const MIGRATION = /^(\d+).*\.sql$/;
/** The tool's own expression, with the white space and line ends of Go's. */
const MARKER =
  /(?<![^\n])--[\t\n\f\r ]*migrate:(up|down)(?:[\t\n\f\r ]*(?![^\n])|[\t\n\f\r ]+[^\t\n\f\r ]+)/g;

/**
 * dbmate: files that begin with digits and end in `.sql`, directly in the folder, in the order of their names by bytes (so
 * `10_b.sql` comes before `2_a.sql`); each holds both scripts.
 *
 * As the tool (2.35) reads a file: `-- migrate:up` and `-- migrate:down` stand at the beginning of a line, in lower case, with any
 * white space after the dashes, and options follow on the same line: `transaction:false`. Comments may stand before the first
 * marker, statements not. A file without a down section, or with down before up, is refused. From 2.29 on a file may
 * have several pairs of sections; the first is what we read, and the part says so.
 */
export const dbmateLayout: Layout = {
  name: 'dbmate',
  compare: compareFileNames,
  migrations(tree, folder) {
    const entries: MigrationEntry[] = [];
    const strays: string[] = [];
    for (const { name, kind } of tree.list(folder)) {
      if (kind !== 'file') continue;
      const path = child(folder, name);
      const id = sqlStem(name);
      if (id !== undefined && MIGRATION.test(name)) {
        const [version = ''] = /^\d+/.exec(name) ?? [];
        entries.push({ id, ...splitVersion(id), version, path, forward: path, rollback: path });
      } else if (isMisplaced(path)) strays.push(path);
    }
    entries.sort((a, b) => compareFileNames(a.id, b.id));
    return { entries, strays: strays.sort() };
  },
  part: partOf,
  refusal: refusalOf,
  newPlace(tree, folder, migration) {
    const slot = findSlot(dbmateLayout.migrations(tree, folder), migration, {
      compare: compareFileNames,
      first: timestampOf,
      after: timestampsAfter,
      id: (version, name) => `${version}_${name}`,
    });
    return (
      slot && {
        ...slotIds(slot),
        files: (scripts) => [{ path: child(folder, `${slot.id}.sql`), text: textOf(scripts) }],
      }
    );
  },
};

/** The down section is there in any case, since the tool refuses a file without one. */
function textOf({ forward, rollback, withoutTransaction }: NewScripts): string {
  const options = withoutTransaction ? ' transaction:false' : '';
  const down = rollback === undefined ? '' : withLineEnd(rollback);
  return `-- migrate:up${options}\n${withLineEnd(forward)}\n-- migrate:down${options}\n${down}`;
}

function partOf(text: string, role: ScriptRole): ScriptPart | undefined {
  const markers = [...text.matchAll(MARKER)];
  const direction = role === 'forward' ? 'up' : 'down';
  const index = markers.findIndex(([, found]) => found === direction);
  const marker = markers[index];
  if (marker === undefined) return undefined;
  const start = lineAfter(text, marker.index + marker[0].trimEnd().length);
  const end = markers[index + 1]?.index ?? text.length;
  const options = text
    .slice(marker.index, start)
    .trim()
    .split(/[\t\n\f\r ]+/);
  const others = markers.flatMap(({ index: at, 1: found }, place) =>
    found === direction && place > index ? [linesOf(text, at, markers[place + 1]?.index ?? text.length)] : [],
  );
  return {
    within: { start, end: Math.max(start, end) },
    withoutTransaction: options.includes('transaction:false'),
    ...(others.length > 0 && {
      unread: `Only the first of ${others.length + 1} sections \`-- migrate:${direction}\` is read: not lines ${others.join(' and ')}.`,
    }),
  };
}

/** The lines of a section, from its marker to its last text: `7-9`. */
function linesOf(text: string, start: number, end: number): string {
  const first = text.slice(0, start).split('\n').length;
  const more = text.slice(start, end).trimEnd().split('\n').length - 1;
  return `${first}-${first + more}`;
}

function refusalOf(text: string, role: ScriptRole = 'forward'): Refusal | undefined {
  if (role === 'rollback') return undefined;
  const marks = [...text.matchAll(MARKER)].map(({ index, 1: found }) => ({
    index,
    what: found === 'up' ? ('up' as const) : ('down' as const),
  }));
  const refused = sectionRefusal('dbmate', text, marks, '-- migrate:up');
  if (refused !== undefined || marks.some(({ what }) => what === 'down')) return refused;
  return refusal(
    'dbmate',
    text,
    marks[0]?.index ?? 0,
    'it has no section `-- migrate:down`, which may be empty',
  );
}
