import type { Statement } from '../../input/sql/types.ts';
import type { Operation, SetVariable, TransactionControl } from '../operations/types.ts';
import type { Draft } from './draft.ts';
import type { QualifiedName } from './store.ts';
import { removeRelation } from './draft.ts';
import { configuredTimeouts, noTimeouts, timeoutsAfter, type Timeouts } from './timeouts.ts';

/** What PostgreSQL's sessions begin with: the schema named like the user, where there is one, then public. */
const standardSearchPath: readonly string[] = ['$user', 'public'];

/** The settings of a session that decide what a statement means, and how long it may take. */
export interface SessionSettings {
  /** As SET gives it, `"$user"` included. */
  readonly searchPath: readonly string[];
  /** In lower case; undefined where no script has set it, and the server's counts. */
  readonly timeZone: string | undefined;
  readonly timeouts: Timeouts;
}

interface Savepoint {
  readonly name: string;
  readonly mark: number;
  readonly lasting: SessionSettings;
  readonly current: SessionSettings;
}

/**
 * What a session keeps besides the schema: its search_path, and how far an open transaction can be taken back.
 * The search_path of a role or database (ALTER ROLE … SET) is not known; `initial` stands for it.
 */
export interface Session {
  /** What it began with, and what RESET goes back to. */
  initial: SessionSettings;
  /** What ALTER ROLE and ALTER DATABASE have set for sessions to come. */
  configured: Timeouts;
  /** The script's statement that runs. */
  statement: Statement | undefined;
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
  const initial = { searchPath, timeZone: undefined, timeouts: noTimeouts };
  return {
    initial,
    configured: noTimeouts,
    statement: undefined,
    lasting: initial,
    current: initial,
    transaction: undefined,
    temporary: new Set(),
  };
}

/** @returns the session as it is now, for {@link restore}. */
export function copyOf(session: Session): Session {
  const { transaction, temporary } = session;
  return {
    ...session,
    transaction: transaction && { ...transaction, savepoints: [...transaction.savepoints] },
    temporary: new Set(temporary),
  };
}

/** Makes a session what it was when it was copied. The draft's settings are the caller's. */
export function restore(session: Session, copy: Session): void {
  const { temporary, ...rest } = copyOf(copy);
  Object.assign(session, rest);
  session.temporary.clear();
  for (const name of temporary) session.temporary.add(name);
}

/** Makes settings those that statements run with. */
function use(draft: Draft, session: Session, settings: SessionSettings): void {
  if (session.current.searchPath !== settings.searchPath)
    draft.searchPath = effectiveSearchPath(settings.searchPath);
  draft.timeZone = settings.timeZone;
  draft.timeouts = settings.timeouts;
  session.current = settings;
}

/**
 * A statement of the script begins. Where no transaction is open the one before was a transaction of its own, and SET LOCAL in it
 * lasted no longer: alone it has no effect at all (manual, SET), in a DO block until the block's end.
 */
export function enterStatement(draft: Draft, session: Session, statement: Statement): void {
  if (session.statement === statement) return;
  session.statement = statement;
  if (session.transaction === undefined && session.current !== session.lasting)
    use(draft, session, session.lasting);
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
  session.lasting = savepoint.lasting;
  use(draft, session, savepoint.current);
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
        lasting: session.lasting,
        current: session.current,
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

/** Follows SET, SET LOCAL, RESET and set_config for the search_path, the time zone and the timeouts. */
export function setVariable(draft: Draft, session: Session, operation: SetVariable): void {
  const change = changeOf(session.current, session.initial, operation);
  if (change === undefined) return;
  if (operation.scope === 'session') {
    const lasting = changeOf(session.lasting, session.initial, operation);
    session.lasting = { ...session.lasting, ...lasting };
  }
  use(draft, session, { ...session.current, ...change });
}

/** Follows ALTER ROLE … SET, ALTER DATABASE … SET and DISCARD ALL. Any other operation changes nothing. */
export function noteSettings(draft: Draft, session: Session, operation: Operation): void {
  if (operation.kind === 'AlterRole' || operation.kind === 'ClusterWide')
    session.configured = configuredTimeouts(session.configured, operation);
  else if (operation.kind === 'Other' && discardsAll(operation.statement)) {
    session.lasting = session.initial;
    use(draft, session, session.initial);
  }
}

/** PostgreSQL refuses it in a transaction. */
function discardsAll({ tree }: Statement): boolean {
  return 'DiscardStmt' in tree && tree.DiscardStmt.target === 'DISCARD_ALL';
}

function changeOf(
  { timeouts }: SessionSettings,
  initial: SessionSettings,
  operation: SetVariable,
): Partial<SessionSettings> | undefined {
  const { value } = operation;
  switch (operation.name.toLowerCase()) {
    case 'all':
      return value === undefined ? initial : undefined;
    case 'search_path':
      return { searchPath: value === undefined ? initial.searchPath : schemasOf(operation) };
    case 'timezone':
      return { timeZone: value?.[0]?.toLowerCase() };
    default: {
      const changed = timeoutsAfter(timeouts, initial.timeouts, operation);
      return changed === undefined ? undefined : { timeouts: changed };
    }
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

/**
 * A script begins, or what comes after a transaction in it: in a transaction, if the runner opens one or sends several statements
 * as one query. One that is open has ended.
 */
export function startScript(draft: Draft, session: Session, inTransaction: boolean): void {
  if (session.transaction !== undefined) commitTransaction(draft, session);
  if (inTransaction) beginTransaction(draft, session);
}

/**
 * A script ends: its transaction with it, SET and temporary tables too. Migrations were written and deployed one by one,
 * in sessions of their own, even where a new database gets them all in one. Timeouts last until the session ends all the same,
 * see {@link endSession}: whether a statement is bounded is asked of one deploy.
 */
export function endScript(draft: Draft, session: Session): void {
  const { timeouts } = session.lasting;
  session.lasting =
    timeouts === session.initial.timeouts ? session.initial : { ...session.initial, timeouts };
  commitTransaction(draft, session);
  for (const name of session.temporary) removeRelation(draft, name);
  session.temporary.clear();
}

/** A session ends: the next one begins with what is configured. */
export function endSession(draft: Draft, session: Session): void {
  if (session.initial.timeouts !== session.configured)
    session.initial = { ...session.initial, timeouts: session.configured };
  session.lasting = session.initial;
  commitTransaction(draft, session);
}
