import { errorDetails } from '../apply/applies-verdict.ts';
import { beginningOf } from '../apply/prepare-script.ts';
import { differenceSentence, rollbackSentence } from '../fingerprint/difference-words.ts';
import { fingerprintDifferences } from '../fingerprint/differences.ts';
import { fingerprintOf } from '../fingerprint/fingerprint.ts';
import type { Fingerprint, SchemaDifference } from '../fingerprint/types.ts';
import type { Verdict, VerifyFinding } from '../types.ts';
import { firstLine } from '../words.ts';
import { saysNoWayBack } from './acknowledges.ts';
import { withoutKeptTables } from './kept-tables.ts';
import { tryOut, type Trial } from './trial.ts';
import type { Failure, RollbackInput } from './types.ts';

/** What is learned of a rollback. */
interface Seen {
  /** Between the schema before the migration and that after its rollback. */
  readonly rollback: readonly SchemaDifference[];
  /** Between the schema after the migration and that after it ran once more; or why it does not run. */
  readonly reapply: readonly SchemaDifference[] | Failure;
}

/** How many differences a finding names. */
const NAMED = 20;

/**
 * Proves that a rollback brings back the schema of before, and that the migration can run again after it.
 *
 * The scripts run in a transaction that is rolled back, or on a copy where they refuse one, so that the database is left as it is
 * found. Differences of column order are a note; those of whitespace are none.
 *
 * @returns one verdict: proven; refuted, with what differs object by object; or not run, where the migration itself fails or the
 *   rollback says that there is no way back.
 * @throws what the database throws outside the scripts.
 */
export async function proveRollback(input: RollbackInput): Promise<readonly Verdict[]> {
  const { rollback, id } = input;
  const roles = { roles: input.engine.abilities.ownCluster };
  const outcome = await tryOut(input, (trial) => goThereAndBack(trial, input, roles));
  if (outcome.failure === undefined) return [verdictOf(input, outcome.result)];
  const { failure, script } = outcome;
  if (script !== rollback) {
    return [notRun(`${id} does not apply, so there is nothing to roll back.`)];
  }
  if (failure.kind === 'died') return [refuted([diedFinding(input, failure)])];
  if (saysNoWayBack(rollback, failure)) {
    return [notRun(`The rollback of ${id} says that there is no way back.`, [irreversible(input, failure)])];
  }
  const outside = await input.outside?.(failure);
  return outside === undefined ? [refuted([failsFinding(input, failure)])] : [notRun(outside)];
}

async function goThereAndBack(
  trial: Trial,
  { forward, rollback, before }: RollbackInput,
  roles: { readonly roles: boolean },
): Promise<Seen> {
  const { database } = trial;
  const start = before ?? (await fingerprintOf(database, roles));
  await trial.apply(forward);
  const up = await fingerprintOf(database, roles);
  await trial.apply(rollback);
  const down = await fingerprintOf(database, roles);
  const differences = withoutKeptTables(fingerprintDifferences(start, down));
  return { rollback: differences, reapply: await again(trial, forward, up, roles) };
}

/** Runs the migration once more. That it fails is worth telling, not the end. */
async function again(
  trial: Trial,
  forward: RollbackInput['forward'],
  up: Fingerprint,
  roles: { readonly roles: boolean },
): Promise<Seen['reapply']> {
  try {
    await trial.apply(forward);
  } catch (error) {
    const failure = (error as { readonly failure?: Failure }).failure;
    if (failure === undefined || failure.kind === 'died') throw error;
    return failure;
  }
  return withoutKeptTables(fingerprintDifferences(up, await fingerprintOf(trial.database, roles)));
}

function verdictOf(input: RollbackInput, { rollback, reapply }: Seen): Verdict {
  const wrong = rollback.filter(({ matters }) => matters);
  const orders = rollback.filter(({ difference }) => difference === 'column order');
  const notes = orders.length === 0 ? [] : [orderFinding(input, orders)];
  const reapplied = reapplyFinding(input, reapply);
  if (wrong.length > 0) {
    // That it does not run again, or differs then, mostly comes of what is left; it is told along with it.
    const consequence = reapplied === undefined ? [] : [`then: ${reapplied.message}`];
    return refuted([incompleteFinding(input, wrong, consequence), ...notes]);
  }
  if (reapplied !== undefined) return refuted([reapplied, ...notes]);
  return { check: 'rolls back', outcome: 'proven', reason: undefined, findings: notes };
}

