import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { lostGuarantees } from '../../../src/model/history/lost-guarantees.ts';
import { replayed } from './read.ts';

beforeAll(loadParser);

/** What the only replacement of a history loses with its last DROP, or has lost so far. */
function lost(...scripts: readonly string[]): readonly string[] {
  const { catalog, catalogBefore, history } = replayed(...scripts);
  const [replacement, ...others] = history.replacements();
  if (replacement === undefined || others.length > 0) throw new Error('not one replacement');
  const before = replacement.contract === undefined ? catalog : catalogBefore(replacement.contract.operation);
  return lostGuarantees(replacement, before, catalog).map(({ kind, text }) => `${kind}: ${text}`);
}

const COPY = 'ALTER TABLE t ADD COLUMN new_a text; UPDATE t SET new_a = a;';

describe('of a column', () => {
  it.each<[string, string, string, readonly string[]]>([
    ['nothing', 'a text', COPY, []],
    [
      'a type',
      'a text',
      COPY.replace('text', 'varchar(9)'),
      ['narrower type: room for every value (character varying(9) for text)'],
    ],
    ['NOT NULL', 'a text NOT NULL', COPY, ['not null: NOT NULL']],
    ['a constraint UNIQUE', 'a text UNIQUE', COPY, ['unique: UNIQUE (t_a_key)']],
    ['one of several columns', 'a text, b int, UNIQUE (b, a)', COPY, ['unique: UNIQUE (t_b_a_key)']],
    [
      'a primary key',
      'a text PRIMARY KEY',
      COPY,
      ['not null: NOT NULL', 'primary key: the primary key t_pkey'],
    ],
    ['a default', "a text DEFAULT 'x'", COPY, ["default: the default 'x'"]],
    ['no default NULL', 'a text DEFAULT NULL', COPY, []],
    [
      'an identity',
      'a int GENERATED ALWAYS AS IDENTITY',
      COPY.replace('text', 'bigint'),
      ['not null: NOT NULL', 'default: the identity'],
    ],
    ['a foreign key', 'a text REFERENCES other', COPY, ['foreign key: the foreign key t_a_fkey to other']],
    ['a check', "a text CHECK (a <> '')", COPY, ['check: CHECK (t_a_check)']],
    [
      'an incoming foreign key',
      'a text UNIQUE',
      `CREATE TABLE u (a text CONSTRAINT u_to_t REFERENCES t (a)); ${COPY}`,
      ['unique: UNIQUE (t_a_key)', 'incoming foreign key: the foreign key u_to_t of u'],
    ],
    [
      'an index',
      'a text',
      `CREATE INDEX t_a_idx ON t (a, id); CREATE INDEX other_idx ON t (id, a); ${COPY}`,
      ['index: the index t_a_idx'],
    ],
    [
      'a unique index',
      'a text',
      `CREATE UNIQUE INDEX t_a_idx ON t (a); ${COPY}`,
      ['unique: UNIQUE (t_a_idx)'],
    ],
    [
      'nothing of a partial unique index',
      'a text',
      `CREATE UNIQUE INDEX t_a_idx ON t (a) WHERE id > 0; ${COPY}`,
      [],
    ],
    [
      'everything is there again',
      "a text NOT NULL UNIQUE DEFAULT 'x' REFERENCES other CHECK (a <> '')",
      `${COPY} ALTER TABLE t ALTER new_a SET NOT NULL, ALTER new_a SET DEFAULT 'y', ADD FOREIGN KEY (new_a) REFERENCES other, ADD CHECK (new_a <> ''); CREATE UNIQUE INDEX ON t (new_a);`,
      [],
    ],
    [
      'unique over fewer columns is more',
      'a text, b int, UNIQUE (b, a)',
      `${COPY} ALTER TABLE t ADD UNIQUE (new_a);`,
      [],
    ],
    [
      'of a value that is worked out: NOT NULL alone',
      "a text NOT NULL UNIQUE DEFAULT 'x'",
      'ALTER TABLE t ADD COLUMN new_a varchar(3); UPDATE t SET new_a = left(a, 3);',
      ['not null: NOT NULL'],
    ],
  ])('%s', (_, columns, copy, expected) => {
    const start = `CREATE TABLE other (a text PRIMARY KEY); CREATE TABLE t (id int, ${columns});`;
    expect(lost(start, copy)).toEqual(expected);
    expect(
      lost(start, copy, 'ALTER TABLE t DROP COLUMN a CASCADE; ALTER TABLE t RENAME new_a TO a;'),
    ).toEqual(expected);
  });

  it('that moves to another table: its type alone', () => {
    expect(
      lost(
        'CREATE TABLE t (id int, bio text NOT NULL UNIQUE);',
        'CREATE TABLE p (id int, bio varchar(10)); INSERT INTO p (id, bio) SELECT id, bio FROM t;',
        'ALTER TABLE t DROP COLUMN bio;',
      ),
    ).toEqual(['narrower type: room for every value (character varying(10) for text)']);
  });

  it('with what the deploy gives it after the drop', () => {
    expect(
      lost(
        'CREATE TABLE t (id int, a text UNIQUE);',
        COPY,
        'ALTER TABLE t DROP COLUMN a;',
        'CREATE UNIQUE INDEX ON t (new_a);',
      ),
    ).toEqual([]);
  });
});

describe('of a table', () => {
  const OLD =
    'CREATE TABLE t (id serial PRIMARY KEY, a text NOT NULL UNIQUE, b int DEFAULT 1, c text); CREATE INDEX t_c_idx ON t (c);';

  it.each<[string, string, readonly string[]]>([
    [
      'a copy by CREATE TABLE AS',
      'CREATE TABLE t_v2 AS SELECT * FROM t;',
      [
        'not null: NOT NULL of id',
        "default: the default nextval('public.t_id_seq'::regclass) of id",
        'not null: NOT NULL of a',
        'default: the default 1 of b',
        'primary key: the primary key t_pkey',
        'unique: UNIQUE (t_a_key)',
        'index: the index t_c_idx',
      ],
    ],
    [
      'a column too few, the rest as it was',
      'CREATE TABLE t_v2 (id serial PRIMARY KEY, a text NOT NULL UNIQUE, b int DEFAULT 1); INSERT INTO t_v2 SELECT id, a, b FROM t;',
      ['column: the column c'],
    ],
    [
      'LIKE … INCLUDING ALL',
      'CREATE TABLE t_v2 (LIKE t INCLUDING ALL); INSERT INTO t_v2 SELECT * FROM t;',
      [],
    ],
  ])('%s', (_, copy, expected) => {
    expect(lost(OLD, copy, 'DROP TABLE t;')).toEqual(expected);
    expect(lost(OLD, copy, 'ALTER TABLE t RENAME TO t_old; ALTER TABLE t_v2 RENAME TO t;')).toEqual(expected);
  });
});
