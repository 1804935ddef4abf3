import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderWith } from './run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = `${root}dist/cli/main.js`;

beforeAll(() => {
  if (!existsSync(program)) throw new Error('there is no build to test: run `npm run build` first');
});

const PROJECT = {
  'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
  'prisma/migrations/20240101000000_init/migration.sql': 'CREATE TABLE a (id INT);',
  'prisma/migrations/20240102000000_update/migration.sql': 'ALTER TABLE a RENAME COLUMN id TO key;',
};

describe('the program as it is shipped', () => {
  it('is what npm start shows', () => {
    const { status, stdout } = spawnSync(process.execPath, ['scripts/demo.mjs'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toContain('✖ 2 errors in 2 of 3 pending migrations');
  });

  it('explains a rule with its examples, which lie in a file of their own', () => {
    const { status, stdout } = spawnSync(process.execPath, [program, 'explain', 'no-rename-column'], {
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toContain('RENAME COLUMN');
    expect(stdout).toContain('Proven on PostgreSQL');
  });

  it('reads a YAML configuration, and says what is wrong with a broken one', () => {
    const folder = folderWith({
      ...PROJECT,
      '.migrationlintrc.yaml': 'rules:\n  no-rename-column: off\n  no-vague-name: off\n',
    });
    const run = () => spawnSync(process.execPath, [program], { cwd: folder, encoding: 'utf8' });
    expect(run()).toMatchObject({ status: 0, stderr: '' });
    const broken = folderWith({ ...PROJECT, '.migrationlintrc.json': '{ "rules": {\n' });
    const { status, stderr } = spawnSync(process.execPath, [program], { cwd: broken, encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toMatch(/\.migrationlintrc\.json cannot be read\.\n.*line \d/u);
  });

  it('ends quietly when its reader has seen enough', () => {
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [
        `prisma/migrations/${20250000000000 + index}_rename_it/migration.sql`,
        `ALTER TABLE a RENAME COLUMN c${index} TO d${index};`,
      ]),
    );
    const folder = folderWith({ ...PROJECT, ...many });
    const { stdout, stderr } = spawnSync(`'${process.execPath}' '${program}' | head -1`, {
      cwd: folder,
      shell: true,
      encoding: 'utf8',
    });
    expect(stdout).toContain('prisma/migrations');
    expect(stderr).toBe('');
  });
});
