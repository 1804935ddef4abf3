import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, run } from './run.ts';

const DROP = 'prisma/migrations/20250102000000_drop_fax/migration.sql';
const ROLLBACK = 'prisma/migrations/20250102000000_drop_fax/rollback.sql';

const project = (): string =>
  folderWith({
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/20250101000000_init/migration.sql':
      "CREATE TABLE users (id int PRIMARY KEY, fax text DEFAULT 'none');\n",
    [DROP]: 'ALTER TABLE users DROP COLUMN fax;\n',
  });

const base = ['--applied-through', '20250101000000'];

describe('--fix', () => {
  it('writes the rollback, says so, and finds nothing to do the second time', async () => {
    const folder = project();
    const first = await run(folder, [...base, '--fix']);
    expect(first.err).toBe('Mended 1 finding, made 1 file: writes the rollback.\n');
    expect(first.out).not.toContain('require-rollback');
    const written = readFileSync(join(folder, ROLLBACK), 'utf8');
    expect(written).toContain("ADD COLUMN IF NOT EXISTS fax text DEFAULT 'none'");
    const second = await run(folder, [...base, '--fix']);
    expect(second.err).toBe('');
    expect(readFileSync(join(folder, ROLLBACK), 'utf8')).toBe(written);
    expect(readdirSync(join(folder, 'prisma/migrations/20250102000000_drop_fax')).sort()).toEqual([
      'migration.sql',
      'rollback.sql',
    ]);
  });

  it('says what it did in a line for each kind of fix, and which fixes it did not make', async () => {
    const folder = folderWith({
      'go.mod': 'module example.com/app\n\nrequire github.com/pressly/goose/v3 v3.20.0\n',
      'migrations/20250101000000_init.sql':
        '-- +goose Up\nCREATE TABLE users (id int PRIMARY KEY, fax text, team int);\n\n-- +goose Down\nDROP TABLE users;\n',
      'migrations/20250102000000_teams.sql':
        '-- +goose Up\nCREATE INDEX users_team ON users (team);\nCREATE INDEX users_fax ON users (fax);\nALTER TABLE users ADD CONSTRAINT short CHECK (length(fax) < 9);\n',
      'migrations/20250103000000_note.sql':
        '-- +goose Up\nALTER TABLE users ADD COLUMN note text;\n\n-- +goose Down\nALTER TABLE users DROP COLUMN nota;\n',
    });
    const { err } = await run(folder, [...base, '--fix', '--unsafe-fixes']);
    expect(err).toContain(
      'One fix is not made:\n  The rollback of 20250103000000_note stays as it is: PostgreSQL refuses a step of it',
    );
    expect(err).toMatch(
      /^Mended 4 findings, changed 1 file and made 2 files:\n(?: {2}\S.*\n)+If your own database/m,
    );
    expect(err.split('\n')).toEqual(
      expect.arrayContaining([
        '  writes the rollback',
        '  builds it concurrently (2)',
        '  adds it with NOT VALID, and validates it in the next migration',
      ]),
    );
  });

  it('prints a patch that git applies, and writes nothing', async () => {
    const folder = project();
    const { out, code } = await run(folder, [...base, '--fix', '--dry-run']);
    expect(code).toBe(1);
    expect(existsSync(join(folder, ROLLBACK))).toBe(false);
    execFileSync('git', ['apply', '-'], { cwd: folder, input: out });
    const patched = readFileSync(join(folder, ROLLBACK), 'utf8');
    await run(folder, [...base, '--fix', '--dry-run']);
    rmSync(join(folder, ROLLBACK));
    await run(folder, [...base, '--fix']);
    expect(readFileSync(join(folder, ROLLBACK), 'utf8')).toBe(patched);
  });

  it('changes no migration that may be applied: without a base it refuses', async () => {
    const { code, err } = await run(project(), ['--fix']);
    expect(code).toBe(2);
    expect(err).toContain('Nothing tells which migrations are pending');
    expect(err).toContain('--applied-through');
  });

  it('refuses --all, --stdin and a dry run of nothing', async () => {
    expect((await run(project(), ['--fix', '--all'])).err).toContain('--fix and --all contradict');
    expect((await run(project(), ['--fix', '--stdin'])).err).toContain('--fix and --stdin contradict');
    expect((await run(project(), ['--dry-run'])).err).toContain('--dry-run needs --fix');
  });

  it('does not write through a folder that leads out of the repository', async () => {
    const folder = project();
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    execFileSync('git', ['init', '-q'], { cwd: folder });
    const link = 'prisma/migrations/20250102000000_drop_fax';
    writeFileSync(join(outside, 'migration.sql'), 'ALTER TABLE users DROP COLUMN fax;\n');
    rmSync(join(folder, link), { recursive: true });
    symlinkSync(outside, join(folder, link));
    await run(folder, [...base, '--fix']);
    expect(readdirSync(outside)).toEqual(['migration.sql']);
  });

  it('waits for no other process: it refuses while one is at it, and takes over from a dead one', async () => {
    const folder = project();
    execFileSync('git', ['init', '-q'], { cwd: folder });
    const key = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16);
    const claimOf = (owner: number): string => join(tmpdir(), `migration-lint-${key}.${owner}.test.lock`);
    writeFileSync(claimOf(process.ppid), '');
    const refused = await run(folder, [...base, '--fix']);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain(`process ${process.ppid}`);
    rmSync(claimOf(process.ppid));
    writeFileSync(claimOf(999_999_999), '');
    const taken = await run(folder, [...base, '--fix']);
    expect(taken.err).toContain('Mended 1 finding');
    expect(readdirSync(tmpdir()).filter((name) => name.includes(key))).toEqual([]);
  });
});
