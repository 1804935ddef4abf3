import type { Git } from '../files/git.ts';
import { blobId } from '../files/git-objects.ts';
import { type GitTree, revisionTree } from '../files/git-tree.ts';

import type { FileTree } from '../files/types.ts';
import type { FoundProject, Layout, MigrationEntry, ScriptRole } from '../layouts/types.ts';
import { isKnownByVersion, versionKey } from '../layouts/version-key.ts';
import { scriptText, unreadableOf, type ScriptReader } from './read-script.ts';
import type { Base, ReadFile, ReadMigration } from './types.ts';

/** What the base says about a project. */
export interface KnownBase {
  /** In the layout's order, with the base's texts. */
  readonly applied: readonly ReadMigration[];
  readonly ids: ReadonlySet<string>;
  /** Ids of scripts that the tool runs again, since their text has changed: they are applied, and pending as well. */
  readonly again: ReadonlySet<string>;
  /** Paths of the base in its migrations folder that are no migration. */
  readonly strays: ReadonlySet<string>;
  readonly notes: readonly string[];
}

interface BaseReading {
  readonly git: Git;
  readonly base: Extract<Base, { kind: 'revision' }>;
  /** The files as they are now. */
  readonly tree: FileTree;
  readonly found: FoundProject;
  readonly layout: Layout;
  /** The migrations as they are now. */
  readonly entries: readonly MigrationEntry[];
  readonly reader: ScriptReader;
}

/** An applied migration beside what the tree has of it now. */
interface Pair {
  readonly applied: MigrationEntry;
  readonly now: MigrationEntry | undefined;
  readonly forward: Comparison;
  readonly rollback: Comparison;
}

/** A file of the base: its bytes where the tree has the same ones, so that git need not be asked for them. */
interface Comparison {
  readonly path: string | undefined;
  readonly same: Uint8Array | undefined;
  /** The tree's bytes where they are others. */
  readonly other: Uint8Array | undefined;
}

/** Reads the migrations that the base has, and finds out which of them this branch has changed. */
export function readBase(reading: BaseReading): KnownBase {
  const { base, found, layout, entries, tree } = reading;
  const { files, folder } = baseFiles(reading);
  const listed = layout.migrations(files, folder);
  const nowOf = counterparts(layout, listed.entries, entries);
  const pairs = listed.entries.map((entry): Pair => {
    const now = nowOf(entry);
    return {
      applied: entry,
      now,
      forward: compare(files, entry.forward, tree, now?.forward),
      rollback: compare(files, entry.rollback, tree, now?.rollback),
    };
  });
  const contents = readMissing(files, pairs);
  const own = ownChanges(reading, folder);
  const applied = pairs.map((pair) => appliedMigration(pair, contents, own, reading));
  const gone = own.missing();
  const notes = gone === 0 ? [] : [missingNote(gone, base.label, found.folder)];
  const again = new Set(applied.filter(({ change }) => change === 'edited').map(({ id }) => id));
  const repeating = pairs.filter((pair) => pair.now?.repeats === true && again.has(pair.now.id));
  const repeated = new Set(repeating.map((pair) => pair.applied.id));
  return {
    applied: applied.map((migration) =>
      repeated.has(migration.id) ? { ...migration, change: 'none', current: undefined } : migration,
    ),
    ids: new Set(pairs.flatMap(({ applied: { id }, now }) => (now === undefined ? [id] : [id, now.id]))),
    again: repeated,
    strays: new Set(listed.strays),
    notes,
  };
}

/**
 * What the tree has of a migration of the base: the one with its id, or, for a tool that goes by versions alone, the only new one
 * with its version, which has been given another name.
 */
