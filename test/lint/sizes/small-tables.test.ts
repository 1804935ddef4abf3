import { beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../../../rules/index.ts';
import { defineRule } from '../../../src/index.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { DEFAULT_CONVENTIONS, type Conventions } from '../../../src/lint/conventions.ts';
import type { Example } from '../../../src/lint/examples.ts';
import type { Rule } from '../../../src/lint/rule.ts';
import { lintProject, type LintResult } from '../../../src/lint/run.ts';
import { enableRules } from '../../../src/lint/settings.ts';
import { displayName } from '../../../src/model/operations/display-name.ts';
import { exampleProject } from '../../../src/testing/example-project.ts';

const HISTORY = [
  'CREATE TABLE big (id int PRIMARY KEY, t text); CREATE TABLE small (id int PRIMARY KEY, t text);',
  'CREATE TABLE roles (id int PRIMARY KEY, t text, big_id int REFERENCES big);',
  'CREATE TABLE notes (id int PRIMARY KEY, small_id int REFERENCES small ON DELETE CASCADE);',
  'CREATE TABLE events (id int, at date) PARTITION BY RANGE (at);',
  "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
  'CREATE TABLE events_2 (id int, at date);',
];

const statistic = (name: string, rows: number | undefined, bytes: number | undefined = 8192) => ({
  schema: 'public',
  name,
  rows,
  bytes,
});

const statistics = {
  measured: '2026-11-20',
  tables: [
    statistic('big', 12_000_000),
    statistic('small', 1200),
    statistic('roles', 10_000),
    statistic('notes', 10_001),
    statistic('events', 300),
    statistic('events_2', undefined),
  ],
};

const SIZED = [
  'no-unbatched-write',
  'no-work-under-lock',
  'require-concurrent-index',
  'require-not-valid-foreign-key',
  'require-batch-commit',
];

interface Given {
  readonly conventions?: Partial<Conventions>;
  readonly statistics?: typeof statistics | undefined;
  readonly rules?: readonly Rule[];
  readonly history?: readonly string[];
}

function lint(sql: Example['sql'], given: Given = {}): LintResult {
  const project = exampleProject({ title: '', history: given.history ?? HISTORY, sql });
  const wanted = given.rules ?? rules.filter(({ meta }) => SIZED.includes(meta.name));
  return lintProject(project.source, {
    rules: enableRules(wanted, 'strict', new Map()),
    runner: project.runner,
    postgresVersion: 15,
    now: project.now,
    conventions: { ...DEFAULT_CONVENTIONS, ...given.conventions },
    statistics: 'statistics' in given ? given.statistics : statistics,
  });
}

/** Severities, and of those that were lowered the tables. */
function seen(result: LintResult): readonly string[] {
  return result.findings.map(({ severity, lowered }) =>
    lowered === undefined
      ? severity
      : `${severity}, not ${lowered.from}: ${lowered.tables.map(({ relation }) => displayName(relation)).join()}`,
  );
}

const about = {
  summary: 'Disallow something',
  rationale: '',
  instead: '',
  policy: [],
  presets: ['recommended'],
  severity: 'error',
  examples: { bad: [{ title: '', sql: '', reports: [] }], good: [{ title: '', sql: '' }] },
} as const;

beforeAll(() => loadParser());

describe('slow work', () => {
  it.each<[string, string, readonly string[]]>([
    ['on a large table', 'CREATE INDEX ON big (t);', ['error']],
    ['on a small one', 'CREATE INDEX ON small (t);', ['info, not error: small']],
    ['on one with just as many rows as are small', 'UPDATE roles SET t = 1;', ['info, not error: roles']],
    ['on one with a row more', 'CREATE INDEX ON notes (small_id);', ['error']],
    ['on one of which nothing is known', 'CREATE INDEX ON other (t);', ['error']],
    ['on one that was never analysed', 'CREATE INDEX ON events_2 (id);', ['error']],
    ['of which one part is on a large table', 'UPDATE small SET t = (SELECT max(t) FROM big);', ['error']],
    [
      'on two small ones',
      'UPDATE small SET t = roles.t FROM roles WHERE roles.id = small.id;',
      ['info, not error: small,roles'],
    ],
    ['whose deletes go on in a large one', 'DELETE FROM small;', ['error']],
    [
      'that looks a key up in a large one',
      'UPDATE roles SET big_id = big_id + 1;',
      ['info, not error: roles'],
    ],
    [
      'on a small table with a key to a large one',
      'ALTER TABLE small ADD CONSTRAINT k FOREIGN KEY (id) REFERENCES big;',
      ['info, not error: small'],
    ],
    [
      'on a large table with a key to a small one',
      'ALTER TABLE big ADD CONSTRAINT k FOREIGN KEY (id) REFERENCES small;',
      ['error'],
    ],
    [
      'on rows that are copied from a small table to a large one',
      'INSERT INTO big SELECT id, t FROM small;',
      ['info, not warning: small'],
    ],
    [
      'on a table as a partition of a small one',
      'CREATE INDEX ON events_1 (id);',
      ['info, not error: events_1'],
    ],
    [
      'in a statement with another one',
      'WITH s AS (UPDATE small SET t = 1) UPDATE big SET t = 1;',
      ['error', 'error'],
    ],
  ])('%s', (_, sql, expected) => {
    expect(seen(lint(sql))).toEqual(expected);
  });

  it('on a small table is short, whatever lock is held meanwhile', () => {
    const sql = 'ALTER TABLE big ADD COLUMN x int;\nALTER TABLE small ADD CONSTRAINT c CHECK (id > 0);';
    const under = rules.filter(({ meta }) => meta.name === 'no-work-under-lock');
    expect(seen(lint(sql, { rules: under }))).toEqual(['info, not warning: small']);
    expect(seen(lint(sql, { rules: under, statistics: undefined }))).toEqual(['warning']);
  });

  it('on a large table speaks for the lock, though work on a small one comes first', () => {
    const check = (table: string): string => `ALTER TABLE ${table} ADD CONSTRAINT c CHECK (id > 0);`;
    const sql = ['ALTER TABLE notes ADD COLUMN x int;', check('small'), check('big')].join('\n');
    const under = rules.filter(({ meta }) => meta.name === 'no-work-under-lock');
    const { findings } = lint(sql, { rules: under });
    expect(findings.map(({ severity, message }) => [severity, message.slice(0, 9)])).toEqual([
      ['warning', 'While big'],
    ]);
  });

  it('in a loop counts with all that the loop goes through', () => {
    const loops = defineRule({
      meta: {
        ...about,
        name: 'no-loop',
        sizeMatters: true,
        messages: { slow: { what: 'Slow.', help: 'Do not.' } },
      },
      on: {
        Loop: (at, { report }) => report({ messageId: 'slow', at }),
        Update: (at, { report }) => report({ messageId: 'slow', at }),
      },
    });
    const block = (body: string): string => `DO $$ DECLARE r record; BEGIN ${body} END $$;`;
    const loop = (source: string, inside: string): string =>
      `FOR r IN SELECT id FROM ${source} LOOP ${inside} END LOOP;`;
    const update = "UPDATE small SET t = 'x' WHERE id = r.id;";
    const small = ['info, not error: small,roles', 'info, not error: roles,small'];
    expect(seen(lint(block(loop('roles', update)), { rules: [loops] }))).toEqual(small);
    expect(seen(lint(block(loop('big', update)), { rules: [loops] }))).toEqual(['error', 'error']);
    const nested = block(loop('roles', loop('big', update)));
    expect(seen(lint(nested, { rules: [loops] }))).toEqual(['error', 'error', 'error']);
    const counting = "DO $$ BEGIN FOR i IN 1..9 LOOP RAISE NOTICE 'x'; END LOOP; END $$;";
    expect(seen(lint(counting, { rules: [loops] }))).toEqual(['error']);
  });
});

describe('a table', () => {
  it('is the same when the deploy renames it, and only that one', () => {
    expect(seen(lint('ALTER TABLE small RENAME TO tiny;\nCREATE INDEX ON tiny (t);'))).toEqual([
      'info, not error: tiny',
    ]);
    const swap =
      'ALTER TABLE small RENAME TO old;\nALTER TABLE big RENAME TO small;\nCREATE INDEX ON small (t);';
    expect(seen(lint(swap))).toEqual(['error']);
    expect(seen(lint(swap, { history: ['SELECT 1;'] }))).toEqual(['error']);
    expect(seen(lint(swap, { statistics: undefined, conventions: { smallTables: ['small'] } }))).toEqual([
      'error',
    ]);
  });

  it('is not small once the deploy has filled it', () => {
    const index = 'CREATE INDEX ON small (t);';
    const last = (sql: string): string | undefined => seen(lint([sql, index])).at(-1);
    expect(last('INSERT INTO small SELECT id, t FROM big;')).toBe('error');
    expect(last("INSERT INTO small SELECT n, '' FROM generate_series(1, 1000000) n;")).toBe('error');
    expect(last('INSERT INTO small SELECT id, t FROM roles;')).toBe('info, not error: small');
    expect(last("INSERT INTO small VALUES (1, ''), (2, '');")).toBe('info, not error: small');
    expect(seen(lint([index, 'INSERT INTO small SELECT id, t FROM big;']))[0]).toBe('info, not error: small');
  });

  it('asks each earlier fill once, however many there are', () => {
    const fill = 'INSERT INTO small SELECT id + 1, t FROM small WHERE id > 0;\n';
    const sql = `${fill.repeat(300)}CREATE INDEX ON small (t);`;
    expect(seen(lint(sql)).at(-1)).toBe('info, not error: small');
  });

  it('is not small with a partition that was attached to it since it was measured', () => {
    const attach =
      "ALTER TABLE events ATTACH PARTITION events_2 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');";
    const update = 'UPDATE events SET id = id + 1;';
    expect(seen(lint(update))).toEqual(['info, not error: events,events_1']);
    expect(seen(lint([attach, update])).at(-1)).toBe('error');
  });

  it('is not small by its rows if they are huge', () => {
    const huge = { ...statistics, tables: [statistic('small', 500, 100_000_001)] };
    expect(seen(lint('CREATE INDEX ON small (t);', { statistics: huge }))).toEqual(['error']);
  });

  it('is small if the configuration says so, and up to as many rows as it says', () => {
    const sql = 'CREATE INDEX ON big (t);';
    const byName = lint(sql, { conventions: { smallTables: ['B*'] } });
    expect(byName.findings[0]?.lowered?.tables).toEqual([
      { relation: { schema: 'public', name: 'big' }, rows: undefined, measured: undefined },
    ]);
    expect(seen(lint(sql, { conventions: { smallTables: ['audit.big'] } }))).toEqual(['error']);
    expect(seen(lint(sql, { conventions: { smallRows: 12_000_000 } }))).toEqual(['info, not error: big']);
    expect(seen(lint('CREATE INDEX ON small (t);', { conventions: { smallRows: 1199 } }))).toEqual(['error']);
  });
});

describe('a rule', () => {
  const messages = { slow: { what: 'Slow.', help: 'Do not.' }, wrong: { what: 'Wrong.', help: 'Do not.' } };
  const both = defineRule({
    meta: { ...about, name: 'no-index', sizeMatters: ['slow'], messages },
    on: {
      CreateIndex(at, { report }) {
        report({ messageId: 'slow', at: { operation: at, part: 'name' } });
        report({ messageId: 'wrong', at });
      },
    },
  });

  it('can say of which messages the size matters', () => {
    const { findings } = lint('CREATE INDEX i ON small (t);', { rules: [both] });
    expect(findings.map(({ messageId, severity }) => [messageId, severity])).toEqual([
      ['slow', 'info'],
      ['wrong', 'error'],
    ]);
  });

  it('does not yield to one that is lowered, unless it is so itself', () => {
    const sized = defineRule({
      meta: { ...about, name: 'no-build', sizeMatters: true, messages },
      on: { CreateIndex: (at, { report }) => report({ messageId: 'slow', at }) },
    });
    const yielding = (name: string, sizeMatters: boolean) =>
      defineRule({
        meta: { ...about, name, sizeMatters, yieldsTo: ['no-build'], messages },
        on: { CreateIndex: (at, { report }) => report({ messageId: 'wrong', at }) },
      });
    const found = (sql: string) =>
      lint(sql, { rules: [sized, yielding('no-x', false), yielding('no-y', true)] }).findings.map(
        ({ rule }) => rule,
      );
    expect(found('CREATE INDEX i ON small (t);')).toEqual(['no-build', 'no-x']);
    expect(found('CREATE INDEX i ON big (t);')).toEqual(['no-build']);
  });
});
