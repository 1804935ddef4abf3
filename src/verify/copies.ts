import type { Database, Snapshot } from './engines/types.ts';
import { sessionSettings } from './session.ts';

/** The copy of a database as it stands before a migration: made once, when somebody first wants it. */
export class Copies {
  readonly #database: Database;
  #snapshot: Promise<Snapshot> | undefined;
  #settings = '';

  constructor(database: Database) {
    this.#database = database;
  }

  /** The copy. To be asked for before the database is changed. */
  take(): Promise<Snapshot> {
    return (this.#snapshot ??= this.#save());
  }

  /** SQL that gives a session of the copy the settings that the database's session had. */
  get settings(): string {
    return this.#settings;
  }

  /** The copy, if somebody has wanted it and it could be made. */
  async taken(): Promise<Snapshot | undefined> {
    return await this.#snapshot?.catch(() => undefined);
  }

  /** Frees it. */
  async discard(): Promise<void> {
    await (await this.taken())?.discard();
  }

  async #save(): Promise<Snapshot> {
    this.#settings = await sessionSettings(this.#database);
    return this.#database.save();
  }
}
