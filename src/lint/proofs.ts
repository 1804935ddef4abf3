/** What `migration-lint verify --record` has proven of a migration, as the file of proofs has it. */
export interface RecordedProof {
  /** The migration's id. */
  readonly migration: string;
  /** What it was proven of: the migration's scripts, every migration before it, its runner and the prelude, see `migrationHash`. */
  readonly hash: string;
  /** The PostgreSQL that was asked: `PostgreSQL 18.6 (PGlite)`. */
  readonly engine: string;
  /** The day: `2026-11-21`. */
  readonly date: string;
  /** The checks that are proven, as `verify` names them: `applies`, `rolls back` …. */
  readonly proven: readonly string[];
}

/** A recorded proof, and whether the scripts are still those that it was made of. */
export interface MigrationProof extends Omit<RecordedProof, 'migration' | 'hash'> {
  /** `stale`: the migration, its rollback, a migration before it, how the runner sends scripts or the prelude has changed since. */
  readonly state: 'current' | 'stale';
}

const VERSION = 1;

/** What a file of proofs takes as texts. */
const TEXTS = ['migration', 'hash', 'engine', 'date'] as const;

/**
 * Reads a file of proofs.
 *
 * @throws {Error} whose message says what is wrong, without a period, if it is none, or one of a later version.
 */
export function parseProofs(text: string): readonly RecordedProof[] {
  const value = JSON.parse(text) as unknown;
  const list = isRecord(value) ? value['proofs'] : undefined;
  if (!isRecord(value) || !Array.isArray(list)) throw new Error('it has no list of proofs');
  if (value['version'] !== VERSION)
    throw new Error(`its version is ${String(value['version'])}, and this program reads ${VERSION}`);
  return list.map((entry: unknown, index) => {
    if (!isProof(entry)) throw new Error(`proofs[${index}] lacks one of ${TEXTS.join(', ')}, proven`);
    const { migration, hash, engine, date, proven } = entry;
    return { migration, hash, engine, date, proven };
  });
}

/** The text of a file of proofs: one a line, in the order given, so that merges of two branches touch few lines. */
export function proofsText(proofs: readonly RecordedProof[]): string {
  const lines = proofs.map(({ migration, hash, engine, date, proven }) =>
    JSON.stringify({ migration, proven, engine, date, hash }),
  );
  const list = lines.length === 0 ? '[]' : `[\n    ${lines.join(',\n    ')}\n  ]`;
  return `{\n  "version": ${VERSION},\n  "proofs": ${list}\n}\n`;
}

/** Whether a migration's rollback is proven, and the proof is current. */
export function isRollbackProven(proof: MigrationProof | undefined): boolean {
  return proof?.state === 'current' && proof.proven.includes('rolls back');
}

function isProof(value: unknown): value is RecordedProof {
  return (
    isRecord(value) &&
    TEXTS.every((key) => typeof value[key] === 'string') &&
    Array.isArray(value['proven']) &&
    value['proven'].every((check) => typeof check === 'string')
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
