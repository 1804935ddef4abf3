import { compareLocks } from '../../model/operations/lock-modes.ts';
import type { LockMode } from '../../model/operations/types.ts';

/** One connection to a PostgreSQL, embedded or real. */
export interface Session {
  /** Runs SQL of one or more statements as one simple query. Rejects with PostgreSQL's error. */
  execute(sql: string): Promise<unknown>;
  /** Runs one query; a row is an object of its columns. */
  rows<Row>(sql: string): Promise<readonly Row[]>;
}

/** What a statement did to the relations that existed before it. A relation of another schema than public is `schema.name`. */
export interface Observation {
  /** The strongest lock on each table, view, sequence or composite type. */
  readonly locks: Readonly<Record<string, LockMode>>;
  /** The same of indexes, each with its table, from SHARE UPDATE EXCLUSIVE on: the weaker ones are the planner's. */
  readonly indexLocks: Readonly<Record<string, { readonly table: string; readonly lock: LockMode }>>;
  /** Tables whose rows went to a new file. TRUNCATE, which leaves an empty one, is no rewrite. */
  readonly rewritten: readonly string[];
  /** Tables with an index that was built: a new one, or a new file of an old one. */
  readonly indexed: readonly string[];
  /** Tables read from their first row to their last. */
  readonly scanned: readonly string[];
}

/** A relation at one moment. */
export interface Relation {
  readonly oid: number;
  readonly name: string;
  /** `pg_class.relkind`. */
  readonly kind: string;
  /** Its file; 0 for none. */
  readonly file: number;
  readonly empty: boolean;
  readonly scans: number;
  /** Of an index: its table. */
  readonly table: number | null;
  /** A sequence that belongs to a column. */
  readonly owned: boolean;
}

/** The relations of a moment by oid. */
export type Relations = ReadonlyMap<number, Relation>;

const RELATIONS = `
  SELECT c.oid::int AS oid,
         CASE n.nspname WHEN 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END AS name,
         c.relkind::text AS kind,
         coalesce(pg_relation_filenode(c.oid), 0)::int AS file,
         c.relkind IN ('r', 'm') AND pg_relation_size(c.oid) = 0 AS empty,
         CASE WHEN c.relkind IN ('r', 'p', 'm') THEN pg_stat_get_xact_numscans(c.oid)::int ELSE 0 END AS scans,
         i.indrelid::int AS table,
         c.relkind = 'S' AND EXISTS (
           SELECT FROM pg_depend d
           WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')) AS owned
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_index i ON i.indexrelid = c.oid
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'm', 'v', 'f', 'S', 'c', 'i', 'I')`;

/** From 16384 on an oid is none of PostgreSQL's own. */
const LOCKS = `
  SELECT relation::int AS oid, mode FROM pg_locks
  WHERE locktype = 'relation' AND relation >= 16384 AND pid = pg_backend_pid() AND granted`;

/** One query and one value: what costs time is the way there and back. */
const MOMENT = `
  SELECT (SELECT coalesce(json_agg(r), '[]') FROM (${RELATIONS}) AS r)::text AS relations,
         (SELECT coalesce(json_agg(l), '[]') FROM (${LOCKS}) AS l)::text AS locks`;

/** What is there, and what a transaction holds, between two of its statements. */
export interface Moment {
  readonly relations: Relations;
  /** All that the transaction has taken so far. */
  readonly locks: readonly LockRow[];
}

/** The moment at hand. Its own locks are on PostgreSQL's tables only. */
export async function momentOf(session: Pick<Session, 'rows'>): Promise<Moment> {
  const [row] = await session.rows<{ relations: string; locks: string }>(MOMENT);
  const relations = JSON.parse(row?.relations ?? '[]') as readonly Relation[];
  return {
    relations: new Map(relations.map((relation) => [relation.oid, relation])),
    locks: JSON.parse(row?.locks ?? '[]') as readonly LockRow[],
  };
}

/**
 * Runs statements in one transaction, looks at it from inside, and rolls it back.
 *
 * @param scripts run one after the other.
 * @returns locks as pg_locks has them after the last statement, files before and after, and sequential scans as
 *   pg_stat_xact_user_tables counts them.
 * @throws what PostgreSQL answers; the transaction is rolled back then, too.
 */
