/** A check that another tool for migrations has, and what we have for it. */
export interface PeerCheck {
  readonly check: string;
  /** Our rules; empty where `instead` says why there is none. */
  readonly rules: readonly string[];
  /** What else does it, or why it is out of scope. */
  readonly instead?: string;
}

export interface PeerGroup {
  readonly title: string;
  readonly checks: readonly PeerCheck[];
}

const check = (what: string, rules: readonly string[], instead?: string): PeerCheck => ({
  check: what,
  rules,
  ...(instead !== undefined && { instead }),
});

const TO_COME = 'to come';
const MONITORING = 'a matter of a running server: monitoring, not migrations';
const QUERY_STYLE = 'style of queries: a formatter or a linter of queries';
const RUN_TIME = 'done by the tool that runs migrations, at run time';

/** What squawk, pgfence, pgsafe, Atlas, strong_migrations, pgrubic, Bytebase and others check, put together. */
export const peerGroups: readonly PeerGroup[] = [
  {
    title: 'Indexes',
    checks: [
      check('CREATE INDEX without CONCURRENTLY', ['require-concurrent-index']),
      check('DROP INDEX without CONCURRENTLY', ['require-concurrent-drop-index']),
      check('CONCURRENTLY in a transaction', ['no-concurrent-in-transaction']),
      check('REINDEX without CONCURRENTLY', ['require-concurrent-reindex']),
      check('An index on a partitioned table in steps', ['require-partitioned-index-steps']),
      check(
        'Corrupt concurrent indexes of PostgreSQL 14.0 to 14.3',
        [],
        'mended in 14.4; servers are patched',
      ),
      check('An index of too many columns', ['no-wide-index']),
      check('Too many indexes on a table', ['no-excess-indexes']),
      check('A duplicate or redundant index', ['no-redundant-index']),
      check('A column twice in an index', ['no-duplicate-index-column']),
      check('Hash indexes', ['no-hash-index']),
      check('A replaced index: create before drop', ['no-index-gap']),
      check('UNIQUE on data that may have duplicates', ['no-unchecked-unique']),
      check('An index built after an exclusive lock in the same transaction', [
        'no-work-under-lock',
        'require-concurrent-index',
      ]),
      check('An invalid index that IF NOT EXISTS skips', ['no-skipped-invalid-index']),
      check('Unused indexes, bloat', [], MONITORING),
      check('A table or index moved to another tablespace', ['no-table-rewrite']),
    ],
  },
  {
    title: 'Constraints, partitions, domains',
    checks: [
      check('A foreign key checked at once', ['require-not-valid-foreign-key']),
      check('A CHECK checked at once', ['require-not-valid-check']),
      check('UNIQUE without an index made before', ['require-unique-using-index']),
      check('A primary key without an index made before', ['require-primary-key-using-index']),
      check('A primary key over nullable columns', ['no-nullable-primary-key']),
      check('EXCLUDE on an existing table', ['no-exclusion-constraint']),
      check('NOT VALID and VALIDATE in one transaction', ['no-validate-in-same-transaction']),
      check('UNIQUE, PRIMARY KEY, CHECK or REFERENCES inside ADD COLUMN', ['no-inline-constraint']),
      check(
        'DROP CONSTRAINT',
        ['no-index-gap', 'no-wide-lock-window'],
        'by itself it is short and undone by adding it again: no finding, but its lock is told by `effects`',
      ),
      check('Several foreign keys in one migration', ['no-wide-lock-window']),
      check('DROP TABLE with foreign keys locks the referenced tables', ['no-wide-lock-window']),
      check('A foreign key without an index', ['require-foreign-key-index']),
      check('Foreign keys of another type than what they reference', ['no-mismatched-foreign-key']),
      check('ON DELETE or UPDATE CASCADE', ['no-cascading-foreign-key']),
      check('Nullable foreign keys', ['no-nullable-foreign-key']),
      check('No foreign keys at all', [], 'no policy asks for it; a plugin’s rule of ten lines'),
      check('Constraints without a name', ['require-constraint-name']),
      check('A column twice in a key', ['no-duplicate-index-column']),
      check('Domain constraints that check every table', ['no-domain-constraint']),
      check('CREATE DOMAIN with a constraint', [], 'harmless where no table uses it yet'),
      check('A type change that checks CHECKs again', ['no-type-change']),
      check('ATTACH PARTITION without a matching CHECK', ['no-blocking-partition-change']),
      check('DETACH PARTITION without CONCURRENTLY', ['no-blocking-partition-change']),
      check('CREATE TABLE … PARTITION OF, dropping a partition (no peer has it)', [
        'no-blocking-partition-change',
      ]),
      check('CREATE TABLE … REFERENCES a table in use', ['no-wide-lock-window']),
      check('Strategies of partitioning, or none', [], 'a matter of taste; a plugin’s rule'),
    ],
  },
  {
    title: 'Columns',
    checks: [
      check('A required column without a default', ['no-required-column']),
      check('A volatile default', ['no-volatile-default']),
      check('Any default before PostgreSQL 11', [], 'supported are 13 to 18'),
      check('A serial column added', ['no-serial-column']),
      check('An identity column added (pgfence advises it)', ['no-identity-column']),
      check('A stored generated column added', ['no-stored-generated-column']),
      check('SET NOT NULL', ['no-blocking-not-null', 'require-backfill-before-not-null']),
      check('DROP NOT NULL', [], 'a change of metadata that running code does not notice; the class says so'),
      check('A changed type', ['no-type-change']),
      check('USING that names another column', ['no-type-change']),
      check('A lossy type change', ['no-type-change', 'no-data-loss']),
      check('A renamed column', ['no-rename-column']),
      check('A dropped column', ['no-data-loss', 'no-early-contract', 'require-relaxed-column']),
      check('A dropped column that takes keys and indexes along', ['no-lost-constraint']),
      check('Drop and add that is a rename', ['no-disguised-rename']),
      check('A changed default; a default dropped again', ['no-changed-default', 'no-dropped-default']),
      check('json', ['prefer-jsonb']),
      check('Arrays without a default', [], 'a matter of taste; a plugin’s rule'),
      check('Required columns', ['require-columns']),
      check('Comments', ['require-comment']),
      check('Odd names and clauses of columns', ['require-object-name-pattern', 'no-reserved-identifier']),
      check('The order of columns by alignment', [], 'saves bytes, and no policy asks for it'),
      check('Longest column, longest key', ['no-disallowed-type']),
    ],
  },
  {
    title: 'Tables, data',
    checks: [
      check('DROP TABLE', ['no-data-loss', 'no-early-contract']),
      check('DROP … CASCADE', ['no-cascade-drop']),
      check('DROP SCHEMA', ['no-drop-schema']),
      check('DROP DATABASE', ['no-drop-database']),
      check('TRUNCATE, and CASCADE of it', ['no-data-loss', 'no-truncate-cascade']),
      check('DELETE or UPDATE without WHERE, or with one that is always true', [
        'no-unbatched-write',
        'no-data-loss',
      ]),
      check('Any change of data in a migration', ['no-write-in-migration']),
      check('Schema and data in one migration', ['no-mixed-migration']),
      check(
        'A table is renamed before it is dropped',
        [],
        'a rename breaks running code as well (`no-rename-table`)',
      ),
      check('A renamed table', ['no-rename-table']),
      check('A renamed schema', ['no-rename-schema']),
      check('DROP and CREATE of the same table', ['no-disguised-rename', 'no-data-loss']),
      check('CREATE TABLE AS, SELECT INTO', ['no-unbatched-write', 'require-primary-key']),
      check('SET LOGGED or UNLOGGED, SET ACCESS METHOD', ['no-table-rewrite']),
      check('Unlogged tables', [], 'a choice that is written down in the statement; a plugin’s rule'),
      check('CLUSTER', ['no-cluster']),
      check('VACUUM FULL', ['no-vacuum-full']),
      check('VACUUM in a transaction', ['no-concurrent-in-transaction']),
      check('A table without a primary key', ['require-primary-key']),
      check('CREATE TABLE IF NOT EXISTS of a table that is there', ['no-deceptive-if-not-exists']),
      check('REFRESH MATERIALIZED VIEW', ['no-blocking-refresh']),
      check('Inheritance, typed tables', [], 'a matter of taste; a plugin’s rule'),
      check('Limits of rows, owners, dry runs', [], 'a matter of the server that runs them'),
      check('INSERT without columns', [], QUERY_STYLE),
      check('Encodings and collations', [], 'a matter of taste; a plugin’s rule'),
    ],
  },
  {
    title: 'Transactions, locks, timeouts',
    checks: [
      check('No lock_timeout', ['require-lock-timeout']),
      check('lock_timeout of 0, too long, or too late', ['no-excessive-timeout']),
      check('No statement_timeout, or one that is too long', [
        'require-statement-timeout',
        'no-excessive-timeout',
      ]),
      check('idle_in_transaction_session_timeout, application_name', [], 'set by the connection'),
      check('Work after an ACCESS EXCLUSIVE lock', ['no-work-under-lock']),
      check('Strong locks on several tables', ['no-wide-lock-window']),
      check('BEGIN without COMMIT', ['no-unclosed-transaction']),
      check('BEGIN inside a transaction', ['no-nested-transaction']),
      check('COMMIT is not allowed', ['no-transaction-control', 'no-commit-in-transaction']),
      check(
        'BEGIN and COMMIT are demanded',
        [],
        'the runner opens the transaction; BEGIN is wrong in most of them',
      ),
      check('ALTER TABLEs that could be one', ['prefer-combined-alter']),
      check('Several statements in a file without a transaction', ['no-partial-apply']),
      check('An enum’s value used in the transaction that adds it', ['no-enum-value-in-use']),
      check('Session advisory locks', ['no-session-advisory-lock']),
      check('Retries, logs of blocking queries', [], RUN_TIME),
    ],
  },
  {
    title: 'Types and enums',
    checks: [
      check('timestamp without time zone', ['prefer-timestamptz']),
      check('timestamp(0)', ['no-timestamp-precision']),
      check('timetz, current_time', ['no-timetz', 'no-current-time']),
      check('char(n)', ['no-char']),
      check('varchar(n)', ['prefer-text']),
      check('money', ['no-money']),
      check('serial', ['prefer-identity']),
      check('integer and smallint keys', ['prefer-bigint-key']),
      check('float', ['no-float']),
      check('xml, hstore, lists of types', ['no-disallowed-type']),
      check('Creating an enum', [], 'harmless; a list of types can refuse them'),
      check('ALTER TYPE … ADD VALUE', ['no-enum-value-in-use'], 'by itself it is short and breaks nobody'),
      check('An enum made anew without a value', ['no-enum-value-removal']),
      check('A renamed value', ['no-rename-enum-value']),
    ],
  },
  {
    title: 'Names',
    checks: [
      check('Patterns for indexes, keys, tables, columns', ['require-object-name-pattern']),
      check('Reserved words, mixed case, pg_', ['no-reserved-identifier']),
      check('Over 63 bytes', ['no-long-identifier']),
      check('Names of models and fields in Prisma', [], 'the schema’s style, which no database notices'),
      check('The migration’s name and date', ['require-name-pattern', 'no-vague-name', 'no-invalid-version']),
    ],
  },
  {
    title: 'Security, triggers, functions',
    checks: [
      check('SECURITY DEFINER without search_path', ['require-search-path']),
      check('Allowed extensions', ['no-disallowed-extension']),
      check('Row-level security', [
        'require-row-level-security',
        'require-policy',
        'no-inert-policy',
        'no-permissive-policy',
      ]),
      check('GRANT to PUBLIC, GRANT ALL', ['no-public-grant']),
      check('CREATE RULE', [], 'a matter of taste; a plugin’s rule'),
      check('Names with their schemas', ['require-schema-name']),
      check('CREATE TRIGGER', ['no-blocking-trigger']),
      check('DISABLE TRIGGER', ['no-disabled-trigger']),
      check('DROP TRIGGER', ['no-wide-lock-window'], 'by itself it is short; its lock is told by `effects`'),
      check(
        'A function dropped that a trigger uses',
        ['no-cascade-drop'],
        'without CASCADE PostgreSQL refuses it',
      ),
      check('Complexity of routines', [], 'a matter of taste'),
    ],
  },
  {
    title: 'Running again, history, what cannot be read',
    checks: [
      check('IF [NOT] EXISTS', ['prefer-idempotent', 'no-deceptive-if-not-exists']),
      check('Out of order', ['no-out-of-order', 'no-duplicate-version']),
      check('An applied file was changed', ['no-edited-migration', 'no-deleted-migration']),
      check('The schema has drifted', [], TO_COME),
      check('Code and migration in one change', ['no-mixed-release']),
      check('Both halves of a split in one pull request', ['no-early-contract']),
      check('Reversible, rollback there', [
        'require-rollback',
        'no-incomplete-rollback',
        'no-broken-rollback',
        'no-empty-rollback',
      ]),
      check('A baseline, a starting point', [], '`migration-lint baseline`, `--applied-through`'),
      check('A missing file', ['no-missing-script', 'no-stray-file']),
      check('Prisma: implicit join tables, defaults that move to the client', [], TO_COME),
      check('DO blocks and functions are read', [], 'everywhere: operations in bodies are operations'),
      check('SQL in built strings is told', ['no-opaque-sql']),
      check('Ordinals, `*`, NOT IN, LIKE …', [], QUERY_STYLE),
    ],
  },
];
