import { lockAdvice, outsideTransactionAdvice } from './outside-advice.ts';
import type { Runner, Transaction } from './types.ts';

/**
 * Where CREATE INDEX CONCURRENTLY can run that shall take the place of a part of another statement, for people: a sentence.
 *
 * @param runner the tool that runs the migrations.
 * @param transaction the one that the other statement runs in.
 */
export function concurrentBuildAdvice(runner: Runner, transaction: Transaction): string {
  const commitsEach = transaction.kind === 'autocommit' && runner.mode === 'statement by statement';
  if (commitsEach && runner.assumed !== true)
    return 'Each statement commits by itself here, so these can follow each other in one file.';
  if (runner.name === 'flyway' && runner.oneTransactionPerDeploy !== true) {
    const place = 'Give the index a migration of its own: Flyway opens no transaction for that one.';
    return `${place} ${lockAdvice(runner)}`.trimEnd();
  }
  return outsideTransactionAdvice(runner, { subject: 'the index', transaction, waitsForOthers: true });
}
