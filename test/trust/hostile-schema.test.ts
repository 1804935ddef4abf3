import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../src/input/sql/parser.ts';
import { folderWith, run } from '../cli/run.ts';

beforeAll(loadParser);

/** Generations of tables with two parents each: 2 ** generations ways lead from the first to the last. */
function diamonds(generations: number): string {
  const statements = [
    'CREATE TABLE a0 (x int); CREATE TABLE b0 () INHERITS (a0); CREATE TABLE c0 () INHERITS (a0);',
  ];
  for (let at = 1; at <= generations; at++) {
    statements.push(`CREATE TABLE a${at} () INHERITS (b${at - 1}, c${at - 1});`);
    statements.push(`CREATE TABLE b${at} () INHERITS (a${at}); CREATE TABLE c${at} () INHERITS (a${at});`);
  }
  return statements.join('\n');
}

describe('a schema made to keep the linter busy', () => {
  it('cannot end the run with a chain of parents that no stack holds', async () => {
    const chain = Array.from({ length: 6000 }, (_, at) => `CREATE TABLE t${at + 1} () INHERITS (t${at});`);
    const folder = folderWith({
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
      'prisma/migrations/20240101000000_init/migration.sql': `CREATE TABLE t0 (x int);\n${chain.join('\n')}`,
      'prisma/migrations/20240102000000_drop_x/migration.sql': 'ALTER TABLE t0 DROP COLUMN x;',
      'prisma/migrations/20240103000000_rename/migration.sql':
        'CREATE TABLE u (a int); ALTER TABLE u ADD CONSTRAINT c CHECK (a > 0);\nALTER TABLE t0 ADD COLUMN y int CHECK (y > 0);',
      'prisma/migrations/20240104000000_mail/migration.sql': 'ALTER TABLE u RENAME COLUMN a TO b;',
    });
    const { code, out, err } = await run(folder, ['--all']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain('no-rename-column');
  });

  it.each([
    'ALTER TABLE a0 ALTER COLUMN x SET NOT NULL;',
    'ALTER TABLE a0 ALTER COLUMN x SET NOT NULL; ALTER TABLE a0 ALTER COLUMN x DROP NOT NULL;',
    'ALTER TABLE a0 ADD COLUMN y int NOT NULL DEFAULT 1; ALTER TABLE a0 DROP COLUMN y;',
    'ALTER TABLE a0 ALTER COLUMN x TYPE bigint;',
    'ALTER TABLE a0 ADD CONSTRAINT positive CHECK (x > 0);',
    'ALTER TABLE a0 RENAME COLUMN x TO z;',
    'UPDATE a0 SET x = 1; DELETE FROM a0; TRUNCATE a0;',
    'DROP TABLE a0 CASCADE;',
  ])('%s', async (sql) => {
    const folder = folderWith({
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
      'prisma/migrations/20240101000000_init/migration.sql': diamonds(40),
      'prisma/migrations/20240102000000_change/migration.sql': sql,
    });
    const { code, err } = await run(folder, ['--all']);
    expect({ code: Math.min(code, 1), err }).toEqual({ code, err: '' });
  });
});
