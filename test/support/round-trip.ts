import { parseScript } from '../../src/input/sql/parse-script.ts';
import { scriptText } from '../../src/input/project/read-script.ts';
import type { ReadMigration } from '../../src/input/project/types.ts';
import type { Runner } from '../../src/input/runners/types.ts';
import { Replay } from '../../src/lint/replay.ts';
import { generateRollback } from '../../src/repair/rollback/generate.ts';
import type { GeneratedRollback, Loss } from '../../src/repair/rollback/types.ts';
import { fingerprintDifferences } from '../../src/verify/fingerprint/differences.ts';
import { fingerprintOf } from '../../src/verify/fingerprint/fingerprint.ts';
import { rollbackSentence } from '../../src/verify/fingerprint/difference-words.ts';
import type { Fingerprint, SchemaDifference } from '../../src/verify/fingerprint/types.ts';
import type { Database } from './pglite.ts';

/**
 * What became of a migration and its generated rollback.
 * - `exact`: the schema is as it was before, and the rollback claims no other. It may say that rows do not come back.
 * - `stated`: it is another one, and for each difference the rollback names the object that does not come back as it was.
 * - `overstated`: it is as it was, though the rollback says that something of it is not.
 * - `raises`: the rollback says that there is no way back, and PostgreSQL stops there.
 * - `fails`: PostgreSQL refuses the rollback.
 * - `differs`: the schema is another one, and the rollback does not say so.
 * - `not run`: PostgreSQL refuses the migration itself.
 */
export type RoundTripOutcome = 'exact' | 'stated' | 'overstated' | 'raises' | 'fails' | 'differs' | 'not run';

/** A migration up and down. */
export interface RoundTrip {
  readonly id: string;
  readonly outcome: RoundTripOutcome;
  readonly differences: readonly string[];
  readonly rollback: GeneratedRollback;
  /** What PostgreSQL says to the rollback run a second time; undefined if it takes it. */
  readonly again?: string | undefined;
}

type Result = Pick<RoundTrip, 'outcome' | 'differences' | 'again'>;

/** Runs migrations one after the other, each with its generated rollback in between. */
export class RoundTrips {
  readonly #database: Database;
  readonly #replay: Replay;
  readonly #runner: Runner;
  readonly #postgresVersion: number;
  /** The schema as it is; undefined if that is to be asked. */
  #now: Fingerprint | undefined;

  constructor(database: Database, runner: Runner, postgresVersion = 18) {
    this.#database = database;
    this.#runner = runner;
    this.#postgresVersion = postgresVersion;
    this.#replay = new Replay({ postgresVersion, runner });
  }

  /** Runs a migration without looking at its rollback. */
  async apply(source: ReadMigration): Promise<void> {
    this.#replay.fold(source);
    this.#now = undefined;
    await this.#applyAll(source);
  }

