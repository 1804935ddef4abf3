import { beforeAll, describe, expect, it } from 'vitest';
import type { Example, Rule } from '../../../src/index.ts';
import { fixExample, type FixedExample } from '../../../src/testing/fix-example.ts';
import checkedNotNull from '../../../rules/constraints/no-blocking-not-null.ts';
import inlineConstraint from '../../../rules/constraints/no-inline-constraint.ts';
import validateInSameTransaction from '../../../rules/constraints/no-validate-in-same-transaction.ts';
import notValidCheck from '../../../rules/constraints/require-not-valid-check.ts';
import notValidForeignKey from '../../../rules/constraints/require-not-valid-foreign-key.ts';
import primaryKeyUsingIndex from '../../../rules/constraints/require-primary-key-using-index.ts';
import uniqueUsingIndex from '../../../rules/constraints/require-unique-using-index.ts';
import indexGap from '../../../rules/indexes/no-index-gap.ts';
import concurrentDropIndex from '../../../rules/indexes/require-concurrent-drop-index.ts';
import concurrentIndex from '../../../rules/indexes/require-concurrent-index.ts';
import partitionedIndexSteps from '../../../rules/indexes/require-partitioned-index-steps.ts';
import { emptyDatabase } from '../../support/pglite.ts';
import { schemaDifferences } from './same-schema.ts';

const RULES: readonly Rule[] = [
  checkedNotNull,
  inlineConstraint,
  validateInSameTransaction,
  notValidCheck,
  notValidForeignKey,
  primaryKeyUsingIndex,
  uniqueUsingIndex,
  indexGap,
  concurrentDropIndex,
  concurrentIndex,
  partitionedIndexSteps,
];

const USERS = 'CREATE TABLE users (id int PRIMARY KEY, email text, name text, org int);';
const LONG = 'a_table_with_a_name_of_so_many_letters_that_it_fills_sixty';
const LONG_COLUMN = 'x'.repeat(55);

