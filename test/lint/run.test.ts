import { beforeAll, describe, expect, it } from 'vitest';
import { defineRule } from '../../src/index.ts';
import type { ReadMigration, ReadProject } from '../../src/input/project/types.ts';
import { loadParser } from '../../src/input/sql/parser.ts';
import type { Rule } from '../../src/lint/rule.ts';
import { lintProject, type LintResult } from '../../src/lint/run.ts';
import { enableRules } from '../../src/lint/settings.ts';

beforeAll(loadParser);

const about = {
  summary: 'Disallow something',
  rationale: '',
  instead: '',
  policy: [],
  presets: ['recommended'],
  severity: 'error',
  examples: { bad: [{ title: '', sql: '', reports: [] }], good: [{ title: '', sql: '' }] },
} as const;

/** Says of every dropped column whether its table was there before, and which transaction the drop runs in. */
const noDrop = defineRule({
  meta: {
    ...about,
    name: 'no-drop',
    messages: {
      dropped: { what: '{{column}} of {{table}} ({{existed}}, {{transaction}}).', help: 'Keep it.' },
    },
  },
  on: {
    DropColumn(operation, { existedBeforeDeploy, transactionOf, report }) {
      const existed = existedBeforeDeploy(operation.table);
      report({
        messageId: 'dropped',
        at: operation,
        data: {
          column: operation.column,
          table: operation.table,
          existed: existed === undefined ? 'new' : existed.name,
          transaction: transactionOf(operation).kind,
        },
      });
    },
  },
});

const softer = defineRule({
  meta: {
    ...about,
    name: 'no-alter',
    yieldsTo: ['no-drop'],
    messages: { altered: { what: 'Altered.', help: 'Do not.' } },
  },
  on: { Operation: (operation, { report }) => report({ messageId: 'altered', at: operation }) },
});

const broken = defineRule({
  meta: { ...about, name: 'no-luck', messages: { never: { what: 'Never.', help: 'Never.' } } },
  on: {
    DropColumn() {
      throw new Error('the cupboard is bare');
    },
  },
});

type Part = Partial<ReadMigration> & { readonly sql: string };

function project(
  parts: Readonly<Record<string, Part>>,
  base: ReadProject['base'] = { kind: 'revision', label: 'main', commit: '' },
): ReadProject {
  const migrations = Object.entries(parts).map(([id, { sql, ...rest }]): ReadMigration => {
    const path = `m/${id}`;
    const source = {
      path: `${path}/migration.sql`,
      text: sql,
      encoding: 'utf-8',
      byteOrderMark: false,
    } as const;
    return {
      id,
      version: id,
      name: '',
      state: 'pending',
      why: '',
      path,
      forward: { source, problems: [] },
      rollback: undefined,
      change: 'none',
      current: undefined,
      ...rest,
    };
  });
  const found = {
    layout: 'prisma',
    folder: 'm',
    schema: undefined,
    evidence: '',
    packageFolder: '',
    provider: undefined,
  } as const;
  return { found, base, migrations, strays: [] };
}

function lint(
  source: ReadProject,
  rules: readonly Rule[] = [noDrop],
  mode: 'one query' | 'statement by statement' = 'one query',
): LintResult {
  return lintProject(source, {
    rules: enableRules(rules, 'recommended', new Map()),
    runner: { name: 'prisma', label: 'Prisma', mode },
    postgresVersion: 15,
  });
}

const said = ({ findings }: LintResult): string[] =>
  findings.map(({ rule, message, migration }) => `${migration ?? '-'} ${rule}: ${message}`);

describe('what is judged', () => {
  const history = {
    a: { sql: 'CREATE TABLE t (x INT, y INT); ALTER TABLE t DROP COLUMN x;', state: 'applied' },
  } as const;

  it('is what is pending, on the schema that the applied ones made', () => {
    const source = project({ ...history, b: { sql: 'ALTER TABLE t DROP COLUMN y;' } });
    expect(said(lint(source))).toEqual(['b no-drop: y of t (t, autocommit).']);
    expect(lint(source).judged.map(({ id }) => id)).toEqual(['b']);
  });

  it('all pending ones are one deploy: a table made by an earlier one of them is new', () => {
    const source = project({
      a: { sql: 'CREATE TABLE t (x INT);' },
      b: { sql: 'ALTER TABLE t DROP COLUMN x;' },
    });
    expect(said(lint(source))).toEqual(['b no-drop: x of t (new, autocommit).']);
  });

  it('without a base each migration is a deploy of its own', () => {
    const source = project(
      { a: { sql: 'CREATE TABLE t (x INT);' }, b: { sql: 'ALTER TABLE t DROP COLUMN x;' } },
      { kind: 'none', reason: '--all' },
    );
    expect(said(lint(source))).toEqual(['b no-drop: x of t (t, autocommit).']);
  });

  it('a table is known by what it was before this deploy renamed it', () => {
    const source = project({
      ...history,
      b: { sql: 'ALTER TABLE t RENAME TO u; ALTER TABLE u DROP COLUMN y;' },
    });
    expect(said(lint(source))).toEqual(['b no-drop: y of u (t, implicit).']);
  });

  it('only what was asked for, by path, applied or not', () => {
    const source = project({ ...history, b: { sql: 'ALTER TABLE t DROP COLUMN y;' } });
    const only = (id: string) =>
      lint({ ...source, found: { ...source.found, only: [`m/${id}/migration.sql`] } });
    expect(said(only('a'))).toEqual(['a no-drop: x of t (new, implicit).']);
    expect(said(only('b'))).toEqual(['b no-drop: y of t (t, autocommit).']);
  });
});

