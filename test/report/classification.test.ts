import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../src/input/sql/parser.ts';
import { classificationObject, classLine } from '../../src/report/classification.ts';
import { classOf } from '../model/history/classes.ts';

beforeAll(loadParser);

const USERS = 'CREATE TABLE users (id int PRIMARY KEY, bio text);';

describe('classLine', () => {
  it.each([
    ['CREATE TABLE posts (id int)', ''],
    ['ALTER TABLE users ADD nick text', ''],
    ['ALTER TABLE users DROP bio', 'breaking · data loss: high · not reversible · code first'],
    ['ALTER TABLE users RENAME bio TO about', 'breaking · no safe order with the code'],
    ['CREATE INDEX ON users (bio)', 'blocks writes while it runs'],
    [
      'ALTER TABLE users ALTER id TYPE bigint',
      'breaking · blocks reads and writes while it runs · schema first',
    ],
    [
      'UPDATE users SET bio = lower(bio)',
      'data loss: medium · reversible with data loss · blocks writes while it runs',
    ],
  ])('%s: %s', (sql, line) => {
    expect(classLine(classOf([USERS], sql))).toBe(line);
  });

  it('says nothing of a migration without a class', () => {
    expect(classLine(undefined)).toBe('');
    expect(classificationObject(undefined)).toBeNull();
  });
});

describe('classificationObject', () => {
  it('gives each answer with the lines that decide it', () => {
    expect(classificationObject(classOf([USERS], 'SELECT 1;\n\nALTER TABLE users DROP bio;'))).toMatchObject({
      class: {
        value: 'breaking',
        reasons: [{ operation: 'DropColumn', text: 'drops users.bio, which running code may use', line: 3 }],
      },
      compatibility: 'breaking',
      downtime: { blocks: 'reads and writes', length: 'instant' },
      unread: [],
    });
  });
});
