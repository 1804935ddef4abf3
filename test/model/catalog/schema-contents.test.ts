import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { schemaContents } from '../../../src/model/catalog/schema-contents.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

const SQL = `
  CREATE SCHEMA app; CREATE SCHEMA "Empty"; CREATE TABLE outside (id serial);
  CREATE TABLE app.a (id serial); CREATE TABLE app.b (id int); CREATE VIEW app.v AS SELECT 1 AS one;
  CREATE TYPE app.state AS ENUM ('open'); CREATE SEQUENCE app.numbers;
  CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION app.f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';`;

describe('what a schema holds', () => {
  it.each([
    [
      'app',
      [
        'the tables app.a and app.b',
        'the view app.v',
        'the sequence app.numbers',
        'the type app.state',
        'the function app.f',
      ],
    ],
    ['public', ['the table outside']],
    ['Empty', []],
    ['unknown', []],
  ])('%s', (schema, contents) => {
    const replay = createReplay();
    replay.run(SQL);
    expect(schemaContents(schema, replay.catalog())).toEqual(contents);
  });

  it('is cut short', () => {
    const replay = createReplay();
    replay.run(['a', 'b', 'c', 'd', 'e'].map((name) => `CREATE TABLE ${name} (id int);`).join(''));
    expect(schemaContents('public', replay.catalog())).toEqual(['the tables a, b, c and 2 more tables']);
  });
});
