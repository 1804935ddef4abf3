import { child } from '../files/paths.ts';
import { readText } from '../files/read-text.ts';
import type { FileTree } from '../files/types.ts';
import { isMisplaced } from './folder-files.ts';
import { timestampOf, versionsAfter } from './next-version.ts';
import { findSlot, withLineEnd } from './slots.ts';
import type { Layout, MigrationEntry, NewFile, NewScripts } from './types.ts';
import { compareCodeUnits } from './version.ts';

/**
 * Diesel: each folder `<version>_name` holds `up.sql`, and `down.sql` if it can be reverted.
 *
 * As diesel (2.3) does it: the version is the folder's name up to the first `_` without its dashes, compared as text, so
 * `2019-02-26-002946_create_user` has the version `20190226002946`. Files beside the folders and folders that begin with
 * a dot are ignored; any other folder without `up.sql` makes the tool refuse all of them, and is an entry without a script.
 */
export const dieselLayout: Layout = {
  name: 'diesel',
  compare: compareVersions,
  migrations(tree, folder) {
    const entries: MigrationEntry[] = [];
    const strays: string[] = [];
    for (const { name, kind } of tree.list(folder)) {
      if (kind === 'file') {
        if (isMisplaced(name)) strays.push(child(folder, name));
      } else if (!name.startsWith('.')) entries.push(entryOf(tree, child(folder, name), name));
    }
    entries.sort((a, b) => compareVersions(a.id, b.id));
    return { entries, strays: strays.sort() };
  },
  newPlace(tree, folder, migration) {
    const slot = findSlot(dieselLayout.migrations(tree, folder), migration, {
      compare: compareVersions,
      first: dashedTime,
      written: ({ id }) => id.split('_', 1)[0] ?? '',
      after: versionsAfterDiesel,
      id: (version, name) => `${version}_${name}`,
    });
    if (slot === undefined) return undefined;
    const path = child(folder, slot.id);
    return {
      id: slot.id,
      version: versionOf(slot.id),
      files: (scripts) => filesOf(path, scripts),
    };
  },
};

function filesOf(path: string, { forward, rollback, withoutTransaction }: NewScripts): readonly NewFile[] {
  const files = [{ path: child(path, 'up.sql'), text: withLineEnd(forward) }];
  if (rollback !== undefined) files.push({ path: child(path, 'down.sql'), text: withLineEnd(rollback) });
  if (withoutTransaction) {
    files.push({ path: child(path, 'metadata.toml'), text: 'run_in_transaction = false\n' });
  }
  return files;
}

/** Diesel's CLI writes `2024-01-31-235959-0000`; before 2.3 it left the last part out. */
function versionsAfterDiesel(previous: string, now: Date): readonly string[] {
  const [, time, counter = ''] = /^(\d{4}-?\d{2}-?\d{2}-?\d{6})(-[\da-f]{4})?$/.exec(previous) ?? [];
  if (time === undefined) return [dashedTime(now), ...versionsAfter(previous, now)];
  return versionsAfter(time, now).map((version) => `${version}${counter.replaceAll(/[\da-f]/g, '0')}`);
}

function dashedTime(now: Date): string {
  return timestampOf(now).replace(/^(\d{4})(\d{2})(\d{2})/, '$1-$2-$3-');
}

function entryOf(tree: FileTree, path: string, id: string): MigrationEntry {
  const files = new Set(tree.list(path).flatMap(({ name, kind }) => (kind === 'file' ? [name] : [])));
  const [prefix = ''] = id.split('_', 1);
  return {
    id,
    version: versionOf(id),
    name: id.slice(prefix.length + 1),
    path,
    forward: files.has('up.sql') ? child(path, 'up.sql') : undefined,
    rollback: files.has('down.sql') ? child(path, 'down.sql') : undefined,
    ...(files.has('metadata.toml') &&
      asksForNoTransaction(readText(tree, child(path, 'metadata.toml')) ?? '') && {
        withoutTransaction: true,
      }),
  };
}

/**
 * Whether a metadata.toml turns the transaction off. It does so by `run_in_transaction = false`, and by its mere presence
 * without that key, since the reader of diesel (2.3) takes a missing key for false; a file that is no TOML is ignored.
 */
export function asksForNoTransaction(toml: string): boolean {
  let value: string | undefined;
  let inTable = false;
  for (const raw of toml.split(/\r?\n/)) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      inTable = true;
      continue;
    }
    const [, key, written] = /^("?[\w.-]+"?)\s*=\s*([^#]*?)\s*(?:#.*)?$/.exec(line) ?? [];
    if (key === undefined) return false;
    if (!inTable && key.replaceAll('"', '') === 'run_in_transaction') value = written;
  }
  return value === undefined || value === 'false';
}

function versionOf(id: string): string {
  return (id.split('_', 1)[0] ?? '').replaceAll('-', '');
}

function compareVersions(a: string, b: string): number {
  return compareCodeUnits(versionOf(a), versionOf(b)) || compareCodeUnits(a, b);
}
