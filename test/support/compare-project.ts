import { parseScript } from '../../src/input/sql/parse-script.ts';
import type { Statement } from '../../src/input/sql/types.ts';
import { createCatalogBuilder } from '../../src/model/catalog/index.ts';
import type { Catalog, CatalogBuilder } from '../../src/model/catalog/index.ts';
import { operationsOf } from '../../src/model/operations/operations-of.ts';
import type { Operation } from '../../src/model/operations/types.ts';
import { quoteIdentifier } from '../../src/model/operations/display-name.ts';
import { compareCatalogs } from './compare-catalogs.ts';
import type { Comparison } from './compare-catalogs.ts';
import { introspect, userSchemas } from './introspect.ts';
import type { Database } from './pglite.ts';
import { rebuild } from './rebuild.ts';

/** One script of a migration. */
export interface ScriptText {
  readonly id: string;
  readonly text: string;
}

/** A script as PostgreSQL took it: the statements that it refused are left out of the replay too. */
export interface ExecutedScript extends ScriptText {
  readonly refused: ReadonlySet<number>;
  /** Each refusal in words: PostgreSQL's message and the start of the statement. */
  readonly messages: readonly string[];
}

/**
 * Runs a script as one query; where PostgreSQL wants some statement alone, or refuses one, statement by statement.
 *
 * @param database where; outside a transaction.
 * @param script the script.
 * @param searchPath where its names are looked up.
 * @returns what PostgreSQL refused.
 */
export async function execute(
  database: Database,
  script: ScriptText,
  searchPath: readonly string[] = ['$user', 'public'],
): Promise<ExecutedScript> {
  await database.exec(`SET search_path = ${searchPath.map(quoteIdentifier).join(', ')}`);
  const messages: string[] = [];
  const refused = new Set<number>();
  if ((await failure(database, script.text)) !== undefined) {
    await database.exec('ROLLBACK');
    for (const { span } of statementsIn(script)) {
      const sql = script.text.slice(span.start, span.end);
      const message = await failure(database, sql);
      if (message === undefined) continue;
      messages.push(`${script.id}: ${message}: ${sql.replaceAll(/\s+/g, ' ').slice(0, 100)}`);
      refused.add(span.start);
    }
  }
  await database.exec('ROLLBACK; RESET ALL');
  return { ...script, refused, messages };
}

/** @returns PostgreSQL's message where it refuses the SQL, undefined where it takes it. */
export async function failure(database: Database, sql: string): Promise<string | undefined> {
  try {
    await database.exec(sql);
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

function statementsIn({ id, text }: ScriptText): readonly Statement[] {
  return parseScript({ path: id, text, encoding: 'utf-8', byteOrderMark: false }).statements;
}

interface StatementOperations {
  readonly statement: Statement;
  readonly operations: readonly Operation[];
}

const known = new WeakMap<ExecutedScript, readonly StatementOperations[]>();

/** Of the statements that PostgreSQL took. Kept, since a script is replayed again for each rollback after it. */
function operationsIn(script: ExecutedScript): readonly StatementOperations[] {
  let all = known.get(script);
  if (all === undefined) {
    const taken = statementsIn(script).filter(({ span }) => !script.refused.has(span.start));
    all = taken.map((statement) => ({ statement, operations: operationsOf(statement) }));
    known.set(script, all);
  }
  return all;
}

/** Replays scripts one after the other, each with its own place in the history. */
export class ProjectReplay {
  readonly #builder: CatalogBuilder;
  #migration = 0;
  /** How many operations were applied. */
  operations = 0;

  constructor(searchPath?: readonly string[]) {
    this.#builder = createCatalogBuilder({
      postgresVersion: 18,
      ...(searchPath === undefined ? {} : { searchPath }),
    });
  }

  /** Applies what PostgreSQL ran of a script. */
  run(script: ExecutedScript): void {
    this.#builder.startScript({ inTransaction: false });
    for (const { statement, operations } of operationsIn(script)) {
      for (const operation of operations) {
        this.#builder.apply(operation, { migration: this.#migration, id: script.id, statement });
        this.operations += 1;
      }
    }
    this.#builder.endScript();
    this.#builder.forgetPast();
    this.#migration += 1;
  }

  catalog(): Catalog {
    return this.#builder.catalog();
  }
}

/**
 * Compares a catalog of ours with that of a database.
 *
 * @param database the database; an open transaction stays open.
 * @param catalog ours.
 * @returns counts and differences, what PostgreSQL cannot build of ours among them.
 */
export async function compareWith(database: Database, catalog: Catalog): Promise<Comparison> {
  const theirs = await introspect(database, await userSchemas(database));
  const ours = await rebuild(database, catalog, theirs);
  const { counts, differences, allowed } = compareCatalogs(ours.introspection, theirs);
  return {
    counts,
    allowed,
    differences: [...ours.refused.map((one) => `PostgreSQL refuses what we say: ${one}`), ...differences],
  };
}
