import type { Database } from '../engines/types.ts';
import { attempt, choicesOf, identifier, literal } from './candidates.ts';
import { inDependencyOrder } from './order.ts';
import { planRows, type SampleRow } from './plan.ts';
import { sampleSchemaOf, type SampleSchema, type SampleTable } from './schema.ts';
import type { Values } from './values.ts';

/** How many rows, and which. */
export interface SampleOptions {
  /** Rows of each table, as far as it takes so many: 3 by default. */
  readonly perTable?: number;
  /** The same seed gives the same rows for the same schema. */
  readonly seed?: number;
}

/** What became of the tables. */
export interface SampledTables {
  /** Each table with how many rows were put into it. */
  readonly filled: readonly { readonly table: string; readonly rows: number }[];
  /** Those that stay as they are, and why, in words. */
  readonly skipped: readonly { readonly table: string; readonly reason: string }[];
}

/**
 * Puts rows into every table of the user's schemas: of the right types, with NULLs where they are allowed, values that occur twice where
 * nothing has to be unique, long and odd texts, and with foreign keys, CHECKs, domains and partitions respected. Sequences go on from
 * where they are. Triggers do not fire, where the role may say so.
 *
 * Must be called in a transaction, which is left open and sound. Rows that are there already stay.
 *
 * @throws what the database throws outside the inserts.
 */
export async function insertSampleRows(
  database: Database,
  options: SampleOptions = {},
): Promise<SampledTables> {
  const sampling = new Sampling(database, await sampleSchemaOf(database), options);
  const role = 'SET LOCAL session_replication_role =';
  const quiet = await attempt(database, async () => {
    await database.execute(`${role} replica`);
    return true;
  });
  // All at once, which nearly always works, and otherwise table by table, so that one that refuses does not spoil the others.
  const planned = await sampling.plan();
  const whole = await attempt(database, async () => {
    await database.execute(planned.inserts.join(';\n'));
    return planned;
  });
  const outcome = whole ?? (await sampling.insertOneByOne());
  if (quiet === true) await database.execute(`${role} origin`);
  return { filled: outcome.filled, skipped: outcome.skipped };
}

type Planned = SampledTables & { readonly inserts: readonly string[] };

class Sampling {
  readonly #database: Database;
  readonly #schema: SampleSchema;
  readonly #order: readonly SampleTable[];
  readonly #count: number;
  readonly #seed: number;
  readonly #sequences = new Map<string, readonly string[]>();

  constructor(database: Database, schema: SampleSchema, { perTable = 3, seed = 0 }: SampleOptions) {
    this.#database = database;
    this.#schema = schema;
    this.#order = inDependencyOrder(schema.tables);
    this.#count = perTable;
    this.#seed = seed;
  }

  async plan(): Promise<Planned> {
    await this.#takeSequences();
    const inserts: string[] = [];
    const outcome = await this.#each((table, rows) => {
      inserts.push(insertOf(table, rows));
      return Promise.resolve(rows);
    });
    return { ...outcome, inserts };
  }

  async insertOneByOne(): Promise<SampledTables> {
    return this.#each(async (table, rows) => {
      const all = await attempt(this.#database, () =>
        this.#database.execute(insertOf(table, rows)).then(() => rows),
      );
      if (all !== undefined) return all;
      const kept: SampleRow[] = [];
      let refusal = 'PostgreSQL refuses the rows';
      for (const row of rows) {
        const done = await attempt(this.#database, async () => {
          try {
            await this.#database.execute(insertOf(table, [row]));
          } catch (error) {
            refusal = (error as Error).message;
            throw error;
          }
          return true;
        });
        if (done === true) kept.push(row);
      }
      return kept.length === 0 ? refusal : kept;
    });
  }

  /** Plans table after table, each knowing what became of those before it. */
  async #each(
    put: (table: SampleTable, rows: readonly SampleRow[]) => Promise<readonly SampleRow[] | string>,
  ): Promise<SampledTables> {
    const rows = new Map<number, readonly SampleRow[]>();
    const filled: { table: string; rows: number }[] = [];
    const skipped: { table: string; reason: string }[] = [];
    for (const table of this.#order) {
      const planned = await this.#planTable(table, rows);
      const outcome = typeof planned === 'string' ? planned : await put(table, planned);
      if (typeof outcome === 'string') skipped.push({ table: table.label, reason: outcome });
      else {
        rows.set(table.oid, outcome);
        filled.push({ table: table.label, rows: outcome.length });
      }
    }
    return { filled, skipped };
  }

  async #planTable(
    table: SampleTable,
    rows: ReadonlyMap<number, readonly SampleRow[]>,
  ): Promise<readonly SampleRow[] | string> {
    if (table.partitioned && table.partitionCount === 0) return 'it has no partitions';
    if (table.columns.length === 0) return 'it has no columns';
    const choices = await choicesOf(this.#database, this.#schema, table, referredValues(table, rows));
    const sequences = new Map(
      table.columns.flatMap(({ name, sequence }) =>
        sequence === null ? [] : [[name, this.#sequences.get(sequence) ?? []] as const],
      ),
    );
    return planRows({ table, choices, rows, sequences, count: this.#count, seed: this.#seed });
  }

  /** The next values of every sequence, so that rows which the migration writes come after them. */
  async #takeSequences(): Promise<void> {
    const names = [
      ...new Set(
        this.#schema.tables.flatMap(({ columns }) => columns.flatMap(({ sequence }) => sequence ?? [])),
      ),
    ];
    if (names.length === 0) return;
    const queries = names.map(
      (name) =>
        `SELECT ${literal(name)} AS name, nextval(${literal(name)}::regclass)::text AS value FROM generate_series(1, ${this.#count})`,
    );
    const taken = await this.#database.rows<{ name: string; value: string }>(queries.join(' UNION ALL '));
    for (const { name, value } of taken)
      this.#sequences.set(name, [...(this.#sequences.get(name) ?? []), value]);
  }
}

/** What columns of a foreign key by themselves may be. */
function referredValues(
  { oid, references }: SampleTable,
  rows: ReadonlyMap<number, readonly SampleRow[]>,
): ReadonlyMap<string, Values> {
  const known = new Map<string, Values>();
  for (const { columns, keys, table } of references) {
    const [column, key] = [columns[0], keys[0]];
    if (columns.length !== 1 || column === undefined || key === undefined || table === oid) continue;
    known.set(
      column,
      (rows.get(table) ?? []).flatMap((row) => row[key] ?? []),
    );
  }
  return known;
}

function insertOf({ name }: SampleTable, rows: readonly SampleRow[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const values = rows.map(
    (row) =>
      `(${columns.map((column) => (column in row ? literal(row[column] ?? null) : 'DEFAULT')).join(', ')})`,
  );
  return `INSERT INTO ${name} (${columns.map(identifier).join(', ')}) OVERRIDING SYSTEM VALUE VALUES ${values.join(', ')}`;
}
