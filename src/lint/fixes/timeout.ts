import { refusesTransaction } from '../../input/runners/outside-transaction.ts';
import type { Script, Statement } from '../../input/sql/types.ts';
import type { TimeoutName } from '../../model/catalog/timeouts.ts';
import { scriptStatement } from '../../model/operations/in-body.ts';
import type { Operation, SetVariable } from '../../model/operations/types.ts';
import { timeoutAdvice } from '../advice/timeout.ts';
import { editFix } from '../edits/edit-fix.ts';
import { insertAfter, insertBefore } from '../edits/insert.ts';
import { removeStatement } from '../edits/remove.ts';
import { removeWords, replaceText } from '../edits/words.ts';
import type { Edit, FixRequest } from '../fix.ts';
import type { FixScene } from './scene.ts';

/**
 * The fix that sets a timeout before the statement of an operation. Where that lasts for the session, it is taken back before the next
 * statement that waits for others without keeping anybody waiting, such as CREATE INDEX CONCURRENTLY, or else at the end.
 *
 * @param value as in `5s`.
 * @returns undefined where a second statement would make a transaction around one that PostgreSQL refuses there.
 */
export function timeoutFix(
  operation: Operation,
  name: TimeoutName,
  value: string,
  { migration, project, transactionOf }: Pick<FixScene, 'migration' | 'project' | 'transactionOf'>,
): FixRequest | undefined {
  const { script } = migration;
  const statement = script && scriptStatement(operation, script);
  if (script === undefined || statement === undefined) return undefined;
  const { runner } = project;
  if (migration.operations.some((other) => isIneffective(other, name, transactionOf))) return undefined;
  if (runner.mode !== 'statement by statement' && refusesTransaction(statement.tree) !== undefined)
    return undefined;
  const set = timeoutAdvice(runner, transactionOf(operation), `${name} = '${value}'`);
  const reset = set.startsWith('SET LOCAL') ? [] : resetEdits(name, statement, script);
  return editFix('safe', `sets ${name} before it`, insertBefore(statement, `${set};`), reset);
}

/** Whether it is a SET LOCAL outside a transaction: the rule that finds it makes it last, and one of the two is enough. */
function isIneffective(
  operation: Operation,
  name: TimeoutName,
  transactionOf: FixScene['transactionOf'],
): boolean {
  if (operation.kind !== 'SetVariable' || operation.name !== name || operation.scope !== 'local')
    return false;
  return operation.run === 'now' && transactionOf(operation).kind === 'autocommit';
}

/** The edits that take a setting of the session back after a statement. */
function resetEdits(
  name: string,
  { span }: Pick<Statement, 'span'>,
  { statements }: Script,
): readonly Edit[] | undefined {
  const later = statements.filter((one) => one.span.start > span.start);
  const waiting = later.find(({ tree }) => refusesTransaction(tree) !== undefined);
  if (waiting !== undefined) return insertBefore(waiting, `RESET ${name};`);
  const last = statements.at(-1);
  return last && insertAfter(last, `RESET ${name};`);
}

/**
 * The fix that gives a SET, or set_config, another value.
 *
 * @param value as in `5s`.
 * @returns undefined where the value does not stand there as one token.
 */
export function timeoutValueFix(operation: SetVariable, value: string): FixRequest | undefined {
  const tokens = operation.statement.tokens();
  const isSet = operation.form === 'set';
  const name = tokens.findIndex(({ text }) => text.toLowerCase().includes(operation.name));
  // SET name = value, SET name TO value, set_config('name', value, …).
  const token = tokens[name + 2];
  const isWhole = isSet ? name + 3 === tokens.length : tokens[name + 3]?.text === ',';
  if (name < 0 || token === undefined || !isWhole) return undefined;
  const place = { source: operation.statement.source, span: token.span };
  return editFix('safe', `sets ${operation.name} to ${value}`, replaceText(place, `'${value}'`));
}

/**
 * The fix that moves a SET, of the session or of the same transaction, before the statement of an operation.
 *
 * @returns undefined where the SET is no statement of the script, or of another transaction.
 */
export function earlierTimeoutFix(
  operation: Operation,
  late: SetVariable,
  { migration: { script }, transactionOf }: Pick<FixScene, 'migration' | 'transactionOf'>,
): FixRequest | undefined {
  const statement = script && scriptStatement(operation, script);
  const isOwn = script?.statements.includes(late.statement) === true && late.form === 'set';
  if (statement === undefined || !isOwn || statement === late.statement) return undefined;
  if (late.scope === 'local' && transactionOf(late) !== transactionOf(operation)) return undefined;
  const { source, span } = late.statement;
  const sql = `${source.text.slice(span.start, span.end)};`;
  return editFix(
    'safe',
    `sets ${late.name} before it`,
    insertBefore(statement, sql),
    removeStatement(late.statement),
  );
}

/** Settings that bound or speed up what is done, and change nothing of it. */
const HARMLESS: ReadonlySet<string> = new Set([
  'lock_timeout',
  'statement_timeout',
  'transaction_timeout',
  'idle_in_transaction_session_timeout',
  'maintenance_work_mem',
  'work_mem',
  'max_parallel_maintenance_workers',
  'client_min_messages',
]);

/**
 * The fix that makes a SET LOCAL without a transaction last until the end of the file. Unsafe for a setting that changes what
 * statements mean, such as search_path: so far it had no effect.
 */
export function sessionSettingFix(
  operation: SetVariable,
  { migration: { script } }: Pick<FixScene, 'migration'>,
): FixRequest | undefined {
  const { statement, name, form } = operation;
  if (script === undefined || script.statements.length < 2) return undefined;
  const tokens = statement.tokens();
  const last = tokens.findLast(({ text }) => /^true$/i.test(text));
  const isLower = last?.text === last?.text.toLowerCase();
  const edits =
    form === 'set_config'
      ? last && replaceText({ source: statement.source, span: last.span }, isLower ? 'false' : 'FALSE')
      : removeWords(operation, ['LOCAL']);
  const safety = HARMLESS.has(name) ? 'safe' : 'unsafe';
  const end = script.statements.at(-1);
  const reset = end === undefined || end === statement ? [] : insertAfter(end, `RESET ${name};`);
  return editFix(safety, `sets ${name} for the rest of the file`, edits, reset);
}
