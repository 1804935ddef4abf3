import { createHistoryBuilder, type History } from '../../../src/model/history/history.ts';
import type { OperationSequence } from '../../../src/model/history/deploy-operations.ts';
import type { Catalog } from '../../../src/model/catalog/types.ts';
import type {
  ObjectName,
  Operation,
  OperationKind,
  OperationOf,
} from '../../../src/model/operations/types.ts';
import { createReplay } from '../../support/replay.ts';

/** Migrations as they were replayed: what they do, the schema before each operation, and what the history keeps of them. */
export interface Replayed {
  readonly migrations: readonly OperationSequence[];
  readonly history: History;
  readonly catalog: Catalog;
  catalogBefore(operation: Operation): Catalog;
  /** The last operation of a kind. @throws if there is none. */
  last<Kind extends OperationKind>(kind: Kind): OperationOf<Kind>;
}

/** A migration's SQL, or its id and its SQL. */
export type TestMigration = string | readonly [id: string, sql: string];

/** Replays migrations for PostgreSQL 15. The parser must have been loaded. */
export function replayed(...scripts: readonly TestMigration[]): Replayed {
  const replay = createReplay(15);
  const history = createHistoryBuilder();
  const before = new Map<Operation, Catalog>();
  const named = scripts.map((script, index) =>
    typeof script === 'string' ? ([`step_${index}`, script] as const) : script,
  );
  const migrations = named.map(([id, sql], index) => ({
    operations: replay.run(sql).map((step) => {
      before.set(step.operation, step.before);
      history.record(step.operation, index, id);
      return step.operation;
    }),
  }));
  const operations = migrations.flatMap((migration) => migration.operations);
  return {
    migrations,
    history,
    catalog: replay.catalog(),
    catalogBefore: (operation) => before.get(operation) ?? replay.catalog(),
    last: (kind) => {
      const found = operations.findLast((operation) => operation.kind === kind);
      if (found === undefined) throw new Error(`there is no ${kind}`);
      return found as OperationOf<typeof kind>;
    },
  };
}

/** A name in the schema public. */
export const inPublic = (name: string): ObjectName => ({ schema: 'public', name });
