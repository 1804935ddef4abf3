import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { batchLoopOf } from '../../../src/model/loops/batch-loop.ts';
import { emptyDatabase, type Database } from '../../support/pglite.ts';
import { replayed } from '../history/read.ts';
import { runLoop } from './execute.ts';

let database: Database;
beforeAll(async () => {
  await loadParser();
  database = await emptyDatabase();
});

const DECLARATIONS =
  'n int; mx int; mn int; last_id int := 0; next_id int; ids int[]; r record; passes int := 0;';

interface Case {
  readonly title: string;
  readonly schema: string;
  readonly rows: string;
  readonly body: string;
  /** The verdict, with the tables that it names. */
  readonly verdict: string;
  readonly outcome: 'ends' | 'endless';
}

function verdictOf({ schema, body }: Case): string {
  const { migrations, catalogBefore } = replayed(
    schema,
    `DO $$ DECLARE ${DECLARATIONS} BEGIN ${body} END $$`,
  );
  const operation = migrations[1]?.operations.findLast(
    ({ kind, loop }) => loop !== undefined && kind !== 'Select' && kind !== 'BodyTransactionControl',
  );
  const batch = operation?.loop && batchLoopOf(operation.loop, catalogBefore(operation));
  if (batch === undefined) throw new Error(body);
  const { ending } = batch;
  if (ending.verdict === 'endless') return `endless: ${ending.why}`;
  if (ending.verdict === 'endless without match')
    return `endless without ${ending.atLeast} match in ${ending.tables.map(({ name }) => name).join(', ')}`;
  return ending.verdict;
}

