import type { Catalog, Constraint, Routine, Table, View } from '../../model/catalog/types.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { isSameObject, objectKey } from '../../model/operations/same-object.ts';
import type { ObjectName } from '../../model/operations/types.ts';
import { dropObject } from '../ddl/notes.ts';
import { createOrder } from '../ddl/order.ts';
import { ownTriggers } from '../ddl/tables.ts';
import type { ComparedCatalogs, TableParts } from './compare.ts';
import type { RollbackStatement } from './types.ts';
import type { UndoScene } from './scene.ts';

const plain = (sql: string): RollbackStatement => ({ sql });

/** The views to drop, those that read others first. */
export function dropViews(views: readonly View[]): readonly RollbackStatement[] {
  return createOrder(views)
    .toReversed()
    .map((view) => plain(dropObject(view)));
}

/** What a migration added to a table that was there before: triggers, rules, policies, parents, foreign keys. By the names of after. */
export function dropAddedRules(
  { before, after, constraints }: TableParts,
  scene: UndoScene,
): readonly RollbackStatement[] {
  const on = displayName(after.name);
  const wasTrigger = new Map(before.triggers.map((one) => [one.origin.statement, one]));
  const triggers = ownTriggers(after, scene.catalogAfter).filter(
    (one) => !wasTrigger.has(one.origin.statement),
  );
  const rules = after.rules.filter((one) => !before.rules.some((was) => was.origin === one.origin));
  const policies = after.policies.filter(
    (one) => !before.policies.some((was) => was.origin.statement === one.origin.statement),
  );
  return [
    ...triggers.map(({ name }) => plain(`DROP TRIGGER IF EXISTS ${quoteIdentifier(name)} ON ${on}`)),
    ...rules.map(({ name }) => plain(`DROP RULE IF EXISTS ${quoteIdentifier(name)} ON ${on}`)),
    ...policies.map(({ name }) => plain(`DROP POLICY IF EXISTS ${quoteIdentifier(name)} ON ${on}`)),
    ...leftParents(before, after, scene),
    ...constraints.added
      .filter(
        ({ definition, local }) => definition.type === 'foreign key' && (local || isDetached(before, after)),
      )
      .map((one) => dropConstraint(after.name, one)),
  ];
}

function leftParents(before: Table, after: Table, scene: UndoScene): readonly RollbackStatement[] {
  const left = after.inherits.filter(
    (parent) => !before.inherits.some((was) => isSameObject(was, scene.formerTable(parent))),
  );
  return [
    ...left.map((parent) =>
      plain(`ALTER TABLE ${displayName(after.name)} NO INHERIT ${displayName(parent)}`),
    ),
    ...(isDetached(before, after) && after.partitionOf !== undefined
      ? [
          plain(
            `ALTER TABLE ${displayName(after.partitionOf.parent)} DETACH PARTITION ${displayName(after.name)}`,
          ),
        ]
      : []),
  ];
}

/** What a table got when it was attached is its own once it is detached: indexes, keys, foreign keys. */
function isDetached(before: Table, after: Table): boolean {
  return after.partitionOf !== undefined && before.partitionOf === undefined;
}

function dropConstraint(table: ObjectName, { name }: Constraint): RollbackStatement {
  return plain(
    `ALTER TABLE IF EXISTS ${displayName(table)} DROP CONSTRAINT IF EXISTS ${quoteIdentifier(name)}`,
  );
}

/** Constraints but foreign keys, indexes and columns that a migration added to a table. By the names of after. */
export function dropAddedParts(
  { before, after, columns, constraints, indexes }: TableParts,
  scene: UndoScene,
): readonly RollbackStatement[] {
  const added = new Set(columns.added.map(({ name }) => name));
  const isPartition = after.partitionOf !== undefined && before.partitionOf !== undefined;
  const detached = isDetached(before, after);
  const dropped = constraints.added.filter(
    ({ definition, local }) =>
      definition.type !== 'foreign key' && (local || detached) && !goesWithColumn(definition, added),
  );
  const nameOf = (name: string): string => displayName({ schema: after.name.schema, name });
  return [
    ...dropped.map((one) => dropConstraint(after.name, one)),
    ...indexes.added
      .filter(({ parent }) => parent === undefined || detached)
      .map(({ name }) => {
        const concurrently = scene.concurrent.has(nameOf(name)) ? 'CONCURRENTLY ' : '';
        return plain(`DROP INDEX ${concurrently}IF EXISTS ${nameOf(name)}`);
      }),
    ...columns.added
      .filter((column) => column.local && !isPartition)
      .map(({ name }) =>
        plain(
          `ALTER TABLE IF EXISTS ${displayName(after.name)} DROP COLUMN IF EXISTS ${quoteIdentifier(name)}`,
        ),
      ),
  ];
}

/** A key goes with any of its columns. */
function goesWithColumn(definition: Constraint['definition'], added: ReadonlySet<string>): boolean {
  return 'columns' in definition && definition.columns.some((name) => added.has(name));
}

/** The tables that a migration made, each before those that it refers to; foreign keys that go round are dropped first. */
export function dropAddedTables(tables: readonly Table[], catalog: Catalog): readonly RollbackStatement[] {
  const byKey = new Map(tables.map((table) => [objectKey(table.name), table]));
  const ordered: Table[] = [];
  const cycles: RollbackStatement[] = [];
  const state = new Map<Table, 'open' | 'done'>();
  const visit = (table: Table): void => {
    if (state.has(table)) return;
    state.set(table, 'open');
    for (const { table: other, constraint } of catalog.referencing(table.name)) {
      const own = byKey.get(objectKey(other.name));
      if (own === undefined || own === table) continue;
      if (state.get(own) === 'open') cycles.push(dropConstraint(own.name, constraint));
      else visit(own);
    }
    for (const child of catalog.children(table.name)) {
      const own = byKey.get(objectKey(child.name));
      if (own !== undefined) visit(own);
    }
    state.set(table, 'done');
    ordered.push(table);
  };
  for (const table of tables.toReversed()) visit(table);
  return [...cycles, ...ordered.map((table) => plain(dropObject(table)))];
}

/** Whether a routine must go before the tables that the migration made: its body, or its signature, is bound to one of them. */
export function isBoundToTables(routine: Routine, { tables }: ComparedCatalogs): boolean {
  if (routine.resolvedBody) return true;
  const types = [...(routine.name.argumentTypes ?? []), ...(routine.returns ? [routine.returns] : [])];
  return types.some((type) => tables.added.some(({ name }) => isSameObject(name, type) && type.schema));
}
