import { refusesTransaction } from '../../input/runners/outside-transaction.ts';
import type { Statement } from '../../input/sql/types.ts';
import { editFix } from '../edits/edit-fix.ts';
import { insertAfter } from '../edits/insert.ts';
import { removeStatement } from '../edits/remove.ts';
import type { FixRequest } from '../fix.ts';
import type { Migration, Project } from '../project.ts';

type Scene = { readonly migration: Pick<Migration, 'script'>; readonly project: Pick<Project, 'runner'> };

/**
 * The fix that takes BEGIN and its COMMIT out of a script whose runner sends them. Unsafe where more follows COMMIT: that then runs
 * under the locks of what stands before; and where nobody said which runner it is.
 *
 * @returns undefined where the script does more with transactions than that, or counts on what has committed.
 */
export function runnersTransactionFix(
  begin: Statement,
  { migration, project }: Scene,
): FixRequest | undefined {
  const statements = migration.script?.statements ?? [];
  const [first, end, ...others] = statements.filter(({ tree }) => 'TransactionStmt' in tree);
  if (first !== begin || end === undefined || others.length > 0) return undefined;
  if (!isPlainBegin(begin) || !isPlainCommit(end)) return undefined;
  const after = statements.slice(statements.indexOf(end) + 1);
  const isCounting = statements.some(({ tree }) => 'AlterEnumStmt' in tree) && after.length > 0;
  if (isCounting || after.some(({ tree }) => refusesTransaction(tree) !== undefined)) return undefined;
  const safety = project.runner.assumed === true || after.length > 0 ? 'unsafe' : 'safe';
  return editFix(safety, 'takes BEGIN and COMMIT out', removeStatement(begin), removeStatement(end));
}

/**
 * The fix that takes a BEGIN inside a transaction out, and its COMMIT where the outer one has its own. Unsafe where statements stand
 * between the two COMMITs: these then run in the transaction, as they were meant to.
 *
 * @returns undefined where the script does more with transactions than that.
 */
export function innerBeginFix(
  begin: Statement,
  { migration }: Pick<Scene, 'migration'>,
): FixRequest | undefined {
  const statements = migration.script?.statements ?? [];
  const after = statements.slice(statements.indexOf(begin) + 1);
  const controls = after.filter(({ tree }) => 'TransactionStmt' in tree);
  if (!isPlainBegin(begin) || controls.length > 2 || !controls.every(isPlainCommit)) return undefined;
  const [own, outer] = controls;
  if (own === undefined || outer === undefined)
    return editFix('safe', 'takes the inner BEGIN out', removeStatement(begin));
  const between = after.slice(after.indexOf(own) + 1, after.indexOf(outer));
  if (between.some(({ tree }) => refusesTransaction(tree) !== undefined)) return undefined;
  return editFix(
    'safe',
    'takes the inner BEGIN and COMMIT out',
    removeStatement(begin),
    removeStatement(own),
  );
}

/**
 * The fix that ends a script's open transaction with COMMIT. Unsafe: so far PostgreSQL takes all of it back.
 */
export function closingCommitFix({ migration }: Pick<Scene, 'migration'>): FixRequest | undefined {
  const last = migration.script?.statements.at(-1);
  return last && editFix('unsafe', 'writes COMMIT at the end', insertAfter(last, 'COMMIT;'));
}

/** BEGIN or START TRANSACTION without modes. */
function isPlainBegin({ tree }: Statement): boolean {
  if (!('TransactionStmt' in tree)) return false;
  const { kind, options = [] } = tree.TransactionStmt;
  return (kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START') && options.length === 0;
}

/** COMMIT or END without AND CHAIN. */
function isPlainCommit({ tree }: Statement): boolean {
  if (!('TransactionStmt' in tree)) return false;
  return tree.TransactionStmt.kind === 'TRANS_STMT_COMMIT' && tree.TransactionStmt.chain !== true;
}
