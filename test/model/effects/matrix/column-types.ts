import { TABLES } from './fixtures.ts';
import type { Group } from './types.ts';

/** Column types. */
export const columnTypes: Group = {
  title: 'Column types',
  fixture: TABLES,
  statements: [
    'ALTER TABLE t ALTER COLUMN b TYPE varchar(100)',
    'ALTER TABLE t ALTER COLUMN b TYPE varchar(20)',
    'ALTER TABLE t ALTER COLUMN b TYPE varchar',
    'ALTER TABLE t ALTER COLUMN b TYPE text',
    'ALTER TABLE t ALTER COLUMN c TYPE varchar',
    'ALTER TABLE t ALTER COLUMN c TYPE varchar(255)',
    'ALTER TABLE t ALTER COLUMN ch TYPE text',
    'ALTER TABLE t ALTER COLUMN ch TYPE char(20)',
    'ALTER TABLE t ALTER COLUMN a TYPE bigint',
    'ALTER TABLE t ALTER COLUMN s TYPE int',
    'ALTER TABLE t ALTER COLUMN a TYPE text',
    'ALTER TABLE t ALTER COLUMN e TYPE numeric(12,2)',
    'ALTER TABLE t ALTER COLUMN e TYPE numeric(12,4)',
    'ALTER TABLE t ALTER COLUMN e TYPE numeric',
    'ALTER TABLE t ALTER COLUMN d TYPE timestamptz',
    { sql: 'ALTER TABLE t ALTER COLUMN d TYPE timestamptz', after: "SET timezone='UTC'" },
    'ALTER TABLE t ALTER COLUMN d TYPE timestamp(3)',
    'ALTER TABLE t ALTER COLUMN j TYPE jsonb',
    'ALTER TABLE t ALTER COLUMN bits TYPE varbit(16)',
    'ALTER TABLE t ALTER COLUMN iv TYPE interval(3)',
    'ALTER TABLE t ALTER COLUMN c TYPE mood USING (NULL::mood)',
    'ALTER TABLE t ALTER COLUMN a TYPE int USING a::int',
    'ALTER TABLE t ALTER COLUMN a TYPE int USING a+1',
    'ALTER TABLE t ALTER COLUMN a TYPE int',
    'ALTER TABLE t ALTER COLUMN b TYPE varchar(50) COLLATE "C"',
    { sql: 'ALTER TABLE t ALTER COLUMN c TYPE citext', after: 'CREATE EXTENSION citext' },
    {
      sql: 'ALTER TABLE t ALTER COLUMN rid TYPE bigint',
      after: 'ALTER TABLE t ADD CONSTRAINT t_rid_fk FOREIGN KEY (rid) REFERENCES r(id)',
    },
    {
      sql: 'ALTER TABLE r ALTER COLUMN id TYPE bigint',
      after: 'ALTER TABLE t ADD CONSTRAINT t_rid_fk FOREIGN KEY (rid) REFERENCES r(id)',
    },
    { sql: "ALTER TYPE mood ADD value 'meh'", after: 'ALTER TABLE t ADD COLUMN m mood' },
    { sql: "ALTER TYPE mood RENAME value 'ok' TO 'fine'", after: 'ALTER TABLE t ADD COLUMN m mood' },
    {
      sql: 'ALTER TYPE comp ADD attribute z int',
      after: 'CREATE TYPE comp AS (x int); ALTER TABLE t ADD COLUMN m comp',
    },
    {
      sql: 'ALTER DOMAIN dpos ADD CONSTRAINT ck CHECK (value < 1000000)',
      after: 'CREATE DOMAIN dpos AS int; ALTER TABLE t ADD COLUMN m dpos',
    },
    {
      sql: 'ALTER DOMAIN dpos ADD CONSTRAINT ck CHECK (value < 1000000) NOT VALID',
      after: 'CREATE DOMAIN dpos AS int; ALTER TABLE t ADD COLUMN m dpos',
    },
    {
      sql: 'ALTER DOMAIN dpos VALIDATE CONSTRAINT ck',
      after:
        'CREATE DOMAIN dpos AS int; ALTER TABLE t ADD COLUMN m dpos; ALTER DOMAIN dpos ADD CONSTRAINT ck CHECK (value < 1000000) NOT VALID',
    },
    {
      sql: 'ALTER DOMAIN dpos SET NOT NULL',
      after: 'CREATE DOMAIN dpos AS int; ALTER TABLE t ADD COLUMN m dpos DEFAULT 1',
    },
    { sql: 'ALTER TABLE t ALTER COLUMN d TYPE timestamptz', after: "SET timezone='Europe/Berlin'" },
    {
      sql: 'ALTER TABLE t ALTER COLUMN d2 TYPE timestamp',
      after: "SET timezone='UTC'; ALTER TABLE t ADD COLUMN d2 timestamptz",
    },
    'ALTER TABLE t ALTER COLUMN d TYPE date',
    'ALTER TABLE t ALTER COLUMN u TYPE text',
    'ALTER TABLE t ALTER COLUMN c TYPE uuid USING NULL::uuid',
    { sql: 'ALTER TABLE t ALTER COLUMN ip TYPE inet', after: 'ALTER TABLE t ADD COLUMN ip cidr' },
    { sql: 'ALTER TABLE t ALTER COLUMN b TYPE text', after: 'CREATE INDEX t_b_low ON t(lower(b))' },
    {
      sql: 'ALTER TABLE t ALTER COLUMN b TYPE varchar(100)',
      after: "ALTER TABLE t ADD CONSTRAINT ck CHECK (b <> '')",
    },
    {
      sql: 'ALTER TABLE t ALTER COLUMN b TYPE varchar(100)',
      after: "CREATE INDEX t_b_part ON t(a) WHERE b <> ''",
    },
    {
      sql: "ALTER TYPE mood ADD value IF NOT EXISTS 'meh' BEFORE 'ok'",
      after: 'ALTER TABLE t ADD COLUMN m mood',
    },
    {
      sql: 'ALTER TABLE t ALTER COLUMN m TYPE mood2 USING m::text::mood2',
      after: "ALTER TABLE t ADD COLUMN m mood; CREATE TYPE mood2 AS enum ('ok')",
    },
    { sql: 'ALTER TYPE mood RENAME TO mood_old', after: 'ALTER TABLE t ADD COLUMN m mood' },
    { sql: 'DROP TYPE mood CASCADE', after: 'ALTER TABLE t ADD COLUMN m mood' },
  ],
};
