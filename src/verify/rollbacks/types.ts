import type { ApplyOptions } from '../apply/apply-script.ts';
import type { ApplyOutcome, PreparedScript } from '../apply/types.ts';
import type { Database, Engine, Snapshot } from '../engines/types.ts';
import type { Fingerprint } from '../fingerprint/types.ts';

/** A migration whose rollback is to be proved. */
export interface RollbackInput {
  readonly engine: Pick<Engine, 'open' | 'abilities'>;
  /** Stands before the migration, outside a transaction. It is left as it is found. */
  readonly database: Database;
  /** For people. */
  readonly id: string;
  readonly forward: PreparedScript;
  readonly rollback: PreparedScript;
  readonly apply: (
    database: Database,
    script: PreparedScript,
    options?: ApplyOptions,
  ) => Promise<ApplyOutcome>;
  /** The database as it stands, for scripts that no transaction can take back. Asked for only then. */
  readonly copy: () => Promise<Snapshot>;
  /** Why the rollback's error says nothing about it: what the database of the run lacks. Undefined if nobody can tell. */
  readonly outside?: (failure: Extract<Failure, { readonly kind: 'failed' }>) => Promise<string | undefined>;
  /** The schema as it stands, where it is known already. */
  readonly before?: Fingerprint | undefined;
}

/** An error of PostgreSQL in one of the scripts, or the end of the engine. */
export type Failure = Exclude<ApplyOutcome, { readonly kind: 'ran' }>;
