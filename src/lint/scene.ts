import type { Catalog } from '../model/catalog/types.ts';
import { effectsOf } from '../model/effects/effects-of.ts';
import type { Effect } from '../model/effects/types.ts';
import type { Loop, Operation } from '../model/operations/types.ts';
import type { Deploy } from './deploy.ts';
import type { Vantage } from './existed.ts';
import type { Migration } from './project.ts';
import type { Step } from './replay.ts';

/** What listeners are told at one moment of the replay. */
export interface Scene {
  readonly catalog: Catalog;
  readonly catalogAfter: Catalog;
  readonly migration: Migration;
  /** Undefined for listeners of what is no operation. */
  readonly operation: Operation | undefined;
  /** The operation's step of the deploy. */
  readonly step: Step | undefined;
  readonly deploy: Deploy;
}

/** The scene of a migration as a whole: the schema before and after it. */
export function sceneOfMigration(migration: Migration, deploy: Deploy): Scene {
  return {
    catalog: migration.catalogBefore,
    catalogAfter: migration.catalogAfter,
    migration,
    operation: undefined,
    step: undefined,
    deploy,
  };
}

/** The scene of a step: the schema around its operation. */
export function sceneOfStep(step: Step, { migration, deploy }: Pick<Scene, 'migration' | 'deploy'>): Scene {
  const { operation, before, after } = step;
  return { catalog: before, catalogAfter: after, migration, operation, step, deploy };
}

/** The scene of a loop: the schema around the first thing that it does; around its migration if it does nothing. */
export function sceneOfLoop(loop: Loop, scene: Scene): Scene {
  const operation = loop.operations[0];
  const step = operation && scene.deploy.stepOf(operation);
  return step === undefined ? scene : sceneOfStep(step, scene);
}

/** Where names are to be looked up: just before an operation of the scene's deploy; without one, where the scene is. */
export function vantageOf(operation: Operation | undefined, scene: Scene): Vantage {
  const step = operation === undefined ? undefined : scene.deploy.stepOf(operation);
  return step === undefined ? scene : sceneOfStep(step, scene);
}

/** What an operation of a scene's deploy does to a live database. */
export function effectsAt(operation: Operation, scene: Scene, postgresVersion: number): readonly Effect[] {
  const step = operation === scene.operation ? scene.step : scene.deploy.stepOf(operation);
  return step === undefined
    ? effectsOf(operation, scene.catalog, postgresVersion)
    : scene.deploy.allEffectsOf(step);
}
