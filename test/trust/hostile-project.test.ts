import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, run } from '../cli/run.ts';

const LOCK = { 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n' };
const migration = (id: string): string => `prisma/migrations/${id}/migration.sql`;

describe('a hostile pull request', () => {
  it('does not get its prisma.config.ts or its JavaScript configuration executed', async () => {
    const folder = folderWith({ ...LOCK, [migration('20240101000000_init')]: 'SELECT 1;' });
    const code = `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'ran'))}, '')`;
    mkdirSync(join(folder, '.config'));
    for (const name of [
      'prisma.config.ts',
      'prisma.config.js',
      'migration-lint.config.js',
      '.migrationlintrc.js',
      '.config/config.js',
    ]) {
      writeFileSync(join(folder, name), `${code}\nexport default { schema: 'prisma/schema.prisma' };`);
    }
    await run(folder);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });

  it('does not reach the terminal with escape sequences in names', async () => {
    const name = 'users\u001B]0;owned\u0007\u001B[2J\u202E';
    const folder = folderWith({
      ...LOCK,
      [migration('20240101000000_init')]: `CREATE TABLE "${name}" (id INT);`,
      [migration('20240102000000_rename_id')]: `ALTER TABLE "${name}" RENAME COLUMN id TO key;`,
    });
    const { code, out } = await run(folder);
    expect(code).toBe(1);
    expect(out).toContain('no-rename-column');
    // oxlint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/u);
  });

  it('does not make us read what a symbolic link outside the repository points to', async () => {
    const secret = join(
      folderWith({ 'secret.sql': 'ALTER TABLE secret RENAME COLUMN a TO b;' }),
      'secret.sql',
    );
    const folder = folderWith({
      ...LOCK,
      [migration('20240101000000_init')]: 'CREATE TABLE secret (a INT);',
    });
    mkdirSync(join(folder, 'prisma/migrations/20240102000000_link'));
    symlinkSync(secret, join(folder, migration('20240102000000_link')));
    const { out, err } = await run(folder);
    expect(out + err).not.toContain('no-rename-column');
  });

  it('does not hang or crash the program with deep nesting, huge files or odd bytes', async () => {
    const folder = folderWith({
      ...LOCK,
      [migration('20240101000000_deep')]: `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)};`,
      [migration('20240102000000_huge')]: `SELECT '${'x'.repeat(6_000_000)}';`,
      [migration('20240103000000_nul')]: 'SELECT 1;\0 DROP TABLE a;',
      [migration('20240104000000_last')]: 'CREATE TABLE a (id INT);',
      [migration('20240105000000_rename')]: 'ALTER TABLE a RENAME COLUMN id TO key;',
    });
    const { code, out } = await run(folder);
    expect(code).toBe(1);
    expect(out).toContain('no-rename-column');
    expect(out.match(/no-syntax-error/gu)?.length).toBe(3);
  });
});
