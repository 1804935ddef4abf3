import { beforeAll, describe, expect, it } from 'vitest';
import { defineRule } from '../../src/index.ts';
import { loadParser } from '../../src/input/sql/parser.ts';
import { lintExample } from '../../src/testing/index.ts';

beforeAll(loadParser);

/** Says what it is told of replacements: the step, the names, and whether the old one is there before and after it. */
const noReplacement = defineRule({
  meta: {
    name: 'no-replacement',
    summary: 'Disallow replacements',
    rationale: 'None.',
    instead: '',
    policy: [],
    presets: ['recommended'],
    severity: 'error',
    messages: {
      heard: {
        what: '{{step}} of {{old}} by {{new}}, old {{before}} before and {{after}} after.',
        help: 'Nothing.',
      },
    },
    examples: { bad: [{ title: '', sql: '', reports: [] }], good: [{ title: '', sql: '' }] },
  },
  on: {
    Expand: ({ expand, old, new: new_ }, { catalog, catalogAfter, report }) => {
      const count = (in_: typeof catalog): string => `${in_.table(old.table)?.columns.length} columns`;
      const data = { step: 'expand', old: old.column ?? '', new: new_.column ?? '' };
      const [before, after] = [count(catalog), count(catalogAfter)];
      report({ messageId: 'heard', at: expand.operation, data: { ...data, before, after } });
    },
    Contract: ({ contract, expand, old, new: new_ }, { catalog, catalogAfter, report }) => {
      const count = (in_: typeof catalog): string => `${in_.table(old.table)?.columns.length} columns`;
      const data = { step: 'contract', old: old.column ?? '', new: new_.column ?? '' };
      const [before, after] = [count(catalog), count(catalogAfter)];
      if (contract === undefined) return;
      report({ messageId: 'heard', at: contract.operation, data: { ...data, before, after } });
      report({ messageId: 'heard', at: expand.operation, data: { ...data, before: 'seen', after: 'seen' } });
    },
  },
});

const START = 'CREATE TABLE users (id int, username text);';
const EXPAND = 'ALTER TABLE users ADD COLUMN nick text;';
const COPY = 'UPDATE users SET nick = username;';
const DROP = 'SELECT 1;\nALTER TABLE users DROP COLUMN username;';

const heard = async (
  history: readonly string[],
  sql: string | readonly string[],
): Promise<readonly string[]> => {
  const findings = await lintExample(noReplacement, { title: '', history, sql });
  return findings.map(({ message, migration, place }) => {
    const line = place?.source.text.slice(0, place.span.start).split('\n').length;
    return `${migration} line ${line}: ${message}`;
  });
};

describe('Expand and Contract', () => {
  it('are told of what lies in a judged migration, with the catalogs around the step', async () => {
    expect(await heard([START], [EXPAND, COPY, DROP])).toEqual([
      '20250101000000_change line 1: expand of username by nick, old 2 columns before and 3 columns after.',
      '20250101000000_change line 1: contract of username by nick, old seen before and seen after.',
      '20250103000000_change line 2: contract of username by nick, old 3 columns before and 2 columns after.',
    ]);
  });

  it('can point at a step that has been applied, and say nothing of its effects now', async () => {
    const history = [START, EXPAND, COPY];
    const findings = await lintExample(noReplacement, { title: '', history, sql: DROP });
    expect(await heard(history, DROP)).toEqual([
      expect.stringMatching(/_step_2 line 1: contract/),
      expect.stringMatching(/^20250101000000_change line 2: contract/),
    ]);
    expect(findings.map(({ effects }) => effects.length > 0)).toEqual([false, true]);
  });

  it('are not told of what was finished before, nor of what begins later', async () => {
    expect(await heard([START, EXPAND, COPY, DROP], 'SELECT 1;')).toEqual([]);
    expect(await heard([START, EXPAND], COPY)).toEqual([]);
  });
});
