import { child } from '../files/paths.ts';
import { isMisplaced, sqlStem } from './folder-files.ts';
import { gooseFault, gooseStatements } from './goose-statements.ts';
import { lineAfter, refusal, type SectionMark, sectionRefusal } from './sections.ts';
import { findSlot, slotIds } from './slots.ts';
import type { Layout, MigrationEntry, NewScripts, Refusal, ScriptPart, ScriptRole } from './types.ts';
import { upDownNaming } from './up-down-files.ts';
import { compareByNumber } from './version.ts';

const MIGRATION = /^(\d+)_(.*)\.(sql|go)$/;
/** A line that goose reads as an annotation: a comment with `+goose` in it, and nothing before the dashes. */
const ANNOTATION = /(?<![^\n])--[^\n]*\+goose[^\n]*/g;

/**
 * goose: `<version>_name.sql` directly in the folder, in the order of the versions as numbers; each holds both scripts. A
 * `<version>_name.go` is a migration as well, which goose runs between the others and nobody can read here: its entry has no
 * forward script and says so.
 *
 * As the tool (3.27) reads a file: an annotation is a line that begins with `--`, and is `+goose Up`, `+goose Down`, `+goose NO
 * TRANSACTION` … but for dashes and white space, in any case (before 3.19 exactly as written here). `NO TRANSACTION`
 * anywhere in the file counts for both scripts. Comments may stand before Up, statements not. A second Up or Down, or Down before Up,
 * is refused. Ignored are names without a number above 0 before the first `_`, tests (`_test.go`), and sub-folders.
 */
export const gooseLayout: Layout = {
  name: 'goose',
  compare: compareByNumber,
  migrations(tree, folder) {
    const entries: MigrationEntry[] = [];
    const strays: string[] = [];
    for (const { name: file, kind } of tree.list(folder)) {
      if (kind !== 'file') continue;
      const path = child(folder, file);
      const [, version = '0', name = '', ending] = file.endsWith('_test.go')
        ? []
        : (MIGRATION.exec(file) ?? []);
      if (/^0*$/.test(version)) {
        if (isMisplaced(path)) strays.push(path);
      } else if (ending === 'go') {
        const id = file.slice(0, -'.go'.length);
        const unreadable = 'a Go program';
        entries.push({ id, version, name, path, forward: undefined, rollback: undefined, unreadable });
      } else entries.push({ id: sqlStem(file) ?? file, version, name, path, forward: path, rollback: path });
    }
    entries.sort((a, b) => compareByNumber(a.id, b.id));
    return { entries, strays: strays.sort() };
  },
  part: partOf,
  refusal: refusalOf,
  newPlace(tree, folder, migration) {
    const slot = findSlot(gooseLayout.migrations(tree, folder), migration, upDownNaming);
    return (
      slot && {
        ...slotIds(slot),
        files: (scripts) => [{ path: child(folder, `${slot.id}.sql`), text: textOf(scripts) }],
      }
    );
  },
};

function textOf({ forward, rollback, withoutTransaction }: NewScripts): string {
  const mark = withoutTransaction ? '-- +goose NO TRANSACTION\n' : '';
  const down = rollback === undefined ? '' : `\n-- +goose Down\n${gooseStatements(rollback)}`;
  return `${mark}-- +goose Up\n${gooseStatements(forward)}${down}`;
}

function partOf(text: string, role: ScriptRole): ScriptPart | undefined {
  const annotations = annotationsOf(text);
  const sections = sectionsOf(annotations);
  const index = sections.findIndex(({ what }) => what === (role === 'forward' ? 'up' : 'down'));
  const section = sections[index];
  if (section === undefined) return undefined;
  return {
    within: {
      start: lineAfter(text, section.index),
      end: sections[index + 1]?.index ?? text.length,
    },
    withoutTransaction: annotations.some(({ what }) => what === 'no transaction'),
  };
}

function refusalOf(text: string, role: ScriptRole = 'forward'): Refusal | undefined {
  if (role === 'rollback') return faultOf(text, role);
  const sections = sectionsOf(annotationsOf(text));
  const refused = sectionRefusal('goose', text, sections, '-- +goose Up');
  if (refused !== undefined) return refused;
  const again = sections.find(
    (section, index) => sections.findIndex(({ what }) => what === section.what) < index,
  );
  if (again !== undefined) {
    return refusal(
      'goose',
      text,
      again.index,
      `it has a second ${again.what === 'up' ? 'Up' : 'Down'} section`,
    );
  }
  return faultOf(text, role);
}

/** What is wrong with one section. Goose reads the statements of the one that it runs only. */
function faultOf(text: string, role: ScriptRole): Refusal | undefined {
  const part = partOf(text, role);
  const fault = part && gooseFault(text, part.within);
  const what = role === 'forward' ? 'this file' : 'to roll this file back';
  return fault && refusal('goose', text, fault.index, fault.reason, what);
}

function annotationsOf(text: string): readonly { readonly index: number; readonly what: string }[] {
  return [...text.matchAll(ANNOTATION)].map((match) => ({
    index: match.index,
    what: match[0].replaceAll('--', '').replace('+goose', '').trim().toLowerCase(),
  }));
}

function sectionsOf(
  annotations: readonly { readonly index: number; readonly what: string }[],
): readonly SectionMark[] {
  return annotations.flatMap(({ index, what }) =>
    what === 'up' || what === 'down' ? [{ index, what }] : [],
  );
}
