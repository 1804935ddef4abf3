import { TABLES } from './fixtures.ts';
import type { Group } from './types.ts';

/** Rows. */
export const rows: Group = {
  title: 'Rows',
  fixture: TABLES,
  statements: [
    'INSERT INTO t(id) VALUES (-1)',
    {
      sql: 'INSERT INTO t(id, rid) VALUES (-1, 1)',
      after: 'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (rid) REFERENCES r(id)',
    },
    'UPDATE t SET a = 1',
    'UPDATE t SET a = 1 WHERE id = 1',
    {
      sql: 'DELETE FROM r WHERE id = 200',
      after: 'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (rid) REFERENCES r(id) ON DELETE CASCADE',
    },
    'SELECT count(*) FROM t',
    'SELECT * FROM t WHERE id = 1 FOR UPDATE',
    'DELETE FROM t',
    'UPDATE t SET a = 0 WHERE a IS NULL',
    'INSERT INTO r SELECT id + 1000, id + 1000 FROM t',
    "DO $$ BEGIN UPDATE t SET c = 'x' WHERE id < 10; END $$",
  ],
};
