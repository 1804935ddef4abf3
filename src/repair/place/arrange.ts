import {
  drizzleJournal,
  withFormerEntry,
  withoutEntry,
  withTag,
  type DrizzleJournal,
  type DrizzleJournalEntry,
} from '../../input/layouts/drizzle-journal.ts';
import { layoutOfProject } from '../../input/layouts/layouts.ts';
import {
  migrationFiles,
  movedPath,
  unmovable,
  type MigrationIds,
} from '../../input/layouts/migration-files.ts';
import type { Layout, MigrationEntry, NewFile, NewMigration, NewPlace } from '../../input/layouts/types.ts';
import { ChangedFiles } from './changed-files.ts';
import { withNewIds } from './comment-lines.ts';
import { NoRoomError } from './no-room.ts';
import type { PlaceScene } from './types.ts';

interface LiftedFile {
  readonly path: string;
  /** Where it lay at first. */
  readonly formerPath: string;
  readonly text: string;
}

/** A migration that was taken out, to be put in again. */
interface Lifted {
  readonly entry: MigrationEntry;
  /** What it was called at first. */
  readonly formerId: string;
  readonly files: readonly LiftedFile[];
  /** Its entry in Drizzle's journal. */
  readonly registered: DrizzleJournalEntry | undefined;
  /** The journal as it was with it. */
  readonly journal: DrizzleJournal | undefined;
}

/**
 * Puts migrations in between others. Where there is no room, the pending ones that follow are taken out, and put in again behind, under
 * their own names with later versions: each after the one before it, so that all of them run in the order they had.
 */
export class Arrangement {
  readonly files: ChangedFiles;
  /** Old id → new id of migrations that were there. */
  readonly renamed = new Map<string, string>();
  /** Old path → new path. */
  readonly moved = new Map<string, string>();
  readonly #scene: PlaceScene;
  readonly #layout: Layout;
  readonly #pending: Set<string>;
  readonly #lifted: Lifted[] = [];

  constructor(scene: PlaceScene) {
    this.#scene = scene;
    this.#layout = layoutOfProject(scene.found);
    this.#pending = new Set(scene.pending);
    this.files = new ChangedFiles(scene.tree);
  }

  /** The migrations as they are by now, in the order of the layout, without those that are run again after all others. */
  entries(): readonly MigrationEntry[] {
    const { entries } = this.#layout.migrations(this.files.tree, this.#scene.found.folder);
    return entries.filter(({ repeats }) => repeats !== true);
  }

  /** @throws {NoRoomError} if there is no such migration. */
  entry(id: string): MigrationEntry {
    const found = this.entries().find((one) => one.id === id);
    if (found === undefined) throw new NoRoomError(`${id} is not among the migrations any more.`);
    return found;
  }

  isPending({ id }: MigrationEntry): boolean {
    return this.#pending.has(id);
  }

  /**
   * Makes sure that what comes after a migration comes after all that is applied, too: pending ones that lie between are taken out.
   *
   * @param entry undefined for what comes before all others.
   * @returns what it comes right behind; undefined if nothing does.
   * @throws {NoRoomError} if one of them cannot be called otherwise.
   */
  behindApplied(entry: MigrationEntry | undefined): MigrationEntry | undefined {
    const entries = this.entries();
    const index = entries.findIndex(({ id }) => id === entry?.id);
    const lastApplied = entries.findLastIndex((one) => !this.isPending(one));
    if (lastApplied <= index) return entry;
    for (const between of entries.slice(index + 1, lastApplied))
      if (this.isPending(between)) this.lift(between);
    return entries[lastApplied];
  }

  /**
   * Makes a migration.
   *
   * @param after what it comes after; undefined for the last one.
   * @param write what its files are, for its place.
   * @throws {NoRoomError}
   */
  add(
    name: string,
    after: MigrationEntry | undefined,
    write: (place: NewPlace) => readonly NewFile[],
  ): MigrationEntry {
    const place = this.#roomAfter(after, { name });
    this.files.set(write(place).map(({ path, text }) => [path, text]));
    this.#pending.add(place.id);
    return this.entry(place.id);
  }

  /**
   * Takes a pending migration out.
   *
   * @throws {NoRoomError} if it cannot be called otherwise.
   */
  lift(entry: MigrationEntry): void {
    const { found } = this.#scene;
    const reason = unmovable(this.files.tree, found, entry);
    if (reason !== undefined) throw new NoRoomError(`${entry.id} ${reason}, and so keeps its name.`);
    const files = migrationFiles(this.files.tree, found, entry).map((path) => {
      const text = this.files.read(path);
      if (text === undefined) throw new NoRoomError(`${path} is no UTF-8 text, and so stays where it is.`);
      return { path, text, formerPath: formerName(this.moved, path) };
    });
    const journal = this.#journal();
    const registered = journal?.entries.find(({ tag }) => tag === entry.id);
    this.files.set(files.map(({ path }) => [path, undefined]));
    if (journal !== undefined && registered !== undefined) {
      const { path, text } = withoutEntry(journal, entry.id);
      this.files.set([[path, text]]);
    }
    const formerId = formerName(this.renamed, entry.id);
    // Another one may take its id before it has a new one.
    this.#pending.delete(entry.id);
    this.renamed.delete(formerId);
    for (const { formerPath } of files) this.moved.delete(formerPath);
    this.#lifted.push({ entry, formerId, files, registered, journal });
  }

