import { beforeAll, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { keyText } from '../../../src/model/operations/key-text.ts';
import { unnamedConstraints } from '../../../src/model/operations/unnamed-constraints.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

it.each<[string, readonly string[]]>([
  [
    'CREATE TABLE n (a int PRIMARY KEY, b int NOT NULL CONSTRAINT c CHECK (b > 0), UNIQUE (a, b))',
    ['primary key', 'unique'],
  ],
  ['CREATE TABLE n (a int)', []],
  ['ALTER TABLE t ADD COLUMN b int, ADD COLUMN c int REFERENCES t', ['foreign key']],
  ['ALTER TABLE t ADD CHECK (id > 0), ADD CONSTRAINT named CHECK (id > 1)', ['check']],
  ['ALTER TABLE t ADD UNIQUE USING INDEX i', []],
  ['DO $$ BEGIN ALTER TABLE t ADD CHECK (id > 0); END $$', ['check']],
])('%s', (sql, types) => {
  const replay = createReplay(15);
  replay.run('CREATE TABLE t (id int PRIMARY KEY); CREATE UNIQUE INDEX i ON t (id);');
  const found = replay.run(sql).flatMap(({ operation }) => {
    if (!['AddColumn', 'AddConstraint', 'CreateTable'].includes(operation.kind)) return [];
    return unnamedConstraints(operation as Parameters<typeof unnamedConstraints>[0]);
  });
  expect(found.map(({ type }) => type)).toEqual(types);
});

it.each([
  ['UNIQUE (id)', '(id)'],
  [
    'UNIQUE NULLS NOT DISTINCT ("userId", id) INCLUDE (note)',
    '("userId", id) INCLUDE (note) NULLS NOT DISTINCT',
  ],
])('the key of %s', (sql, text) => {
  const replay = createReplay(15);
  replay.run('CREATE TABLE t (id int, "userId" int, note text);');
  const [step] = replay.run(`ALTER TABLE t ADD ${sql}`);
  const constraint = step?.operation.kind === 'AddConstraint' ? step.operation.constraint : undefined;
  expect(constraint?.type === 'unique' && keyText(constraint)).toBe(text);
});
