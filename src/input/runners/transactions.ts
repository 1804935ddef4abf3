import type { Node } from '@pgsql/types';
import { endsTransaction } from '../sql/ends-transaction.ts';
import type { Statement } from '../sql/types.ts';
import { flywayRefusesTransaction } from './flyway.ts';
import { refusesTransaction } from './outside-transaction.ts';
import type { SendMode, Transaction } from './types.ts';

/** Statements that a runner sends together, as one simple query. */
export type Query = readonly Statement[];

/**
 * The transactions that a script's statements run in.
 *
 * PostgreSQL's rules (manual, 55.2.2.1 «Multiple Statements in a Simple Query», and access/transam/xact.c): a query with one
 * statement is a transaction of its own. Several are one implicit transaction, which a COMMIT among them ends, so that the
 * next statement begins another; a BEGIN makes the implicit transaction explicit, whatever stands before it included. A COMMIT
 * inside the runner's transaction ends that one, and what follows runs as if the runner had opened none.
 *
 * @param mode how the runner sends the script.
 * @param queries the statements as the runner groups them, where it sends neither all at once nor each by itself.
 */
export function transactionsOf(
  mode: SendMode,
  statements: readonly Statement[],
  queries: readonly Query[] = statements.map((statement) => [statement]),
): readonly Transaction[] {
  switch (mode) {
    case 'one query':
      return fold([statements], false);
    case 'statement by statement':
      return fold(queries, false);
    case 'one transaction':
      return fold([statements], true);
    case 'one transaction of statements':
      return fold(queries, true);
    case 'pipeline':
      return foldPipeline(statements);
    case 'one transaction if possible':
      return fold(queries, !statements.every(({ tree }) => flywayRefusesTransaction(tree)));
    case 'one transaction unless refused':
      return fold(queries, !statements.some(({ tree }) => flywayRefusesTransaction(tree)));
    default:
      return mode satisfies never;
  }
}

/** @param wrapped true if the runner has sent BEGIN. */
function fold(queries: readonly Query[], wrapped: boolean): readonly Transaction[] {
  const folding = new Folding(wrapped);
  for (const query of queries) folding.query(query);
  return folding.finish();
}

/**
 * A pipeline: the messages of all statements, then one Sync. Executed on PostgreSQL 15, 17 and 18: the statements share a
 * transaction as those of one query do, with two differences. The first one, and the first after a COMMIT, may be one that
 * refuses a transaction: it commits by itself. And so may a DO block that commits. A second one directly behind it is refused
 * if the first one committed in the middle of its work, and may be there if it is like ALTER SYSTEM.
 */
function foldPipeline(statements: readonly Statement[]): readonly Transaction[] {
  const folding = new Folding(false);
  let first = true;
  for (const statement of statements) {
    const alone: boolean = statements.length === 1 || (first && commitsByItself(statement));
    folding.pipelined(statement, alone);
    first = folding.idle && (!alone || leavesNoTrace(statement.tree));
  }
  return folding.finish();
}

function commitsByItself(statement: Statement): boolean {
  if (refusesTransaction(statement.tree) !== undefined) return true;
  return 'DoStmt' in statement.tree && endsTransaction(statement.body()?.nodes ?? []);
}

/** The commands that go through several transactions, in the words of {@link refusesTransaction}. */
const SEVERAL_TRANSACTIONS = /CONCURRENTLY$|^REINDEX|^VACUUM$|^CLUSTER$/;

/**
 * Whether a pipeline goes on after a statement as if it began there. One that has nothing to do (IF EXISTS) does not commit in
 * the middle either; whether it has is not known here, and nothing is claimed then.
 */
function leavesNoTrace(tree: Node): boolean {
  const command = refusesTransaction(tree);
  if (command === undefined) return false;
  const mayDoNothing =
    ('DropStmt' in tree && tree.DropStmt.missing_ok === true) ||
    ('IndexStmt' in tree && tree.IndexStmt.if_not_exists === true);
  return mayDoNothing || !SEVERAL_TRANSACTIONS.test(command);
}

