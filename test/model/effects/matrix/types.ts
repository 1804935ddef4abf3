import type { EffectFacts } from '../../../../src/verify/trace/facts.ts';

/** A statement whose effects were predicted and observed. */
export interface MatrixStatement {
  readonly sql: string;
  /** Run and committed before it. */
  readonly after?: string;
  /** The first major version of PostgreSQL that has it; 13 unless said. */
  readonly since?: number;
  /** The last one. */
  readonly until?: number;
  /** True if it cannot run in a transaction block. Its locks are then seen from outside, and its scans are not counted. */
  readonly alone?: boolean;
}

/** Where effects say something else than what is observed, on purpose. */
export interface Exception {
  readonly because: string;
  /** What differs, on one version at least. */
  readonly facts: readonly (keyof EffectFacts)[];
  /** As {@link keyOfStatement} gives them. */
  readonly statements: readonly string[];
}

/** A statement with what comes before it: `sql ⟵ after`. */
export function keyOfStatement({ sql, after }: MatrixStatement): string {
  return after === undefined ? sql : `${sql} ⟵ ${after}`;
}

/** Statements on one small schema. */
export interface Group {
  readonly title: string;
  /** The schema and its rows. */
  readonly fixture: string;
  /** A string is a statement of all versions that needs nothing before it. */
  readonly statements: readonly (string | MatrixStatement)[];
}
