import type { Node } from '@pgsql/types';

/**
 * The command of a statement that PostgreSQL refuses inside a transaction block, in the words of its error (25001,
 * `… cannot run inside a transaction block`); undefined for every other statement. An implicit transaction is a block too.
 *
 * Not told, since it hangs on the object: CLUSTER and REINDEX of a partitioned table or index, and DROP SUBSCRIPTION with a
 * replication slot. Source: the callers of PreventInTransactionBlock in PostgreSQL 18.
 */
export function refusesTransaction(tree: Node): string | undefined {
  if ('IndexStmt' in tree)
    return tree.IndexStmt.concurrent === true ? 'CREATE INDEX CONCURRENTLY' : undefined;
  if ('DropStmt' in tree) return tree.DropStmt.concurrent === true ? 'DROP INDEX CONCURRENTLY' : undefined;
  if ('ReindexStmt' in tree) return reindexCommand(tree.ReindexStmt);
  if ('VacuumStmt' in tree) return tree.VacuumStmt.is_vacuumcmd === true ? 'VACUUM' : undefined;
  if ('AlterTableStmt' in tree) return detachCommand(tree.AlterTableStmt.cmds ?? []);
  if ('ClusterStmt' in tree) return tree.ClusterStmt.relation === undefined ? 'CLUSTER' : undefined;
  if ('CreateSubscriptionStmt' in tree) return subscriptionCommand(tree.CreateSubscriptionStmt.options ?? []);
  return wholeCommand(tree);
}

function wholeCommand(tree: Node): string | undefined {
  if ('CreatedbStmt' in tree) return 'CREATE DATABASE';
  if ('DropdbStmt' in tree) return 'DROP DATABASE';
  if ('CreateTableSpaceStmt' in tree) return 'CREATE TABLESPACE';
  if ('DropTableSpaceStmt' in tree) return 'DROP TABLESPACE';
  if ('AlterSystemStmt' in tree) return 'ALTER SYSTEM';
  if ('AlterDatabaseStmt' in tree && hasOption(tree.AlterDatabaseStmt.options ?? [], 'tablespace')) {
    return 'ALTER DATABASE SET TABLESPACE';
  }
  if ('DiscardStmt' in tree && tree.DiscardStmt.target === 'DISCARD_ALL') return 'DISCARD ALL';
  return undefined;
}

type Reindex = Extract<Node, { ReindexStmt: unknown }>['ReindexStmt'];

function reindexCommand({ kind, params }: Reindex): string | undefined {
  if (kind === 'REINDEX_OBJECT_SCHEMA') return 'REINDEX SCHEMA';
  if (kind === 'REINDEX_OBJECT_SYSTEM') return 'REINDEX SYSTEM';
  if (kind === 'REINDEX_OBJECT_DATABASE') return 'REINDEX DATABASE';
  return hasOption(params ?? [], 'concurrently') ? 'REINDEX CONCURRENTLY' : undefined;
}

function detachCommand(commands: readonly Node[]): string | undefined {
  const detaches = commands.some((command) => {
    if (!('AlterTableCmd' in command) || command.AlterTableCmd.subtype !== 'AT_DetachPartition') return false;
    const definition = command.AlterTableCmd.def;
    return (
      definition !== undefined && 'PartitionCmd' in definition && definition.PartitionCmd.concurrent === true
    );
  });
  return detaches ? 'ALTER TABLE ... DETACH CONCURRENTLY' : undefined;
}

function subscriptionCommand(options: readonly Node[]): string | undefined {
  const off = options.some(
    (option) => 'DefElem' in option && ['connect', 'create_slot'].includes(option.DefElem.defname ?? ''),
  );
  return off ? undefined : 'CREATE SUBSCRIPTION ... WITH (create_slot = true)';
}

function hasOption(options: readonly Node[], name: string): boolean {
  return options.some((option) => 'DefElem' in option && option.DefElem.defname === name);
}