  async #applyAll(source: ReadMigration): Promise<void> {
    const refusal = await this.#execute(textOf(source));
    await this.#database.exec(refusal === undefined ? 'RESET ALL' : 'ROLLBACK; RESET ALL');
  }

  /** Runs a migration and its generated rollback, and leaves the rollback done. */
  async undo(source: ReadMigration): Promise<RoundTrip> {
    const rollback = this.#generate(source);
    const before = await this.#fingerprint();
    const refusal = await this.#execute(textOf(source));
    await this.#database.exec(refusal === undefined ? 'RESET ALL' : 'ROLLBACK; RESET ALL');
    const result: Result =
      refusal === undefined
        ? await this.#outcome(rollback, before, (sql) => this.#execute(sql))
        : { outcome: 'not run', differences: [refusal] };
    this.#now = undefined;
    return { id: source.id, rollback, ...result };
  }

  /** Runs a migration and its generated rollback in one transaction, takes the rollback back, and leaves the migration done. */
  async tryOut(source: ReadMigration): Promise<RoundTrip> {
    const rollback = this.#generate(source);
    const before = await this.#fingerprint();
    const text = textOf(source);
    await this.#database.exec('BEGIN');
    const refusal = await this.#executeInside(text);
    if (refusal !== undefined) {
      await this.#database.exec('ROLLBACK; RESET ALL');
      this.#now = undefined;
      await this.#applyAll(source);
      return { id: source.id, rollback, outcome: 'not run', differences: [refusal] };
    }
    await this.#database.exec('RESET ALL; SET CONSTRAINTS ALL IMMEDIATE');
    const after = await fingerprint(this.#database);
    await this.#database.exec('SAVEPOINT before_the_rollback');
    const result = await this.#outcome(rollback, before, (sql) => this.#executeInside(sql));
    await this.#database.exec('ROLLBACK TO before_the_rollback; COMMIT; RESET ALL');
    this.#now = after;
    return { id: source.id, rollback, ...result };
  }

  #generate(source: ReadMigration): GeneratedRollback {
    const { migration } = this.#replay.judge(source);
    const by = { runner: this.#runner, postgresVersion: this.#postgresVersion };
    const rollback = generateRollback(migration, by);
    this.#replay.forget();
    return rollback;
  }

  async #outcome(
    rollback: GeneratedRollback,
    before: Fingerprint,
    execute: (sql: string) => Promise<string | undefined>,
  ): Promise<Result> {
    const failure = await execute(rollback.sql);
    if (rollback.irreversible)
      return { outcome: failure?.startsWith('P0001') === true ? 'raises' : 'fails', differences: [] };
    if (failure !== undefined) return { outcome: 'fails', differences: [failure] };
    const found = fingerprintDifferences(before, await fingerprint(this.#database)).filter(
      ({ matters, name }) => matters && !/\b_rollback_/.test(name),
    );
    const differences = found.map((difference) => rollbackSentence(difference));
    const again = await execute(rollback.sql);
    const losses = rollback.losses.filter((loss) => loss.of === 'schema');
    if (found.length === 0)
      return { outcome: losses.length === 0 ? 'exact' : 'overstated', differences, again };
    const isStated = found.every((difference) => losses.some((loss) => isNamed(difference, loss)));
    return { outcome: isStated ? 'stated' : 'differs', differences, again };
  }

  async #fingerprint(): Promise<Fingerprint> {
    return this.#now ?? (await fingerprint(this.#database));
  }

  /** Statement by statement. @returns what PostgreSQL refused, its SQLSTATE first. */
  async #execute(text: string): Promise<string | undefined> {
    for (const sql of statementsOf(text)) {
      const refusal = await refusalOf(this.#database, sql);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** In a transaction that is open. */
  async #executeInside(text: string): Promise<string | undefined> {
    const statements = statementsOf(text).filter(
      (sql) => !/^(?:BEGIN|COMMIT|START TRANSACTION|END)\b/i.test(sql),
    );
    const sql = statements.map((one) => one.replaceAll(/\bCONCURRENTLY\b/gi, '')).join(';\n');
    return await refusalOf(this.#database, `${sql}\n;`);
  }
}

/** Whether a loss is the reason for a difference: it names the object, or what it belongs to. */
function isNamed({ kind, name }: SchemaDifference, { object }: Loss): boolean {
  if (object === undefined || object === name || object === kind) return true;
  // A statement that no catalog follows.
  if (object.includes(' ') && object.includes(name)) return true;
  return name.startsWith(`${object}.`) || name.endsWith(` on ${object}`);
}

function textOf({ forward }: ReadMigration): string {
  return forward === undefined ? '' : scriptText(forward);
}

async function fingerprint(database: Database): Promise<Fingerprint> {
  return await fingerprintOf({ rows: async <Row>(sql: string) => (await database.query<Row>(sql)).rows });
}

function statementsOf(text: string): readonly string[] {
  const { statements } = parseScript({ path: '', text, encoding: 'utf-8', byteOrderMark: false });
  return statements.map(({ span }) => text.slice(span.start, span.end));
}

async function refusalOf(database: Database, sql: string): Promise<string | undefined> {
  try {
    await database.exec(sql);
    return undefined;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return `${code}: ${message}: ${sql.replaceAll(/\s+/g, ' ').slice(0, 150)}`;
  }
}
