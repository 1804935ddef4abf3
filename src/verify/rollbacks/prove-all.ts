import { beginningOf } from '../apply/prepare-script.ts';
import type { PreparedScript } from '../apply/types.ts';
import { rollbackSentence } from '../fingerprint/difference-words.ts';
import { fingerprintDifferences } from '../fingerprint/differences.ts';
import { fingerprintOf } from '../fingerprint/fingerprint.ts';
import type { Fingerprint } from '../fingerprint/types.ts';
import type { Verdict, VerifyFinding } from '../types.ts';
import { firstLine } from '../words.ts';
import { withoutKeptTables } from './kept-tables.ts';
import type { RollbackInput } from './types.ts';

/** A migration on the way back. */
export interface RolledBackMigration extends Pick<RollbackInput, 'id'> {
  /** Undefined where it has none: the way back ends there. */
  readonly rollback: RollbackInput['rollback'] | undefined;
  /** The schema before the migration; undefined where nobody recorded it. */
  readonly before: Fingerprint | undefined;
  /** What the proof of its rollback by itself said; undefined if there was none. */
  readonly verdict: Verdict | undefined;
}

/** What running all rollbacks one after the other showed that each by itself did not. */
export interface AllRolledBack {
  /** By the migration's id. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** The last migration that was rolled back, counted from the newest; 0 for none. */
  readonly reached: number;
}

/**
 * Rolls migrations back, the newest first, and compares the schema with that of then after each.
 *
 * @param input.database stands after all of them. It is used up.
 * @param migrations from the newest to the oldest.
 * @returns what the proofs of each by itself did not say already: a rollback that fails only because of those after it, and differences
 *   that none of them had. Ends where a rollback is missing or fails.
 */
export async function proveAllDown(
  input: Pick<RollbackInput, 'database' | 'apply' | 'engine'>,
  migrations: readonly RolledBackMigration[],
): Promise<AllRolledBack> {
  const verdicts = new Map<string, Verdict>();
  const roles = { roles: input.engine.abilities.ownCluster };
  const said = new Set<string>();
  for (const [reached, migration] of migrations.entries()) {
    const { id, rollback, before, verdict } = migration;
    if (rollback === undefined) return { verdicts, reached };
    const outcome = await input.apply(input.database, rollback);
    if (outcome.kind !== 'ran') {
      // What by itself could not be run does not tell here, either.
      if (verdict?.outcome !== 'not run' && !hasFailed(verdict))
        verdicts.set(id, failed(id, rollback.source.path, outcome));
      return { verdicts, reached };
    }
    if (before === undefined) continue;
    const now = await fingerprintOf(input.database, roles);
    const differences = withoutKeptTables(fingerprintDifferences(before, now));
    const sentences = differences.filter(({ matters }) => matters).map(rollbackSentence);
    const fresh = sentences.filter((sentence) => !said.has(sentence));
    for (const sentence of sentences) said.add(sentence);
    if (fresh.length > 0 && verdict?.outcome !== 'refuted') verdicts.set(id, differs(id, rollback, fresh));
  }
  return { verdicts, reached: migrations.length };
}

function hasFailed(verdict: Verdict | undefined): boolean {
  return (verdict?.findings ?? []).some(
    ({ id }) => id === 'rollback-fails' || id === 'rollback-irreversible' || id === 'engine-died',
  );
}

type Stopped = Exclude<Awaited<ReturnType<RollbackInput['apply']>>, { readonly kind: 'ran' }>;

function failed(id: string, path: string, outcome: Stopped): Verdict {
  const { error, place } = outcome;
  const code = outcome.kind === 'failed' ? ` (${outcome.error.code})` : '';
  return refuted({
    id: outcome.kind === 'died' ? 'engine-died' : 'rollback-fails',
    severity: 'error',
    message: `The rollback of ${id} fails when the migrations after it have been rolled back: “${firstLine(error.message)}”${code}.`,
    help: 'Right after its migration it runs: look for what the rollbacks of later migrations leave or take away.',
    path,
    place,
    details: [],
    ...(outcome.kind === 'failed' ? { code: outcome.error.code } : {}),
  });
}

function differs(id: string, rollback: PreparedScript, sentences: readonly string[]): Verdict {
  return refuted({
    id: 'rollback-incomplete',
    severity: 'error',
    message: `When all migrations are rolled back down to ${id}, the schema is not that of before it: ${sentences.length === 1 ? sentences[0] : `${sentences.length} things differ`}.`,
    help: 'Right after its migration the rollback is complete: look for what the rollbacks of later migrations leave or take away.',
    path: rollback.source.path,
    place: undefined,
    begins: beginningOf(rollback),
    details: sentences.length === 1 ? [] : sentences.slice(0, 20),
  });
}

function refuted(finding: VerifyFinding): Verdict {
  return { check: 'rolls back', outcome: 'refuted', reason: undefined, findings: [finding] };
}
