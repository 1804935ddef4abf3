import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { compareWith } from '../../support/compare-project.ts';
import { emptyDatabase } from '../../support/pglite.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

/** What the comparison says when we replay one script and PostgreSQL runs another. */
async function differencesOf(ours: string, theirs: string): Promise<readonly string[]> {
  const database = await emptyDatabase();
  await database.exec(theirs);
  const replay = createReplay();
  replay.run(ours);
  return (await compareWith(database, replay.catalog())).differences;
}

const table = `CREATE TABLE t (a int NOT NULL DEFAULT 1, b varchar(10), CONSTRAINT c CHECK (a > 0)); CREATE INDEX i ON t (lower(b)) WHERE a > 1; CREATE TYPE e AS ENUM ('a', 'b');`;

describe('the comparison that the other tests rest on', () => {
  it.each([
    ['a table', table, `${table} CREATE TABLE u ()`, 'table public.u: only PostgreSQL has it'],
    ['a table of ours', `${table} CREATE TABLE u ()`, table, 'table public.u: only we have it'],
    [
      'a column',
      table,
      `${table} ALTER TABLE t ADD d int`,
      'table public.t: column d: only PostgreSQL has it',
    ],
    [
      'the order of columns',
      'CREATE TABLE t (a int, b int)',
      'CREATE TABLE t (b int, a int)',
      'order of columns',
    ],
    ['a length', table, `${table} ALTER TABLE t ALTER b TYPE varchar(20)`, 'column b: type'],
    ['NOT NULL', table, `${table} ALTER TABLE t ALTER a DROP NOT NULL`, 'column a: not null'],
    ['a default', table, `${table} ALTER TABLE t ALTER a SET DEFAULT 2`, 'column a: default: ours 1'],
    ['a CHECK', table, table.replace('a > 0', 'a > 5'), 'constraint c: ours CHECK ((a > 0))'],
    ['a name', table, `${table} ALTER INDEX i RENAME TO j`, 'index j: only PostgreSQL has it'],
    ['a predicate', table, table.replace('a > 1', 'a > 5'), 'index i: ours CREATE INDEX i'],
    ['a value', table, `${table} ALTER TYPE e ADD VALUE 'c'`, 'enum public.e: values: ours a, b, PostgreSQL'],
  ])('names the difference in %s', async (_, ours, theirs, words) => {
    const differences = await differencesOf(ours, theirs);
    expect(
      differences.some((difference) => difference.includes(words)),
      differences.join('\n'),
    ).toBe(true);
  });

  it('finds none where there is none', async () => {
    expect(await differencesOf(table, table)).toEqual([]);
  });
});