function incompleteFinding(
  { id, rollback }: RollbackInput,
  differences: readonly SchemaDifference[],
  more: readonly string[],
): VerifyFinding {
  const sentences = differences.map(rollbackSentence);
  return {
    id: 'rollback-incomplete',
    severity: 'error',
    message: `After the rollback of ${id}, the schema is not that of before: ${countOf(sentences)}.`,
    help: 'Make the rollback bring back exactly what the migration changed, each thing with its former definition.',
    path: rollback.source.path,
    place: undefined,
    begins: beginningOf(rollback),
    details: [...(sentences.length === 1 ? [] : named(sentences)), ...more],
  };
}

function countOf(sentences: readonly string[]): string {
  const [only] = sentences;
  return sentences.length === 1 && only !== undefined ? only : `${sentences.length} things differ`;
}

function named(sentences: readonly string[]): readonly string[] {
  const rest = sentences.length - NAMED;
  return rest <= 0 ? sentences : [...sentences.slice(0, NAMED), `and ${rest} more`];
}

function orderFinding(
  { id, rollback }: RollbackInput,
  differences: readonly SchemaDifference[],
): VerifyFinding {
  return {
    id: 'rollback-changes-column-order',
    severity: 'info',
    message: `The rollback of ${id} brings all columns back, but in another order.`,
    help: 'Only SELECT *, COPY and INSERT without a list of columns notice. PostgreSQL always adds a column as the last one.',
    path: rollback.source.path,
    place: undefined,
    begins: beginningOf(rollback),
    details: named(differences.map(rollbackSentence)),
  };
}

function reapplyFinding({ id, forward }: RollbackInput, reapply: Seen['reapply']): VerifyFinding | undefined {
  if ('kind' in reapply) {
    if (reapply.kind === 'died') return undefined;
    const { error, place } = reapply;
    return {
      id: 'reapply-fails',
      severity: 'error',
      message: `${id} cannot run again after its rollback: PostgreSQL says “${firstLine(error.message)}” (${error.code}).`,
      help: 'Make the rollback take back everything that the migration does, or the migration accept what is there.',
      path: forward.source.path,
      place,
      details: errorDetails(error),
      code: error.code,
    };
  }
  const sentences = reapply.filter(({ matters }) => matters).map(differenceSentence);
  if (sentences.length === 0) return undefined;
  return {
    id: 'reapply-differs',
    severity: 'error',
    message: `${id} makes another schema when it runs again after its rollback: ${countOf(sentences)}.`,
    help: 'Make the rollback take back everything that the migration does, so that it starts from the same schema each time.',
    path: forward.source.path,
    place: undefined,
    begins: beginningOf(forward),
    details: sentences.length === 1 ? [] : named(sentences),
  };
}

function failsFinding(
  { id, rollback }: RollbackInput,
  { error, place, kept }: Extract<Failure, { readonly kind: 'failed' }>,
): VerifyFinding {
  const stays = kept.length === 0 ? '' : ' What stands before it in the rollback stays done.';
  return {
    id: 'rollback-fails',
    severity: 'error',
    message: `The rollback of ${id} fails right after its migration: PostgreSQL says “${firstLine(error.message)}” (${error.code}).${stays}`,
    help: 'Correct the rollback: it was run on the very schema that the migration leaves.',
    path: rollback.source.path,
    place,
    details: errorDetails(error),
    code: error.code,
  };
}

function irreversible(
  { id, rollback }: RollbackInput,
  { error, place }: Extract<Failure, { readonly kind: 'failed' }>,
): VerifyFinding {
  return {
    id: 'rollback-irreversible',
    severity: 'info',
    message: `The rollback of ${id} refuses to run: “${firstLine(error.message)}”.`,
    help: 'Nothing to do if it is meant: whoever needs to go back restores a backup or writes a migration forward.',
    path: rollback.source.path,
    place,
    details: [],
    code: error.code,
  };
}

function diedFinding(
  { id, rollback }: RollbackInput,
  { error, place }: Extract<Failure, { readonly kind: 'died' }>,
): VerifyFinding {
  return {
    id: 'engine-died',
    severity: 'error',
    message: `PostgreSQL ended during the rollback of ${id}: ${firstLine(error.message)}.`,
    help: 'Look for a loop that does not end, or a query that needs more memory than there is.',
    path: rollback.source.path,
    place,
    details: [],
  };
}

function refuted(findings: readonly VerifyFinding[]): Verdict {
  return { check: 'rolls back', outcome: 'refuted', reason: undefined, findings };
}

function notRun(reason: string, findings: readonly VerifyFinding[] = []): Verdict {
  return { check: 'rolls back', outcome: 'not run', reason, findings };
}
