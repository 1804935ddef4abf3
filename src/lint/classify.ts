import { classOfMigration, type MigrationClass } from '../model/history/migration-class.ts';
import type { History } from '../model/history/history.ts';
import type { Operation } from '../model/operations/types.ts';
import type { Deploy } from './deploy.ts';
import { existedBeforeDeploy } from './existed.ts';
import type { Migration } from './project.ts';
import type { Step } from './replay.ts';

/**
 * The class of a judged migration.
 *
 * @param migration the migration.
 * @param steps its operations with the schema around them.
 * @param deploy the deploy that it goes out with.
 * @param history everything up to the deploy's end.
 */
export function classify(
  migration: Migration,
  steps: readonly Step[],
  deploy: Deploy,
  history: History,
): MigrationClass {
  const byOperation = new Map(steps.map((step) => [step.operation, step]));
  const stepOf = (operation: Operation): Step => {
    const step = byOperation.get(operation);
    if (step === undefined) throw new Error('the operation is none of the migration');
    return step;
  };
  return classOfMigration(migration, {
    start: deploy.before,
    after: migration.catalogAfter,
    history,
    catalogBefore: (operation) => stepOf(operation).before,
    existedBeforeDeploy: (table, operation) => {
      const { before, after } = stepOf(operation);
      return existedBeforeDeploy(table, { catalog: before, catalogAfter: after, operation, deploy });
    },
    effectsOf: (operation) => deploy.effectsOfStep(stepOf(operation)),
    heldLocks: (operation) => deploy.locks.before(operation),
  });
}
