import assert from 'node:assert/strict';
import { checkPlugin } from '../config/plugin-problems.ts';
import type { BadExample, GoodExample } from '../lint/examples.ts';
import type { Finding } from '../lint/finding.ts';
import type { Plugin } from '../lint/plugin.ts';
import type { Rule } from '../lint/rule.ts';
import { checkFixed } from './fix-example.ts';
import { lintExample } from './lint-example.ts';
import { prove } from './proof.ts';

/** What a test framework gives: `test` of node:test and vitest's `it` both fit. */
export type TestFunction = (name: string, run: () => Promise<void>) => unknown;

/**
 * Tests a rule by its own examples: each bad one reports exactly its messages and becomes what its `fixed` says, each good one
 * reports nothing, and each proof is executed on an embedded PostgreSQL (`@electric-sql/pglite` must be installed for that). A rule of a plugin goes by its own
 * name here, without the namespace.
 */
export class RuleTester {
  readonly #test: TestFunction;

  /** @param options.test the framework's function that declares one test. */
  constructor(options: { readonly test: TestFunction }) {
    this.#test = options.test;
  }

  /** Declares one test for each example of the rule, and one for each proof. */
  run(rule: Rule): void {
    const { bad, good } = rule.meta.examples;
    for (const example of bad) {
      this.#example('bad', rule, example, example.reports);
      this.#fix(rule, example);
    }
    for (const example of good) this.#example('good', rule, example, []);
  }

  /** Declares one test for the plugin as a whole, whether it would be loaded, and those of all its rules. */
  runPlugin(plugin: Plugin): void {
    this.#test(`${plugin.meta.name} can be loaded`, async () => {
      assert.deepEqual(checkPlugin(plugin).problems, []);
    });
    for (const rule of plugin.rules) this.run(rule);
  }

  /** Also without `fixed`: a fix ends, leaves SQL that parses, and mends what it says. */
  #fix(rule: Rule, example: BadExample<string>): void {
    if (
      example.fixed === undefined &&
      (rule.meta.fix === undefined || rule.meta.fix.safety === 'display-only')
    )
      return;
    this.#test(`${rule.meta.name} · fixed · ${example.title}`, () => checkFixed(rule, example));
  }

  #example(
    kind: string,
    rule: Rule,
    example: BadExample<string> | GoodExample,
    reports: readonly string[],
  ): void {
    const name = `${rule.meta.name} · ${kind} · ${example.title}`;
    this.#test(name, async () => {
      const findings = await lintExample(rule, example);
      assert.deepEqual(
        findings.map(({ messageId }) => messageId),
        reports,
        describe(findings),
      );
    });
    const { proof } = example;
    if (proof !== undefined) this.#test(`${name} · PostgreSQL agrees`, () => prove(example, proof));
  }
}

function describe(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'nothing was reported';
  return findings.map(({ messageId, message }) => `${messageId}: ${message}`).join('\n');
}
