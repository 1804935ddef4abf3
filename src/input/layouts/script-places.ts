import { child, nameOf, parentOf } from '../files/paths.ts';
import { type Slot, withLineEnd } from './slots.ts';
import type { MigrationEntry, NewPlace } from './types.ts';

/** Where a layout of single files puts them. */
export interface ScriptPlaces {
  /** The folder of the forward scripts. */
  readonly scripts: string;
  /** Where a rollback goes if the project has no habit: a path below the project's folder with `{id}`, `{version}` or `{name}`. */
  readonly rollback: string;
}

const PLACEHOLDER = /\{(?:id|version|name)\}/g;
/** What a rollback's name may have besides the migration's own. */
const ROLLBACK_WORDS = /^(?:[._-]|rollback|down|undo|sql)*$/i;

/** A migration that is a file, with its rollback in another one, where and as most of the present ones are. */
export function placeFiles(folder: string, slot: Slot, places: ScriptPlaces): NewPlace {
  const { id, version, entries } = slot;
  const below = rollbackFromPattern(rollbackPattern(folder, entries) ?? places.rollback, slot);
  const ending = forwardEnding(entries);
  return {
    id,
    version,
    files: ({ forward, rollback }) => [
      { path: child(places.scripts, `${id}${ending}`), text: withLineEnd(forward) },
      ...(rollback === undefined ? [] : [{ path: child(folder, below), text: withLineEnd(rollback) }]),
    ],
  };
}

/** How most forward scripts end: `.sql` or `.up.sql`. */
function forwardEnding(entries: readonly MigrationEntry[]): string {
  const ups = entries.filter(({ forward }) => forward !== undefined && /\.up\.sql$/i.test(forward)).length;
  return ups * 2 > entries.length ? '.up.sql' : '.sql';
}

/** The rollback's path below the project's folder that a pattern gives for a migration. */
export function rollbackFromPattern(
  pattern: string,
  { id, version, name }: Pick<MigrationEntry, 'id' | 'version' | 'name'>,
): string {
  const values: Readonly<Record<string, string>> = { '{id}': id, '{version}': version, '{name}': name };
  return pattern.replaceAll(PLACEHOLDER, (placeholder) => values[placeholder] ?? '');
}

/** The pattern that most rollback scripts follow; undefined where there are none. */
export function rollbackPattern(folder: string, entries: readonly MigrationEntry[]): string | undefined {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const { rollback, forward } = entry;
    if (rollback === undefined || rollback === forward) continue;
    const pattern = patternOf(folder === '' ? rollback : rollback.slice(folder.length + 1), entry);
    counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  let best: string | undefined;
  for (const [pattern, count] of counts) if (count > (counts.get(best ?? '') ?? 0)) best = pattern;
  return best;
}

/** A rollback's path with placeholders; where its name is one of its own, that folder and the migration's id. */
function patternOf(below: string, { id, version, name }: MigrationEntry): string {
  const file = nameOf(below);
  let pattern = replaceWhole(file, id, '{id}');
  if (pattern === file) {
    pattern = replaceWhole(file, version, '{version}');
    if (pattern !== file) pattern = replaceWhole(pattern, name, '{name}');
  }
  const known = pattern !== file && ROLLBACK_WORDS.test(pattern.replaceAll(PLACEHOLDER, ''));
  const own = parentOf(below) === '' ? '{id}.down.sql' : '{id}.sql';
  return child(parentOf(below), known ? pattern : own);
}

/** Replaces a part of a file's name that stands between separators. */
function replaceWhole(text: string, part: string, placeholder: string): string {
  const at = part === '' ? -1 : text.indexOf(part);
  if (at < 0) return text;
  const around = `${text[at - 1] ?? ''}${text[at + part.length] ?? ''}`;
  return /[\p{L}\p{N}]/u.test(around) ? text : text.slice(0, at) + placeholder + text.slice(at + part.length);
}