function counterparts(
  layout: Layout,
  applied: readonly MigrationEntry[],
  entries: readonly MigrationEntry[],
): (entry: MigrationEntry) => MigrationEntry | undefined {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  if (!isKnownByVersion(layout.name)) return ({ id }) => byId.get(id);
  const known = new Set(applied.map(({ id }) => id));
  const keyOf = ({ version }: MigrationEntry): string => versionKey(layout.name, version);
  const byVersion = new Map<string, MigrationEntry | undefined>();
  for (const entry of entries) {
    if (known.has(entry.id)) continue;
    byVersion.set(keyOf(entry), byVersion.has(keyOf(entry)) ? undefined : entry);
  }
  return (entry) => byId.get(entry.id) ?? byVersion.get(keyOf(entry));
}

/** The base's files, and where it has the project: it may have been moved since. */
function baseFiles({ git, base, found, layout, entries }: BaseReading): { files: GitTree; folder: string } {
  const files = revisionTree(git, base.commit, { folder: found.folder, label: base.label });
  const oldest = entries.find(({ forward }) => forward !== undefined);
  if (oldest?.forward === undefined || layout.migrations(files, found.folder).entries.length > 0) {
    return { files, folder: found.folder };
  }
  const all = revisionTree(git, base.commit, { label: base.label });
  const tail = oldest.forward.slice(found.folder === '' ? 0 : found.folder.length + 1);
  const paths = all.find?.('', [{ kind: 'name', text: tail.slice(tail.lastIndexOf('/') + 1) }]) ?? [];
  const moved = paths.find((path) => path.endsWith(`/${tail}`));
  if (moved === undefined) return { files, folder: found.folder };
  return { files: all, folder: moved.slice(0, -tail.length - 1) };
}

function compare(
  files: GitTree,
  then: string | undefined,
  tree: FileTree,
  now: string | undefined,
): Comparison {
  const id = then === undefined ? undefined : files.objectId(then);
  const bytes = now === undefined ? undefined : tree.read(now);
  if (id === undefined || bytes === undefined) return { path: then, same: undefined, other: bytes };
  return blobId(bytes, id) === id
    ? { path: then, same: bytes, other: undefined }
    : { path: then, same: undefined, other: bytes };
}

function readMissing(files: GitTree, pairs: readonly Pair[]): ReadonlyMap<string, Uint8Array> {
  const wanted = pairs
    .flatMap(({ forward, rollback }) => [forward, rollback])
    .flatMap(({ path, same }) => (path !== undefined && same === undefined ? [path] : []));
  const contents = files.readAll(wanted);
  const found = new Map<string, Uint8Array>();
  for (const [index, path] of wanted.entries()) {
    const bytes = contents[index];
    if (bytes !== undefined) found.set(path, bytes);
  }
  return found;
}

function appliedMigration(
  pair: Pair,
  contents: ReadonlyMap<string, Uint8Array>,
  own: OwnChanges,
  { base, layout, reader }: BaseReading,
): ReadMigration {
  const { applied, now } = pair;
  const unreadable = unreadableOf(layout, applied);
  const read = (
    { path, same }: Comparison,
    shown: string | undefined,
    role: ScriptRole,
  ): ReadFile | undefined => {
    const bytes = same ?? (path === undefined ? undefined : contents.get(path));
    return path === undefined || bytes === undefined
      ? undefined
      : reader(shown ?? path, bytes, applied, role);
  };
  const forward = read(pair.forward, now?.forward, 'forward');
  const nowBytes = changedBytes(pair);
  const current =
    now?.forward === undefined || nowBytes === undefined
      ? undefined
      : reader(now.forward, nowBytes, now, 'forward');
  const change = changeOf(pair, forward, current, own);
  return {
    id: applied.id,
    version: applied.version,
    name: applied.name,
    state: 'applied',
    why: `in ${base.label}`,
    path: now?.path ?? applied.path,
    forward,
    rollback: read(pair.rollback, now?.rollback, 'rollback'),
    ...(applied.repeats === true && { repeats: true }),
    ...(unreadable !== undefined && { unreadable }),
    change,
    current: change === 'edited' ? current?.source : undefined,
  };
}

