import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.ts';
import { commentsOf } from '../../src/input/sql/comments.ts';
import { readDirective } from '../../src/lint/directives/read-directive.ts';
import { lintExample } from '../../src/testing/index.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/suppressing.md', import.meta.url)), 'utf8');
const blocks = [...page.matchAll(/^```sql\n([^]*?)^```$/gmu)].map(([, text = '']) => text);

const problemOf = (text: string): string | undefined =>
  readDirective({ span: { start: 0, end: 0 }, text, form: 'line' })?.problem;

describe('docs/suppressing.md', () => {
  it('shows directives that suppress something', () => {
    // The comments of a body are part of its text.
    const comments = blocks.flatMap((text) => commentsOf(text.replaceAll('$$', '')));
    expect(comments.map((comment) => readDirective(comment)?.problem ?? 'none')).toEqual(
      Array(4).fill('none'),
    );
    expect(comments.every((comment) => readDirective(comment) !== undefined)).toBe(true);
  });

  it('tells times from prose as the program does', () => {
    const untils = [...page.replaceAll('\n', ' ').matchAll(/`(until [^`]+)`/gu)].map(([, text = '']) => text);
    const mistakes = untils.filter(
      (text) => problemOf(`migration-lint-disable-file no-x -- kept ${text}`) === 'date',
    );
    expect(untils.filter((text) => !mistakes.includes(text))).toEqual(['until the audit is over']);
    expect(mistakes).toHaveLength(6);
  });

  it('calls near misses what the program calls so', () => {
    const near = [...page.replaceAll('\n', ' ').matchAll(/`(migration[-_]lint-[^`]* x)`/gu)];
    expect(near.map(([, text = '']) => problemOf(text))).toEqual(['form', 'form']);
  });

  it('names rules whose findings are about the whole migration', async () => {
    const [, paragraph = ''] = /^They are, among others,([^]*?)\n\n/mu.exec(page) ?? [];
    const named = [...paragraph.matchAll(/\[([\w-]+)\]/gu)].map(([, name = '']) => name);
    expect(named).toHaveLength(10);
    for (const name of named) {
      const rule = rules.find(({ meta }) => meta.name === name);
      if (rule === undefined) throw new Error(name);
      const { bad } = rule.meta.examples;
      const findings = (await Promise.all(bad.map((example) => lintExample(rule, example)))).flat();
      const isWhole = findings.some(({ place, path }) => place === undefined && path.endsWith('.sql'));
      expect(isWhole, name).toBe(true);
    }
  });
});
