import type { Git } from '../files/git.ts';
import type { FileTree } from '../files/types.ts';
import { drizzleJournal } from '../layouts/drizzle-journal.ts';
import { layoutOfProject } from '../layouts/layouts.ts';
import { rollbackPathFor } from '../layouts/rollback-path.ts';
import type { FoundProject, Layout, MigrationEntry, ScriptRole } from '../layouts/types.ts';
import { DEFAULT_MAX_BYTES } from '../text/decode.ts';
import { appliedThrough } from './applied-through.ts';
import { conflictsOf } from './conflicts.ts';
import { readBase } from './read-base.ts';
import { orphanRollbacks } from './orphan-rollbacks.ts';
import { missingScriptOf, scriptReader, unreadableOf, type ScriptReader } from './read-script.ts';
import type { Base, ReadFile, ReadMigration, ReadProject } from './types.ts';
import { refuseWithoutMigrations } from './require-migrations.ts';
import { strayScripts } from './stray-scripts.ts';
import { unreadNotes } from './unread-notes.ts';

export interface ReadOptions {
  /** What `resolveBase` settled. */
  readonly base: Base;
  /** The repository whose root is the tree's root. Needed for a base that is a revision. */
  readonly git?: Git | undefined;
  /** The largest script that is read, in bytes. */
  readonly maxBytes?: number | undefined;
}

/**
 * Reads a project's scripts, in replay order: what the base has with the base's texts, then the rest.
 *
 * With a revision as base it takes one git process to list it; another one only if texts differ, and two more, once, to
 * tell this branch's changes of applied migrations from the base's own.
 *
 * @param tree the files as they are to be judged: the working tree or the index.
 * @throws {InputError} `no-migrations` if the project should have some and has none; `unknown-migration` if `appliedThrough` names none; `unreadable` for a script that cannot be read.
 */
export function readProject(tree: FileTree, found: FoundProject, options: ReadOptions): ReadProject {
  const { base, git } = options;
  const layout = layoutOfProject(found);
  const { entries, strays } = layout.migrations(tree, found.folder);
  const reader = scriptReader(layout, options.maxBytes ?? DEFAULT_MAX_BYTES);
  const known =
    base.kind === 'revision' && git !== undefined
      ? readBase({ git, base, tree, found, layout, entries, reader })
      : {
          applied: [],
          ids: new Set<string>(),
          again: new Set<string>(),
          strays: new Set<string>(),
          notes: [],
        };
  const through = throughOf(base);
  const isThrough =
    through === undefined ? () => false : appliedThrough(layout, entries, through, undefined, found.folder);
  const rest = entries.filter(({ id }) => !known.ids.has(id));
  const applied = rest
    .filter((entry) => isThrough(entry.id))
    .map((entry) => readEntry(tree, layout, entry, 'applied', `up to ${through ?? ''}`, reader));
  const pending = entries
    .filter(({ id }) => known.again.has(id) || (!known.ids.has(id) && !isThrough(id)))
    .map((entry) =>
      known.again.has(entry.id)
        ? readEntry(tree, layout, entry, 'pending', 'changed, so that it runs again', reader)
        : readEntry(tree, layout, entry, 'pending', whyPending(base), reader),
    );
  const rollbackPath = rollbackPathFor(tree, found, entries);
  const before = [...known.applied, ...applied];
  if (applied.length > 0) before.sort((a, b) => layout.compare(a.id, b.id));
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const read = [...before, ...pending];
  const whens = found.layout === 'drizzle' ? journalTimes(tree, found.folder) : undefined;
  const conflicts = conflictsOf(read, {
    layout: found.layout,
    compare: (a, b) => layout.compare(a, b),
    whens,
  });
  const migrations = read.map((migration): ReadMigration => {
    const entry = byId.get(migration.id);
    const path = migration.rollback !== undefined || entry === undefined ? undefined : rollbackPath(entry);
    const own = conflicts.get(migration.id);
    const file = entry?.rollback === entry?.forward ? undefined : entry?.rollback;
    return path === undefined && own === undefined && file === undefined
      ? migration
      : {
          ...migration,
          ...(path !== undefined && { rollbackPath: path }),
          ...(own !== undefined && { conflicts: own }),
          ...(file !== undefined && { rollbackFile: file }),
        };
  });
  if (migrations.every(isEmpty)) refuseWithoutMigrations(tree, found);
  return {
    found,
    base,
    migrations,
    strays,
    strayScripts: strayScripts(found.layout, strays, known.strays),
    orphanRollbacks: orphanRollbacks({
      layout: found.layout,
      tree,
      strays,
      known: known.strays,
      entries,
      migrations,
    }),
    notes: [
      ...(found.notes ?? []),
      ...known.notes,
      ...baseNotes(base, isThrough, entries, known.ids),
      ...unreadNotes(migrations),
    ],
  };
}

