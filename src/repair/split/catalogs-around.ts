import type { Migration, Project } from '../../lint/project.ts';
import type { Catalog } from '../../model/catalog/types.ts';
import type { Operation } from '../../model/operations/types.ts';
import type { PlanScene } from '../plans/types.ts';
import { Trial, type TrialStep } from './trial.ts';

/** The schemas around the operations of a judged migration, found by running it once more when they are first asked for. */
export function catalogsAround(
  migration: Migration,
  project: Pick<Project, 'postgresVersion'>,
): Pick<PlanScene, 'catalogBefore' | 'catalogAfter'> {
  let steps: ReadonlyMap<Operation, TrialStep> | undefined;
  const stepOf = (operation: Operation): TrialStep | undefined =>
    (steps ??= stepsOf(migration, project)).get(operation);
  return {
    catalogBefore: (operation): Catalog => stepOf(operation)?.before ?? migration.catalogBefore,
    catalogAfter: (operation): Catalog => stepOf(operation)?.after ?? migration.catalogAfter,
  };
}

function stepsOf(
  migration: Migration,
  project: Pick<Project, 'postgresVersion'>,
): ReadonlyMap<Operation, TrialStep> {
  const trial = new Trial(migration, project);
  trial.start();
  const all = trial.run(migration.script?.statements ?? []);
  // A migration has no operations of what its script takes back itself.
  const steps = all.length === migration.operations.length ? all : [];
  return new Map(
    steps.flatMap((step, index) => {
      const operation = migration.operations[index];
      return operation === undefined ? [] : [[operation, step]];
    }),
  );
}
