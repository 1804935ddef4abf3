import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run } from '../cli/run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

it('the README shows what the program really prints', async () => {
  const { code, out } = await run(root, ['fixtures/example', '--applied-through', '20250910083000']);
  expect(code).toBe(1);
  const shown = out.replace(/ · [\d.]+ s\n$/u, '');
  expect(read('README.md')).toContain(shown);
});

it('the README shows what effects really prints', async () => {
  const args = /^\$ npx migration-lint (effects .*)$/mu.exec(read('README.md'))?.[1]?.split(' ') ?? [];
  const { code, out } = await run(root, args);
  expect(code).toBe(0);
  expect(read('README.md')).toContain(out);
});

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

  it('has no dead links', () => {
    const text = read(page).replaceAll(/```.*?```|`[^`\n]*`/gsu, '');
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/gu)].map(
      ([, target]) => target ?? '',
    );
    expect(links.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });
});
