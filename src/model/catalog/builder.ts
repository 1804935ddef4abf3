import type { Operation } from '../operations/types.ts';
import { applyOperation } from './apply.ts';
import { callsOfOperation, RoutineBodies } from './called.ts';
import { CatalogView } from './catalog-view.ts';
import { copyCatalog } from './copy-catalog.ts';
import { noteUnseen, type Draft } from './draft.ts';
import { resolveOperation } from './resolve-operation.ts';
import { schemaFromTheStart } from './schemas.ts';
import {
  controlTransaction,
  copyOf,
  createSession,
  effectiveSearchPath,
  endScript,
  endSession,
  enterStatement,
  noteSettings,
  restore,
  setVariable,
  startScript,
} from './session.ts';
import { Store } from './store.ts';
import { noTimeouts } from './timeouts.ts';
import type { Catalog, Origin } from './types.ts';

/** What one operation made of the catalog. */
export interface AppliedOperation {
  /** With full names, PostgreSQL's default names, and the columns that it took from an index or a primary key. */
  readonly operation: Operation;
  readonly before: Catalog;
  readonly after: Catalog;
}

/**
 * Folds operations, in the order in which they run, into one catalog.
 *
 * - `run: 'now'` is applied.
 * - `run: 'perhaps'` is applied too, and what it touches is uncertain from then on: the common branches (`IF NOT EXISTS (…)
 *   THEN ALTER TABLE …`, `EXCEPTION WHEN duplicate_object`) bring about that a thing is there, or gone, whichever way they go.
 * - `run: 'called'` changes nothing until something calls its routine: then it happens, perhaps. Its names are resolved.
 */
export interface CatalogBuilder {
  /** Applies an operation. Never throws: what PostgreSQL would refuse changes little or nothing. */
  apply(operation: Operation, origin: Origin): AppliedOperation;
  /** @returns the catalog as it is now; it stays as it is when the builder goes on. */
  catalog(): Catalog;
  /**
   * A script begins, or another transaction inside it. `inTransaction`: the runner opens one, or PostgreSQL does around a file
   * sent as one query.
   */
  startScript(options: { readonly inTransaction: boolean }): void;
  /**
   * A script ends: an open transaction commits, SET is forgotten, temporary tables are gone. Only the timeouts last until the
   * session ends.
   */
  endScript(): void;
  /** The runner's session ends. The next one begins with the timeouts that ALTER ROLE and ALTER DATABASE have set. */
  endSession(): void;
  /**
   * Notes that something unseen may have happened: a script that could not be read whole.
   *
   * @param migration its index in replay order; by default that of the last operation.
   */
  markIncomplete(migration?: number): void;
  /**
   * Applies operations to see what becomes of the schema, and takes all of it back: objects, settings, transactions, certainty.
   * Catalogs handed out in the trial keep answering. It costs what it writes, not what there is.
   *
   * @param attempt what to try, with this builder; its transactions may begin and end, and it may hold trials of its own.
   * @returns what `attempt` gives.
   * @throws what `attempt` throws, after taking all back.
   */
  trial<Result>(attempt: () => Result): Result;
  /**
   * Applies an operation and takes it back if it is refused. Cheaper than a trial before it: what is not refused is applied once.
   *
   * @param refuses asked with what the operation makes; it must not apply anything.
   */
  applyUnless(
    operation: Operation,
    origin: Origin,
    refuses: (applied: AppliedOperation) => boolean,
  ): AppliedOperation;
  /**
   * Forgets the past: catalogs handed out before this call must not be asked any more. Called between applied migrations it
   * keeps a long history at one version of each object.
   */
  forgetPast(): void;
}

/** What a builder has to know beforehand. */
export interface CatalogOptions {
  /** Major version, such as 15: from 18 on NOT NULL constraints have names. */
  readonly postgresVersion: number;
  /** The search_path that sessions begin with, its schemas being there; `"$user", public` unless the connection sets another. */
  readonly searchPath?: readonly string[];
  /** What is there from the start; by default nothing is. It is copied: its own replay goes on without this one. */
  readonly from?: Catalog;
}

/**
 * A catalog that can be written, empty or as another one.
 *
 * @param options the target's version and search_path, and what is there from the start.
 * @returns the builder; it owns its catalog.
 */
