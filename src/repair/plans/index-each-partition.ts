import type { PlanRequest } from '../../lint/plan-request.ts';
import type { Index, Table } from '../../model/catalog/types.ts';
import { snakeCase } from '../../model/history/name-pattern.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { afterName, findKeywords, isKeyword } from '../../model/operations/tokens.ts';
import type { ObjectName } from '../../model/operations/types.ts';
import { nameLike, sqlLike } from './manner.ts';
import { refused } from './steps.ts';
import type { PlanOutcome, PlanScene, PlanStep } from './types.ts';

type Operation = Extract<PlanRequest, { readonly plan: 'index each partition' }>['operation'];

/**
 * CREATE INDEX ON ONLY the partitioned table, which builds nothing; an index on each partition with CONCURRENTLY, by the name that
 * PostgreSQL would have given it; and these attached, with the last of which the table's index is valid.
 */
export function indexEachPartition(
  { operation }: Extract<PlanRequest, { readonly plan: 'index each partition' }>,
  scene: PlanScene,
): PlanOutcome {
  const { name, statement, table } = operation;
  const tokens = statement.tokens();
  const on = findKeywords(tokens, { start: 0, end: tokens.length }, ['ON']);
  const builds = buildsOf(operation, scene);
  if (name === undefined || on < 0 || builds === undefined)
    return refused(`The partitions of ${displayName(table)} are not all known.`);
  const { path, text } = statement.source;
  const sql = sqlLike(statement);
  const after = tokens[on]?.span.end ?? 0;
  const edits = [{ path, span: { start: after, end: after }, text: sql` ONLY` }];
  if (isKeyword(tokens[on - 1], 'INDEX')) {
    const before = tokens[on - 1]?.span.end ?? 0;
    edits.unshift({ path, span: { start: before, end: before }, text: ` ${nameLike(statement, name)}` });
  }
  const rest = text.slice(tokens[afterName(tokens, on + 1)]?.span.start ?? 0, statement.span.end);
  const missing = builds.filter(({ isThere }) => !isThere);
  const steps = [
    ...missing.map((build) => buildOf(operation, build, rest)),
    attachOf(operation, name, builds),
  ];
  return { kind: 'plans', plans: [{ operation, origin: { kind: 'edited', edits }, steps }] };
}

/** @param rest what stands behind the table's name. */
function buildOf(operation: Operation, { index, partition }: PartitionIndex, rest: string): PlanStep {
  const { statement, unique } = operation;
  const sql = sqlLike(statement);
  const create = unique ? sql`CREATE UNIQUE INDEX CONCURRENTLY` : sql`CREATE INDEX CONCURRENTLY`;
  const table = like(operation, partition.name);
  return {
    sql: sql`${create} ${nameLike(statement, index.name)} ON ${table} ${rest};`,
    name: snakeCase(`create_${index.name}`),
    after: 'nothing',
    outsideTransaction: true,
  };
}

function attachOf(operation: Operation, name: string, builds: readonly PartitionIndex[]): PlanStep {
  const { statement, table } = operation;
  const sql = sqlLike(statement);
  const whole = like(operation, { schema: table.schema, name });
  const attached = builds.map(({ index, partition }) => {
    const part = like(operation, { schema: partition.name.schema, name: index.name });
    return sql`ALTER INDEX ${whole} ATTACH PARTITION ${part};`;
  });
  return {
    sql: attached.join('\n'),
    name: snakeCase(`attach_${name}`),
    after: 'nothing',
    outsideTransaction: false,
  };
}

interface PartitionIndex {
  readonly partition: Table;
  readonly index: Index;
  /** True for an index that the partition has already: PostgreSQL takes it for its part. */
  readonly isThere: boolean;
}

/** The partitions, and the index that each gets; undefined where one is not known, or is no plain table. */
function buildsOf(operation: Operation, scene: PlanScene): readonly PartitionIndex[] | undefined {
  const before = scene.catalogBefore(operation);
  const after = scene.catalogAfter(operation);
  const partitions = after.children(operation.table);
  const builds = partitions.map((partition) => {
    const isPlain = partition.partitionBy === undefined && partition.foreignServer === undefined;
    const index = partition.indexes.find(({ parent }) => parent?.name === operation.name);
    const isCertain = partition.certainty === 'certain' && index?.certainty === 'certain';
    if (!isPlain || !isCertain) return undefined;
    const isThere = before.index({ schema: partition.name.schema, name: index.name }) !== undefined;
    return { partition, index, isThere };
  });
  return builds.length > 0 && builds.every((build) => build !== undefined) ? builds : undefined;
}

/** A name as the statement would have it, with its schema where the search_path would perhaps not find it. */
function like({ statement }: Operation, { schema, name }: ObjectName): string {
  const written = nameLike(statement, name);
  return schema === undefined || schema === 'public' ? written : `${quoteIdentifier(schema)}.${written}`;
}
