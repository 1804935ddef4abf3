import type { Catalog, Table, Index } from '../model/catalog/types.ts';
import { adoptableIndex } from '../model/catalog/adoptable-index.ts';
import { slowWorkOnUsedTables, type WaitScene } from '../model/effects/used-tables.ts';
import { isColumnAdded } from '../model/history/new-columns.ts';
import { quoteIdentifier } from '../model/operations/display-name.ts';
import { deferralText, keyText } from '../model/operations/key-text.ts';
import type { AddConstraint, ConstraintDefinition } from '../model/operations/types.ts';
import { concurrentBuildAdvice } from './advice/concurrent-build.ts';
import type { Migration, Project } from './project.ts';

/** Where it is asked; the context of a rule is one. */
export interface KeyBuildScene extends WaitScene {
  readonly catalog: Catalog;
  readonly catalogBeforeDeploy: Catalog;
  readonly deploy: readonly Migration[];
  readonly project: Pick<Project, 'runner'>;
}

/** An index that ADD PRIMARY KEY or ADD UNIQUE builds while others wait, and what would spare them that. */
export interface KeyBuild {
  /** The table just before. */
  readonly table: Table | undefined;
  /** The constraint's name, quoted where it must be; without one its columns. */
  readonly constraint: string;
  /** See {@link keyText}. */
  readonly key: string;
  /** See {@link deferralText}. */
  readonly deferral: string;
  /** See {@link concurrentBuildAdvice}. */
  readonly advice: string;
  /** True for a partitioned table, which takes no USING INDEX. */
  readonly isPartitioned: boolean;
  /** The index that is there and that USING INDEX could take. */
  readonly adoptable: Index | undefined;
  /** The first of its columns that the deploy adds, quoted where it must be: no index can be built before. */
  readonly newColumn: string | undefined;
}

/**
 * The index that a constraint builds on a table that others use.
 *
 * @param definition the one that `operation` adds.
 * @returns undefined for USING INDEX, where nobody waits, and for WITHOUT OVERLAPS, for which there is no other way.
 */
export function keyBuildOf(
  operation: AddConstraint,
  definition: Extract<ConstraintDefinition, { type: 'primary key' | 'unique' }>,
  scene: KeyBuildScene,
): KeyBuild | undefined {
  if (definition.usingIndex !== undefined || definition.withoutOverlaps === true) return undefined;
  if (slowWorkOnUsedTables(operation, scene).length === 0) return undefined;
  const { columns, name, nullsNotDistinct } = definition;
  const table = scene.catalog.table(operation.table);
  const newColumn = columns.find((column) =>
    isColumnAdded(operation.table, column, scene.deploy, scene.catalogBeforeDeploy),
  );
  const key = keyText(definition);
  return {
    table,
    constraint: name === undefined ? key : quoteIdentifier(name),
    key,
    deferral: deferralText(definition),
    advice: concurrentBuildAdvice(scene.project.runner, scene.transactionOf(operation)),
    isPartitioned: table?.partitionBy !== undefined,
    adoptable: table && adoptableIndex(table, columns, nullsNotDistinct),
    newColumn: newColumn === undefined ? undefined : quoteIdentifier(newColumn),
  };
}
