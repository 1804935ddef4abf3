import type { Git } from '../files/git.ts';
import type { FileTree } from '../files/types.ts';
import { layoutOf } from '../layouts/layouts.ts';
import type { FoundProject, MigrationEntry } from '../layouts/types.ts';
import { DEFAULT_MAX_BYTES, decodeSource } from '../text/decode.ts';
import { appliedThrough } from './applied-through.ts';
import { readBase } from './read-base.ts';
import type { Base, ReadFile, ReadMigration, ReadProject } from './types.ts';

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
 * @throws {InputError} `unknown-migration` if `appliedThrough` names none; `unreadable` for a script that cannot be read.
 */
export function readProject(tree: FileTree, found: FoundProject, options: ReadOptions): ReadProject {
  const { base, git } = options;
  const layout = layoutOf(found.layout);
  const { entries, strays } = layout.migrations(tree, found.folder);
  const reader = scriptReader(options.maxBytes);
  const known =
    base.kind === 'revision' && git !== undefined
      ? readBase({ git, base, tree, found, layout, entries, reader })
      : { applied: [], ids: new Set<string>(), notes: [] };
  const through = throughOf(base);
  const isThrough = through === undefined ? () => false : appliedThrough(layout, entries, through);
  const rest = entries.filter(({ id }) => !known.ids.has(id));
  const applied = rest
    .filter((entry) => isThrough(entry.id))
    .map((entry) => readEntry(tree, entry, 'applied', `up to ${through ?? ''}`, reader));
  const pending = rest
    .filter((entry) => !isThrough(entry.id))
    .map((entry) => readEntry(tree, entry, 'pending', whyPending(base), reader));
  const before = [...known.applied, ...applied];
  if (applied.length > 0) before.sort((a, b) => layout.compare(a.id, b.id));
  return {
    found,
    base,
    migrations: [...before, ...pending],
    strays,
    notes: [...(found.notes ?? []), ...known.notes],
  };
}

/** Turns a script's bytes into text. */
export type ScriptReader = (path: string, bytes: Uint8Array) => ReadFile;

function scriptReader(maxBytes = DEFAULT_MAX_BYTES): ScriptReader {
  return (path, bytes) => decodeSource(path, bytes, { maxBytes });
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
  entry: MigrationEntry,
  state: ReadMigration['state'],
  why: string,
  reader: ScriptReader,
): ReadMigration {
  const read = (path: string | undefined): ReadFile | undefined => {
    const bytes = path === undefined ? undefined : tree.read(path);
    return path === undefined || bytes === undefined ? undefined : reader(path, bytes);
  };
  const { id, version, name, path, forward, rollback } = entry;
  const scripts = { forward: read(forward), rollback: read(rollback) };
  return { id, version, name, path, state, why, ...scripts, change: 'none', current: undefined };
}
