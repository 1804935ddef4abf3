import type { Catalog } from '../model/catalog/types.ts';
import type { RollbackOutcome } from '../model/rollback/types.ts';
import type { Loop, Operation } from '../model/operations/types.ts';
import type { LayoutName } from '../input/layouts/types.ts';
import type { Conflicts, OrphanRollback } from '../input/project/types.ts';
import type { Runner, Transaction } from '../input/runners/types.ts';
import type { Script } from '../input/sql/types.ts';
import type { MigrationProof } from './proofs.ts';
import type { RollbackPractice } from './rollback-practice.ts';
import type { SourceText } from '../input/text/types.ts';

export type { Conflicts, OrphanRollback, RollbackPractice, Runner, Transaction };

/** A migration that a later one takes back. */
export interface RevertedMigration {
  readonly id: string;
  readonly catalogBefore: Catalog;
  readonly catalogAfter: Catalog;
}

/** A migration as rules see it. */
export interface Migration {
  /** Folder or file name: what people call it and what the tool records. */
  readonly id: string;
  /** Leading digits of the id; empty if there are none. */
  readonly version: string;
  /** The rest of the id: `add_users`. */
  readonly name: string;
  /** Place in replay order, from 0. */
  readonly index: number;
  readonly state: 'applied' | 'pending';
  /** Path of the folder or file that is the migration. */
  readonly path: string;
  readonly script: Script | undefined;
  /** The rollback script, read for judged migrations only. */
  readonly rollback: Script | undefined;
  /** True if it has a rollback script. */
  readonly hasRollback: boolean;
  /**
   * What the rollback script makes of the schema right after this migration. Undefined without one, for applied migrations, where no
   * enabled rule listens to `Rollback`, and where nobody can tell: one of the two cannot be read, or PostgreSQL refuses the migration
   * itself.
   */
  readonly rollbackOutcome?: RollbackOutcome | undefined;
  /** Where the rollback script would lie that is missing; the migration's own path where one file holds both. */
  readonly rollbackPath?: string;
  /** Where the rollback script lies now, if it is a file of its own. */
  readonly rollbackFile?: string;
  /**
   * The earlier migration that this one says it reverts, by its name or in its first comments, with the schema before and after that.
   * Undefined where it names none, and for applied migrations.
   */
  readonly reverts?: RevertedMigration | undefined;
  /**
   * What `verify` has proven of it, as it was recorded; left out where nothing was. For rules that name `proofs` in `needs`.
   */
  readonly proof?: MigrationProof;
  /** True for a script that the tool runs again whenever its text has changed: Flyway's `R__`. Nothing undoes it. */
  readonly repeats?: boolean;
  /** Where the script should lie that the tool asks for and does not find. */
  readonly missingScript?: string;
  /** What of it goes against other migrations; left out where nothing does. */
  readonly conflicts?: Conflicts;
  /** In execution order with names resolved, without what the script takes back with ROLLBACK. Empty for applied migrations: they are folded into the catalog and forgotten. */
  readonly operations: readonly Operation[];
  readonly loops: readonly Loop[];
  readonly transactions: readonly Transaction[];
  readonly catalogBefore: Catalog;
  readonly catalogAfter: Catalog;
  /** Of an applied migration: whether the working tree still has it as it was applied. Line ends do not count. */
  readonly change: 'none' | 'edited' | 'deleted';
  /** Of an edited migration: its text as it was applied, in the base revision. */
  readonly asApplied: SourceText | undefined;
  /** Of an edited migration: its text now. */
  readonly current: SourceText | undefined;
}

/** What is known of the project as a whole. */
export interface Project {
  readonly layout: LayoutName;
  /** Folder of the migrations. */
  readonly folder: string;
  readonly runner: Runner;
  /** Major version of PostgreSQL that is linted for. */
  readonly postgresVersion: number;
  /** True if nobody said which version it is. */
  readonly postgresAssumed: boolean;
  /** All migrations in replay order. */
  readonly migrations: readonly Migration[];
  /** New `.sql` files in the migrations folder that are no migration, by their paths. */
  readonly strays: readonly string[];
  /** Rollback scripts that belong to no migration: new ones, and those of migrations that this branch deleted. */
  readonly orphanRollbacks: readonly OrphanRollback[];
  /** The pending migration that makes the schema of the deleted applied ones, and so takes their place: its id. */
  readonly squash: string | undefined;
  /** How many digits most versions have; undefined where none has any. */
  readonly versionDigits: number | undefined;
  /** Whether the team writes rollbacks, by what is applied. */
  readonly rollbackPractice: RollbackPractice;
  /** True if every migration is judged as the next one to deploy, alone. */
  readonly wholeHistory: boolean;
  /**
   * Paths of what goes out together with the pending migrations: what the branch changed since it left the base. Undefined
   * where nobody can say, and for rules that do not name `changedFiles` in `needs`.
   */
  readonly changedFiles: readonly string[] | undefined;
}