interface Case extends Omit<Example, 'title'> {
  readonly sql: string;
  readonly history: readonly string[];
  /** The migrations that come of it. */
  readonly becomes: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  'a script in lower case, with comments, that needs all kinds of steps': {
    history: [USERS],
    sql: `-- who: me
-- make it quick
create index on users (lower(email)) where org > 1; -- trailing
alter table users add constraint c1 check (org > 0), add constraint c2 unique (email) deferrable initially deferred, alter column email set not null, alter column name set not null;`,
    becomes: [
      `-- who: me
-- make it quick
alter table users add constraint c1 check (org > 0) not valid, add constraint users_email_not_null_check check (email is not null) not valid, add constraint users_name_not_null_check check (name is not null) not valid;`,
      'create index concurrently users_lower_idx on users (lower(email)) where org > 1;',
      'create unique index concurrently c2 on users (email);',
      // What reads comes before what takes a lock that others wait for.
      `alter table users validate constraint c1;

alter table users validate constraint users_email_not_null_check;

alter table users validate constraint users_name_not_null_check;

alter table users add constraint c2 unique using index c2 deferrable initially deferred;

alter table users alter column email set not null;
alter table users drop constraint users_email_not_null_check;

alter table users alter column name set not null;
alter table users drop constraint users_name_not_null_check;`,
    ],
  },
  'what an index of a UNIQUE constraint can have': {
    history: [USERS],
    sql: `ALTER TABLE users
  ADD CONSTRAINT u_a UNIQUE (email) WITH (fillfactor = 70), -- first
  ADD CONSTRAINT u_b UNIQUE NULLS NOT DISTINCT (name, org) INCLUDE (id);`,
    becomes: [
      'CREATE UNIQUE INDEX CONCURRENTLY u_a ON users (email) WITH (fillfactor = 70);',
      'CREATE UNIQUE INDEX CONCURRENTLY u_b ON users (name, org) INCLUDE (id) NULLS NOT DISTINCT;',
      `ALTER TABLE users ADD CONSTRAINT u_a UNIQUE USING INDEX u_a;

ALTER TABLE users ADD CONSTRAINT u_b UNIQUE USING INDEX u_b;`,
    ],
  },
  'constraints behind new columns': {
    history: [USERS, 'CREATE TABLE plans (id int PRIMARY KEY);'],
    sql: "ALTER TABLE users ADD COLUMN plan int NOT NULL DEFAULT 1 CONSTRAINT p_fk REFERENCES plans (id) ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,\n  ADD COLUMN code text CHECK (code <> 'a,b)') NO INHERIT;",
    becomes: [
      "ALTER TABLE users ADD COLUMN plan int NOT NULL DEFAULT 1, ADD CONSTRAINT p_fk FOREIGN KEY (plan) REFERENCES plans (id) ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID,\n  ADD COLUMN code text, ADD CONSTRAINT users_code_check CHECK (code <> 'a,b)') NO INHERIT NOT VALID;",
      'ALTER TABLE users VALIDATE CONSTRAINT p_fk;\n\nALTER TABLE users VALIDATE CONSTRAINT users_code_check;',
    ],
  },
  'names without end: each column has a CHECK of its own': {
    history: [`CREATE TABLE ${LONG} (id int PRIMARY KEY, ${LONG_COLUMN}_one text, ${LONG_COLUMN}_two text);`],
    sql: `ALTER TABLE ${LONG} ALTER COLUMN ${LONG_COLUMN}_one SET NOT NULL, ALTER COLUMN ${LONG_COLUMN}_two SET NOT NULL;`,
    becomes: [
      `ALTER TABLE ${LONG} ADD CONSTRAINT a_table_with_a_name_of__${'x'.repeat(22)}_2_not_null_check CHECK (${LONG_COLUMN}_one IS NOT NULL) NOT VALID, ADD CONSTRAINT a_table_with_a_name_of__${'x'.repeat(22)}_3_not_null_check CHECK (${LONG_COLUMN}_two IS NOT NULL) NOT VALID;`,
      `ALTER TABLE ${LONG} VALIDATE CONSTRAINT a_table_with_a_name_of__${'x'.repeat(22)}_2_not_null_check;

ALTER TABLE ${LONG} VALIDATE CONSTRAINT a_table_with_a_name_of__${'x'.repeat(22)}_3_not_null_check;

ALTER TABLE ${LONG} ALTER COLUMN ${LONG_COLUMN}_one SET NOT NULL;
ALTER TABLE ${LONG} DROP CONSTRAINT a_table_with_a_name_of__${'x'.repeat(22)}_2_not_null_check;

ALTER TABLE ${LONG} ALTER COLUMN ${LONG_COLUMN}_two SET NOT NULL;
ALTER TABLE ${LONG} DROP CONSTRAINT a_table_with_a_name_of__${'x'.repeat(22)}_3_not_null_check;`,
    ],
  },
  'a table that only the search_path of the script finds': {
    history: ['CREATE SCHEMA shop; CREATE TABLE shop.orders (id int PRIMARY KEY, total int);'],
    sql: 'SET search_path = shop;\nALTER TABLE orders ALTER COLUMN total SET NOT NULL;',
    becomes: [
      'SET search_path = shop;\nALTER TABLE orders ADD CONSTRAINT orders_total_not_null_check CHECK (total IS NOT NULL) NOT VALID;',
      `SET search_path = shop;
ALTER TABLE shop.orders VALIDATE CONSTRAINT orders_total_not_null_check;

ALTER TABLE shop.orders ALTER COLUMN total SET NOT NULL;
ALTER TABLE shop.orders DROP CONSTRAINT orders_total_not_null_check;`,
    ],
  },
  'the four steps to NOT NULL in one file': {
    history: [USERS],
    sql: 'ALTER TABLE users ADD CONSTRAINT c CHECK (email IS NOT NULL) NOT VALID;\nALTER TABLE users VALIDATE CONSTRAINT c;\nALTER TABLE users ALTER COLUMN email SET NOT NULL;\nALTER TABLE users DROP CONSTRAINT c;',
    becomes: [
      'ALTER TABLE users ADD CONSTRAINT c CHECK (email IS NOT NULL) NOT VALID;',
      'ALTER TABLE users VALIDATE CONSTRAINT c;\nALTER TABLE users ALTER COLUMN email SET NOT NULL;\nALTER TABLE users DROP CONSTRAINT c;',
    ],
  },
  'what needs the new index goes with it': {
    history: [USERS],
    sql: "CREATE UNIQUE INDEX users_email_key ON users (email);\nINSERT INTO users (id, email) VALUES (1, 'a') ON CONFLICT (email) DO NOTHING;",
    becomes: [
      'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);',
      "INSERT INTO users (id, email) VALUES (1, 'a') ON CONFLICT (email) DO NOTHING;",
    ],
  },
  'the same name again, in one transaction: apart, the table would have no index meanwhile': {
    history: [`${USERS} CREATE INDEX users_email ON users (email);`],
    sql: 'DROP INDEX users_email;\nCREATE INDEX users_email ON users (email, org);',
    becomes: ['DROP INDEX users_email;\nCREATE INDEX users_email ON users (email, org);'],
  },
  'another name: the new one is built before the old one goes': {
    history: [`${USERS} CREATE INDEX a ON users (email);`],
    sql: 'DROP INDEX a;\nCREATE INDEX b ON users (email, org);',
    becomes: ['CREATE INDEX CONCURRENTLY b ON users (email, org);', 'DROP INDEX CONCURRENTLY a;'],
  },
  'a column that is renamed afterwards': {
    history: [USERS],
    sql: 'CREATE INDEX a ON users (email);\nALTER TABLE users RENAME COLUMN email TO mail;',
    becomes: ['CREATE INDEX a ON users (email);\nALTER TABLE users RENAME COLUMN email TO mail;'],
  },
  'IF NOT EXISTS, where each statement commits by itself': {
    runner: 'goose',
    withoutTransaction: true,
    history: [USERS],
    sql: 'CREATE INDEX IF NOT EXISTS a ON users (email);\nALTER TABLE users ALTER COLUMN name SET NOT NULL;',
    becomes: [
      `DROP INDEX CONCURRENTLY IF EXISTS a;
CREATE INDEX CONCURRENTLY a ON users (email);
ALTER TABLE users ADD CONSTRAINT users_name_not_null_check CHECK (name IS NOT NULL) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_name_not_null_check;

ALTER TABLE users ALTER COLUMN name SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT users_name_not_null_check;`,
    ],
  },
  'Flyway waits for its own lock: no index is built concurrently': {
    runner: 'flyway',
    history: [USERS],
    sql: 'CREATE INDEX a ON users (email);\nALTER TABLE users ADD CONSTRAINT u CHECK (org > 1);',
    becomes: [
      'CREATE INDEX a ON users (email);\nALTER TABLE users ADD CONSTRAINT u CHECK (org > 1) NOT VALID;',
      'ALTER TABLE users VALIDATE CONSTRAINT u;',
    ],
  },
  'partitions, with all that stands behind the table’s name': {
    history: [
      'CREATE TABLE p (id int, k int, v text) PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);',
    ],
    sql: 'create index on p using btree (v, lower(v)) where id > 1;',
    becomes: [
      'create index p_v_lower_idx on only p using btree (v, lower(v)) where id > 1;',
      'create index concurrently p1_v_lower_idx on p1 using btree (v, lower(v)) where id > 1;',
      'create index concurrently p2_v_lower_idx on p2 using btree (v, lower(v)) where id > 1;',
      'alter index p_v_lower_idx attach partition p1_v_lower_idx;\nalter index p_v_lower_idx attach partition p2_v_lower_idx;',
    ],
  },
  'a primary key over a column that may hold NULLs, PostgreSQL 18': {
    postgres: 18,
    history: ['CREATE TABLE t (id int, v text);'],
    sql: 'ALTER TABLE t ADD PRIMARY KEY (id);\nALTER TABLE t ALTER v SET NOT NULL;',
    becomes: [
      'ALTER TABLE t ADD CONSTRAINT t_id_not_null NOT NULL id NOT VALID;\nALTER TABLE t ADD CONSTRAINT t_v_not_null NOT NULL v NOT VALID;',
      'ALTER TABLE t VALIDATE CONSTRAINT t_id_not_null;\n\nALTER TABLE t VALIDATE CONSTRAINT t_v_not_null;',
      'CREATE UNIQUE INDEX CONCURRENTLY t_pkey ON t (id);',
      'ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey;',
    ],
  },
};