  /**
   * Puts in again what was taken out, in its order, and whatever that pushes away in turn.
   *
   * @param after what the first of them comes after.
   * @param name that of the first one, if it gets another.
   * @throws {NoRoomError}
   */
  settle(after: MigrationEntry | undefined, name?: string): void {
    let last = after;
    let given = name;
    for (let lifted = this.#lifted.shift(); lifted !== undefined; lifted = this.#lifted.shift()) {
      last = this.#putBack(lifted, last, given ?? lifted.entry.name);
      given = undefined;
    }
  }

  /**
   * Gives a pending migration another name, and leaves its version.
   *
   * @throws {NoRoomError} if it cannot be called so.
   */
  rename(entry: MigrationEntry, name: string): void {
    this.lift(entry);
    const lifted = this.#lifted.pop();
    if (lifted === undefined) return;
    const to = { id: idWithName(entry, name), version: entry.version, name };
    this.#writeMoved(lifted, to);
    if (lifted.journal !== undefined) {
      const { path, text } = withTag(lifted.journal, entry.id, to.id);
      this.files.set([[path, text]]);
    }
  }

  #putBack(lifted: Lifted, after: MigrationEntry | undefined, name: string): MigrationEntry {
    const place = this.#roomAfter(after, { name, isExact: true });
    this.#writeMoved(lifted, { id: place.id, version: place.version, name });
    const journal = place
      .files({ forward: '', rollback: undefined, withoutTransaction: false })
      .filter(({ path }) => path.endsWith('/_journal.json') || path === '_journal.json');
    this.files.set(journal.map(({ path, text }) => [path, text]));
    const now = this.#journal();
    if (now !== undefined && lifted.registered !== undefined) {
      const { path, text } = withFormerEntry(now, place.id, lifted.registered);
      this.files.set([[path, text]]);
    }
    return this.entry(place.id);
  }

  /** Writes the files of a migration under its new name. @throws {NoRoomError} if one is in the way. */
  #writeMoved({ entry, formerId, files }: Lifted, to: MigrationIds): void {
    const { found } = this.#scene;
    for (const { path, text, formerPath } of files) {
      const target = movedPath(found, path, entry, to);
      if (target === undefined)
        throw new NoRoomError(`The name of ${path} does not show that it belongs to ${entry.id}.`);
      if (target !== path && target.toLowerCase() === path.toLowerCase())
        throw new NoRoomError(`${target} differs in capitals only, which not every disk tells apart.`);
      if (this.files.has(target)) throw new NoRoomError(`${target} is there already.`);
      this.files.set([[target, /\.sql$/i.test(path) ? withNewIds(text, entry, to) : text]]);
      if (formerPath !== target) this.moved.set(formerPath, target);
    }
    this.#pending.add(to.id);
    if (formerId !== to.id) this.renamed.set(formerId, to.id);
  }

  /** Where a migration goes. What is pending and in the way is taken out, what is applied is passed by. */
  #roomAfter(after: MigrationEntry | undefined, wanted: Pick<NewMigration, 'name' | 'isExact'>): NewPlace {
    const { found, now } = this.#scene;
    let before = after;
    for (;;) {
      const { tree } = this.files;
      const place = this.#layout.newPlace?.(tree, found.folder, { ...wanted, after: before, now });
      if (place !== undefined) return place;
      const next = before === undefined ? undefined : this.#next(before);
      if (next === undefined)
        throw new NoRoomError(
          before === undefined
            ? `No version can come after all others.`
            : `No version can come after that of ${before.id}.`,
        );
      if (this.isPending(next)) this.lift(next);
      else before = next;
    }
  }

  #next({ id }: MigrationEntry): MigrationEntry | undefined {
    const entries = this.entries();
    return entries[entries.findIndex((one) => one.id === id) + 1];
  }

  #journal(): DrizzleJournal | undefined {
    const { layout, folder } = this.#scene.found;
    return layout === 'drizzle' ? drizzleJournal(this.files.tree, folder) : undefined;
  }
}

/** The id with another name in the place of its own. */
function idWithName({ id, name }: MigrationEntry, wanted: string): string {
  if (name === '') return `${id}${/[-_]$/.test(id) ? '' : '_'}${wanted}`;
  const at = id.lastIndexOf(name);
  return id.slice(0, at) + wanted + id.slice(at + name.length);
}

/** What something that may have been renamed was called at first. */
function formerName(names: ReadonlyMap<string, string>, now: string): string {
  return [...names].find(([, name]) => name === now)?.[0] ?? now;
}
