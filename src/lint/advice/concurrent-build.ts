import { commitsEachStatement } from '../../input/runners/commits-each-statement.ts';
import { flywayLockAdvice, outsideTransactionAdvice } from './outside-transaction.ts';
import type { Runner, Transaction } from '../../input/runners/types.ts';

/**
 * Where CREATE INDEX CONCURRENTLY can run that shall take the place of a part of another statement, for people: a sentence.
 *
 * @param runner the tool that runs the migrations.
 * @param transaction the one that the other statement runs in.
 * @param subject what runs there, for people.
 */
export function concurrentBuildAdvice(
  runner: Runner,
  transaction: Transaction,
  subject = 'the index',
): string {
  if (commitsEachStatement(runner, transaction) && runner.assumed !== true)
    return 'Each statement commits by itself here, so these can follow each other in one file.';
  if (runner.name === 'flyway' && runner.oneTransactionPerDeploy !== true) {
    const place = `Give ${subject} a migration of its own: Flyway opens no transaction for that one.`;
    return `${place} ${flywayLockAdvice(runner)}`.trimEnd();
  }
  return outsideTransactionAdvice(runner, { subject, transaction, waitsForOthers: true });
}

/**
 * Why a statement that refuses a transaction can stay where each statement commits by itself, for people: a sentence.
 *
 * @param runner the tool that runs the migrations; of an assumed one it is not known whether it opens a transaction.
 * @param isAlone true if the file has no other statement.
 */
export function inPlaceAdvice(runner: Runner, isAlone: boolean): string {
  if (runner.assumed === true && runner.name !== 'prisma')
    return 'It must run outside a transaction: check that what runs this file opens none.';
  return isAlone
    ? 'It is alone in its file, so it runs in no transaction and can stay where it is.'
    : 'Each statement commits by itself here, so it can stay where it is.';
}
