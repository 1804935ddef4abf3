/** Indexes and what keeps tables in shape: CREATE INDEX, REINDEX, CLUSTER, VACUUM, ANALYZE, CREATE STATISTICS. */
import type {
  ClusterStmt,
  CreateStatsStmt,
  IndexStmt,
  ReindexObjectType,
  ReindexStmt,
  VacuumStmt,
} from '@pgsql/types';
import type { Context } from './context.ts';
import { indexElementOf } from './index-elements.ts';
import { nameFromList, relationName } from './names.ts';
import { fieldsOf, isOn, optionsOf } from './nodes.ts';
import { optionalExpression } from './source-text.ts';
import type { Operation, Reindex } from './types.ts';

/** CREATE INDEX. */
export function createIndex(node: IndexStmt, context: Context): readonly Operation[] {
  const { statement } = context;
  return [
    {
      kind: 'CreateIndex',
      name: node.idxname,
      table: relationName(node.relation),
      only: node.relation?.inh !== true,
      unique: node.unique === true,
      concurrently: node.concurrent === true,
      ifNotExists: node.if_not_exists === true,
      method: node.accessMethod ?? 'btree',
      elements: (node.indexParams ?? []).map((item) =>
        indexElementOf(fieldsOf(item, 'IndexElem') ?? {}, statement),
      ),
      include: (node.indexIncludingParams ?? []).map((item) => fieldsOf(item, 'IndexElem')?.name ?? ''),
      where: optionalExpression(statement, node.whereClause, 'closed'),
      nullsNotDistinct: node.nulls_not_distinct === true,
      options: optionsOf(node.options),
      tablespace: node.tableSpace,
      ...context.base,
    },
  ];
}

const reindexTargets: Readonly<Record<ReindexObjectType, Reindex['target']>> = {
  REINDEX_OBJECT_INDEX: 'index',
  REINDEX_OBJECT_TABLE: 'table',
  REINDEX_OBJECT_SCHEMA: 'schema',
  REINDEX_OBJECT_SYSTEM: 'system',
  REINDEX_OBJECT_DATABASE: 'database',
};

/** REINDEX. */
export function reindex(node: ReindexStmt, context: Context): readonly Operation[] {
  return [
    {
      kind: 'Reindex',
      target: reindexTargets[node.kind ?? 'REINDEX_OBJECT_TABLE'],
      name:
        node.relation === undefined
          ? { schema: undefined, name: node.name ?? '' }
          : relationName(node.relation),
      concurrently: isOn(node.params, 'concurrently'),
      ...context.base,
    },
  ];
}

/** VACUUM and ANALYZE. */
export function vacuum(node: VacuumStmt, context: Context): readonly Operation[] {
  const tables = (node.rels ?? []).map((item) => relationName(fieldsOf(item, 'VacuumRelation')?.relation));
  if (node.is_vacuumcmd !== true) return [{ kind: 'Analyze', tables, ...context.base }];
  return [
    {
      kind: 'Vacuum',
      tables,
      full: isOn(node.options, 'full'),
      analyze: isOn(node.options, 'analyze'),
      ...context.base,
    },
  ];
}

/** CLUSTER. */
export function cluster(node: ClusterStmt, context: Context): readonly Operation[] {
  const table = node.relation === undefined ? undefined : relationName(node.relation);
  return [{ kind: 'Cluster', table, index: node.indexname, ...context.base }];
}

/** CREATE STATISTICS. */
export function createStatistics(node: CreateStatsStmt, context: Context): readonly Operation[] {
  const table = fieldsOf(node.relations?.[0], 'RangeVar');
  return [
    {
      kind: 'CreateStatistics',
      name: node.defnames === undefined ? undefined : nameFromList(node.defnames),
      table: table === undefined ? undefined : relationName(table),
      ...context.base,
    },
  ];
}
