import { child, parentOf } from '../files/paths.ts';
import { readText } from '../files/read-text.ts';
import type { FileTree } from '../files/types.ts';
import { isMisplaced } from './folder-files.ts';
import { pairRollbacks, type RollbackScript } from './rollbacks.ts';
import { versionsAfter } from './next-version.ts';
import { findSlot, withLineEnd } from './slots.ts';
import type { Layout, MigrationEntry, NewFile, NewScripts } from './types.ts';
import { compareCodeUnits, compareDigits } from './version.ts';

const SEPARATOR = '__';
/** A version's parts, between dots or underscores. */
const VERSION = /^\d+(?:[._]\d+)*$/;
const CALLBACK = /^(?:before|after|create)[A-Z]\w*?(?:__.*)?\.sql$/;

/**
 * Flyway: `V1_2__name.sql`, and `R__name.sql`, which run again after all others whenever their text has changed; `U1_2__name.sql`
 * undoes the version. They lie in the folder or below it.
 *
 * As the tool (13.0, with its default names) does it: prefixes count in their case, the ending in any; the version is what stands before
 * the first `__`, its `_` are dots, and its parts compare as numbers, a missing one as 0, so that 1 and 1.0 are one version.
 * Repeatable ones come in the order of their descriptions. `V1__a.sql.conf` with `executeInTransaction=false` turns the
 * transaction off, with `true` on for statements that refuse one, too. Hidden folders (and here linked ones), callbacks (`afterMigrate.sql`) and other names are passed over. Baselines (`B1__name.sql`) run
 * on an empty database only, in place of the history, and are strays here.
 */
export const flywayLayout: Layout = {
  name: 'flyway',
  compare: compareIds,
  migrations(tree, folder) {
    const found: Found = { entries: [], undos: [], strays: [] };
    collect(tree, folder, found);
    const rollbackOf = pairRollbacks(
      found.entries
        .filter(({ repeats }) => repeats !== true)
        .map(({ path, version }) => ({ key: path, id: canonical(version), version: canonical(version) })),
      found.undos,
    );
    const used = new Set(rollbackOf.values());
    const entries = found.entries
      .map((entry) => ({ entry, order: orderOf(entry.id) }))
      .sort((a, b) => compareOrders(a.order, b.order))
      .map(({ entry }): MigrationEntry => ({ ...entry, rollback: rollbackOf.get(entry.path) }));
    const lonely = found.undos.filter(({ path }) => !used.has(path)).map(({ path }) => path);
    return { entries, strays: [...found.strays, ...lonely].sort() };
  },
  newPlace(tree, folder, migration) {
    const slot = findSlot(flywayLayout.migrations(tree, folder), migration, {
      compare: compareIds,
      first: () => '1',
      written: writtenVersion,
      after: versionsAfterFlyway,
      id: (version, name) => `V${version}__${name}`,
    });
    if (slot === undefined) return undefined;
    const beside = slot.entries[slot.position - 1]?.path;
    const at = beside === undefined ? folder : parentOf(beside);
    const version = parseName(`${slot.id}.sql`)?.version ?? slot.version;
    return { id: slot.id, version, files: (scripts) => filesOf(at, slot.id, scripts) };
  },
};

function filesOf(folder: string, id: string, scripts: NewScripts): readonly NewFile[] {
  const { forward, rollback, withoutTransaction } = scripts;
  const script = (name: string, text: string): readonly NewFile[] => [
    { path: child(folder, `${name}.sql`), text: withLineEnd(text) },
    ...(withoutTransaction
      ? [{ path: child(folder, `${name}.sql.conf`), text: 'executeInTransaction=false\n' }]
      : []),
  ];
  return [...script(id, forward), ...(rollback === undefined ? [] : script(id.replace('V', 'U'), rollback))];
}

/** As it stands in the file's name: `1_2`. */
function writtenVersion({ id }: MigrationEntry): string {
  return /^V([\d._]*\d)/.exec(id)?.[1] ?? '';
}