function changeOf(
  pair: Pair,
  forward: ReadFile | undefined,
  current: ReadFile | undefined,
  own: OwnChanges,
): ReadMigration['change'] {
  const { applied, now } = pair;
  if (applied.forward === undefined) return 'none';
  if (now?.forward === undefined) return own.deleted(applied) ? 'deleted' : 'none';
  const bytes = changedBytes(pair);
  if (bytes === undefined || forward === undefined) return 'none';
  return !sameScript(forward, current) && own.edited(now, current, bytes) ? 'edited' : 'none';
}

/** The tree's bytes of the forward script, if they or what the files beside it say are not what the base has. */
function changedBytes({ applied, now, forward: { same, other } }: Pair): Uint8Array | undefined {
  if (other !== undefined || now === undefined) return other;
  return applied.withoutTransaction === now.withoutTransaction ? undefined : same;
}

/** Line ends do not count, nor what else its file holds, but for the transaction that it asks for. A script that was refused is the same as itself only, and that was compared before. */
function sameScript(a: ReadFile, b: ReadFile | undefined): boolean {
  if (b === undefined || a.withoutTransaction !== b.withoutTransaction) return false;
  if (a.problems.length > 0 || b.problems.length > 0) return false;
  if (a.source.byteOrderMark !== b.source.byteOrderMark || a.source.encoding !== b.source.encoding)
    return false;
  return scriptText(a) === scriptText(b);
}

/** Tells this branch's changes from those that the base made since the branch left it. */
interface OwnChanges {
  deleted(entry: MigrationEntry): boolean;
  /** @param entry as it is now. @param current undefined if its file holds no such script any more. */
  edited(entry: MigrationEntry, current: ReadFile | undefined, bytes: Uint8Array): boolean;
  /** How many migrations of the base are not here, without our knowing whether this branch deleted them. */
  missing(): number;
}

/**
 * A migration that the base has and this branch has not was deleted here only if the point where the branch left the base had
 * it: else the branch is just behind. The same for edits. Without that point (a shallow clone) a missing migration is only
 * counted, and a different text is an edit.
 */
function ownChanges({ git, base, layout, reader }: BaseReading, folder: string): OwnChanges {
  let unknown = 0;
  let fork:
    | Map<string, { readonly entry: MigrationEntry; readonly files: GitTree }>
    | 'base'
    | 'unknown'
    | undefined;
  const atFork = (): NonNullable<typeof fork> => (fork ??= forkMigrations(git, base, folder, layout));
  return {
    deleted(entry) {
      const known = atFork();
      if (known === 'unknown') unknown++;
      return known === 'base' || (known !== 'unknown' && known.has(entry.id));
    },
    edited(entry, current, now) {
      const known = atFork();
      if (known === 'unknown' || known === 'base') return true;
      const before = known.get(entry.id);
      const path = before?.entry.forward;
      if (before === undefined || path === undefined) return true;
      const bytes = before.files.read(path);
      if (bytes === undefined) return true;
      const isSame = before.entry.withoutTransaction === entry.withoutTransaction;
      if (isSame && Buffer.compare(bytes, now) === 0) return false;
      const read = reader(path, bytes, before.entry, 'forward');
      return read === undefined || !sameScript(read, current);
    },
    missing: () => unknown,
  };
}

function forkMigrations(
  git: Git,
  base: Extract<Base, { kind: 'revision' }>,
  folder: string,
  layout: Layout,
): Map<string, { entry: MigrationEntry; files: GitTree }> | 'base' | 'unknown' {
  const { status, output } = git.run(['merge-base', 'HEAD', base.commit]);
  const commit = output.toString('utf8').trim();
  if (status !== 0) return 'unknown';
  if (commit === base.commit) return 'base';
  const files = revisionTree(git, commit, { folder });
  return new Map(layout.migrations(files, folder).entries.map((entry) => [entry.id, { entry, files }]));
}

function missingNote(count: number, label: string, folder: string): string {
  const what = count === 1 ? '1 migration' : `${count} migrations`;
  return `${what} of ${label} ${count === 1 ? 'is' : 'are'} missing in ${folder}; a shallow clone cannot tell whether this branch deleted ${count === 1 ? 'it' : 'them'}.`;
}
