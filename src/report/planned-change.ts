/** A change that is not written yet. */
export type ChangeWish =
  | { readonly change: 'rename'; readonly target: string; readonly to: string }
  | {
      readonly change: 'type';
      readonly target: string;
      readonly type: string;
      /** How the values are converted: an expression over the table's columns. */
      readonly using: string | undefined;
    }
  | { readonly change: 'drop'; readonly target: string }
  | {
      readonly change: 'require';
      readonly target: string;
      /** What rows without a value get: an expression. */
      readonly value: string | undefined;
    };

/** One file of a planned change. */
export interface PlannedFile {
  /** From the tree's root. */
  readonly path: string;
  readonly sql: string;
  /** What undoes it; undefined where nobody can say. */
  readonly rollback: string | undefined;
  /** True for a file outside the migrations folder: a migration once its time has come. */
  readonly draft: boolean;
}

/** What goes out together, and what has to be done before. */
export interface PlannedPhase {
  readonly name: 'expand' | 'backfill' | 'contract';
  /** For people: one sentence each, to be done after the phase before and before this phase's files are run. */
  readonly before: readonly string[];
  readonly files: readonly PlannedFile[];
  /** The edit of schema.prisma that belongs to the phase, as a unified diff; empty where nothing changes, undefined for other tools. */
  readonly schema: string | undefined;
  /** Whether that edit is released before the phase's files are run, or after. */
  readonly schemaWhen: 'before' | 'after';
}

/** A change as a sequence that running code survives. */
export interface PlannedChange {
  /** `rename users.username to display_name`. */
  readonly title: string;
  /** Folder of the migrations. */
  readonly folder: string;
  readonly runner: string;
  readonly postgresVersion: number;
  /** The statement that the sequence takes the place of. */
  readonly direct: string;
  readonly phases: readonly PlannedPhase[];
  /** For people, when all phases are done. */
  readonly after: readonly string[];
  readonly notes: readonly string[];
}
