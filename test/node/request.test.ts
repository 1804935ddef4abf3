import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as api from '../../src/node.ts';
import type { FormatName } from '../../src/node.ts';
import { folderWith } from '../cli/run.ts';

const PROJECT = {
  'migrations/V1__create_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n',
  'migrations/V2__rename_email.sql': 'ALTER TABLE users RENAME COLUMN email TO mail;\n',
};
const PAGE = readFileSync(new URL('../../docs/node-api.md', import.meta.url), 'utf8');

describe('a request with a mistake is refused, by the name of its key', () => {
  it.each<[object, RegExp]>([
    [{ appliedTrough: '1' }, /no key appliedTrough here\. Did you mean appliedThrough\?/u],
    [{ ignorePattern: ['x'] }, /no key ignorePattern here\. Did you mean ignorePatterns\?/u],
    [{ flags: true }, /no key flags here/u],
    [{ postgres: 12 }, /^postgres of the request is a major version from 13 to 18, not 12\.$/u],
    [{ postgres: '15' }, /^postgres .* not "15"\.$/u],
    [{ now: '2026-01-01' }, /^now of the request is a valid Date, not "2026-01-01"\.$/u],
    [{ now: new Date('never') }, /^now .* not an invalid Date\.$/u],
    [{ paths: 'migrations' }, /^paths of the request is a list of texts, not "migrations"\.$/u],
    [{ ignorePatterns: '*' }, /^ignorePatterns of the request is a list of texts/u],
    [{ only: [] }, /^only of the request is a list of names of rules, at least one, not \[\]\.$/u],
    [{ all: 'yes' }, /^all of the request is true or false/u],
    [{ cwd: 'here' }, /^cwd of the request is the absolute path/u],
    [{ layout: 'custom' }, /^layout of the request is one of prisma/u],
    [{ stdin: 'SELECT 1;' }, /^stdin of the request is \{ text, path\? \}/u],
    [{ baseline: true }, /^baseline of the request is the path of a file, or false/u],
    [{ rules: ['no-data-loss'] }, /^rules of the request is an object/u],
    [{ all: true, base: 'main' }, /^all and base of the request contradict each other\.$/u],
    [{ staged: true, changed: true }, /^staged and changed of the request contradict/u],
    [{ stdin: { text: '' }, paths: ['x'] }, /^stdin and paths of the request contradict/u],
    [{ rules: { 'no-data-los': 'off' } }, /^rules has a mistake\.$/u],
    [{ only: ['no-data-los'] }, /^only names no-data-los, .* Did you mean no-data-loss\?$/u],
    [{ ignorePatterns: ['/x'] }, /^The pattern \/x of ignorePatterns is an absolute path/u],
    [{ staged: true }, /^staged needs a git repository/u],
    [{ after: '2023' }, /the one before those to judge \(after\)/u],
  ])('%j', async (request, message) => {
    const cwd = folderWith(PROJECT);
    const failed = api.lintProjects({ cwd, environment: {}, ...request });
    await expect(failed).rejects.toMatchObject({ message: expect.stringMatching(message) as string });
  });

  it('which is an object, of which undefined says nothing', async () => {
    const cwd = folderWith(PROJECT);
    await expect(api.lintProjects(null as unknown as object)).rejects.toThrow(/is an object, not null/u);
    const { report } = await api.lintProjects({ cwd, environment: {}, base: undefined, all: undefined });
    expect(report.summary.judged).toBe(2);
  });

  it('as a format and an action are', async () => {
    const { report } = await api.lintProjects({ cwd: folderWith(PROJECT), environment: {} });
    const format = (name: string) => () => api.formatReport(report, name as FormatName);
    expect(format('sraif')).toThrow(/There is no format sraif\. Did you mean sarif\?/u);
    expect(format('constructor')).toThrow(/There is no format constructor/u);
    const update = api.updateBaseline({ environment: {} }, 'wirte' as api.BaselineAction);
    await expect(update).rejects.toThrow(/no action wirte\. Did you mean write\?/u);
    const whole = api.updateBaseline({ all: true } as object, 'write');
    await expect(whole).rejects.toThrow(/A request has no key all here/u);
  });
});

describe('docs/node-api.md', () => {
  it('has a sample that runs as it is pasted', async () => {
    const sample = /```ts\n(?<code>[^]*?)```/u.exec(PAGE)?.groups?.['code'] ?? '';
    const imports = [...sample.matchAll(/^import \{ (.*) \} from '(.*)';$/gmu)];
    expect(imports.map(([, , from]) => from)).toEqual(['node:fs/promises', 'migration-lint/node']);
    const written: string[] = [];
    const lines: unknown[][] = [];
    const given: Readonly<Record<string, unknown>> = {
      ...api,
      writeFile: (file: string, text: string) => Promise.resolve(void written.push(file, text)),
      process: { cwd: () => folderWith(PROJECT) },
      console: { log: (...words: unknown[]) => void lines.push(words) },
    };
    const names = [...imports.flatMap(([, list = '']) => list.split(', ')), 'process', 'console'];
    const AsyncFunction = (async () => undefined).constructor as new (
      ...texts: string[]
    ) => (...values: unknown[]) => Promise<void>;
    const body = sample.replaceAll(/^import .*$/gmu, '');
    await new AsyncFunction(...names, body)(...names.map((name) => given[name]));
    expect(lines).toEqual([
      ['migrations', 'V2__rename_email', 'no-rename-column', 'error', expect.any(String)],
    ]);
    expect(JSON.parse(written[1] ?? '')).toHaveProperty('runs');
  });

  it('lists every key of a request', async () => {
    const failed = api.lintProjects({ nothing: 1 } as object);
    const { help } = (await failed.catch((error: unknown) => error)) as { help: string };
    const keys = help.replace(/^The keys are |\.$/gu, '').split(', ');
    expect(keys.length).toBeGreaterThan(20);
    const rows = PAGE.split('\n').filter((line) => line.startsWith('| `'));
    const listed = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/gu)].map(([, key]) => key),
    );
    expect(listed).toEqual(keys);
  });
});
