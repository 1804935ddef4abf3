import { ATTACHING } from './fixtures.ts';
import type { Group } from './types.ts';

const ATTACH = 'ALTER TABLE p ATTACH PARTITION n FOR VALUES FROM (100) TO (200)';
const LIST = "ALTER TABLE l ATTACH PARTITION m FOR VALUES IN ('a', 'b')";
const check = (condition: string): string => `ALTER TABLE n ADD CHECK (${condition})`;
const checkOfList = (condition: string): string => `ALTER TABLE m ADD CHECK (${condition})`;

/** ATTACH PARTITION, and what spares it the scan. */
export const attaching: Group = {
  title: 'Attaching partitions',
  fixture: ATTACHING,
  statements: [
    ATTACH,
    { sql: ATTACH, after: check('k IS NOT NULL AND k >= 100 AND k < 200') },
    { sql: ATTACH, after: check('k >= 100 AND k < 200') },
    { sql: ATTACH, after: `${check('k >= 100 AND k < 200')}; ALTER TABLE n ALTER k SET NOT NULL` },
    { sql: ATTACH, after: `${check('k >= 100 AND k < 200')}; ${check('k IS NOT NULL')}` },
    { sql: ATTACH, after: `${check('k >= 100')}; ${check('k < 200')}; ALTER TABLE n ALTER k SET NOT NULL` },
    { sql: ATTACH, after: check('k IS NOT NULL AND k >= 150 AND k <= 160') },
    { sql: ATTACH, after: check('k IS NOT NULL AND k > 100 AND k < 200') },
    { sql: ATTACH, after: check('k IS NOT NULL AND k > 99 AND k < 200') },
    { sql: ATTACH, after: check('k IS NOT NULL AND k >= 100 AND k <= 199') },
    { sql: ATTACH, after: check('k IS NOT NULL AND k >= 100 AND k <= 200') },
    { sql: ATTACH, after: check('k IS NOT NULL AND k BETWEEN 100 AND 199') },
    { sql: ATTACH, after: check('k IS NOT NULL AND 100 <= k AND 200 > k') },
    { sql: ATTACH, after: check('k IS NOT NULL AND k = 150') },
    { sql: ATTACH, after: check('k IS NOT NULL AND k IN (150, 160)') },
    { sql: ATTACH, after: check('k IS NOT NULL AND k >= 100') },
    { sql: ATTACH, after: check('k IS NOT NULL AND k >= 100::bigint AND k < 200::bigint') },
    { sql: ATTACH, after: check("k IS NOT NULL AND k >= '100' AND k < '200'") },
    { sql: ATTACH, after: check('k IS NOT NULL AND k::int >= 100 AND k::int < 200') },
    { sql: ATTACH, after: check('k IS NOT NULL AND (k >= 100 AND k < 200) IS TRUE') },
    { sql: ATTACH, after: check('k IS NOT NULL AND k >= 100 AND k < 200 AND id > 0') },
    { sql: ATTACH, after: check('(k IS NOT NULL AND k >= 100 AND k < 200) OR id > 0') },
    { sql: ATTACH, after: 'ALTER TABLE n ADD CHECK (k IS NOT NULL AND k >= 100 AND k < 200) NOT VALID' },
    {
      sql: ATTACH,
      after: 'ALTER TABLE n ADD CHECK (k IS NOT NULL AND k >= 100 AND k < 200) NOT ENFORCED',
      since: 18,
    },
    {
      sql: ATTACH,
      after: `${check('k >= 100 AND k < 200')}; ALTER TABLE n ADD CONSTRAINT nn NOT NULL k NOT VALID`,
      since: 18,
    },
    { sql: ATTACH, after: 'CREATE TABLE d PARTITION OF p DEFAULT; INSERT INTO p VALUES (1, 500)' },
    {
      sql: ATTACH,
      after: `${check('k IS NOT NULL AND k >= 100 AND k < 200')}; CREATE TABLE d PARTITION OF p DEFAULT; INSERT INTO p VALUES (1, 500); ALTER TABLE d ADD CHECK (k IS NOT NULL AND k >= 500)`,
    },
    {
      sql: ATTACH,
      after: `CREATE TABLE d PARTITION OF p DEFAULT; INSERT INTO p VALUES (1, 500); ALTER TABLE d ADD CHECK (k >= 500)`,
    },
    {
      sql: ATTACH,
      after:
        'CREATE TABLE d PARTITION OF p DEFAULT; INSERT INTO p VALUES (1, 500); ALTER TABLE d ADD CHECK (NOT (k IS NOT NULL AND k >= 100 AND k < 200))',
    },
    {
      sql: ATTACH,
      after:
        'CREATE TABLE d PARTITION OF p DEFAULT PARTITION BY RANGE (k); CREATE TABLE d5 PARTITION OF d FOR VALUES FROM (500) TO (600); INSERT INTO p VALUES (1, 500)',
    },
    {
      sql: 'CREATE TABLE p5 PARTITION OF p FOR VALUES FROM (300) TO (400)',
      after:
        'CREATE TABLE d PARTITION OF p DEFAULT; INSERT INTO p VALUES (1, 500); ALTER TABLE d ADD CHECK (k IS NOT NULL AND k >= 500)',
    },
    {
      sql: 'CREATE TABLE p5 PARTITION OF p FOR VALUES FROM (300) TO (400)',
      after: 'CREATE TABLE d PARTITION OF p DEFAULT; INSERT INTO p VALUES (1, 500)',
    },
    'ALTER TABLE p ATTACH PARTITION n DEFAULT',
    { sql: 'ALTER TABLE p ATTACH PARTITION n DEFAULT', after: check('k IS NOT NULL AND k >= 100') },
    { sql: 'ALTER TABLE empty ATTACH PARTITION n DEFAULT' },
    'ALTER TABLE p ATTACH PARTITION n FOR VALUES FROM (100) TO (MAXVALUE)',
    {
      sql: 'ALTER TABLE p ATTACH PARTITION n FOR VALUES FROM (100) TO (MAXVALUE)',
      after: check('k IS NOT NULL AND k >= 100'),
    },
    { sql: 'ALTER TABLE empty ATTACH PARTITION n FOR VALUES FROM (MINVALUE) TO (MAXVALUE)' },
    {
      sql: 'ALTER TABLE empty ATTACH PARTITION n FOR VALUES FROM (MINVALUE) TO (MAXVALUE)',
      after: 'ALTER TABLE n ALTER k SET NOT NULL',
    },
    LIST,
    { sql: LIST, after: checkOfList("k IN ('a', 'b')") },
    { sql: LIST, after: checkOfList("k IS NOT NULL AND k IN ('a', 'b')") },
    { sql: LIST, after: `${checkOfList("k IN ('a', 'b')")}; ALTER TABLE m ALTER k SET NOT NULL` },
    { sql: LIST, after: checkOfList("k IS NOT NULL AND k IN ('b', 'a')") },
    { sql: LIST, after: checkOfList("k IS NOT NULL AND k = ANY (ARRAY['a', 'b'])") },
    { sql: LIST, after: checkOfList("k IS NOT NULL AND (k = 'a' OR k = 'b')") },
    { sql: LIST, after: checkOfList("k IS NOT NULL AND k IN ('a', 'b', 'c')") },
    { sql: LIST, after: `DELETE FROM m WHERE k = 'b'; ${checkOfList("k IS NOT NULL AND k = 'a'")}` },
    { sql: LIST, after: `DELETE FROM m WHERE k = 'b'; ${checkOfList("k IS NOT NULL AND k IN ('a')")}` },
    {
      sql: "ALTER TABLE l ATTACH PARTITION m FOR VALUES IN ('a')",
      after: `DELETE FROM m WHERE k = 'b'; ${checkOfList("k IS NOT NULL AND k = 'a'")}`,
    },
    {
      sql: "ALTER TABLE l ATTACH PARTITION m FOR VALUES IN ('a')",
      after: `DELETE FROM m WHERE k = 'b'; ${checkOfList("k IS NOT NULL AND k IN ('a')")}`,
    },
    {
      sql: "ALTER TABLE l ATTACH PARTITION m FOR VALUES IN ('a', 'b', NULL)",
      after: checkOfList("k IN ('a', 'b')"),
    },
    {
      sql: "ALTER TABLE l ATTACH PARTITION m FOR VALUES IN ('a', 'b', NULL)",
      after: checkOfList("k IS NULL OR k IN ('a', 'b')"),
    },
    {
      sql: "ALTER TABLE lv ATTACH PARTITION mv FOR VALUES IN ('a', 'b')",
      after: "ALTER TABLE mv ADD CHECK (k IS NOT NULL AND k IN ('a', 'b'))",
    },
    {
      sql: "ALTER TABLE lv ATTACH PARTITION mv FOR VALUES IN ('a', 'b')",
      after: "ALTER TABLE mv ADD CHECK (k IS NOT NULL AND k::text IN ('a', 'b'))",
    },
    {
      sql: 'ALTER TABLE li ATTACH PARTITION mi FOR VALUES IN (1, 2)',
      after: 'ALTER TABLE mi ADD CHECK (k IS NOT NULL AND k IN (1, 2))',
    },
    {
      sql: 'ALTER TABLE li ATTACH PARTITION mi FOR VALUES IN (1, 2)',
      after: 'ALTER TABLE mi ADD CHECK (k IS NOT NULL AND k >= 1 AND k <= 2)',
    },
    {
      sql: "ALTER TABLE le ATTACH PARTITION me FOR VALUES IN ('ok')",
      after: "ALTER TABLE me ADD CHECK (k IS NOT NULL AND k = 'ok')",
    },
    {
      sql: "ALTER TABLE days ATTACH PARTITION day FOR VALUES FROM ('2025-01-01') TO ('2025-02-01')",
      after: "ALTER TABLE day ADD CHECK (at IS NOT NULL AND at >= '2025-01-01' AND at < '2025-02-01')",
    },
    {
      sql: "ALTER TABLE days ATTACH PARTITION day FOR VALUES FROM ('2025-01-01') TO ('2025-02-01')",
      after:
        "ALTER TABLE day ADD CHECK (at IS NOT NULL AND at >= DATE '2025-01-01' AND at < DATE '2025-02-01')",
    },
    {
      sql: "ALTER TABLE days ATTACH PARTITION day FOR VALUES FROM ('2025-01-01') TO ('2025-02-01')",
      after: "ALTER TABLE day ADD CHECK (at IS NOT NULL AND at >= '2025-01-05' AND at < '2025-01-20')",
    },
    {
      sql: "ALTER TABLE days ATTACH PARTITION day FOR VALUES FROM ('2025-01-01') TO ('2025-02-01')",
      after:
        "ALTER TABLE day ADD CHECK (at IS NOT NULL AND at >= TIMESTAMP '2025-01-01' AND at < TIMESTAMP '2025-02-01')",
    },
    {
      sql: "ALTER TABLE dz ATTACH PARTITION dz2 FOR VALUES FROM ('2025-01-01') TO ('2025-02-01')",
      after: "ALTER TABLE dz2 ADD CHECK (at IS NOT NULL AND at >= '2025-01-01' AND at < '2025-02-01')",
    },
    {
      sql: "ALTER TABLE dz ATTACH PARTITION dz2 FOR VALUES FROM ('2025-01-01') TO ('2025-02-01')",
      after:
        "ALTER TABLE dz2 ADD CHECK (at IS NOT NULL AND at >= '2025-01-01 00:00:00+01' AND at < '2025-02-01 00:00:00+01')",
    },
    {
      sql: 'ALTER TABLE two ATTACH PARTITION two1 FOR VALUES FROM (1, 0) TO (2, 0)',
      after: 'ALTER TABLE two1 ADD CHECK (a IS NOT NULL AND b IS NOT NULL AND a = 1 AND b >= 0)',
    },
    {
      sql: 'ALTER TABLE h ATTACH PARTITION h1 FOR VALUES WITH (MODULUS 2, REMAINDER 0)',
      after: 'ALTER TABLE h1 ADD CHECK (k IS NOT NULL)',
    },
    { sql: ATTACH, after: `${check('k IS NOT NULL AND k >= 100 AND k < 200')}; CREATE INDEX ON p (id)` },
    {
      sql: ATTACH,
      after: `${check('k IS NOT NULL AND k >= 100 AND k < 200')}; CREATE INDEX ON p (id); CREATE INDEX ON n (id)`,
    },
    {
      sql: ATTACH,
      after: `${check('k IS NOT NULL AND k >= 100 AND k < 200')}; CREATE INDEX ON p (id); CREATE INDEX ON n (k)`,
    },
    {
      sql: ATTACH,
      after: `${check('k >= 100 AND k < 200')}; ALTER TABLE n ALTER k SET NOT NULL; ALTER TABLE n ALTER id SET NOT NULL; ALTER TABLE p ADD PRIMARY KEY (k, id)`,
    },
    {
      sql: ATTACH,
      after: `${check('k >= 100 AND k < 200')}; ALTER TABLE p ADD PRIMARY KEY (k, id); ALTER TABLE n ADD PRIMARY KEY (k, id)`,
    },
    {
      sql: ATTACH,
      after: `${check('k >= 100 AND k < 200')}; ALTER TABLE p ADD PRIMARY KEY (k, id); ALTER TABLE n ALTER k SET NOT NULL; ALTER TABLE n ALTER id SET NOT NULL; CREATE UNIQUE INDEX ON n (k, id)`,
    },
    {
      sql: ATTACH,
      after: `${check('k IS NOT NULL AND k >= 100 AND k < 200')}; ALTER TABLE p ADD FOREIGN KEY (id) REFERENCES r`,
    },
    {
      sql: ATTACH,
      after: `${check('k IS NOT NULL AND k >= 100 AND k < 200')}; ALTER TABLE p ADD FOREIGN KEY (id) REFERENCES r; ALTER TABLE n ADD FOREIGN KEY (id) REFERENCES r`,
    },
    {
      sql: ATTACH,
      after: `${check('k >= 100 AND k < 200')}; ALTER TABLE p ADD PRIMARY KEY (k, id); ALTER TABLE n ADD PRIMARY KEY (k, id); CREATE TABLE c (k int, id int, FOREIGN KEY (k, id) REFERENCES p)`,
    },
    {
      sql: 'CREATE TABLE p5 PARTITION OF p FOR VALUES FROM (300) TO (400)',
      after: 'ALTER TABLE p ADD FOREIGN KEY (id) REFERENCES r; CREATE INDEX ON p (id)',
    },
    {
      sql: 'CREATE TABLE p5 PARTITION OF p FOR VALUES FROM (300) TO (400)',
      after:
        'ALTER TABLE p ADD PRIMARY KEY (k, id); CREATE TABLE c (k int, id int, FOREIGN KEY (k, id) REFERENCES p)',
    },
    { sql: 'ALTER TABLE p DETACH PARTITION p1', after: 'ALTER TABLE p ADD FOREIGN KEY (id) REFERENCES r' },
    {
      sql: 'ALTER TABLE p DETACH PARTITION p1',
      after:
        'ALTER TABLE p ADD PRIMARY KEY (k, id); CREATE TABLE c (k int, id int, FOREIGN KEY (k, id) REFERENCES p)',
    },
    { sql: 'ALTER TABLE p DETACH PARTITION p1', after: 'CREATE TABLE d PARTITION OF p DEFAULT' },
    { sql: 'DROP TABLE p1', after: 'CREATE TABLE d PARTITION OF p DEFAULT' },
    {
      sql: 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY',
      after: 'CREATE INDEX ON p (id)',
      since: 14,
      alone: true,
    },
    { sql: 'ALTER TABLE p ATTACH PARTITION s FOR VALUES FROM (200) TO (300)' },
    {
      sql: 'ALTER TABLE p ATTACH PARTITION s FOR VALUES FROM (200) TO (300)',
      after: 'ALTER TABLE s ADD CHECK (k IS NOT NULL AND k >= 200 AND k < 300)',
    },
    {
      sql: 'ALTER TABLE p ATTACH PARTITION s FOR VALUES FROM (200) TO (300)',
      after: 'ALTER TABLE s1 ADD CHECK (k IS NOT NULL AND k >= 200 AND k < 300)',
    },
    {
      sql: 'ALTER TABLE sub ATTACH PARTITION n FOR VALUES FROM (100) TO (200)',
      after: `ALTER TABLE p ATTACH PARTITION sub FOR VALUES FROM (100) TO (300); ${check('k IS NOT NULL AND k >= 100 AND k < 200')}`,
    },
    {
      sql: 'ALTER TABLE sub ATTACH PARTITION n FOR VALUES FROM (100) TO (200)',
      after: 'ALTER TABLE p ATTACH PARTITION sub FOR VALUES FROM (100) TO (300)',
    },
  ],
};
