import { beforeAll, expect, test } from 'vitest';
import { defineRule } from '../../src/index.ts';
import { memoryTree } from '../../src/input/files/memory-tree.ts';
import { projectsFromPaths } from '../../src/input/project/find-projects.ts';
import { readProject } from '../../src/input/project/read-project.ts';
import type { Base } from '../../src/input/project/types.ts';
import { runnerOf } from '../../src/input/runners/runner-of.ts';
import { loadParser } from '../../src/input/sql/parser.ts';
import { lintProject } from '../../src/lint/run.ts';

beforeAll(loadParser);

/** Reports of each new table its transaction, and whether the catalog before it is complete. */
const watch = defineRule({
  meta: {
    name: 'no-example',
    summary: '',
    rationale: '',
    instead: '',
    policy: [],
    presets: ['recommended'],
    severity: 'error',
    messages: { seen: { what: '{{table}} {{kind}} {{count}} {{complete}}', help: '' } },
    examples: { bad: [{ title: '', sql: '', reports: [] }], good: [{ title: '', sql: '' }] },
  },
  on: {
    CreateTable(operation, { catalog, report, transactionOf }) {
      const { kind, statements } = transactionOf(operation);
      const data = {
        table: operation.table,
        kind,
        count: statements.length,
        complete: catalog.complete ? 'complete' : 'incomplete',
      };
      report({ messageId: 'seen', at: operation, data });
    },
  },
});

const ALL: Base = { kind: 'none', reason: 'a test' };

function messages(files: Record<string, string>, base: Base = ALL): string[] {
  const tree = memoryTree(files);
  return projectsFromPaths(tree, ['m']).flatMap((found) =>
    lintProject(readProject(tree, found, { base }), {
      rules: [{ rule: watch, severity: 'error', options: {} }],
      known: [watch],
      runner: runnerOf(tree, found),
      postgresVersion: 15,
    }).findings.map(({ message }) => message),
  );
}

test('a deploy of Drizzle is one transaction', () => {
  const tags = ['0000_a', '0001_b', '0002_c'];
  const files = {
    'm/meta/_journal.json': JSON.stringify({ entries: tags.map((tag, idx) => ({ idx, tag, when: idx })) }),
    'm/0000_a.sql': 'CREATE TABLE a ();',
    'm/0001_b.sql': 'CREATE TABLE b ();--> statement-breakpoint\nSELECT 1;',
    'm/0002_c.sql': 'CREATE TABLE c ();',
  };
  expect(messages(files, { kind: 'applied-through', id: '0000_a' })).toEqual([
    'b runner 3 complete',
    'c runner 3 complete',
  ]);
  expect(messages(files)).toEqual(['a runner 1 complete', 'b runner 2 complete', 'c runner 1 complete']);
});

test('a section that asks for no transaction has none, and a rollback is not run', () => {
  const section =
    '-- +goose Up\nCREATE TABLE a ();\nCREATE TABLE b ();\n-- +goose Down\nCREATE TABLE c ();\n';
  expect(messages({ 'm/1_a.sql': section })).toEqual(['a runner 2 complete', 'b runner 2 complete']);
  expect(messages({ 'm/1_a.sql': `-- +goose NO TRANSACTION\n${section}` })).toEqual([
    'a autocommit 1 complete',
    'b autocommit 1 complete',
  ]);
});

test('nothing is certain behind a migration that cannot be read', () => {
  const table = (name: string): string => `-- +goose Up\nCREATE TABLE ${name} ();\n`;
  const files = { 'm/1_a.sql': table('a'), 'm/2_b.go': 'package m', 'm/3_c.sql': table('c') };
  expect(messages(files)).toEqual(['a runner 1 complete', 'c runner 1 incomplete']);
});

test('what a ROLLBACK takes back after a COMMIT in one query did not happen', () => {
  const script = 'CREATE TABLE a ();\nCOMMIT;\nCREATE TABLE b ();\nROLLBACK;\nCREATE TABLE c ();\n';
  const tree = memoryTree({ 'm/1_a.up.sql': script, 'm/2_b.up.sql': 'SELECT 1;' });
  const [found] = projectsFromPaths(tree, ['m']);
  if (found === undefined) throw new Error('no project');
  const { project } = lintProject(readProject(tree, found, { base: ALL }), {
    rules: [],
    known: [],
    runner: runnerOf(tree, found),
    postgresVersion: 15,
  });
  const catalog = project.migrations.at(-1)?.catalogAfter;
  expect(['a', 'b', 'c'].filter((name) => catalog?.table({ schema: 'public', name }) !== undefined)).toEqual([
    'a',
    'c',
  ]);
});
