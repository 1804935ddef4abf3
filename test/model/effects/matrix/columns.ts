import { TABLES } from './fixtures.ts';
import type { Group } from './types.ts';

/** Columns. */
export const columns: Group = {
  title: 'Columns',
  fixture: TABLES,
  statements: [
    'ALTER TABLE t ADD COLUMN n int',
    'ALTER TABLE t ADD COLUMN n int DEFAULT 7',
    'ALTER TABLE t ADD COLUMN n int NOT NULL DEFAULT 7',
    'ALTER TABLE t ADD COLUMN n timestamptz DEFAULT now()',
    'ALTER TABLE t ADD COLUMN n uuid DEFAULT gen_random_uuid()',
    'ALTER TABLE t ADD COLUMN n timestamptz DEFAULT clock_timestamp()',
    'ALTER TABLE t ADD COLUMN n serial',
    'ALTER TABLE t ADD COLUMN n int GENERATED ALWAYS AS IDENTITY',
    'ALTER TABLE t ADD COLUMN n int GENERATED ALWAYS AS (a*2) STORED',
    { sql: 'ALTER TABLE t ADD COLUMN n int GENERATED ALWAYS AS (a*2) VIRTUAL', since: 18 },
    'ALTER TABLE t ADD COLUMN n int CHECK (n > 0)',
    'ALTER TABLE t ADD COLUMN n int DEFAULT 1 CHECK (n > 0)',
    'ALTER TABLE t ADD COLUMN n int UNIQUE',
    'ALTER TABLE t ADD COLUMN n int REFERENCES r(id)',
    'ALTER TABLE t ADD COLUMN n int DEFAULT 1 REFERENCES r(id)',
    { sql: 'ALTER TABLE t ADD COLUMN n dpos', after: 'CREATE DOMAIN dpos AS int CHECK (value > 0)' },
    {
      sql: 'ALTER TABLE t ADD COLUMN n dpos DEFAULT 1',
      after: 'CREATE DOMAIN dpos AS int NOT NULL CHECK (value > 0)',
    },
    'ALTER TABLE t DROP COLUMN c',
    'ALTER TABLE t DROP COLUMN a',
    {
      sql: 'ALTER TABLE t DROP COLUMN rid',
      after: 'ALTER TABLE t ADD CONSTRAINT t_rid_fk FOREIGN KEY (rid) REFERENCES r(id)',
    },
    'ALTER TABLE t RENAME COLUMN c TO c2',
    'ALTER TABLE t ALTER COLUMN a SET DEFAULT 5',
    'ALTER TABLE t ALTER COLUMN nn DROP DEFAULT',
    'ALTER TABLE t ALTER COLUMN a SET NOT NULL',
    {
      sql: 'ALTER TABLE t ALTER COLUMN a SET NOT NULL',
      after: 'ALTER TABLE t ADD CONSTRAINT a_nn CHECK (a IS NOT NULL)',
    },
    {
      sql: 'ALTER TABLE t ALTER COLUMN a SET NOT NULL',
      after: 'ALTER TABLE t ADD CONSTRAINT a_nn CHECK (a IS NOT NULL) NOT VALID',
    },
    'ALTER TABLE t ALTER COLUMN nn SET NOT NULL',
    { sql: 'ALTER TABLE t ADD CONSTRAINT a_nn NOT NULL a NOT VALID', since: 18 },
    {
      sql: 'ALTER TABLE t VALIDATE CONSTRAINT a_nn',
      after: 'ALTER TABLE t ADD CONSTRAINT a_nn NOT NULL a NOT VALID',
      since: 18,
    },
    'ALTER TABLE t ALTER COLUMN nn DROP NOT NULL',
    'ALTER TABLE t ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY',
    {
      sql: 'ALTER TABLE t ALTER COLUMN id DROP IDENTITY',
      after: 'ALTER TABLE t ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY',
    },
    {
      sql: 'ALTER TABLE t ALTER COLUMN g SET EXPRESSION AS (a*3)',
      after: 'ALTER TABLE t ADD COLUMN g int GENERATED ALWAYS AS (a*2) STORED',
      since: 17,
    },
    {
      sql: 'ALTER TABLE t ALTER COLUMN g DROP EXPRESSION',
      after: 'ALTER TABLE t ADD COLUMN g int GENERATED ALWAYS AS (a*2) STORED',
    },
    'ALTER TABLE t ALTER COLUMN a SET STATISTICS 500',
    'ALTER TABLE t ALTER COLUMN c SET STORAGE external',
    { sql: 'ALTER TABLE t ALTER COLUMN c SET COMPRESSION pglz', since: 14 },
    'ALTER TABLE t ALTER COLUMN a SET (n_distinct = 5)',
    { sql: 'ALTER TABLE t ADD COLUMN n int NOT NULL', after: 'DELETE FROM t' },
    { sql: 'ALTER TABLE t DROP CONSTRAINT t_nn_not_null', since: 18 },
    {
      sql: 'ALTER TABLE t ALTER COLUMN a SET NOT NULL',
      after: 'ALTER TABLE t ADD CONSTRAINT a_nn NOT NULL a NOT VALID',
      since: 18,
    },
    'ALTER TABLE t ADD COLUMN n1 int, ADD COLUMN n2 text',
  ],
};
