import type { Catalog } from '../catalog/types.ts';
import { compareLocks } from '../operations/lock-modes.ts';
import { objectKey } from '../operations/same-object.ts';
import type { LockMode, ObjectName, Operation, OperationKind } from '../operations/types.ts';
import { columnEffects } from './column-effects.ts';
import { constraintEffects } from './constraint-effects.ts';
import type { Add, EffectOf, EffectTable, Work } from './effect-table.ts';
import { indexEffects } from './index-effects.ts';
import { objectEffects } from './object-effects.ts';
import { rowEffects } from './row-effects.ts';
import { isSkipped } from './skipped.ts';
import { tableEffects } from './table-effects.ts';
import type { Effect } from './types.ts';

/** What every kind of operation does. A new kind does not compile until its effect stands in one of these tables. */
const EFFECTS: EffectTable<OperationKind> = {
  ...tableEffects,
  ...columnEffects,
  ...constraintEffects,
  ...indexEffects,
  ...objectEffects,
  ...rowEffects,
};

const SLOWNESS: Readonly<Record<Work, number>> = {
  metadata: 0,
  rows: 1,
  scan: 2,
  'index build': 3,
  rewrite: 4,
};

/**
 * What an operation does to the relations of a live database that exist before it.
 *
 * What they say is compared with what PostgreSQL 13 to 18 does: `pg_locks`, file nodes and sequential scans of each statement
 * of `test/model/effects/matrix`, which docs/effects.md shows. Sequences that belong to a column are left out where they only
 * share their table's fate.
 *
 * @param operation with resolved names.
 * @param catalog the schema just before the operation.
 * @param postgresVersion the server's major version, 13 to 18.
 * @returns one effect a relation, strongest lock first. Relations that the operation itself creates are left out.
 */
export function effectsOf(
  operation: Operation,
  catalog: Catalog,
  postgresVersion: number,
): readonly Effect[] {
  if (operation.run === 'called' || isSkipped(operation, catalog)) return [];
  const effects = new Map<string, Effect>();
  const add: Add = (relation, lock, work = 'metadata', online = false) => {
    const name = nameInCatalog(relation, catalog);
    const key = objectKey(name);
    // A foreign table's rows are another server's: nothing is done to them but by statements on rows.
    const isForeign = catalog.table(relation)?.foreignServer !== undefined;
    const ownWork = isForeign && work !== 'rows' ? 'metadata' : work;
    effects.set(key, stronger(effects.get(key), { relation: name, lock, work: ownWork, online }));
  };
  (EFFECTS[operation.kind] as EffectOf<OperationKind>)(operation, add, catalog, postgresVersion);
  return [...effects.values()].sort(
    (a, b) => compareLocks(b.lock, a.lock) || SLOWNESS[b.work] - SLOWNESS[a.work],
  );
}

function nameInCatalog(relation: ObjectName, catalog: Catalog): ObjectName {
  return (catalog.table(relation) ?? catalog.view(relation))?.name ?? relation;
}

/** Both effects on one relation: the stronger lock, the slower work. */
function stronger(old: Effect | undefined, effect: Effect): Effect {
  if (old === undefined) return effect;
  const lock: LockMode = compareLocks(old.lock, effect.lock) > 0 ? old.lock : effect.lock;
  const work = SLOWNESS[old.work] > SLOWNESS[effect.work] ? old.work : effect.work;
  return { ...effect, lock, work };
}
