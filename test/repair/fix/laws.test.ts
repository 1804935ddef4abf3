import { beforeAll, expect, it } from 'vitest';
import type { BadExample } from '../../../src/lint/examples.ts';
import type { Finding } from '../../../src/lint/finding.ts';
import type { LintResult } from '../../../src/lint/run.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { emptyDatabase } from '../../../src/testing/embedded-postgres.ts';
import { fixExample, type FixedExample } from '../../../src/testing/fix-example.ts';
import { runAsRunner, schemaOf } from '../../../src/testing/proof.ts';
import { fingerprintDifferences } from '../../../src/verify/fingerprint/differences.ts';
import { differenceSentence } from '../../../src/verify/fingerprint/difference-words.ts';
import type { Fingerprint } from '../../../src/verify/fingerprint/types.ts';
import { statementsOf } from '../../../src/repair/split/trial.ts';
import { rules } from '../../../rules/index.ts';

// What the fixes of a rule make of its own examples is tested with the rule.
const fixable = rules.filter(({ meta }) => meta.fix !== undefined && meta.fix.safety !== 'display-only');
const cases = fixable.flatMap((rule) =>
  rule.meta.examples.bad.map((example) => [`${rule.meta.name} · ${example.title}`, rule, example] as const),
);
const told = cases.filter(([, , { fixed }]) => fixed !== undefined);
const cut = cases.filter(([, { meta }, { fixed }]) => meta.fix?.form === 'files' || fixed !== undefined);

beforeAll(loadParser);

const errors = ({ findings }: LintResult): readonly string[] =>
  findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);

/** A rule that was silent since another one spoke. */
const yields = (name: string, spoke: ReadonlySet<string>): boolean =>
  rules.find(({ meta }) => meta.name === name)?.meta.yieldsTo?.some((other) => spoke.has(other)) === true;

it.each(told)('%s: all fixes together end, and bring no new error', async (_, __, example) => {
  const fixed = await fixExample(rules, example);
  if (fixed === undefined) return;
  expect(fixed.isStable).toBe(true);
  const known = new Set(fixed.before.findings.map(({ rule }) => rule));
  expect(errors(fixed.after).filter((rule) => !known.has(rule) && !yields(rule, known))).toEqual([]);
});

it.each(cut)('%s: a safe fix comes to the same schema', async (_, rule, example) => {
  const fixed = await fixExample([rule], example);
  if (fixed === undefined || fixed.made.length === 0 || !isSafe(fixed)) return;
  const before = await schemaAfter(example, withoutFrames(example));
  // What PostgreSQL refuses in any case has no schema to compare.
  if (typeof before === 'string') return;
  const scripts = fixed.scripts.map((sql, index) => ({
    sql,
    withoutTransaction: fixed.withoutTransaction[index] === true,
  }));
  const after = await schemaAfter(example, [...scripts, ...fixed.drafts.map((sql) => ({ sql }))]);
  if (typeof after === 'string') throw new Error(`${after}:\n${fixed.scripts.join('\n-- then\n')}`);
  const differences = fingerprintDifferences(before, after).filter(({ matters }) => matters);
  expect(differences.map((difference) => differenceSentence(difference))).toEqual([]);
});

const isSafe = ({ before }: FixedExample): boolean =>
  before.findings.every(({ fix }: Finding) => fix === undefined || fix.safety !== 'unsafe');

interface SentScript {
  readonly sql: string;
  readonly withoutTransaction?: boolean;
}

/** Each statement by itself: what comes of them is the same, however they are sent. */
function withoutFrames({ sql }: BadExample<string>): readonly SentScript[] {
  return [sql]
    .flat()
    .flatMap((script) =>
      (statementsOf(script) ?? []).flatMap(({ source, span, tree }) =>
        'TransactionStmt' in tree ? [] : [{ sql: source.text.slice(span.start, span.end) }],
      ),
    );
}

/** The schema after a history and scripts; the SQLSTATE of the first error. */
async function schemaAfter(
  example: BadExample<string>,
  scripts: readonly SentScript[],
): Promise<Fingerprint | string> {
  const db = await emptyDatabase();
  for (const sql of example.history ?? []) await db.exec(sql);
  if (example.proof?.rows !== undefined) await db.exec(example.proof.rows).catch(() => []);
  for (const { sql, withoutTransaction } of scripts) {
    const isOne = withoutTransaction === undefined;
    const runner = isOne ? 'prisma-6' : (example.runner ?? 'prisma-6');
    const code = await runAsRunner(db, [sql], {
      runner,
      ...(withoutTransaction === true && { withoutTransaction }),
    });
    if (code !== undefined) return code;
  }
  return await schemaOf(db);
}