/**
 * Whether PostgreSQL lets the body of a DO block or called procedure end a transaction (COMMIT or ROLLBACK, else 2D000)
 * in this one. Executed: in autocommit it does; in a pipeline up to PostgreSQL 17 as well, since that is no transaction block,
 * and from 18 on only as its first statement, which is in autocommit then.
 *
 * @param postgresVersion major version.
 */
export function allowsCommitInBody({ kind, pipelined }: Transaction, postgresVersion: number): boolean {
  return kind === 'autocommit' || (pipelined === true && postgresVersion < 18);
}

/** What a statement does to the transaction it stands in. */
type Control = 'begin' | 'commit' | 'rollback' | 'commit and chain' | 'rollback and chain';

interface OpenTransaction {
  kind: 'implicit' | 'explicit' | 'runner';
  readonly statements: Statement[];
  readonly pipelined: boolean;
}

class Folding {
  readonly #transactions: Transaction[] = [];
  readonly #wrapped: boolean;
  #open: OpenTransaction | undefined;

  /** @param wrapped true if the runner has sent BEGIN, and sends COMMIT at the end. */
  constructor(wrapped: boolean) {
    this.#wrapped = wrapped;
    if (wrapped) this.#open = { kind: 'runner', statements: [], pipelined: false };
  }

  /** True if no transaction is open. */
  get idle(): boolean {
    return this.#open === undefined;
  }

  query(statements: Query): void {
    for (const statement of statements) this.#add(statement, statements.length > 1, false);
    if (this.#open?.kind === 'implicit') this.#close('itself');
  }

  /** @param alone true if the statement is a transaction by itself. */
  pipelined(statement: Statement, alone: boolean): void {
    this.#add(statement, !alone, true);
  }

  /** @param implicit true if PostgreSQL opens a transaction by itself. */
  #add(statement: Statement, implicit: boolean, pipelined: boolean): void {
    const control = controlOf(statement.tree);
    if (this.#open === undefined && !implicit && control !== 'begin') {
      this.#transactions.push({ kind: 'autocommit', statements: [statement], end: 'itself' });
      return;
    }
    const open = (this.#open ??= { kind: 'implicit', statements: [], pipelined });
    open.statements.push(statement);
    switch (control) {
      case undefined:
        return;
      case 'begin':
        // In a transaction that is open, BEGIN only warns.
        if (open.kind === 'implicit') open.kind = 'explicit';
        return;
      case 'commit':
      case 'rollback':
        this.#close(control);
        return;
      case 'commit and chain':
        this.#close('commit');
        this.#open = { kind: 'explicit', statements: [], pipelined: false };
        return;
      case 'rollback and chain':
        this.#close('rollback');
        this.#open = { kind: 'explicit', statements: [], pipelined: false };
        return;
      default:
        return control satisfies never;
    }
  }

  finish(): readonly Transaction[] {
    if (this.#open !== undefined && this.#open.statements.length > 0) {
      this.#close(this.#open.kind === 'explicit' && !this.#wrapped ? 'open' : 'itself');
    }
    return this.#transactions;
  }

  #close(end: Transaction['end']): void {
    if (this.#open === undefined) return;
    const { kind, statements, pipelined } = this.#open;
    const mark = pipelined && kind === 'implicit' ? { pipelined: true as const } : {};
    this.#transactions.push({ kind, statements, end, ...mark });
    this.#open = undefined;
  }
}

function controlOf(tree: Node): Control | undefined {
  if (!('TransactionStmt' in tree)) return undefined;
  const { kind, chain } = tree.TransactionStmt;
  switch (kind) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START':
      return 'begin';
    case 'TRANS_STMT_COMMIT':
      return chain === true ? 'commit and chain' : 'commit';
    case 'TRANS_STMT_ROLLBACK':
      return chain === true ? 'rollback and chain' : 'rollback';
    case 'TRANS_STMT_PREPARE':
      return 'commit';
    default:
      return undefined;
  }
}