async function fixed(example: Case): Promise<FixedExample> {
  const made = await fixExample(RULES, { ...example, title: 'a case' });
  if (made === undefined) throw new Error('the case is more than its scripts');
  return made;
}

describe('plans of indexes and constraints', () => {
  // A new PostgreSQL takes seconds, on a busy machine many.
  beforeAll(async () => {
    await emptyDatabase();
  }, 120_000);

  for (const [title, example] of Object.entries(CASES))
    it(title, async () => {
      const { isStable, scripts } = await fixed(example);
      expect(scripts.map((script) => script.trim())).toEqual(example.becomes);
      expect(isStable).toBe(true);
      expect(await schemaDifferences(example.history, [example.sql], scripts)).toEqual([]);
    });

  it('roll back one by one, VALIDATE too', async () => {
    const example: Case = {
      history: [USERS],
      sql: 'CREATE INDEX a ON users (email);\nALTER TABLE users ADD CONSTRAINT u CHECK (org > 1);',
      rollback: 'ALTER TABLE users DROP CONSTRAINT u;\nDROP INDEX a;',
      becomes: [],
    };
    const { rollbacks, scripts } = await fixed(example);
    expect(rollbacks.map((rollback) => rollback.trim())).toEqual([
      'ALTER TABLE users DROP CONSTRAINT u;',
      'DROP INDEX CONCURRENTLY a;',
      expect.stringContaining('DROP CONSTRAINT u, ADD CONSTRAINT u CHECK (org > 1) NOT VALID;'),
    ]);
    for (let kept = 0; kept < scripts.length; kept++) {
      const undone = rollbacks.slice(kept).toReversed();
      // eslint-disable-next-line no-await-in-loop -- one database
      expect(
        await schemaDifferences(example.history, scripts.slice(0, kept), [...scripts, ...undone]),
      ).toEqual([]);
    }
  });
});