async function expectOutcome(example: Case): Promise<void> {
  expect(verdictOf(example)).toBe(example.verdict);
  await database.exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${example.schema} ${example.rows}`);
  expect(await runLoop(database, DECLARATIONS, example.body)).toBe(example.outcome);
}

const POSTS =
  'CREATE TABLE authors (id int PRIMARY KEY, name text); CREATE TABLE posts (id int PRIMARY KEY, author_name text, uid int);';
const POST_ROWS = `INSERT INTO authors VALUES (1, 'a'); INSERT INTO posts VALUES (1, 'a'), (2, 'nobody');`;
const lookUp = (value: string, where = 'uid IS NULL', more = ''): string =>
  `LOOP\n UPDATE posts p SET uid = ${value} WHERE p.id IN (SELECT id FROM posts WHERE ${where} LIMIT 1);
  EXIT WHEN NOT FOUND; COMMIT; ${more} END LOOP;`;
const ID = '(SELECT id FROM authors a WHERE a.name = p.author_name)';
const KEYED =
  'CREATE TABLE authors (id int PRIMARY KEY, name text, team int NOT NULL); CREATE TABLE posts (id int PRIMARY KEY, author_id int NOT NULL REFERENCES authors, uid int);';
const KEYED_ROWS = 'INSERT INTO authors VALUES (1, NULL, 7); INSERT INTO posts VALUES (1, 1), (2, 1);';
const unmatched = 'endless without 1 match in authors';

describe('subqueries in what a loop sets', () => {
  it.each<Case>([
    {
      title: 'no match',
      schema: POSTS,
      rows: POST_ROWS,
      body: lookUp(ID),
      verdict: unmatched,
      outcome: 'endless',
    },
    {
      title: 'an aggregate',
      schema: POSTS,
      rows: POST_ROWS,
      body: lookUp('(SELECT max(id) FROM authors WHERE name = author_name)'),
      verdict: unmatched,
      outcome: 'endless',
    },
    {
      title: 'a grouped count',
      schema: POSTS,
      rows: POST_ROWS,
      body: lookUp('(SELECT count(*) FROM authors WHERE name = author_name GROUP BY name)'),
      verdict: unmatched,
      outcome: 'endless',
    },
    {
      title: 'a count',
      schema: POSTS,
      rows: POST_ROWS,
      body: lookUp('(SELECT count(*) FROM authors WHERE name = author_name)'),
      verdict: 'ends',
      outcome: 'ends',
    },
    {
      title: 'COALESCE',
      schema: POSTS,
      rows: POST_ROWS,
      body: lookUp(`coalesce(${ID}, 0)`),
      verdict: 'ends',
      outcome: 'ends',
    },
    {
      title: 'COALESCE around an aggregate in it',
      schema: POSTS,
      rows: POST_ROWS,
      body: lookUp('(SELECT coalesce(max(id), 0) FROM authors WHERE name = author_name)'),
      verdict: 'unknown',
      outcome: 'ends',
    },
    {
      title: 'a function of an aggregate that is never NULL',
      schema: POSTS,
      rows: POST_ROWS,
      body: lookUp(`(SELECT length(concat('x', max(id))) FROM authors WHERE name = author_name)`),
      verdict: 'unknown',
      outcome: 'ends',
    },
    {
      title: 'rows without a match left out',
      schema: POSTS,
      rows: POST_ROWS,
      body: lookUp(ID, 'uid IS NULL AND EXISTS (SELECT 1 FROM authors WHERE name = author_name)'),
      verdict: 'unknown',
      outcome: 'ends',
    },
    {
      title: 'a loop that adds the match',
      schema: POSTS,
      rows: POST_ROWS,
      body: lookUp(
        ID,
        'uid IS NULL',
        `INSERT INTO authors SELECT 2, 'nobody' WHERE NOT EXISTS (SELECT FROM authors WHERE id = 2);`,
      ),
      verdict: 'unknown',
      outcome: 'ends',
    },
    {
      title: 'a foreign key',
      schema: KEYED,
      rows: KEYED_ROWS,
      body: lookUp('(SELECT team FROM authors a WHERE a.id = p.author_id)'),
      verdict: 'ends',
      outcome: 'ends',
    },
    {
      title: 'a foreign key that can be NULL',
      schema: KEYED.replace('NOT NULL REFERENCES', 'REFERENCES'),
      rows: `${KEYED_ROWS} INSERT INTO posts VALUES (3);`,
      body: lookUp('(SELECT team FROM authors a WHERE a.id = p.author_id)'),
      verdict: unmatched,
      outcome: 'endless',
    },
    {
      title: 'a foreign key to a row that holds NULL',
      schema: KEYED,
      rows: KEYED_ROWS,
      body: lookUp('(SELECT length(name) FROM authors a WHERE a.id = p.author_id)'),
      verdict: 'unknown',
      outcome: 'endless',
    },
    {
      title: 'a constant row',
      schema: POSTS,
      rows: POST_ROWS,
      body: lookUp(`(SELECT id FROM authors WHERE name = 'a')`),
      verdict: 'unknown',
      outcome: 'ends',
    },
  ])('$title: $verdict', expectOutcome);
});

describe('DEFAULT', () => {
  const body = `LOOP\n UPDATE posts SET uid = DEFAULT WHERE uid IS NULL; EXIT WHEN NOT FOUND; END LOOP;`;
  it.each<Case>([
    {
      title: 'none',
      schema: POSTS,
      rows: POST_ROWS,
      body,
      verdict: 'endless: same rows',
      outcome: 'endless',
    },
    {
      title: 'one',
      schema: `${POSTS} ALTER TABLE posts ALTER uid SET DEFAULT 0;`,
      rows: POST_ROWS,
      body,
      verdict: 'ends',
      outcome: 'ends',
    },
  ])('$title: $verdict', expectOutcome);
});

const USERS = 'CREATE TABLE users (id int PRIMARY KEY, a text, b text);';
const USER_ROWS = `INSERT INTO users VALUES (1, NULL, 'x'), (2, NULL, NULL), (3, NULL, 'y');`;
const upper = (where = 'a IS NULL'): string =>
  `UPDATE users SET a = upper(b) WHERE id IN (SELECT id FROM users WHERE ${where} LIMIT 2);`;
const nulls = 'endless with nulls';

describe('loops that ask for the rows that are left', () => {
  it.each<Omit<Case, 'schema' | 'rows' | 'title'>>([
    {
      body: `WHILE EXISTS (SELECT 1 FROM users WHERE a IS NULL) LOOP\n ${upper()} END LOOP;`,
      verdict: nulls,
      outcome: 'endless',
    },
    {
      body: `WHILE EXISTS (SELECT FROM users AS u WHERE u.a IS NULL LIMIT 1) LOOP\n ${upper('users.a IS NULL')} END LOOP;`,
      verdict: nulls,
      outcome: 'endless',
    },
    {
      body: `WHILE (SELECT count(*) FROM users WHERE a IS NULL) > 0 LOOP\n ${upper()} END LOOP;`,
      verdict: nulls,
      outcome: 'endless',
    },
    {
      body: `LOOP\n ${upper()} EXIT WHEN NOT EXISTS (SELECT 1 FROM users WHERE a IS NULL); END LOOP;`,
      verdict: nulls,
      outcome: 'endless',
    },
    {
      body: `WHILE EXISTS (SELECT 1 FROM users WHERE a IS NULL AND b IS NOT NULL) LOOP\n ${upper()} END LOOP;`,
      verdict: 'unknown',
      outcome: 'ends',
    },
    {
      body: `WHILE EXISTS (SELECT 1 FROM users WHERE a IS NULL AND b IS NOT NULL) LOOP\n ${upper('a IS NULL AND b IS NOT NULL')} END LOOP;`,
      verdict: 'ends',
      outcome: 'ends',
    },
    {
      body: `WHILE EXISTS (SELECT 1 FROM users WHERE a IS NULL) LOOP\n ${upper('a IS NULL AND b IS NOT NULL')} END LOOP;`,
      verdict: 'unknown',
      outcome: 'endless',
    },
  ])('$body: $verdict', ({ body, verdict, outcome }) =>
    expectOutcome({ title: '', schema: USERS, rows: USER_ROWS, body, verdict, outcome }),
  );
});

describe('loops up to the greatest key of an empty table', () => {
  const select = 'SELECT max(id) INTO mx FROM users;';
  const loop = (more = '', exit = 'last_id >= mx'): string =>
    `LOOP\n UPDATE users SET a = 'x' WHERE id > last_id AND id <= last_id + 10; ${more} last_id := last_id + 10; COMMIT; EXIT WHEN ${exit}; END LOOP;`;
  const empty = 'endless when empty';
  it.each<Omit<Case, 'schema' | 'rows' | 'title'>>([
    { body: select + loop(), verdict: empty, outcome: 'endless' },
    { body: `mx := (SELECT max(id) FROM users); ${loop()}`, verdict: empty, outcome: 'endless' },
    {
      body: `BEGIN SELECT min(id), max(id) INTO mn, mx FROM users; END; ${loop()}`,
      verdict: empty,
      outcome: 'endless',
    },
    { body: `${select} IF mx IS NULL THEN RETURN; END IF; ${loop()}`, verdict: 'unknown', outcome: 'ends' },
    { body: `${select} IF mx > 0 THEN ${loop()} END IF;`, verdict: 'unknown', outcome: 'ends' },
    { body: `${select} mx := coalesce(mx, 0); ${loop()}`, verdict: 'unknown', outcome: 'ends' },
    {
      body: `SELECT coalesce(max(id), 0) INTO mx FROM users; ${loop()}`,
      verdict: 'unknown',
      outcome: 'ends',
    },
    { body: select + loop('EXIT WHEN NOT FOUND;'), verdict: 'unknown', outcome: 'ends' },
    { body: select + loop('', 'mx IS NULL OR last_id >= mx'), verdict: 'unknown', outcome: 'ends' },
    { body: `${select} ${loop('', 'last_id >= coalesce(mx, 0)')}`, verdict: 'unknown', outcome: 'ends' },
  ])('$body: $verdict', ({ body, verdict, outcome }) =>
    expectOutcome({ title: '', schema: USERS, rows: '', body, verdict, outcome }),
  );
});
