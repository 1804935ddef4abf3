import { parseScript } from '../../src/input/sql/parse-script.ts';
import type { Statement } from '../../src/input/sql/types.ts';
import { createCatalogBuilder } from '../../src/model/catalog/index.ts';
import type { AppliedOperation, Catalog, CatalogBuilder } from '../../src/model/catalog/index.ts';
import { operationsOf } from '../../src/model/operations/operations-of.ts';

/** A builder fed with SQL. The parser must have been loaded. */
export interface Replay {
  readonly builder: CatalogBuilder;
  /** Applies a script's statements as one migration; gives what each operation did. */
  run(sql: string): readonly AppliedOperation[];
  catalog(): Catalog;
}

/**
 * A replay of SQL text.
 *
 * @param postgresVersion the version to replay for; 18 is what PGlite is.
 * @returns the replay, with an empty catalog.
 */
export function createReplay(postgresVersion = 18): Replay {
  const builder = createCatalogBuilder({ postgresVersion });
  let migration = 0;
  return {
    builder,
    run(sql) {
      const id = String(migration).padStart(4, '0');
      const applied = statementsOf(sql, `${id}.sql`).flatMap((statement) =>
        operationsOf(statement).map((operation) => builder.apply(operation, { migration, id, statement })),
      );
      migration += 1;
      return applied;
    },
    catalog: () => builder.catalog(),
  };
}

/** The statements of a text that must parse. */
export function statementsOf(text: string, path = 'test.sql'): readonly Statement[] {
  const script = parseScript({ path, text, encoding: 'utf-8', byteOrderMark: false });
  const [problem] = script.problems;
  if (problem !== undefined) throw new Error(`${problem.message} in: ${text}`);
  return script.statements;
}
