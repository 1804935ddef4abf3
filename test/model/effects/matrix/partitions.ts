import { RANGES } from './fixtures.ts';
import type { Group } from './types.ts';

/** Partitions. */
export const partitions: Group = {
  title: 'Partitions',
  fixture: RANGES,
  statements: [
    'CREATE TABLE p3 PARTITION OF p FOR VALUES FROM (200) TO (300)',
    {
      sql: 'CREATE TABLE p3 PARTITION OF p FOR VALUES FROM (200) TO (300)',
      after: 'CREATE TABLE pd PARTITION OF p DEFAULT; INSERT INTO pd VALUES (1,500)',
    },
    'ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (100) TO (200)',
    {
      sql: 'ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (100) TO (200)',
      after: 'ALTER TABLE p2 ADD CONSTRAINT ck CHECK (k IS NOT NULL AND k >= 100 AND k < 200)',
    },
    {
      sql: 'ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (100) TO (200)',
      after: 'CREATE TABLE pd PARTITION OF p DEFAULT; INSERT INTO pd VALUES (1,500)',
    },
    'ALTER TABLE p DETACH PARTITION p1',
    { sql: 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY', since: 14, alone: true },
    'CREATE INDEX pi ON p(k)',
    'CREATE INDEX pi ON ONLY p(k)',
    {
      sql: 'ALTER INDEX pi ATTACH PARTITION p1i',
      after: 'CREATE INDEX p1i ON p1(k); CREATE INDEX pi ON ONLY p(k)',
    },
    'ALTER TABLE p ADD COLUMN z int',
    'DROP TABLE p1',
  ],
};