/** The next number; where a migration has that already, a further part: `2.1` comes between 2 and 3, and `2.0.1` before it. */
function versionsAfterFlyway(previous: string, now: Date): readonly string[] {
  const separator = /[._]/.exec(previous)?.[0] ?? '.';
  const deeper = ['1', '0.1', '0.0.1'].map((part) => `${previous}.${part}`.replaceAll(/[._]/g, separator));
  return [...versionsAfter(previous, now), ...deeper];
}

interface Found {
  readonly entries: MigrationEntry[];
  readonly undos: RollbackScript[];
  readonly strays: string[];
}

function collect(tree: FileTree, folder: string, found: Found): void {
  const listed = tree.list(folder);
  const files = new Set(listed.flatMap(({ name, kind }) => (kind === 'file' ? [name] : [])));
  for (const { name, kind, link } of listed) {
    const path = child(folder, name);
    if (kind === 'folder') {
      if (!name.startsWith('.') && link !== true) collect(tree, path, found);
      continue;
    }
    const parsed = parseName(name);
    if (parsed === undefined) {
      if (isMisplaced(name) && !CALLBACK.test(name)) found.strays.push(path);
      continue;
    }
    const { prefix, version, description } = parsed;
    if (prefix === 'U') found.undos.push({ path, id: canonical(version), version: canonical(version) });
    else {
      found.entries.push({
        id: name.slice(0, -'.sql'.length),
        version,
        name: description,
        path,
        forward: path,
        rollback: undefined,
        ...(files.has(`${name}.conf`) && transactionIn(readText(tree, `${path}.conf`) ?? '')),
        ...(prefix === 'R' && { repeats: true }),
      });
    }
  }
}

interface ParsedName {
  readonly prefix: 'V' | 'U' | 'R';
  /** With dots: `1.2`; empty for a repeatable migration. */
  readonly version: string;
  readonly description: string;
}

function parseName(file: string): ParsedName | undefined {
  const prefix = file[0];
  if (!/\.sql$/i.test(file) || (prefix !== 'V' && prefix !== 'U' && prefix !== 'R')) return undefined;
  const rest = file.slice(1, -'.sql'.length);
  const at = rest.indexOf(SEPARATOR);
  const version = at < 0 ? rest : rest.slice(0, at);
  const description = at < 0 ? '' : rest.slice(at + SEPARATOR.length);
  if (prefix === 'R' ? version !== '' : !VERSION.test(version)) return undefined;
  return { prefix, version: version.replaceAll('_', '.'), description };
}

/** What a script's own configuration says of its transaction. */
function transactionIn(text: string): { readonly withoutTransaction?: boolean } {
  const value = /^[\t ]*executeInTransaction[\t ]*[=:][\t ]*([A-Za-z]*)/m.exec(text)?.[1]?.toLowerCase();
  return value === 'true' || value === 'false' ? { withoutTransaction: value === 'false' } : {};
}

/** One text for equal versions: `1`, `01` and `1.0` are `1`. */
function canonical(version: string): string {
  return version
    .split('.')
    .map((part) => part.replace(/^0+(?=\d)/, ''))
    .join('.')
    .replace(/(?:\.0)+$/, '');
}

/** Takes ids, and bare versions. */
function compareIds(a: string, b: string): number {
  return compareOrders(orderOf(a), orderOf(b));
}

/** What decides about the place of a migration. */
interface Order {
  readonly id: string;
  /** Undefined for a repeatable migration. */
  readonly version: string | undefined;
  readonly description: string;
}

function orderOf(id: string): Order {
  const parsed = parseName(`${/^\d/.test(id) ? 'V' : ''}${id}.sql`);
  const version = parsed === undefined || parsed.prefix === 'R' ? undefined : parsed.version;
  return { id, version, description: (parsed?.description ?? id).replaceAll('_', ' ') };
}

function compareOrders(a: Order, b: Order): number {
  if (a.version === undefined || b.version === undefined) {
    const order = Number(a.version === undefined) - Number(b.version === undefined);
    return order || compareCodeUnits(a.description, b.description) || compareCodeUnits(a.id, b.id);
  }
  return compareVersions(a.version, b.version) || compareCodeUnits(a.id, b.id);
}

function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = compareDigits(left[index] ?? '0', right[index] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}
