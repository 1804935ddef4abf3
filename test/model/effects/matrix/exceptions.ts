import type { Exception } from './types.ts';

/** Where effects say something else than what is observed, on purpose, with the reasons. */
export const exceptions: readonly Exception[] = [
  {
    because:
      'measured with the tablespace or access method that the table has already: another one copies every row',
    facts: ['rewritten'],
    statements: ['ALTER TABLE t SET TABLESPACE pg_default', 'ALTER TABLE t SET ACCESS METHOD heap'],
  },
  {
    because: 'measured with the tablespace that the index has already: another one copies the index',
    facts: ['indexed', 'scanned'],
    statements: ['ALTER INDEX t_a_idx SET TABLESPACE pg_default'],
  },
  {
    because:
      'the partition’s parent is looked at for its bound, under a lock that conflicts with ACCESS EXCLUSIVE alone',
    facts: ['locks'],
    statements: ['UPDATE p1 SET kid = 1', 'TRUNCATE ONLY p1'],
  },
  {
    because: 'the row decides which partition it goes to',
    facts: ['locks'],
    statements: ['INSERT INTO p VALUES (1, 1)'],
  },
  {
    because: 'no row refers to the deleted one’s table here: the planner’s and the rows’ part',
    facts: ['locks'],
    statements: [
      'DELETE FROM r WHERE id = 200 ⟵ ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (rid) REFERENCES r(id) ON DELETE CASCADE',
    ],
  },
  {
    because: '`ONLY` is not read: children count as locked, too',
    facts: ['locks'],
    statements: [
      'LOCK TABLE ONLY a IN SHARE MODE',
      'SELECT * FROM ONLY a',
      'UPDATE ONLY a SET n = 2',
      'DELETE FROM ONLY a',
      'TRUNCATE ONLY a',
      'ALTER TABLE ONLY a ALTER COLUMN n SET DEFAULT 1',
      'VACUUM ONLY p',
      'ANALYZE ONLY p',
    ],
  },
  {
    because: 'the column is nullable already, so that nothing is done',
    facts: ['locks'],
    statements: ['ALTER TABLE a ALTER COLUMN n DROP NOT NULL'],
  },
  {
    because: 'the planner looked the keys up in an index of the referenced table',
    facts: ['scanned'],
    statements: [
      'ALTER TABLE t ALTER COLUMN rid TYPE bigint',
      'ALTER TABLE t ADD COLUMN n int, ADD CONSTRAINT fk FOREIGN KEY (n) REFERENCES r',
    ],
  },
  {
    because:
      'PostgreSQL draws this conclusion, and we do not: constants of another type, casts of the column, NOT',
    facts: ['scanned'],
    statements: [
      'ALTER TABLE p ATTACH PARTITION n FOR VALUES FROM (100) TO (200) ⟵ ALTER TABLE n ADD CHECK (k IS NOT NULL AND k >= 100::bigint AND k < 200::bigint)',
      'ALTER TABLE p ATTACH PARTITION n FOR VALUES FROM (100) TO (200) ⟵ ALTER TABLE n ADD CHECK (k IS NOT NULL AND k::int >= 100 AND k::int < 200)',
      'ALTER TABLE p ATTACH PARTITION n FOR VALUES FROM (100) TO (200) ⟵ CREATE TABLE d PARTITION OF p DEFAULT; INSERT INTO p VALUES (1, 500); ALTER TABLE d ADD CHECK (NOT (k IS NOT NULL AND k >= 100 AND k < 200))',
      "ALTER TABLE lv ATTACH PARTITION mv FOR VALUES IN ('a', 'b') ⟵ ALTER TABLE mv ADD CHECK (k IS NOT NULL AND k::text IN ('a', 'b'))",
      "ALTER TABLE days ATTACH PARTITION day FOR VALUES FROM ('2025-01-01') TO ('2025-02-01') ⟵ ALTER TABLE day ADD CHECK (at IS NOT NULL AND at >= TIMESTAMP '2025-01-01' AND at < TIMESTAMP '2025-02-01')",
    ],
  },
  {
    because: 'which moment the bound is depends on the session’s time zone',
    facts: ['scanned'],
    statements: [
      "ALTER TABLE dz ATTACH PARTITION dz2 FOR VALUES FROM ('2025-01-01') TO ('2025-02-01') ⟵ ALTER TABLE dz2 ADD CHECK (at IS NOT NULL AND at >= '2025-01-01 00:00:00+01' AND at < '2025-02-01 00:00:00+01')",
    ],
  },
  {
    because: 'what follows from CHECK constraints is not worked out for keys of several columns',
    facts: ['scanned'],
    statements: [
      'ALTER TABLE two ATTACH PARTITION two1 FOR VALUES FROM (1, 0) TO (2, 0) ⟵ ALTER TABLE two1 ADD CHECK (a IS NOT NULL AND b IS NOT NULL AND a = 1 AND b >= 0)',
    ],
  },
  {
    because: 'tables made `OF` a composite type are not followed',
    facts: ['locks'],
    statements: [
      'ALTER TYPE pair ADD ATTRIBUTE z int CASCADE',
      'ALTER TYPE pair RENAME ATTRIBUTE x TO xx CASCADE',
      'DROP TYPE pair CASCADE',
    ],
  },
  {
    because: 'a domain is taken for a type of its own, with or without constraints',
    facts: ['rewritten'],
    statements: ['ALTER TABLE t ALTER COLUMN full_name TYPE text'],
  },
  {
    because: 'options of foreign tables, and what belongs to a server, are not followed',
    facts: ['locks'],
    statements: ["ALTER FOREIGN TABLE ft OPTIONS (ADD x 'y')", 'DROP SERVER far CASCADE'],
  },
  {
    because: 'the catalog does not know which tables these objects are on',
    facts: ['locks'],
    statements: [
      'DROP STATISTICS st ⟵ CREATE STATISTICS st ON a, nn FROM t',
      'ALTER PUBLICATION pub SET TABLE t ⟵ CREATE PUBLICATION pub FOR TABLE r',
    ],
  },
  {
    because:
      'the referenced table of a constraint trigger is not read; its lock conflicts with ACCESS EXCLUSIVE alone',
    facts: ['locks'],
    statements: [
      'CREATE CONSTRAINT TRIGGER tr AFTER INSERT ON t FROM r DEFERRABLE FOR EACH ROW EXECUTE FUNCTION f() ⟵ CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
    ],
  },
  {
    because: 'a sequence’s value is taken by a function, and the lock stops nobody who takes another',
    facts: ['locks'],
    statements: ["SELECT setval('sq', 10) ⟵ CREATE SEQUENCE sq", "SELECT nextval('sq') ⟵ CREATE SEQUENCE sq"],
  },
  {
    because: 'the functions that a view calls are not followed',
    facts: ['locks'],
    statements: [
      'DROP FUNCTION f() CASCADE ⟵ CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; CREATE VIEW v AS SELECT f()',
    ],
  },
];
