import { parseScript } from '../../input/sql/parse-script.ts';
import type { Statement } from '../../input/sql/types.ts';
import type { Migration, Project } from '../../lint/project.ts';
import {
  createCatalogBuilder,
  type AppliedOperation,
  type CatalogBuilder,
} from '../../model/catalog/builder.ts';
import type { Catalog } from '../../model/catalog/types.ts';
import { operationsOf } from '../../model/operations/operations-of.ts';

/** What a script, or a part of one, does when it is tried on a catalog. */
export interface TrialStep extends AppliedOperation {
  readonly statement: Statement;
}

/** Runs scripts one after the other from the schema before a migration, without what they leave in the session. */
export class Trial {
  readonly #builder: CatalogBuilder;
  readonly #migration: Pick<Migration, 'id' | 'index'>;

  constructor(
    migration: Pick<Migration, 'id' | 'index' | 'catalogBefore'>,
    { postgresVersion }: Pick<Project, 'postgresVersion'>,
  ) {
    const { catalogBefore: from } = migration;
    this.#migration = migration;
    this.#builder = createCatalogBuilder({ postgresVersion, searchPath: from.searchPath, from });
  }

  /** The schema as it is by now. */
  catalog(): Catalog {
    return this.#builder.catalog();
  }

  /** The builder, just after what was run. */
  get builder(): CatalogBuilder {
    return this.#builder;
  }

  /** Begins a script. */
  start(): void {
    this.#builder.endScript();
    this.#builder.startScript({ inTransaction: false });
  }

  /** Runs statements, the way they were read. */
  run(statements: readonly Statement[]): readonly TrialStep[] {
    const { index, id } = this.#migration;
    return statements.flatMap((statement) =>
      operationsOf(statement, { bodies: 'all' }).map((raw) => ({
        ...this.#builder.apply(raw, { migration: index, id, statement }),
        statement,
      })),
    );
  }
}

/** The statements of a piece of SQL; undefined if it does not parse. */
export function statementsOf(sql: string): readonly Statement[] | undefined {
  const { statements, problems } = parseScript({
    path: 'step.sql',
    text: sql,
    encoding: 'utf-8',
    byteOrderMark: false,
  });
  return problems.length > 0 ? undefined : statements;
}
