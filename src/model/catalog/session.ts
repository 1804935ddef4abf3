import type { SetVariable, TransactionControl } from '../operations/types.ts';
import type { Draft } from './draft.ts';
import type { QualifiedName } from './store.ts';
import { removeRelation } from './draft.ts';

/** What PostgreSQL's sessions begin with: the schema named like the user, where there is one, then public. */
const standardSearchPath: readonly string[] = ['$user', 'public'];

/** The settings of a session that decide what a statement means. */
export interface SessionSettings {
  /** As SET gives it, `"$user"` included. */
  readonly searchPath: readonly string[];
  /** In lower case; undefined where no script has set it, and the server's counts. */
  readonly timeZone: string | undefined;
}

interface Savepoint {
  readonly name: string;
  readonly mark: number;
  readonly settings: SessionSettings;
}

/**
 * What a session keeps besides the schema: its search_path, and how far an open transaction can be taken back.
 * The search_path of a role or database (ALTER ROLE … SET) is not known; `initial` stands for it.
 */
export interface Session {
  readonly initial: SessionSettings;
  /** After the transaction ends: SET LOCAL is forgotten, SET is kept. */
  lasting: SessionSettings;
  /** Now, SET LOCAL included. */
  current: SessionSettings;
  /** From BEGIN, or from the script's start if the runner opened a transaction. */
  transaction: { readonly savepoints: Savepoint[]; readonly settings: SessionSettings } | undefined;
  readonly temporary: Set<QualifiedName>;
}

/** @returns a session whose names without a schema are looked up along `searchPath`. */
export function createSession(searchPath: readonly string[] = standardSearchPath): Session {
  const initial = { searchPath, timeZone: undefined };
  return { initial, lasting: initial, current: initial, transaction: undefined, temporary: new Set() };
}

/** Makes settings those that statements run with. */
function use(draft: Draft, session: Session, settings: SessionSettings): void {
  if (session.current.searchPath !== settings.searchPath)
    draft.searchPath = effectiveSearchPath(settings.searchPath);
  draft.timeZone = settings.timeZone;
  session.current = settings;
}

/** @returns the schemas that are searched: `"$user"` left out, for nobody knows who will run the migration. */
export function effectiveSearchPath(setting: readonly string[]): readonly string[] {
  return setting.filter((schema) => schema !== '$user' && schema !== '"$user"' && schema !== '');
}

/** Opens a transaction; a second BEGIN changes nothing, as in PostgreSQL. */
export function beginTransaction(draft: Draft, session: Session): void {
  if (session.transaction !== undefined) return;
  session.transaction = { savepoints: [], settings: session.lasting };
  draft.store.startRecording();
}

/** Ends the transaction, if one is open, and SET LOCAL with it. */
export function commitTransaction(draft: Draft, session: Session): void {
  session.transaction = undefined;
  draft.store.stopRecording();
  use(draft, session, session.lasting);
}

function rollbackTransaction(draft: Draft, session: Session): void {
  if (session.transaction === undefined) return;
  session.lasting = session.transaction.settings;
  draft.store.undoTo(0);
  commitTransaction(draft, session);
}

/** RELEASE: the newest savepoint of the name is gone, and all that were set after it; what was done stays done. */
function release(session: Session, name: string): void {
  const savepoints = session.transaction?.savepoints ?? [];
  const at = newestOf(savepoints, name);
  if (at >= 0) savepoints.splice(at);
}

/** A name may be used again: the newest savepoint hides the older ones until it is released. */
function newestOf(savepoints: readonly Savepoint[], name: string): number {
  return savepoints.findLastIndex((savepoint) => savepoint.name === name);
}

function rollbackTo(draft: Draft, session: Session, name: string): void {
  const savepoints = session.transaction?.savepoints ?? [];
  const at = newestOf(savepoints, name);
  const savepoint = savepoints[at];
  if (savepoint === undefined) return;
  savepoints.splice(at + 1);
  draft.store.undoTo(savepoint.mark);
  session.lasting = savepoint.settings;
  use(draft, session, savepoint.settings);
}

/** Follows BEGIN, COMMIT, ROLLBACK and savepoints: what is rolled back did not happen. */
export function controlTransaction(draft: Draft, session: Session, operation: TransactionControl): void {
  // Outside a transaction PostgreSQL refuses AND CHAIN; nothing begins then.
  const chains = operation.chain && session.transaction !== undefined;
  followCommand(draft, session, operation);
  if (chains) beginTransaction(draft, session);
}

function followCommand(draft: Draft, session: Session, operation: TransactionControl): void {
  const name = operation.savepoint ?? '';
  switch (operation.command) {
    case 'begin':
      return beginTransaction(draft, session);
    case 'commit':
    case 'prepare':
      return commitTransaction(draft, session);
    case 'rollback':
      return rollbackTransaction(draft, session);
    case 'savepoint':
      session.transaction?.savepoints.push({
        name,
        mark: draft.store.mark(),
        settings: session.lasting,
      });
      return;
    case 'rollback to':
      return rollbackTo(draft, session, name);
    case 'release':
      return release(session, name);
    case 'commit prepared':
    case 'rollback prepared':
      return;
  }
}

/** Follows SET, SET LOCAL, RESET and set_config for the search_path and the time zone. */
export function setVariable(draft: Draft, session: Session, operation: SetVariable): void {
  const change = changeOf(session, operation);
  if (change === undefined) return;
  if (operation.scope === 'session') session.lasting = { ...session.lasting, ...change };
  use(draft, session, { ...session.current, ...change });
}

function changeOf({ initial }: Session, operation: SetVariable): Partial<SessionSettings> | undefined {
  const { value } = operation;
  switch (operation.name.toLowerCase()) {
    case 'all':
      return value === undefined ? initial : undefined;
    case 'search_path':
      return { searchPath: value === undefined ? initial.searchPath : schemasOf(operation) };
    case 'timezone':
      return { timeZone: value?.[0]?.toLowerCase() };
    default:
      return undefined;
  }
}

function schemasOf(operation: SetVariable): readonly string[] {
  const values = operation.value ?? [];
  // set_config takes the whole list as one string; SET takes one string for each schema.
  if (operation.form !== 'set_config') return values;
  return values.flatMap((value) =>
    (value.match(/"(?:[^"]|"")*"|[^,\s]+/g) ?? []).map((name) =>
      name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase(),
    ),
  );
}

/** A script begins: in a transaction of its own, if the runner opens one or sends the file as one query. */
export function startScript(draft: Draft, session: Session, inTransaction: boolean): void {
  if (inTransaction) beginTransaction(draft, session);
}

/**
 * A script ends: its transaction with it, SET and temporary tables too. Migrations were written and deployed one by one,
 * in sessions of their own, even where a new database gets them all in one.
 */
export function endScript(draft: Draft, session: Session): void {
  session.lasting = session.initial;
  commitTransaction(draft, session);
  for (const name of session.temporary) removeRelation(draft, name);
  session.temporary.clear();
}
