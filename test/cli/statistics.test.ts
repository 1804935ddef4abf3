import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refuseReading } from '../support/refuse-reading.ts';
import { folderWith, run, type Outcome } from './run.ts';

const FILE = '.migrationlint-statistics.json';
const PROJECT = {
  'm/0001_create_settings.sql': 'CREATE TABLE settings (id int PRIMARY KEY, name text);\n',
  'm/0002_add_settings_name_idx.sql': 'CREATE INDEX settings_name_idx ON settings (name);\n',
};
const ARGS = ['m', '--applied-through', '0001'];

const statistics = (rows: number, more: object = {}): string =>
  JSON.stringify({
    version: 1,
    measured: '2026-01-20',
    tables: [{ schema: 'public', name: 'settings', rows, bytes: 8192 }],
    ...more,
  });

/** Lints the project with these files in it as well. */
const lint = async (
  files: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<Outcome> => await run(folderWith({ ...PROJECT, ...files }), [...ARGS, ...args]);

describe('the statistics file', () => {
  it('makes slow work on a small table information, and says why', async () => {
    expect((await lint({})).code).toBe(1);
    const { code, out } = await lint({ [FILE]: statistics(1200) });
    expect(code).toBe(0);
    expect(out).toMatch(/info {2}Creating settings_name_idx blocks every write to settings/u);
    expect(out).toContain(
      'size  settings is small: 1,200 rows by the statistics of 2026-01-20; on a larger table this',
    );
    expect((await lint({ [FILE]: statistics(12_000) })).code).toBe(1);
    const json = await lint({ [FILE]: statistics(1200) }, ['-f', 'json']);
    expect(json.out).toMatch(/"lowered": \{\s+"from": "error",[^]*"rows": 1200,\s+"measured": "2026-01-20"/u);
  });

  it('lies where the configuration says, relative to it', async () => {
    const configuration = JSON.stringify({ statistics: './db/sizes.json', conventions: { smallRows: 500 } });
    const files = { '.config/migrationlintrc.json': configuration, 'db/sizes.json': statistics(500) };
    expect((await lint(files)).code).toBe(0);
    const missing = await lint({ '.migrationlintrc.json': '{ "statistics": "sizes.json" }' });
    expect(missing.code).toBe(2);
    expect(missing.err).toMatch(
      /^✖ There is no statistics file sizes\.json, which .*\.migrationlintrc\.json names\.\n {2}Write it with `migration-lint stats/u,
    );
    const outside = await lint({ '.migrationlintrc.json': '{ "statistics": "../sizes.json" }' });
    expect(outside.code).toBe(2);
    expect(outside.err).toMatch(/names the statistics file \.\.\/sizes\.json, which lies outside/u);
  });

  it.each([
    [
      '{',
      /cannot be read: line 1, column 2: .*\.\n {2}Write it anew with `migration-lint stats --url <url>`, or delete/u,
    ],
    [statistics(1, { version: 2 }), /cannot be read: its version is 2, and this program reads 1\.\n/u],
    [statistics(-1), /cannot be read: tables\[0\] lacks a whole number/u],
    [' '.repeat(10_485_761), /cannot be read: it is larger than 10 MB/u],
  ])('that cannot be read ends the run', async (text, message) => {
    const { code, out, err } = await lint({ [FILE]: text });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`✖ The statistics file ${FILE} `);
    expect(err).toMatch(message);
  });

  it('that leads out of the repository is not read', async () => {
    const [outside, inside] = [folderWith({ 'secret.json': 'hush' }), folderWith(PROJECT)];
    symlinkSync(join(outside, 'secret.json'), join(inside, FILE));
    const { code, err } = await run(inside, ARGS);
    expect(code).toBe(2);
    expect(err).toBe(`✖ The statistics file ${FILE} cannot be read: it leads out of ${inside}.\n`);
  });

  it('that is a folder ends the run', async () => {
    const folder = folderWith(PROJECT);
    mkdirSync(join(folder, FILE));
    const { code, err } = await run(folder, ARGS);
    expect(code).toBe(2);
    expect(err).toBe(`✖ The statistics file ${FILE} cannot be read: it is no file.\n`);
  });

  it('that may not be read ends the run', async () => {
    const folder = folderWith({ ...PROJECT, [FILE]: statistics(1200) });
    refuseReading(join(folder, FILE));
    const { code, err } = await run(folder, ARGS);
    expect(code).toBe(2);
    expect(err).toBe(
      `✖ The statistics file ${FILE} cannot be read: you may not read it, check its permissions.\n`,
    );
  });

  it('that is old is said to be, where it counts', async () => {
    const old = /note {2}The sizes in \.migrationlint-statistics\.json are 91 days old/u;
    const files = { [FILE]: statistics(5) };
    expect((await lint(files, ['--now', '2026-04-20'])).out).not.toContain('days old');
    expect((await lint(files, ['--now', '2026-04-21'])).out).toMatch(old);
    expect((await lint({ [FILE]: statistics(50_000) }, ['--now', '2026-04-21'])).out).not.toContain(
      'days old',
    );
  });
});

describe('tables that the configuration calls small', () => {
  it('are as if they were measured', async () => {
    const configuration = JSON.stringify({ conventions: { smallTables: ['Settings'] } });
    const { code, out } = await lint({ '.migrationlintrc.json': configuration });
    expect(code).toBe(0);
    expect(out).toContain('size  settings is small by the configuration; on a larger table this is an error');
  });
});

describe('migration-lint stats', () => {
  it.each([
    [['stats'], /required option '--url <url>' not specified/iu],
    [['stats', '--url', 'env:NOPE'], /The variable NOPE, which --url names, is not set\.\n {2}Set it to/u],
    [['stats', '--url', 'env:URL'], /The URL is none of a PostgreSQL database\.\n {2}It looks like/u],
    [['stats', '--url', 'x', '--config', 'no.json'], /no\.json cannot be read\.\n {2}There is no such file/u],
    [['stats', '--urls', 'x'], /--url\b/u],
  ])('%j is refused', async (args, message) => {
    const folder = folderWith({});
    const { code, out, err } = await run(folder, args, { URL: 'mysql://u:hush@127.0.0.1/db' });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(err).not.toContain('hush');
  });

  it('leaves the file alone if the database cannot be read', async () => {
    const folder = folderWith({ [FILE]: statistics(7) });
    writeFileSync(join(folder, 'x'), '');
    // Port 1 is reserved, and nobody listens there.
    const { code, err } = await run(folder, ['stats', '--url', 'postgresql://u:hush@127.0.0.1:1/db']);
    expect(code).toBe(2);
    expect(err).toMatch(/^✖ No connection to the database: .*127\.0\.0\.1:1\.\n/u);
    expect(err).not.toContain('hush');
    expect(readFileSync(join(folder, FILE), 'utf8')).toBe(statistics(7));
  });
});
