import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { families, rules } from '../../rules/index.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const folders = readdirSync(here('../../rules'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

it.each(folders)('the rules of %s are tested', (family) => {
  expect(existsSync(here(`${family}.test.ts`))).toBe(true);
});

it('every rule yields to rules that there are', () => {
  const names = new Set(rules.map(({ meta }) => meta.name));
  for (const { meta } of rules)
    for (const name of meta.yieldsTo ?? []) expect([...names], meta.name).toContain(name);
});

it('every rule has a family', () => {
  expect(Object.keys(families).toSorted()).toEqual(rules.map(({ meta }) => meta.name).toSorted());
});