/** The `when` of Drizzle's migrations, milliseconds since 1970; undefined without a journal. */
function journalTimes(tree: FileTree, folder: string): ReadonlyMap<string, number> | undefined {
  const entries = drizzleJournal(tree, folder)?.entries;
  return entries && new Map(entries.flatMap(({ tag, when }) => (when === undefined ? [] : [[tag, when]])));
}

/** True for a migration without any script that a tool could run. */
function isEmpty({ forward, unreadable }: ReadMigration): boolean {
  return forward === undefined && unreadable === undefined;
}

function throughOf(base: Base): string | undefined {
  switch (base.kind) {
    case 'revision':
      return base.appliedThrough;
    case 'applied-through':
      return base.id;
    case 'none':
      return undefined;
  }
}

/** What people may not expect of two answers to what is applied, or of one that is missing. */
function baseNotes(
  base: Base,
  isThrough: (id: string) => boolean,
  entries: readonly MigrationEntry[],
  inBase: ReadonlySet<string>,
): readonly string[] {
  if (base.kind === 'applied-through') return base.note === undefined ? [] : [base.note];
  if (base.kind === 'none' || base.appliedThrough === undefined) return [];
  const later = entries.filter(({ id }) => inBase.has(id) && !isThrough(id)).length;
  if (later === 0) return [];
  const what = later === 1 ? '1 later migration, which counts' : `${later} later migrations, which count`;
  return [
    `appliedThrough says ${base.appliedThrough}, and ${base.label} has ${what} as applied, too: both say what is applied. --applied-through is the whole answer.`,
  ];
}

function whyPending(base: Base): string {
  switch (base.kind) {
    case 'revision':
      return `not in ${base.label}`;
    case 'applied-through':
      return `after ${base.id}`;
    case 'none':
      return base.reason;
  }
}

function readEntry(
  tree: FileTree,
  layout: Layout,
  entry: MigrationEntry,
  state: ReadMigration['state'],
  why: string,
  reader: ScriptReader,
): ReadMigration {
  const { id, version, name, path } = entry;
  const unreadable = unreadableOf(layout, entry);
  const missingScript = missingScriptOf(layout, entry);
  const forward = entry.forward === undefined ? undefined : tree.read(entry.forward);
  const rollback =
    entry.rollback === undefined || entry.rollback === entry.forward ? forward : tree.read(entry.rollback);
  const read = (
    at: string | undefined,
    bytes: Uint8Array | undefined,
    role: ScriptRole,
  ): ReadFile | undefined =>
    at === undefined || bytes === undefined ? undefined : reader(at, bytes, entry, role);
  return {
    id,
    version,
    name,
    path,
    state,
    why,
    forward: read(entry.forward, forward, 'forward'),
    rollback: read(entry.rollback, rollback, 'rollback'),
    ...(entry.repeats === true && { repeats: true }),
    ...(unreadable !== undefined && { unreadable }),
    ...(missingScript !== undefined && { missingScript }),
    change: 'none',
    current: undefined,
  };
}
