import type { ObjectName } from '../operations/types.ts';
import {
  childTablesOf,
  noteDoubt,
  readersOf,
  referencesTo,
  relationOf,
  removeRelation,
  tableOf,
  viewOf,
} from './draft.ts';
import type { Draft } from './draft.ts';
import { leastCertain } from './doubt.ts';
import { editTable, putIndexes } from './edit.ts';
import { dropOwnedSequence, ownedSequencesOf } from './sequences.ts';
import type { IndexEntry, Relation } from './store.ts';
import type { Table } from './types.ts';

/**
 * DROP TABLE: the table with its indexes, triggers, policies, partitions and own sequences; foreign keys to it; with CASCADE
 * also views that read it, tables that inherit from it.
 */
export function dropTable(draft: Draft, name: ObjectName, cascade: boolean): void {
  const table = tableOf(draft, name);
  if (table === undefined) return;
  for (const child of childTablesOf(draft, table.name)) {
    if (child.partitionOf === undefined && !cascade) continue;
    noteDoubt(draft, child.certainty);
    dropTable(draft, child.name, cascade);
  }
  const owned = ownedSequencesOf(draft, table.name);
  // Without CASCADE PostgreSQL refuses while a foreign key is left, unless the same DROP takes its table too.
  dropForeignKeysTo(draft, table.name);
  // A foreign key to a partitioned table rests on each of its partitions.
  if (cascade) for (const ancestor of ancestorsOf(draft, table)) dropForeignKeysTo(draft, ancestor);
  removeRelation(draft, table.name);
  for (const sequence of owned) dropOwnedSequence(draft, sequence, cascade);
  if (!cascade) return;
  dropReaders(draft, table.name);
}

function dropReaders(draft: Draft, name: ObjectName): void {
  for (const view of readersOf(draft, name)) {
    noteDoubt(draft, view.certainty);
    dropView(draft, view.name, true);
  }
}

function dropForeignKeysTo(draft: Draft, target: ObjectName): void {
  for (const { table, constraint } of referencesTo(draft, target)) {
    editTable(draft, table.name, (before) => ({
      ...before,
      constraints: before.constraints.filter((one) => one.name !== constraint.name),
    }));
  }
}

/** The partitioned tables that a partition belongs to, nearest first. */
function ancestorsOf(draft: Draft, table: Table): readonly ObjectName[] {
  const ancestors: ObjectName[] = [];
  let parent = table.partitionOf?.parent;
  while (parent !== undefined && !ancestors.includes(parent)) {
    ancestors.push(parent);
    parent = tableOf(draft, parent)?.partitionOf?.parent;
  }
  return ancestors;
}

/** DROP VIEW and DROP MATERIALIZED VIEW; with CASCADE the views that read it too. */
export function dropView(draft: Draft, name: ObjectName, cascade: boolean): void {
  const view = viewOf(draft, name);
  if (view === undefined) return;
  removeRelation(draft, view.name);
  if (cascade) dropReaders(draft, view.name);
}

/** @returns whether a relation was only perhaps there, and is gone: for sure something else is made under its name. */
export function makesRoom(draft: Draft, existing: Relation): boolean {
  if (draft.certainty === 'uncertain') return false;
  if (existing.kind === 'index') return makesRoomForIndex(draft, existing);
  if (existing.certainty === 'certain') return false;
  if (existing.kind === 'table') dropTable(draft, existing.name, false);
  else removeRelation(draft, existing.name);
  return true;
}

function makesRoomForIndex(draft: Draft, { on, name }: IndexEntry): boolean {
  const relation = relationOf(draft, on);
  if (relation === undefined || !('indexes' in relation)) return false;
  const index = relation.indexes.find((one) => one.name === name.name);
  const isPerhaps = leastCertain(relation.certainty, index?.certainty ?? 'certain') === 'uncertain';
  if (!isPerhaps || index === undefined || index.constraint !== undefined) return false;
  putIndexes(
    draft,
    relation,
    relation.indexes.filter((one) => one !== index),
  );
  return true;
}
