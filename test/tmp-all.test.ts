import { expect, test, vi } from 'vitest';
vi.mock('../rules/index.ts', async () => {
  const modules = import.meta.glob('../rules/*/*.ts', { eager: true }) as Record<string, { default: unknown }>;
  return { rules: Object.values(modules).map((m) => m.default), families: {} };
});
import { differences } from './harness/compare.ts';
import { fixtureNames, readFixture } from './harness/fixture.ts';
import { lintFixture } from './harness/lint.ts';
for (const name of fixtureNames()) test(name, async () => {
  const f = readFixture(name);
  const r = await lintFixture(f);
  console.log(`${name} failed=${r.failed}\n` + differences(f, r.findings).join('\n'));
});
