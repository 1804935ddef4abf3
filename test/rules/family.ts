import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/index.ts';
import { RuleTester } from '../../src/testing/index.ts';

/**
 * Tests the rules of a family by their own examples, and that they describe themselves the way all rules do. A family's files
 * are read one by one, so that a rule of another family that does not compile yet is in nobody's way.
 *
 * @param family a folder of `rules/`.
 */
export async function describeFamily(family: string): Promise<void> {
  const folder = new URL(`../../rules/${family}/`, import.meta.url);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).toSorted();
  const tester = new RuleTester({ test: it });
  for (const file of files) {
    const path = fileURLToPath(new URL(file, folder));
    // eslint-disable-next-line no-await-in-loop -- tests are registered in the order of the files
    const { default: rule } = (await import(path)) as { readonly default: Rule };
    describe(rule.meta.name, () => {
      tester.run(rule);
      it('describes itself the way all rules do', () => {
        describesItself(rule, file);
      });
    });
  }
}

function describesItself({ meta }: Rule, file: string): void {
  expect(file).toBe(`${meta.name}.ts`);
  expect(meta.name).toMatch(/^(?:no|require|prefer)-[a-z0-9]+(?:-[a-z0-9]+)*$/u);
  expect(meta.summary).toMatch(/^(?:Disallow|Require|Prefer) /u);
  expect(meta.summary).not.toMatch(/\.$/u);
  expect(meta.rationale).toMatch(/\.$/u);
  for (const yields of meta.yieldsTo ?? []) expect(yields).not.toBe(meta.name);
  for (const { what, help } of Object.values(meta.messages)) {
    expect(what).toMatch(/[.?!]$/u);
    expect(help).toMatch(/(?:[.?!;]|\}\})$/u);
  }
}
