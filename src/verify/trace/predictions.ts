import { Deploy } from '../../lint/deploy.ts';
import type { ReplayedMigration, Step } from '../../lint/replay.ts';
import type { Catalog } from '../../model/catalog/types.ts';
import type { Effect } from '../../model/effects/types.ts';
import { isSameObject } from '../../model/operations/same-object.ts';
import type { ConstraintDefinition, ObjectName } from '../../model/operations/types.ts';
import type { ReplayOptions } from '../replay-in-order.ts';
import type { PredictedEffects } from './compare.ts';
import { factsOf, relationKey } from './facts.ts';

/** What lint says of a statement. */
export interface StatementPrediction extends PredictedEffects {
  /** False if the schema before it is not known whole: the history holds something that could not be read. */
  readonly complete: boolean;
}

/** The statements of a script by where they begin in it, in UTF-16 units. */
export type ScriptPrediction = ReadonlyMap<number, StatementPrediction>;

/** What lint says of a migration, as a deploy of its own. */
export function predictionOf(replayed: ReplayedMigration, options: ReplayOptions): ScriptPrediction {
  const { migration, steps } = replayed;
  const deploy = new Deploy([replayed], [migration], migration.catalogBefore, migration.index, options);
  const stepsOf = new Map<number, Step[]>();
  for (const step of steps) {
    const { start } = step.statement.span;
    stepsOf.set(start, [...(stepsOf.get(start) ?? []), step]);
  }
  const predictions = new Map<number, StatementPrediction>();
  for (const { span } of migration.script?.statements ?? []) {
    const own = (stepsOf.get(span.start) ?? []).filter(({ operation }) => operation.run !== 'called');
    const before = own[0]?.before ?? migration.catalogBefore;
    predictions.set(span.start, statementPrediction(own, before, deploy));
  }
  return predictions;
}

function statementPrediction(steps: readonly Step[], before: Catalog, deploy: Deploy): StatementPrediction {
  const certain: Effect[] = [];
  const possible: Effect[] = [];
  const lookedUp = new Set<string>();
  for (const step of steps) {
    const effects = deploy.effectsOfStep(step);
    possible.push(...effects);
    certain.push(...effects.filter((effect) => isCertain(effect, step)));
    for (const name of tablesOfKeys(step)) lookedUp.add(relationKey(name));
  }
  return {
    certain: factsOf(certain),
    possible: factsOf(possible),
    opaque: steps.some((step) => step.operation.kind === 'Opaque' || firesTriggers(step)),
    lookedUp,
    complete: before.complete,
    ...catalogFacts(before),
  };
}

/** Whether an effect is there whatever rows there are. Keys that point at other tables are looked up row by row. */
function isCertain({ relation, lock }: Effect, { operation }: Step): boolean {
  if (operation.run !== 'now' || operation.loop !== undefined) return false;
  switch (operation.kind) {
    case 'Insert':
    case 'Update':
    case 'Delete':
    case 'Merge':
      return lock === 'ACCESS SHARE' || isSameObject(relation, operation.table);
    default:
      return true;
  }
}

/** Whether an operation runs the functions of triggers, which are not followed. */
function firesTriggers({ operation, before }: Step): boolean {
  switch (operation.kind) {
    case 'Insert':
    case 'Update':
    case 'Delete':
    case 'Merge':
    case 'Truncate':
      return (before.table(operation.table)?.triggers.length ?? 0) > 0;
    default:
      return false;
  }
}

/** The tables whose rows an operation compares, to see whether a foreign key holds. */
function tablesOfKeys({ operation, before }: Step): readonly ObjectName[] {
  switch (operation.kind) {
    case 'AddConstraint':
      return ofKeys(operation.table, [operation.constraint]);
    case 'AddColumn':
      return ofKeys(operation.table, operation.column.constraints);
    case 'ValidateConstraint':
    case 'AlterConstraint':
    case 'AlterColumnType':
    case 'AttachPartition': {
      const table = before.table(operation.table);
      const own = table?.constraints.map(({ definition }) => definition) ?? [];
      const others = before.referencing(operation.table).map((one) => one.table.name);
      return [...ofKeys(operation.table, own), ...others];
    }
    default:
      return [];
  }
}

function ofKeys(table: ObjectName, definitions: readonly ConstraintDefinition[]): readonly ObjectName[] {
  const keys = definitions.filter((definition) => definition.type === 'foreign key');
  return keys.length === 0 ? [] : [table, ...keys.map(({ references }) => references)];
}

/** What of the schema before a statement its comparison wants to know. */
export function catalogFacts(before: Catalog): Pick<PredictedEffects, 'ownedSequences' | 'partitions'> {
  const ownedSequences = new Set<string>();
  for (const { name, ownedBy } of before.sequences())
    if (ownedBy !== undefined) ownedSequences.add(relationKey(name));
  const partitions = new Map<string, readonly string[]>();
  for (const { name, partitionBy } of before.tables()) {
    if (partitionBy === undefined) continue;
    partitions.set(
      relationKey(name),
      before.children(name).map((child) => relationKey(child.name)),
    );
  }
  return { ownedSequences, partitions };
}
