import { beforeAll, describe, expect, it } from 'vitest';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import type { Suppression } from '../../../src/lint/directives/directive.ts';
import { Directives, mayHaveDirectives } from '../../../src/lint/directives/directives.ts';

beforeAll(loadParser);

const rules = new Map([
  ['no-drop', 'no-drop'],
  ['no-remove', 'no-drop'],
  ['no-index', 'no-index'],
  ['team/no-table', 'team/no-table'],
]);

function reasonOf(suppression: Suppression | undefined): string | undefined {
  return suppression?.kind === 'directive' ? suppression.reason : undefined;
}

function read(text: string, now = '2026-01-31') {
  const source = { path: 'm.sql', text, encoding: 'utf-8', byteOrderMark: false } as const;
  const directives = new Directives(parseScript(source), {
    ruleNamed: (name) => rules.get(name),
    isEnabled: (rule) => rule !== 'no-index',
    nearestTo: (name) => (name === 'no-drp' ? 'no-drop' : undefined),
    now: new Date(`${now}T12:00:00Z`),
  });
  /** The reasons with which findings of a rule at each occurrence of a word are taken back. */
  const taken = (rule: string, word: string): (string | undefined)[] =>
    [...text.matchAll(new RegExp(word, 'g'))].map(({ index }) =>
      reasonOf(directives.suppressionOf(rule, { source, span: { start: index, end: index + word.length } })),
    );
  const whole = (rule: string): string | undefined => reasonOf(directives.suppressionOf(rule, undefined));
  return { directives, taken, whole };
}

const NEXT = '-- migration-lint-disable-next-statement';
const FILE = '-- migration-lint-disable-file';

describe('what a directive covers', () => {
  it('the next statement however many lines it has, and no other', () => {
    const { taken, whole } = read(
      `DROP TABLE a;\n${NEXT} no-drop -- empty\nDROP TABLE\n\n  b,\n  DROP_c;\nDROP TABLE d;`,
    );
    expect(taken('no-drop', 'DROP')).toEqual([undefined, 'empty', 'empty', undefined]);
    expect(whole('no-drop')).toBeUndefined();
  });

  it('the migration as a whole from above the first statement', () => {
    expect(read(`${NEXT} no-drop -- empty\nDROP TABLE a;`).whole('no-drop')).toBe('empty');
    expect(read(`${FILE} no-drop -- empty\nDROP TABLE a;`).whole('no-drop')).toBe('empty');
  });

  it('the whole file, from wherever it stands', () => {
    const { taken } = read(`DROP TABLE a;\n${FILE} no-drop -- empty\nDROP TABLE b;`);
    expect(taken('no-drop', 'DROP')).toEqual(['empty', 'empty']);
    expect(taken('no-index', 'DROP')).toEqual([undefined, undefined]);
  });

  it('what follows it in a file with sections, from above the first one', () => {
    const text = `${FILE} no-drop -- empty\n${NEXT} no-index -- small\n-- +goose Up\nDROP a;\n-- +goose Down\nDROP b;`;
    const source = { path: 'm.sql', text, encoding: 'utf-8', byteOrderMark: false } as const;
    const part = (start: string, end: number) =>
      new Directives(parseScript(source, [], { start: text.indexOf(start) + start.length, end }), {
        ruleNamed: (name) => rules.get(name),
        isEnabled: () => true,
        now: undefined,
      });
    const up = part('Up\n', text.indexOf('-- +goose Down'));
    const place = { source, span: { start: text.indexOf('DROP a'), end: text.indexOf('DROP a') + 6 } };
    expect(reasonOf(up.suppressionOf('no-drop', place))).toBe('empty');
    expect(reasonOf(up.suppressionOf('no-drop', undefined))).toBe('empty');
    expect(part('Down\n', text.length).directives()).toEqual([]);
  });

  it('several rules, aliases and rules of plugins', () => {
    const { taken } = read(`${NEXT} no-remove,team/no-table -- empty\nDROP TABLE a;`);
    expect(taken('no-drop', 'DROP')).toEqual(['empty']);
    expect(taken('team/no-table', 'DROP')).toEqual(['empty']);
    expect(taken('no-index', 'DROP')).toEqual([undefined]);
  });

  it('a statement inside a DO block, or all of the block from above it', () => {
    const body = (above: string, inside: string): string =>
      `${above}\nDO $$\nBEGIN\n  DROP TABLE a;\n  ${inside}\n  IF true THEN\n    DROP TABLE b;\n  END IF;\n  DROP TABLE c;\nEND $$;`;
    expect(read(body('', `${NEXT} no-drop -- empty`)).taken('no-drop', 'DROP')).toEqual([
      undefined,
      'empty',
      undefined,
    ]);
    expect(read(body(`${NEXT} no-drop -- all`, '')).taken('no-drop', 'DROP')).toEqual(['all', 'all', 'all']);
  });

  it('statements of two directives each their own', () => {
    const { taken } = read(`${NEXT} no-drop -- one\n${NEXT} no-index -- two\nDROP TABLE a;`);
    expect(taken('no-drop', 'DROP')).toEqual(['one']);
    expect(taken('no-index', 'DROP')).toEqual(['two']);
  });

  it('nothing where it stands in a text, in a statement, or behind the last one', () => {
    expect(read(`SELECT '${NEXT} no-drop -- x';\nDROP TABLE a;`).taken('no-drop', 'DROP')).toEqual([
      undefined,
    ]);
    expect(read(`DROP TABLE\n${NEXT} no-drop -- x\na;`).taken('no-drop', 'DROP')).toEqual([undefined]);
    const last = read(`DROP TABLE a;\n${NEXT} no-drop -- x`);
    expect(last.taken('no-drop', 'DROP')).toEqual([undefined]);
    expect(last.directives.directives()[0]?.problem).toBe('no statement');
  });
});

