import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.ts';
import { RuleTester } from '../src/testing/index.ts';

const tester = new RuleTester({ test: it });

describe.each(rules.map((rule) => [rule.meta.name, rule] as const))('%s', (name, rule) => {
  tester.run(rule);

  it('describes itself the way all rules do', () => {
    expect(name).toMatch(/^(?:no|require|prefer)-[a-z0-9]+(?:-[a-z0-9]+)*$/u);
    expect(rule.meta.summary).toMatch(/^(?:Disallow|Require|Prefer) /u);
    expect(rule.meta.summary).not.toMatch(/\.$/u);
    expect(rule.meta.rationale).toMatch(/\.$/u);
    for (const yields of rule.meta.yieldsTo ?? []) expect(yields).not.toBe(name);
    for (const { what, help } of Object.values(rule.meta.messages)) {
      expect(what).toMatch(/[.?!]$/u);
      expect(help).toMatch(/(?:[.?!;]|\}\})$/u);
    }
  });
});
