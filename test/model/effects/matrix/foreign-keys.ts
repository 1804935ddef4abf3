import { KEYS } from './fixtures.ts';
import type { Group } from './types.ts';

/** Tables with foreign keys. */
export const foreignKeys: Group = {
  title: 'Tables with foreign keys',
  fixture: KEYS,
  statements: [
    'DROP TABLE t',
    'DROP TABLE r CASCADE',
    'TRUNCATE t',
    'TRUNCATE r CASCADE',
    'ALTER TABLE r DROP COLUMN id CASCADE',
    'ALTER TABLE r DROP COLUMN label CASCADE',
    'ALTER TABLE r DROP CONSTRAINT r_pkey CASCADE',
    'ALTER TABLE r DROP CONSTRAINT r_code_key CASCADE',
    'ALTER TABLE t DROP COLUMN rid',
    'ALTER TABLE t DROP COLUMN self',
    'ALTER TABLE t DROP CONSTRAINT t_rid',
    'ALTER TABLE t VALIDATE CONSTRAINT t_rid',
    'ALTER TABLE loose VALIDATE CONSTRAINT late',
    'ALTER TABLE t ALTER CONSTRAINT t_rid DEFERRABLE',
    'ALTER TABLE t ALTER COLUMN rid TYPE bigint',
    'ALTER TABLE r ALTER COLUMN id TYPE bigint',
    'ALTER TABLE t RENAME CONSTRAINT t_rid TO t_key',
    'ALTER TABLE r RENAME TO s',
    'INSERT INTO t VALUES (2, 1, 1, 1)',
    'UPDATE t SET rid = 2',
    'UPDATE t SET rid = 2 WHERE id IN (SELECT id FROM t)',
    'DELETE FROM r WHERE id = 3',
    'DELETE FROM t',
    'UPDATE r SET id = 4 WHERE id = 3',
    'DROP INDEX r_label CASCADE',
    'CREATE TABLE more (id int REFERENCES r, own int PRIMARY KEY, up int REFERENCES more)',
    'CREATE TABLE more (LIKE t INCLUDING ALL)',
  ],
};