export async function observe(session: Session, scripts: readonly string[]): Promise<Observation> {
  await session.execute('BEGIN');
  try {
    // Inside the transaction: PostgreSQL hands its counters on between transactions, when they start again from 0.
    const before = await momentOf(session);
    for (const script of scripts) await session.execute(script);
    const after = await momentOf(session);
    return observationOf(before.relations, after.relations, after.locks);
  } finally {
    await session.execute('ROLLBACK');
  }
}

/** A row of pg_locks: `AccessExclusiveLock` on a relation. */
export interface LockRow {
  readonly oid: number;
  readonly mode: string;
}

/** @returns every relation of the user's schemas as it is now. */
export async function relationsOf(session: Session): Promise<Relations> {
  const rows = await session.rows<Relation>(RELATIONS);
  return new Map(rows.map((row) => [row.oid, row]));
}

/** What of two moments is looked at. */
export interface Choice {
  /** Which relations, by oid; all of those before unless given. */
  readonly counts?: (oid: number) => boolean;
  /**
   * True, unless given, if a new file without rows may come of TRUNCATE. A rewrite leaves one as well, where all rows had been
   * deleted before.
   */
  readonly mayEmpty?: boolean;
}

/**
 * What happened between two moments.
 *
 * @param locks that were held or asked for in between.
 * @returns names as they were before, in the order of the alphabet.
 */
export function observationOf(
  before: Relations,
  after: Relations,
  locks: readonly LockRow[],
  { counts = () => true, mayEmpty = true }: Choice = {},
): Observation {
  const tables = [...before.values()].filter(
    ({ kind, oid }) => counts(oid) && (kind === 'r' || kind === 'm' || kind === 'p'),
  );
  const counted = locks.filter(({ oid }) => counts(oid));
  const names = (test: (old: Relation, now: Relation) => boolean): string[] =>
    tables
      .filter((old) => {
        const now = after.get(old.oid);
        return now !== undefined && !(mayEmpty && isEmptied(old, now)) && test(old, now);
      })
      .map(({ name }) => name)
      .sort();
  const built = tablesWithNewFiles(before, after);
  return {
    locks: Object.fromEntries(
      strongest(before, counted, (kind) => !isIndex(kind)).map(({ relation, lock }) => [relation.name, lock]),
    ),
    indexLocks: Object.fromEntries(
      strongest(before, counted, isIndex)
        .filter(({ lock }) => compareLocks(lock, 'SHARE UPDATE EXCLUSIVE') >= 0)
        .map(({ relation, lock }) => [
          relation.name,
          { table: before.get(relation.table ?? 0)?.name ?? '', lock },
        ]),
    ),
    rewritten: names((old, now) => old.file !== now.file),
    indexed: names(({ oid }) => built.has(oid)),
    scanned: names((old, now) => now.scans > old.scans),
  };
}

const isIndex = (kind: string): boolean => kind === 'i' || kind === 'I';

const isEmptied = (old: Relation, now: Relation): boolean => !old.empty && now.empty && old.file !== now.file;

/** The tables of indexes with a file that no index had before. */
function tablesWithNewFiles(before: Relations, after: Relations): ReadonlySet<number> {
  const files = new Set([...before.values()].filter(({ kind }) => kind === 'i').map(({ file }) => file));
  const built = [...after.values()].filter(({ kind, file }) => kind === 'i' && !files.has(file));
  return new Set(built.flatMap(({ table }) => (table === null ? [] : [table])));
}

function strongest(
  relations: Relations,
  locks: readonly LockRow[],
  choose: (kind: string) => boolean,
): { readonly relation: Relation; readonly lock: LockMode }[] {
  const found = new Map<Relation, LockMode>();
  for (const { oid, mode } of locks) {
    const relation = relations.get(oid);
    if (relation === undefined || !choose(relation.kind)) continue;
    const lock = lockMode(mode);
    const known = found.get(relation);
    if (known === undefined || compareLocks(lock, known) > 0) found.set(relation, lock);
  }
  return [...found]
    .map(([relation, lock]) => ({ relation, lock }))
    .sort((a, b) => (a.relation.name < b.relation.name ? -1 : 1));
}

/** `AccessExclusiveLock` → `ACCESS EXCLUSIVE`. */
export function lockMode(mode: string): LockMode {
  const words = mode.replace(/Lock$/u, '').replaceAll(/(?<=[a-z])(?=[A-Z])/gu, ' ');
  return words.toUpperCase() as LockMode;
}
