import type { Node } from '@pgsql/types';
import type { Statement } from '../sql/types.ts';
import { needsFallback } from './prisma-fallback.ts';
import type { SendMode, Transaction } from './types.ts';

/**
 * The transactions that a script's statements run in.
 *
 * PostgreSQL's rules (manual, 55.2.2.1 «Multiple Statements in a Simple Query», and access/transam/xact.c): a query with one
 * statement is a transaction of its own. Several are one implicit transaction, which a COMMIT among them ends, so that the
 * next statement begins another; a BEGIN makes the implicit transaction explicit, whatever stands before it included.
 *
 * @param mode how the runner sends the script. Statement by statement turns into one query if a statement is not readable
 *   for the runner, see {@link needsFallback}.
 */
export function transactionsOf(mode: SendMode, statements: readonly Statement[]): readonly Transaction[] {
  const together = mode === 'one query' || statements.some(({ tree }) => needsFallback(tree));
  const folding = new Folding(together && statements.length > 1, mode === 'one transaction');
  for (const statement of statements) folding.add(statement);
  return folding.finish();
}

/** What a statement does to the transaction it stands in. */
type Control = 'begin' | 'commit' | 'rollback' | 'commit and chain' | 'rollback and chain';

interface OpenTransaction {
  kind: 'implicit' | 'explicit' | 'runner';
  readonly statements: Statement[];
}

class Folding {
  readonly #implicit: boolean;
  readonly #transactions: Transaction[] = [];
  #open: OpenTransaction | undefined;

  /**
   * @param implicit true if PostgreSQL opens a transaction by itself.
   * @param wrapped true if the runner has sent BEGIN.
   */
  constructor(implicit: boolean, wrapped: boolean) {
    this.#implicit = implicit && !wrapped;
    if (wrapped) this.#open = { kind: 'runner', statements: [] };
  }

  add(statement: Statement): void {
    const control = controlOf(statement.tree);
    if (this.#open === undefined && !this.#implicit && control !== 'begin') {
      this.#transactions.push({ kind: 'autocommit', statements: [statement], end: 'itself' });
      return;
    }
    const open = (this.#open ??= { kind: 'implicit', statements: [] });
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
        this.#open = { kind: 'explicit', statements: [] };
        return;
      case 'rollback and chain':
        this.#close('rollback');
        this.#open = { kind: 'explicit', statements: [] };
        return;
      default:
        return control satisfies never;
    }
  }

  finish(): readonly Transaction[] {
    if (this.#open !== undefined && this.#open.statements.length > 0) {
      this.#close(this.#open.kind === 'explicit' ? 'open' : 'itself');
    }
    return this.#transactions;
  }

  #close(end: Transaction['end']): void {
    if (this.#open === undefined) return;
    const { kind, statements } = this.#open;
    this.#transactions.push({ kind, statements, end });
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