describe('transactions', () => {
  it('follow the runner, also for what stands in a DO block', () => {
    const sql = 'CREATE TABLE n (); DO $$ BEGIN ALTER TABLE t DROP COLUMN x; END $$;';
    const source = project({ a: { sql: 'CREATE TABLE t (x INT);', state: 'applied' }, b: { sql } });
    expect(said(lint(source))).toEqual(['b no-drop: x of t (t, implicit).']);
    const split = project({
      a: { sql: 'CREATE TABLE t (x INT);', state: 'applied' },
      b: { sql: 'CREATE TABLE n (); ALTER TABLE t DROP COLUMN x;' },
    });
    expect(said(lint(split, [noDrop], 'statement by statement'))).toEqual([
      'b no-drop: x of t (t, autocommit).',
    ]);
  });
});

describe('a squash', () => {
  const applied = { state: 'applied', change: 'deleted' } as const;
  const before = {
    a: { sql: 'CREATE TABLE t (x INT);', ...applied },
    b: { sql: 'ALTER TABLE t ADD COLUMN y TEXT;', ...applied },
  };

  it('of the deleted migrations is not run, so it is not judged, and what follows stands on it', () => {
    const result = lint(
      project({
        ...before,
        c: { sql: 'CREATE TABLE t (x INT, y TEXT);' },
        d: { sql: 'ALTER TABLE t DROP COLUMN y;' },
      }),
    );
    expect(said(result)).toEqual(['d no-drop: y of t (t, autocommit).']);
    expect(result.judged.map(({ id }) => id)).toEqual(['d']);
    expect(result.notes.join()).toContain('c makes the schema of the 2 applied migrations that are deleted');
  });

  it('that makes another schema is none', () => {
    const result = lint(project({ ...before, c: { sql: 'CREATE TABLE t (x INT);' } }));
    expect(result.judged.map(({ id }) => id)).toEqual(['c']);
    expect(result.notes).toEqual([]);
  });
});

describe('findings', () => {
  const history = { a: { sql: 'CREATE TABLE t (x INT, y INT);', state: 'applied' } } as const;

  it('one hazard on one operation is one finding', () => {
    const source = project({ ...history, b: { sql: 'ALTER TABLE t DROP COLUMN x, ADD COLUMN z INT;' } });
    expect(
      lint(source, [noDrop, softer])
        .findings.map(({ rule }) => rule)
        .sort(),
    ).toEqual(['no-alter', 'no-drop']);
  });

  it('an acknowledgement with a reason takes back the next statement’s finding, and no other', () => {
    const directive = '-- migration-lint-disable-next-statement no-drop';
    const acknowledged = (comment: string) =>
      said(
        lint(
          project({
            ...history,
            b: { sql: `${comment}\nALTER TABLE t\n  DROP COLUMN x;\nALTER TABLE t DROP COLUMN y;` },
          }),
        ),
      );
    expect(acknowledged(`${directive} -- nobody reads it`)).toEqual(['b no-drop: y of t (t, implicit).']);
    expect(acknowledged(directive)).toHaveLength(2);
    expect(acknowledged(`${directive}, no-alter -- nobody reads it`)).toHaveLength(1);
    expect(acknowledged('-- migration-lint-disable-next-statement no-alter -- nobody reads it')).toHaveLength(
      2,
    );
    expect(acknowledged(`SELECT '${directive} -- in a text';`)).toHaveLength(2);
  });

  it('what is taken back is kept, with its reason and until when', () => {
    const sql =
      '-- migration-lint-disable-file no-drop -- nobody reads them until 2026-03-31\nALTER TABLE t DROP COLUMN x;';
    const { findings, suppressed } = lint(project({ ...history, b: { sql } }));
    expect(findings.map(({ rule }) => rule)).toEqual([]);
    expect(suppressed.map(({ finding, by }) => [finding.rule, by])).toMatchObject([
      ['no-drop', { kind: 'directive', reason: 'nobody reads them', until: '2026-03-31' }],
    ]);
  });

  it('about the migration as a whole are acknowledged above its first statement', () => {
    const wholeMigration = defineRule({
      meta: { ...about, name: 'no-migration', messages: { found: { what: 'Found.', help: 'Do not.' } } },
      on: { Migration: (migration, { report }) => report({ messageId: 'found', at: migration }) },
    });
    const sql = '-- migration-lint-disable-next-statement no-migration -- so be it\nSELECT 1;';
    expect(lint(project({ b: { sql: 'SELECT 1;' } }), [wholeMigration]).findings).toHaveLength(1);
    expect(lint(project({ b: { sql } }), [wholeMigration]).findings).toEqual([]);
  });

  it('a rule that throws is a finding, and the others still run', () => {
    const result = lint(project({ ...history, b: { sql: 'ALTER TABLE t DROP COLUMN x;' } }), [
      noDrop,
      broken,
    ]);
    expect(result.failed).toBe(true);
    expect(said(result).sort()).toEqual([
      'b failed-rule: The rule no-luck failed on b: the cupboard is bare.',
      'b no-drop: x of t (t, autocommit).',
    ]);
  });

  it('have fingerprints that moved lines and changed layout leave alone, and that tell equal ones apart', () => {
    const prints = (sql: string) =>
      lint(project({ ...history, b: { sql } })).findings.map(({ fingerprint }) => fingerprint);
    const [first, second] = prints('ALTER TABLE t DROP COLUMN x; ALTER TABLE t DROP COLUMN x;');
    expect(first).not.toBe(second);
    expect(prints('\n\n-- moved\nALTER TABLE t DROP   COLUMN x;')).toEqual([first]);
  });
});
