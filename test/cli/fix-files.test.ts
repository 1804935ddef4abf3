import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { folderWith, run } from './run.ts';

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });

/** A repository whose main branch has these files; the working tree then gets the others. */
function repository(main: Readonly<Record<string, string>>, more: Readonly<Record<string, string>>): string {
  const folder = folderWith(main);
  made.push(folder);
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'x');
  git(folder, 'checkout', '-q', '-b', 'work');
  for (const [path, text] of Object.entries(more)) {
    const from = folderWith({ [path]: text });
    made.push(from);
    cpSync(from, folder, { recursive: true });
  }
  return folder;
}

function filesIn(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .map((entry) => ({ entry, path: join(entry.parentPath, entry.name).slice(folder.length + 1) }))
      .filter(({ entry, path }) => entry.isFile() && !path.startsWith('.git/'))
      .map(({ path }) => [path, readFileSync(join(folder, path), 'utf8')] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const GOOSE = (up: string): string => `-- +goose Up\n${up}\n-- +goose Down\nSELECT 1;\n`;
const MAIN = {
  'db älter/migrations/00001_users.sql': GOOSE('CREATE TABLE users (id int PRIMARY KEY, mail text);'),
  'db älter/migrations/00003_plans.sql': GOOSE('CREATE TABLE plans (id int PRIMARY KEY);'),
};
const LATE = {
  'db älter/migrations/00002_fix.sql': GOOSE('ALTER TABLE users ADD COLUMN phone text;'),
  'db älter/migrations/00003_tags.sql': GOOSE('CREATE TABLE tags (id int PRIMARY KEY);'),
};
const ONLY = [
  '--only',
  'no-out-of-order',
  '--only',
  'no-duplicate-version',
  '--only',
  'no-vague-name',
  '--only',
  'no-misleading-name',
];
const FIX = ['--base', 'main', ...ONLY, '--fix', '--unsafe-fixes'];

describe('--fix of names and versions', () => {
  it('renames what is pending, in the order it had, and nothing a second time', async () => {
    const folder = repository(MAIN, LATE);
    const first = await run(folder, FIX);
    expect(first.err).toContain('renamed 2 files');
    const after = filesIn(folder);
    expect(Object.keys(after)).toEqual([
      'db älter/migrations/00001_users.sql',
      'db älter/migrations/00003_plans.sql',
      'db älter/migrations/00004_add_phone_to_users.sql',
      'db älter/migrations/00005_tags.sql',
    ]);
    expect(after['db älter/migrations/00005_tags.sql']).toBe(LATE['db älter/migrations/00003_tags.sql']);
    expect(first.code).toBe(0);
    const second = await run(folder, FIX);
    expect(second.err).toBe('');
    expect(filesIn(folder)).toEqual(after);
    expect(git(folder, 'diff', '--cached', '--name-only')).toBe('');
  });

  it('prints the patch of it that git applies to the same files', async () => {
    const folder = repository(MAIN, LATE);
    const copy = mkdtempSync(join(tmpdir(), 'copy-'));
    made.push(copy);
    cpSync(folder, copy, { recursive: true });
    const { out, code } = await run(folder, [...FIX, '--dry-run']);
    expect(code).toBe(1);
    expect(out).toContain('rename from');
    expect(filesIn(folder)).toEqual(filesIn(copy));
    execFileSync('git', ['apply', '-'], { cwd: copy, input: out });
    await run(folder, FIX);
    expect(filesIn(copy)).toEqual(filesIn(folder));
  });

  it('goes on under the new name where a path was asked for', async () => {
    const folder = repository(MAIN, LATE);
    const { err } = await run(folder, [...FIX, 'db älter/migrations/00002_fix.sql']);
    expect(err).toContain('renamed');
    expect(existsSync(join(folder, 'db älter/migrations/00004_add_phone_to_users.sql'))).toBe(true);
  });

  it('does all or nothing of what belongs together, and stages nothing', async () => {
    const folder = repository(MAIN, LATE);
    git(folder, 'add', '.');
    const changed = `${LATE['db älter/migrations/00002_fix.sql']}-- edited since\n`;
    writeFileSync(join(folder, 'db älter/migrations/00002_fix.sql'), changed);
    const before = filesIn(folder);
    const index = git(folder, 'ls-files', '--stage');
    const { err } = await run(folder, [...FIX, '--staged']);
    expect(err).toContain('00002_fix.sql has changed in the meantime, and was left alone.');
    expect(filesIn(folder)).toEqual(before);
    expect(git(folder, 'ls-files', '--stage')).toBe(index);
  });

  it('fixes several projects of one repository, each in its layout', async () => {
    const folder = repository(
      {
        ...MAIN,
        'api/prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
        'api/prisma/migrations/20250102000000_init/migration.sql': 'CREATE TABLE a (id int PRIMARY KEY);\n',
      },
      {
        ...LATE,
        'api/prisma/migrations/20250101000000_update/migration.sql':
          '-- Migration: update\r\nALTER TABLE a ADD COLUMN note text;\r\n',
        'api/prisma/migrations/20250101000000_update/rollback.sql': 'ALTER TABLE a DROP COLUMN note;',
      },
    );
    await run(folder, FIX);
    const files = filesIn(folder);
    expect(Object.keys(files).filter((path) => path.startsWith('api/'))).toEqual([
      'api/prisma/migrations/20250102000000_init/migration.sql',
      'api/prisma/migrations/20260131120000_add_note_to_a/migration.sql',
      'api/prisma/migrations/20260131120000_add_note_to_a/rollback.sql',
      'api/prisma/migrations/migration_lock.toml',
    ]);
    expect(files['api/prisma/migrations/20260131120000_add_note_to_a/migration.sql']).toBe(
      '-- Migration: add_note_to_a\r\nALTER TABLE a ADD COLUMN note text;\r\n',
    );
    expect(Object.keys(files)).toContain('db älter/migrations/00005_tags.sql');
    expect(readdirSync(join(folder, 'api/prisma/migrations'))).not.toContain('20250101000000_update');
  });
});

describe('--fix that splits a migration', () => {
  const history = {
    'migrations/00001_init.sql': GOOSE('CREATE TABLE users (id int PRIMARY KEY, mail text, age int);'),
  };
  const pending = {
    'migrations/00002_mail.sql': GOOSE(
      'ALTER TABLE users ADD COLUMN city text;\nCREATE INDEX users_mail_idx ON users (mail);',
    ),
    'migrations/00003_plans.sql': GOOSE('CREATE TABLE plans (id int PRIMARY KEY);'),
  };
  const args = ['--base', 'main', '--only', 'require-concurrent-index', '--fix'];

  it('gives the pending one behind it the next version, and prints it as a patch', async () => {
    const folder = repository(history, pending);
    const { out } = await run(folder, [...args, '--dry-run']);
    const copy = mkdtempSync(join(tmpdir(), 'copy-'));
    made.push(copy);
    cpSync(folder, copy, { recursive: true });
    const { err } = await run(folder, args);
    expect(err).toContain('00003_plans is 00004_plans now.');
    const files = filesIn(folder);
    expect(Object.keys(files)).toHaveLength(4);
    const [, , index, plans] = Object.keys(files);
    expect(index).toMatch(/^migrations\/00003_create_users_mail_idx/);
    expect(plans).toBe('migrations/00004_plans.sql');
    expect(files[index ?? '']).toContain('-- +goose NO TRANSACTION\n-- +goose Up');
    expect(files[index ?? '']).toContain('CREATE INDEX CONCURRENTLY users_mail_idx ON users (mail);');
    expect(files['migrations/00002_mail.sql']).not.toContain('users_mail_idx');
    execFileSync('git', ['apply', '-'], { cwd: copy, input: out });
    expect(filesIn(copy)).toEqual(files);
    expect((await run(folder, args)).err).toBe('');
    expect(filesIn(folder)).toEqual(files);
  });
});