describe('what a directive must say', () => {
  const problem = (comment: string) =>
    read(`${comment}\nDROP TABLE a;`)
      .directives.directives()
      .map((one) => one.problem);

  it.each([
    [`${NEXT} no-drop -- empty`, undefined],
    [`/* migration-lint-disable-next-statement no-drop -- empty */`, undefined],
    [`${NEXT} no-drop -- counted until 2026-01-31`, undefined],
    [`${NEXT} no-drop -- kept until somebody asks`, undefined],
    [`${NEXT} no-drop -- counted until 2026-01-30`, 'expired'],
    [`${NEXT} no-drop -- counted until 2026-02-30`, 'date'],
    [`${NEXT} no-drop -- until 2026-12-31`, 'reason'],
    [`${NEXT} no-drop`, 'reason'],
    [`${NEXT} no-drop --`, 'reason'],
    [NEXT, 'form'],
    [`${NEXT} -- empty`, 'form'],
    [`${NEXT} no drop -- empty`, 'form'],
    ['-- migration-lint-disable-line no-drop -- empty', 'form'],
    ['-- migration-lint-disable no-drop -- empty', 'form'],
    ['-- migration-lint-ignore no-drop', 'form'],
    ['-- Migration-Lint-Disable-Next-Statement no-drop -- empty', 'form'],
    ['-- migration-lint disable-file no-drop -- empty', 'form'],
    ['-- migration_lint-disable-file no-drop -- empty', 'form'],
    ['-- migrationlint-disable-file no-drop -- empty', 'form'],
    ['-- @migration-lint: disable no-drop -- empty', 'form'],
    [`${NEXT} no-drop -- counted until 31.12.2026`, 'date'],
    [`${NEXT} no-drop -- counted until 2027`, 'date'],
    [`${NEXT} no-drop -- counted until Q3`, 'date'],
    [`${NEXT} no-drop -- counted until tomorrow.`, 'date'],
    [`${NEXT} no-drop -- counted until the end of May`, 'date'],
    [`${NEXT} no-drop -- counted until: 2026-12-31`, 'date'],
    [`${NEXT} no-drop -- counted until 2026-12-31, see #12`, 'date'],
    [`${NEXT} no-drop -- kept until the audit is over`, undefined],
    [`${NEXT} no-drop -- kept until the audit is over, see #12`, undefined],
    [`${NEXT} no-drop -- unused until now`, undefined],
    [`${NEXT} no-drop -- in use until 2020, not any more until 2026-12-31`, undefined],
  ])('%s: %s', (comment, expected) => {
    expect(problem(comment)).toEqual([expected]);
    const { taken } = read(`${comment}\nDROP TABLE a;`);
    expect(taken('no-drop', 'DROP TABLE')[0] === undefined).toBe(expected !== undefined);
  });

  it('a comment that only speaks of it is none', () => {
    expect(problem('-- see migration-lint-disable-file')).toEqual([]);
    expect(problem('-- migration-lint ignores views')).toEqual([]);
    expect(problem('-- migration-lint: see the page about directives')).toEqual([]);
    expect(problem('-- migration-lint-plugin-billing wants this')).toEqual([]);
  });

  it('in place of a day, what stands there is told', () => {
    const until = (reason: string) =>
      read(`${NEXT} no-drop -- ${reason}\nDROP TABLE a;`).directives.directives()[0]?.until;
    expect(until('counted until 31.12.2026')).toBe('31.12.2026');
    expect(until('counted until 2026-02-30')).toBe('2026-02-30');
    expect(until('Until Friday.')).toBe('Friday');
    expect(until('empty until Friday.')).toBe('Friday');
  });

  it('of what is misspelt, as much as can be is made out', () => {
    const made = (comment: string) => {
      const [one] = read(`${comment}\nDROP TABLE a;`).directives.directives();
      return [one?.scope, one?.rules.map(({ name }) => name)];
    };
    expect(made('-- migration-lint-ignore no-drop')).toEqual(['next statement', ['no-drop']]);
    expect(made('-- migration-lint disable-file no-drop, no-index -- x')).toEqual([
      'file',
      ['no-drop', 'no-index'],
    ]);
    expect(made('-- migration-lint-disable-line no-drop -- a file')).toEqual(['next statement', ['no-drop']]);
    expect(made('-- migration-lint-disable everything here')).toEqual(['next statement', []]);
  });
});

