import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { addedForeignKeys } from '../../../src/model/history/added-foreign-keys.ts';
import { cascadeReach } from '../../../src/model/history/cascade-reach.ts';
import { createReplay } from '../../support/replay.ts';
import { inPublic, replayed } from './read.ts';

beforeAll(loadParser);

describe('addedForeignKeys', () => {
  const BEFORE = `CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, a int CONSTRAINT old REFERENCES users);
    CREATE TABLE p (a int REFERENCES users, at date) PARTITION BY RANGE (at);`;
  it.each<[string, readonly string[]]>([
    ['ALTER TABLE posts ADD CONSTRAINT new FOREIGN KEY (id) REFERENCES users', ['new → id']],
    ['ALTER TABLE posts ADD COLUMN b int REFERENCES users', ['posts_b_fkey → id']],
    ['ALTER TABLE posts ADD COLUMN IF NOT EXISTS a int REFERENCES users', []],
    ['ALTER TABLE posts ADD CHECK (a > 0)', []],
    [
      'CREATE TABLE n (x int REFERENCES users, y int, FOREIGN KEY (y) REFERENCES users (id))',
      ['n_x_fkey → id', 'n_y_fkey → id'],
    ],
    ['CREATE TABLE IF NOT EXISTS posts (x int REFERENCES users)', []],
    ["CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')", []],
  ])('%s', (sql, keys) => {
    const replay = createReplay(15);
    replay.run(BEFORE);
    const found = replay.run(sql).flatMap(({ operation, before, after }) => {
      if (!['AddColumn', 'AddConstraint', 'CreateTable'].includes(operation.kind)) return [];
      return addedForeignKeys(operation as Parameters<typeof addedForeignKeys>[0], before, after);
    });
    expect(found.map(({ name, definition }) => `${name} → ${definition.referencedColumns.join()}`)).toEqual(
      keys,
    );
  });
});

describe('cascadeReach', () => {
  it('follows ON DELETE CASCADE from table to table, in circles too', () => {
    const { catalog } = replayed(`
      CREATE TABLE a (id int PRIMARY KEY, again int);
      CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a ON DELETE CASCADE);
      CREATE TABLE c (id int PRIMARY KEY, b int REFERENCES b ON DELETE CASCADE, up int REFERENCES c ON DELETE CASCADE);
      CREATE TABLE d (b int REFERENCES b ON DELETE SET NULL);
      ALTER TABLE a ADD FOREIGN KEY (again) REFERENCES c ON DELETE CASCADE;`);
    expect(cascadeReach(inPublic('a'), catalog).map(({ name }) => name)).toEqual(['b', 'c']);
    expect(cascadeReach(inPublic('d'), catalog)).toEqual([]);
  });
});
