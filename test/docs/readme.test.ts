import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.ts';
import { folderWith, run } from '../cli/run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');

it('the README shows what the program really prints', async () => {
  const { code, out } = await run(root, ['fixtures/example', '--applied-through', '20250910083000']);
  expect(code).toBe(1);
  const shown = out.replace(/ · [\d.]+ s\n$/u, '');
  expect(read('README.md')).toContain(shown);
});

it('the README shows what verify really prints', { timeout: 120_000 }, async () => {
  const args = /^\$ npx migration-lint (verify .*)$/mu.exec(read('README.md'))?.[1]?.split(' ') ?? [];
  const { code, out } = await run(root, args);
  expect(code).toBe(1);
  expect(read('README.md')).toContain(out.replace(/ · [\d.]+ s\n$/u, ''));
});

it('the README shows what effects really prints', async () => {
  const args = /^\$ npx migration-lint (effects .*)$/mu.exec(read('README.md'))?.[1]?.split(' ') ?? [];
  const { code, out } = await run(root, args);
  expect(code).toBe(0);
  expect(read('README.md')).toContain(out);
});

it('counts what there is', () => {
  expect(read('README.md')).toContain(`[${rules.length} rules](docs/rules/README.md)`);
  expect(read('CHANGELOG.md')).toContain(`- ${rules.length} rules,`);
  const statements = /^(\d+) statements/mu.exec(read('docs/effects.md'))?.[1];
  expect(read('README.md')).toContain(`the [effects](docs/effects.md) of ${statements} statements`);
});

describe('the README’s first run on an old project', () => {
  it('is what the program really prints', async () => {
    const folder = folderWith({});
    cpSync(join(root, 'fixtures/policy-b-storefront'), folder, { recursive: true });
    rmSync(join(folder, '.migrationlintrc.json'));
    const sessions = [...read('README.md').matchAll(/```console\n([^]*?)```/gu)].map(
      ([, text]) => text ?? '',
    );
    expect(sessions).toHaveLength(3);
    for (const [, command, input, shown] of sessions
      .join('')
      .matchAll(/^\$ (.*)\n((?:> .*\n)*)((?:[^$>].*\n|\n)*)/gmu)) {
      expect(await play(folder, command ?? '', input ?? '')).toBe(shown);
    }
  });
});

/** Does what a line of a session says. @returns what is printed, without times */
async function play(folder: string, command: string, input: string): Promise<string> {
  const [, made] = /^mkdir (\S+)$/u.exec(command) ?? [];
  const [, written] = /^cat > (\S+) <<'SQL'$/u.exec(command) ?? [];
  const [, shown] = /^cat (prisma\/migrations\/\*\S+)$/u.exec(command) ?? [];
  const [lint, line = '', both, last] =
    /^npx migration-lint( .*?)??( 2>&1)?( \| tail -1)?$/u.exec(command) ?? [];
  if (made !== undefined) mkdirSync(join(folder, made));
  else if (written !== undefined)
    writeFileSync(join(folder, written), input.replaceAll(/^> (?:SQL\n)?/gmu, ''));
  else if (shown !== undefined) return read(join(folder, theOne(folder, shown)));
  else if (lint !== undefined) {
    const { out, err } = await run(
      folder,
      line.split(' ').filter((word) => word !== ''),
    );
    const text = `${both === undefined ? '' : err}${out}`.replaceAll(/ · [\d.]+ s$/gmu, '');
    return last === undefined ? text : `${text.trimEnd().split('\n').at(-1) ?? ''}\n`;
  } else throw new Error(`nobody knows how to do this: ${command}`);
  return '';
}

/** The file of a migration whose id ends as a pattern with one `*` does. */
function theOne(folder: string, pattern: string): string {
  const [before = '', after = ''] = pattern.split('*');
  const [id, file] = after.split('/');
  const found = readdirSync(join(folder, before)).filter((name) => name.endsWith(id ?? ''));
  expect(found).toHaveLength(1);
  return join(before, found[0] ?? '', file ?? '');
}

const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'fixtures/README.md'].concat(
  readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
);

describe.each(pages)('%s', (page) => {
  it('has no placeholder left to fill in', () => {
    const prose = read(page).replaceAll(/```.*?```/gsu, '');
    expect(prose.match(/^[A-Z]{4,}$/gmu)).toBeNull();
  });
});
