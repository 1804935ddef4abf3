import type { Table } from '../../../src/model/catalog/types.ts';
import { effectsOf } from '../../../src/model/effects/effects-of.ts';
import { createHistoryBuilder } from '../../../src/model/history/history.ts';
import { classOfMigration, type MigrationClass } from '../../../src/model/history/migration-class.ts';
import type { ObjectName, Operation } from '../../../src/model/operations/types.ts';
import { createReplay } from '../../support/replay.ts';

/**
 * The class of a migration that one deploys after others have been applied.
 *
 * @param applied the scripts before it.
 * @param sql the migration, run as one transaction. The parser must have been loaded.
 */
export function classOf(applied: readonly string[], sql: string): MigrationClass {
  const replay = createReplay(15);
  const history = createHistoryBuilder();
  applied.forEach((script, index) => {
    for (const { operation } of replay.run(script)) history.record(operation, index);
  });
  const start = replay.catalog();
  const steps = replay.run(sql);
  const index = applied.length;
  for (const { operation } of steps) history.record(operation, index);
  const before = new Map(steps.map((step) => [step.operation, step.before]));
  const existed = (table: ObjectName): Table | undefined => start.table(table);
  const effects = (operation: Operation) =>
    effectsOf(operation, before.get(operation) ?? start, 15).filter(
      ({ relation }) => existed(relation) !== undefined,
    );
  return classOfMigration(
    { operations: steps.map(({ operation }) => operation), index },
    {
      start,
      after: replay.catalog(),
      history,
      catalogBefore: (operation) => before.get(operation) ?? start,
      existedBeforeDeploy: existed,
      effectsOf: effects,
      heldLocks: (operation) => {
        const at = steps.findIndex((step) => step.operation === operation);
        return steps.slice(0, at).flatMap((step) =>
          effects(step.operation).map(({ relation, lock }) => ({
            relation,
            kind: 'table' as const,
            lock,
            since: step.operation,
          })),
        );
      },
    },
  );
}

/** A class in one line: `breaking | contract | high | no | reads and writes, instant | code first`. */
export function shortClass(found: MigrationClass): string {
  const { phase, dataLoss, reversible, downtime, order } = found;
  const wait = downtime.length === 'none' ? 'none' : `${downtime.blocks}, ${downtime.length}`;
  return [found.class.value, phase.value, dataLoss.value, reversible.value, wait, order.value].join(' | ');
}