it('says of each rule whether it was of use', () => {
  const { directives, taken } = read(
    `${NEXT} no-drop, no-index, team/no-table, no-drp -- empty\nDROP TABLE a;`,
  );
  taken('no-drop', 'DROP');
  expect(directives.directives()[0]?.rules).toEqual([
    { name: 'no-drop', state: 'used', nearest: undefined },
    { name: 'no-index', state: 'off', nearest: undefined },
    { name: 'team/no-table', state: 'unused', nearest: undefined },
    { name: 'no-drp', state: 'unknown', nearest: 'no-drop' },
  ]);
});

it('says where only the file would do, since the finding is about the migration as a whole', () => {
  const state = (text: string) => {
    const { directives, whole } = read(text);
    whole('no-drop');
    return directives.directives().map(({ rules }) => rules[0]?.state);
  };
  expect(state(`SELECT 1;\n${NEXT} no-drop -- empty\nDROP TABLE a;`)).toEqual(['whole migration']);
  expect(state(`${NEXT} no-drop -- empty\nDROP TABLE a;`)).toEqual(['used']);
  expect(state(`${FILE} no-drop -- empty\nSELECT 1;\n${NEXT} no-drop -- empty\nDROP TABLE a;`)).toEqual([
    'used',
    'unused',
  ]);
});

it('a script without the mark need not be asked', () => {
  const source = { path: 'm.sql', text: 'DROP TABLE a;', encoding: 'utf-8', byteOrderMark: false } as const;
  expect(mayHaveDirectives(parseScript(source))).toBe(false);
});
