import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.ts';
import { lintExample } from '../../src/testing/index.ts';

describe('the texts of messages', () => {
  it.each([
    [
      'require-not-valid-foreign-key',
      'CREATE TABLE posts (id int, nn_id int);',
      'CREATE TABLE nn (id int PRIMARY KEY); ALTER TABLE posts ADD CONSTRAINT k FOREIGN KEY (nn_id) REFERENCES nn;',
      'Adding the foreign key k blocks writes to posts while every row of posts is checked.',
    ],
    [
      'no-data-loss',
      'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY REFERENCES a); CREATE TABLE c (id int REFERENCES b);',
      'CREATE TABLE d (id int REFERENCES a); TRUNCATE a, c CASCADE;',
      'This TRUNCATE destroys every row of a and b: CASCADE follows the foreign keys. No migration has copied them.',
    ],
    [
      'no-data-loss',
      'CREATE SCHEMA app; CREATE TABLE app.a (id int); CREATE TABLE app.b (id int); CREATE TABLE saved AS TABLE app.b;',
      'CREATE TABLE app.d (id int); DROP SCHEMA app CASCADE;',
      'Dropping the schema app destroys every row of app.a. No migration has copied them.',
    ],
    [
      'require-rollback',
      'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES a);',
      'CREATE TABLE d (id int REFERENCES a); TRUNCATE a CASCADE;',
      '20250101000000_change destroys data in a and b, and there is no rollback script.',
    ],
  ])('%s names what existed before the deploy, after %s and with %s', async (name, before, sql, text) => {
    const rule = rules.find(({ meta }) => meta.name === name);
    if (rule === undefined) throw new Error(name);
    const [finding] = await lintExample(rule, { title: '', history: [before], sql });
    expect(finding?.message).toBe(text);
  });
});
