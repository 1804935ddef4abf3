import { TABLES } from './fixtures.ts';
import type { Group } from './types.ts';

/** Indexes. */
export const indexes: Group = {
  title: 'Indexes',
  fixture: TABLES,
  statements: [
    'CREATE INDEX i ON t(c)',
    'CREATE UNIQUE INDEX i ON t(a)',
    'CREATE INDEX i ON t(c) WHERE a > 5',
    { sql: 'CREATE INDEX CONCURRENTLY i ON t(c)', alone: true },
    'CREATE INDEX IF NOT EXISTS t_a_idx ON t(a)',
    'DROP INDEX t_a_idx',
    { sql: 'DROP INDEX CONCURRENTLY t_a_idx', alone: true },
    'REINDEX INDEX t_a_idx',
    'REINDEX TABLE t',
    { sql: 'REINDEX INDEX CONCURRENTLY t_a_idx', alone: true },
    { sql: 'REINDEX TABLE CONCURRENTLY t', alone: true },
    'ALTER INDEX t_a_idx RENAME TO t_a_idx2',
    'ALTER INDEX t_a_idx SET (fillfactor = 70)',
    { sql: 'CREATE UNIQUE INDEX CONCURRENTLY i ON t(a)', alone: true },
    { sql: 'ALTER INDEX ie ALTER COLUMN 1 SET STATISTICS 100', after: 'CREATE INDEX ie ON t((a+1))' },
  ],
};