export function createCatalogBuilder(options: CatalogOptions): CatalogBuilder {
  const session = createSession(options.searchPath);
  const store = new Store();
  for (const schema of new Set(['public', ...effectiveSearchPath(session.initial.searchPath)])) {
    store.write(store.schemas, { schema: undefined, name: schema }, schemaFromTheStart(schema));
  }
  store.step();
  const draft: Draft = {
    store,
    postgresVersion: options.postgresVersion,
    searchPath: effectiveSearchPath(session.initial.searchPath),
    timeZone: undefined,
    timeouts: noTimeouts,
    complete: true,
    lastUnseen: undefined,
    fromEmpty: true,
    origin: { migration: -1, id: '' } as Origin,
    certainty: 'certain',
  };
  if (options.from !== undefined) copyCatalog(draft, options.from);
  let bodies = new RoutineBodies();
  const changed = (): Catalog => new CatalogView(store, store.now, draft);
  let latest = changed();

  /** The last view while nothing has changed since: most operations on rows change nothing. */
  const current = (): Catalog => {
    if (!isCurrent(latest as CatalogView, draft)) latest = changed();
    return latest;
  };

  const applyOne = (written: Operation, origin: Origin): AppliedOperation => {
    enterStatement(draft, session, origin.statement);
    const before = current();
    draft.origin = origin;
    draft.certainty = written.run === 'perhaps' ? 'uncertain' : 'certain';
    let operation = resolveOperation(draft, written);
    if (written.run !== 'called') {
      if (operation.kind === 'TransactionControl') controlTransaction(draft, session, operation);
      else if (operation.kind === 'SetVariable') setVariable(draft, session, operation);
      else operation = change(draft, operation);
      noteSettings(draft, session, operation);
      noteTemporary(session.temporary, operation);
      store.step();
      callRoutines(draft, bodies, operation);
    }
    return { operation, before, after: current() };
  };

  return {
    apply(written, origin) {
      const applied = applyOne(written, origin);
      bodies.note(applied.operation, origin.statement);
      return applied;
    },
    applyUnless(written, origin, refuses) {
      const trial = store.startTrial();
      const [draftBefore, sessionBefore] = [{ ...draft }, copyOf(session)];
      let isRefused = true;
      try {
        const applied = applyOne(written, origin);
        isRefused = refuses(applied);
        if (!isRefused) bodies.note(applied.operation, origin.statement);
        return applied;
      } finally {
        if (isRefused) {
          trial.takeBack();
          store.step();
          Object.assign(draft, draftBefore);
          restore(session, sessionBefore);
        } else trial.keep();
      }
    },
    catalog: current,
    startScript: ({ inTransaction }) => startScript(draft, session, inTransaction),
    endScript() {
      endScript(draft, session);
      store.step();
    },
    endSession: () => endSession(draft, session),
    markIncomplete(migration) {
      noteUnseen(draft, migration);
    },
    trial(attempt) {
      const { takeBack } = store.startTrial();
      const [draftBefore, sessionBefore, bodiesBefore] = [{ ...draft }, copyOf(session), bodies];
      bodies = new RoutineBodies(bodiesBefore);
      try {
        return attempt();
      } finally {
        takeBack();
        store.step();
        Object.assign(draft, draftBefore);
        restore(session, sessionBefore);
        bodies = bodiesBefore;
      }
    },
    forgetPast: () => store.forgetPast(),
  };
}

/** Objects that only a branch drops or names anew may still be there under their old names. */
const takesAway: ReadonlySet<Operation['kind']> = new Set([
  'DropTable',
  'DropView',
  'DropMaterializedView',
  'DropSequence',
  'DropType',
  'DropFunction',
  'DropObject',
  'RenameTable',
  'RenameType',
  'Rename',
  'SetSchema',
]);

function change(draft: Draft, operation: Operation): Operation {
  const before = draft.store.now;
  const applied = applyOperation(draft, operation);
  const hasChanged = draft.store.now !== before;
  if (operation.run === 'perhaps' && hasChanged && takesAway.has(operation.kind)) noteUnseen(draft);
  return applied;
}

function callRoutines(draft: Draft, bodies: RoutineBodies, operation: Operation): void {
  const calls = callsOfOperation(operation);
  if (calls.length === 0) return;
  draft.certainty = 'uncertain';
  for (const called of bodies.of(draft, calls)) {
    change(draft, resolveOperation(draft, called));
    draft.store.step();
  }
}

function isCurrent(view: CatalogView, draft: Draft): boolean {
  return (
    view.point === draft.store.now &&
    view.searchPath === draft.searchPath &&
    view.timeZone === draft.timeZone &&
    view.timeouts === draft.timeouts &&
    view.complete === draft.complete &&
    view.lastUnseen === draft.lastUnseen &&
    view.fromEmpty === draft.fromEmpty
  );
}

function noteTemporary(names: Set<{ schema: string; name: string }>, operation: Operation): void {
  if (operation.kind !== 'CreateTable' && operation.kind !== 'CreateTableAs') return;
  if (operation.table.schema === 'pg_temp') names.add({ schema: 'pg_temp', name: operation.table.name });
}
