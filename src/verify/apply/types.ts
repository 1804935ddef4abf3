import type { SendMode, Transaction } from '../../input/runners/types.ts';
import type { Statement } from '../../input/sql/types.ts';
import type { Place, SourceText } from '../../input/text/types.ts';
import type { EngineDied, PostgresError } from '../engines/types.ts';

/** A script in the form in which its runner sends it. */
export interface PreparedScript {
  readonly source: SourceText;
  readonly mode: Exclude<SendMode, 'one transaction if possible' | 'one transaction unless refused'>;
  /** In order; of a script that cannot be parsed whole, those that can. */
  readonly statements: readonly Statement[];
  /** Of the statements, as the runner sends them. */
  readonly transactions: readonly Transaction[];
  /** What is sent, each with the statements that it holds; one for the whole script where the runner sends it as one query. */
  readonly queries: readonly Query[];
  /** False if there is text between the statements that cannot be parsed. */
  readonly isWhole: boolean;
  /** True if all of it can run inside one outer transaction: nothing in it refuses one, begins or ends one. */
  readonly fitsTransaction: boolean;
}

/** A query that a runner sends. */
export interface Query {
  readonly sql: string;
  /** Where it begins in the script's file, in UTF-16 units. */
  readonly start: number;
  readonly statements: readonly Statement[];
}

/** What became of a script. */
export type ApplyOutcome =
  | { readonly kind: 'ran' }
  /** PostgreSQL refused a statement. */
  | {
      readonly kind: 'failed';
      readonly error: PostgresError;
      readonly statement: Statement | undefined;
      readonly place: Place | undefined;
      /** The statements before it that stay done, since the script is not one transaction. */
      readonly kept: readonly Statement[];
    }
  /** The engine ended: too long, too much memory, a crash. The database is lost. */
  | {
      readonly kind: 'died';
      readonly error: EngineDied;
      readonly statement: Statement | undefined;
      readonly place: Place | undefined;
    };
