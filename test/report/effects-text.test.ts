import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Example } from '../../src/lint/examples.ts';
import { effectsJson } from '../../src/report/effects-json.ts';
import { effectsText } from '../../src/report/effects-text.ts';
import { displayWidth } from '../../src/report/terminal-text.ts';
import { effectsReport } from '../support/traced.ts';
import { schemaErrors } from '../support/json-schema.ts';

const HISTORY = [
  'CREATE TABLE users (id int PRIMARY KEY, email text);',
  'CREATE TABLE "Blog posts" (id int PRIMARY KEY, author int, title text, at timestamp);',
  'CREATE TABLE "注文" (id int PRIMARY KEY); CREATE TABLE old (id int); CREATE TABLE older (id int);',
];

const PILED: Example = {
  title: 'locks that pile up',
  history: HISTORY,
  sql: [
    "-- AlterTable\nSET lock_timeout = '5s';",
    'ALTER TABLE users /* quick */ ADD COLUMN verified boolean, -- or not\n  ADD COLUMN note text;',
    'CREATE TABLE teams (id int PRIMARY KEY, owner int REFERENCES users (id));',
    'CREATE INDEX teams_owner ON teams (owner);',
    'CREATE INDEX users_verified ON users (verified);',
    'UPDATE "Blog posts" SET title = upper(title);',
    'SAVEPOINT a;',
    'ALTER TABLE "Blog posts" ALTER COLUMN at TYPE timestamptz;',
    'ROLLBACK TO SAVEPOINT a;',
    'DELETE FROM "注文" WHERE id = 1;\nDO $$ BEGIN EXECUTE format(\'DROP TABLE %I\', current_user); END $$;',
    'DROP TABLE old, older;',
    `CREATE VIEW v AS SELECT '${'long '.repeat(120)}' FROM users;`,
  ].join('\n'),
};

const REFUSED: Example = {
  title: 'what a transaction refuses',
  history: HISTORY,
  sql: 'CREATE INDEX CONCURRENTLY users_email ON users (email);\nDO $$ BEGIN COMMIT; END $$;',
};

const ALONE: Example = {
  title: 'each statement by itself',
  runner: 'prisma-7.4',
  history: HISTORY,
  sql: ['ALTER TABLE users ADD COLUMN x int;\nCREATE INDEX users_x ON users (x);', '', 'SELECT FROM WHERE;'],
};

const WRAPPED: Example = {
  title: 'a runner that wraps, and a script that ends it',
  runner: 'wrapping',
  history: HISTORY,
  sql: 'ALTER TABLE users ADD COLUMN x int;\nROLLBACK;\nBEGIN;\nLOCK TABLE users IN SHARE MODE;',
};

const ROWS: Example = {
  title: 'rows that stay locked, and a column that only an empty table can get',
  history: HISTORY,
  sql: [
    'UPDATE users SET email = lower(email);',
    'ALTER TABLE older ADD COLUMN kind text NOT NULL;\nCREATE INDEX older_kind ON older (kind);',
  ],
};

const DEPLOY: Example = {
  title: 'one transaction over all files',
  runner: 'drizzle',
  history: HISTORY,
  sql: [
    'ALTER TABLE users ADD COLUMN x int;\nALTER TABLE old ADD COLUMN x int;',
    'CREATE INDEX users_x ON users (x);\nCREATE INDEX old_x ON old (x);',
    'DELETE FROM older;\nUPDATE older SET id = 1;',
  ],
};

const DEPLOY_REFUSED: Example = {
  title: 'one transaction that stops',
  runner: 'drizzle',
  history: HISTORY,
  sql: [
    'CREATE INDEX users_x ON users (email);\nCREATE INDEX CONCURRENTLY old_x ON old (id);\nDELETE FROM older;',
    'UPDATE older SET id = 1;',
  ],
};

describe('effectsText', () => {
  it.each([80, 120])('at %i columns', async (width) => {
    const report = await effectsReport(PILED, REFUSED, ALONE, WRAPPED, ROWS, DEPLOY, DEPLOY_REFUSED);
    const text = effectsText(report, { color: false, width });
    await expect(text).toMatchFileSnapshot(`../golden/effects-${width}.txt`);
    const prose = text.split('\n').filter((line) => !line.startsWith('prisma/'));
    expect(Math.max(...prose.map(displayWidth))).toBeLessThanOrEqual(width);
  });

  it('colours what blocks, and only where colours are wanted', async () => {
    const report = await effectsReport(PILED);
    const colored = effectsText(report, { color: true, width: 100 });
    expect(colored).toContain('\u001B[31mACCESS EXCLUSIVE');
    expect(effectsText(report, { color: false, width: 100 })).not.toContain('\u001B');
  });

  it('shows nothing of a file that would steer a terminal', async () => {
    const hostile = { title: '', history: HISTORY, sql: 'ALTER TABLE "\u001B[31m\u202E" ADD x int;' };
    const text = effectsText(await effectsReport(hostile), { color: false, width: 100 });
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
    expect(text).toContain('␛');
  });

  it('fits a very narrow terminal', async () => {
    const text = effectsText(await effectsReport(PILED), { color: false, width: 40 });
    expect(text).toContain('ACCESS EXCLUSIVE');
  });
});

describe('effectsJson', () => {
  it('says the same for programs', async () => {
    await expect(effectsJson(await effectsReport(PILED, REFUSED, ROWS, DEPLOY))).toMatchFileSnapshot(
      '../golden/effects.json',
    );
  });

  it('keeps to its schema, which knows every key', async () => {
    const text = effectsJson(await effectsReport(PILED, REFUSED, ROWS, DEPLOY));
    expect(schemaErrors(JSON.parse(text), schema)).toEqual([]);
    expect(schemaErrors(JSON.parse(text), closed(schema))).toEqual([]);
  });

  it.each([
    ['"line": 1,', '"line": 0,', 'minimum'],
    ['"kind": "implicit"', '"kind": "other"', 'enum'],
    ['"online": false', '"online": "no"', 'type'],
    ['"heldCount"', '"heldcount"', 'required'],
  ])('has a schema that refuses %s as %s', async (right, wrong, complaint) => {
    const text = effectsJson(await effectsReport(PILED, REFUSED, ROWS, DEPLOY));
    expect(text).toContain(right);
    expect(schemaErrors(JSON.parse(text.replace(right, wrong)), schema).join('\n')).toContain(complaint);
  });
});

type Schema = Readonly<Record<string, unknown>>;

const schema = JSON.parse(
  readFileSync(new URL('../../docs/effects-format.schema.json', import.meta.url), 'utf8'),
) as Schema;

/** The schema, refusing keys that it does not describe. */
function closed(open: Schema): Schema {
  const text = JSON.stringify(open).replaceAll(
    '"type":"object",',
    '"type":"object","additionalProperties":false,',
  );
  return JSON.parse(text) as Schema;
}
