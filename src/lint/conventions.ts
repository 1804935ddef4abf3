import type { NameConvention } from '../model/history/name-pattern.ts';
import type { OptionSchema } from './rule.ts';

/** What a team has settled for all rules at once. An option of a single rule wins over it. */
export interface Conventions {
  /** Hours between the migration that fills a replacement and the one that drops what it replaces. */
  readonly soakHours: number;
  /** Days that an expand may stay without its contract. */
  readonly overdueDays: number;
  /** The most rows that a batch may have. */
  readonly batchRows: number;
  /** How migrations are named. */
  readonly nameConvention: NameConvention;
  /** The rollback script beside Prisma's `migration.sql`. */
  readonly rollbackFile: 'rollback.sql' | 'down.sql';
  /** Where drafts of later migrations lie: a path relative to the folder around the migrations folder. */
  readonly draftsFolder: string;
  /** Tables that are known to be small, as `parseTablePattern` reads them. */
  readonly smallTables: readonly string[];
  /** The most rows that a table of the statistics file may have to count as small. */
  readonly smallRows: number;
  /** The most seconds that a statement may wait for a lock. */
  readonly lockSeconds: number;
  /** The most seconds that a statement may run which keeps others waiting. */
  readonly statementSeconds: number;
  /** True if the connection, or the role that runs migrations, sets lock_timeout and statement_timeout. */
  readonly timeoutsSetElsewhere: boolean;
}

/** What each convention may be, with its default and a sentence of documentation. */
export const CONVENTION_SCHEMAS = {
  soakHours: {
    type: 'integer',
    default: 24,
    minimum: 0,
    description:
      'Hours between the migration that fills a replacement and the one that drops what it replaces, by their versions.',
  },
  overdueDays: {
    type: 'integer',
    default: 30,
    minimum: 0,
    description: 'Days that an expand may stay without its contract, by the version of its migration.',
  },
  batchRows: {
    type: 'integer',
    default: 10_000,
    minimum: 1,
    description: 'The most rows that a batch may have.',
  },
  nameConvention: {
    type: 'enum',
    values: ['snake-case', 'verb-first', 'verb-object-table', 'numbered'],
    default: 'snake-case',
    description:
      'How migrations are named: words in lower case; a verb first; add_<field>_to_<table> and its like; four digits, then words.',
  },
  rollbackFile: {
    type: 'enum',
    values: ['rollback.sql', 'down.sql'],
    default: 'rollback.sql',
    description: 'The rollback script that belongs beside Prisma’s migration.sql. Both are read.',
  },
  draftsFolder: {
    type: 'folder',
    default: 'migration-drafts',
    description:
      'Where --fix writes drafts of migrations that have to wait for a release, relative to the folder that the migrations folder lies in. No tool runs them, and no rule judges them.',
  },
  smallTables: {
    type: 'strings',
    default: [],
    description:
      'Tables that are known to be small, where slow work is only information: "settings", "ref.*", audit."Log". Without a schema, public is meant.',
  },
  smallRows: {
    type: 'integer',
    default: 10_000,
    minimum: 0,
    description:
      'The most rows that a table of the statistics file may have to count as small; it takes no more than 100 MB then.',
  },
  lockSeconds: {
    type: 'integer',
    default: 10,
    minimum: 1,
    description: 'The most seconds that a statement may wait for a lock, by its lock_timeout.',
  },
  statementSeconds: {
    type: 'integer',
    default: 300,
    minimum: 1,
    description:
      'The most seconds that a statement may run which keeps others waiting, by its statement_timeout.',
  },
  timeoutsSetElsewhere: {
    type: 'boolean',
    default: false,
    description:
      'True if the connection, or the role that runs migrations, sets lock_timeout and statement_timeout: by the URL or PGOPTIONS, which no migration shows.',
  },
} as const satisfies { readonly [Name in keyof Conventions]: OptionSchema };

/** What counts where a team has settled nothing. */
export const DEFAULT_CONVENTIONS: Conventions = {
  soakHours: CONVENTION_SCHEMAS.soakHours.default,
  overdueDays: CONVENTION_SCHEMAS.overdueDays.default,
  batchRows: CONVENTION_SCHEMAS.batchRows.default,
  nameConvention: CONVENTION_SCHEMAS.nameConvention.default,
  rollbackFile: CONVENTION_SCHEMAS.rollbackFile.default,
  draftsFolder: CONVENTION_SCHEMAS.draftsFolder.default,
  lockSeconds: CONVENTION_SCHEMAS.lockSeconds.default,
  statementSeconds: CONVENTION_SCHEMAS.statementSeconds.default,
  timeoutsSetElsewhere: CONVENTION_SCHEMAS.timeoutsSetElsewhere.default,
  smallTables: CONVENTION_SCHEMAS.smallTables.default,
  smallRows: CONVENTION_SCHEMAS.smallRows.default,
};
