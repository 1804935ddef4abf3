import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { isSameObject } from '../../model/operations/same-object.ts';
import type { ObjectName, Operation, OperationOf } from '../../model/operations/types.ts';
import { columnPath } from '../ddl/words.ts';
import type { ComparedCatalogs } from './compare.ts';
import type { Loss } from './types.ts';

/** What an operation changes that no object of the catalog holds, unless it goes with something that the migration made. */
export function untrackedLosses(operation: Operation, compared: ComparedCatalogs): readonly Loss[] {
  const object = untrackedObject(operation, compared);
  return object === undefined
    ? []
    : [{ of: 'schema', object, sentence: `Not undone: ${summary(operation)}` }];
}

/** As PostgreSQL names it; undefined if there is nothing to be said. */
function untrackedObject(operation: Operation, compared: ComparedCatalogs): string | undefined {
  const ofTable = (table: ObjectName | undefined, object: string): string | undefined =>
    table !== undefined && isNew(table, compared) ? undefined : object;
  switch (operation.kind) {
    case 'AlterColumnStorage':
      return ofTable(operation.table, columnPath(operation.table, operation.column));
    case 'SetAccessMethod':
    case 'SetTablespace':
    case 'SetReplicaIdentity':
    case 'SetOfType':
      return ofTable(operation.table, displayName(operation.table));
    case 'ClusterOn':
    case 'Cluster':
      return clustered(operation, compared);
    case 'SetRuleState':
      return ofTable(
        operation.table,
        `${quoteIdentifier(operation.rule)} on ${displayName(operation.table)}`,
      );
    case 'AlterIndex':
      return isNewIndex(operation.index, compared) ? undefined : displayName(operation.index);
    case 'CreateStatistics':
      return ofTable(
        operation.table,
        operation.name === undefined ? summary(operation) : displayName(operation.name),
      );
    case 'CommentOn':
      return commented(operation, compared);
    case 'AlterDefaultPrivileges':
      return 'default privileges';
    case 'AlterExtension':
    case 'Publication':
      return quoteIdentifier(operation.name);
    case 'CreateRole':
    case 'AlterRole':
      return quoteIdentifier(operation.role);
    case 'GrantRole':
    case 'ClusterWide':
    case 'Other':
      return summary(operation);
    default:
      return undefined;
  }
}

/** The mark is the index's. CLUSTER without an index goes by the mark that is there. */
function clustered(
  { table, index }: OperationOf<'ClusterOn' | 'Cluster'>,
  compared: ComparedCatalogs,
): string | undefined {
  if (table === undefined || index === undefined || isNew(table, compared)) return undefined;
  const name = { schema: table.schema, name: index };
  return isNewIndex(name, compared) ? undefined : displayName(name);
}

function isNew(table: ObjectName, { tables }: ComparedCatalogs): boolean {
  return tables.added.some(({ name }) => isSameObject(name, table));
}

function isNewIndex(index: ObjectName, { tables, parts }: ComparedCatalogs): boolean {
  const added = [
    ...tables.added.flatMap(({ indexes }) => indexes),
    ...parts.flatMap(({ indexes }) => indexes.added),
  ];
  return added.some(({ name }) => name === index.name);
}

/** Comments on triggers, rules and policies: no catalog object holds them. */
function commented(
  { objectType, object, table }: OperationOf<'CommentOn'>,
  compared: ComparedCatalogs,
): string | undefined {
  if (objectType !== 'trigger' && objectType !== 'rule' && objectType !== 'policy') return undefined;
  if (table === undefined || isNew(table, compared)) return undefined;
  const before = compared.tables.pairs.find(({ after }) => isSameObject(after.name, table))?.before;
  const parts = { trigger: before?.triggers, rule: before?.rules, policy: before?.policies }[objectType];
  const isKnown = parts?.some(({ name }) => name === object.name) === true;
  return isKnown ? `${quoteIdentifier(object.name)} on ${displayName(table)}` : undefined;
}

function summary({ statement }: Operation): string {
  const { source, span } = statement;
  const text = source.text.slice(span.start, span.end).replaceAll(/\s+/g, ' ');
  return text.length <= 100 ? text : `${text.slice(0, 97)}…`;
}
