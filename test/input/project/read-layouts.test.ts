import { afterAll, describe, expect, it } from 'vitest';
import { diskTree } from '../../../src/input/files/disk-tree.ts';
import { openGit } from '../../../src/input/files/git.ts';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import type { FoundProject, LayoutName } from '../../../src/input/layouts/types.ts';
import { projectsFromPaths } from '../../../src/input/project/projects-from-paths.ts';
import { readProject } from '../../../src/input/project/read-project.ts';
import type { ReadFile, ReadProject } from '../../../src/input/project/types.ts';
import { runnerOf } from '../../../src/input/runners/runner-of.ts';
import { emptyRepository, removeAll } from '../repository.ts';

/** A script for every tool. */
const UP = '-- +goose Up\nSELECT 1;\n';

const made: string[] = [];
afterAll(() => removeAll(made));

const foundAt = (layout: LayoutName): FoundProject => ({
  layout,
  folder: 'm',
  schema: undefined,
  evidence: '',
  packageFolder: '',
  provider: undefined,
});

const read = (layout: LayoutName, files: Record<string, string>): ReadProject =>
  readProject(memoryTree(files), foundAt(layout), { base: { kind: 'none', reason: 'a test' } });

/** What a script's part of its file is. */
const partOf = (file: ReadFile | undefined): string | undefined =>
  file === undefined
    ? undefined
    : file.source.text.slice(file.within?.start ?? 0, file.within?.end ?? file.source.text.length);

/** Reads a project whose files were `then` at the base and are `now`. */
function readChanged(
  layout: LayoutName,
  then: Record<string, string>,
  now: Record<string, string>,
): ReadProject {
  const workspace = emptyRepository(made);
  workspace.write(then);
  const commit = workspace.commit();
  workspace.git('checkout', '-q', '-b', 'feature');
  workspace.write(now);
  const git = openGit(workspace.root);
  return readProject(diskTree(workspace.root, { git }), foundAt(layout), {
    git,
    base: { kind: 'revision', label: 'main', commit },
  });
}

describe('files that hold both scripts', () => {
  const GOOSE = '-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n';

  it('are read part by part', () => {
    const { migrations } = read('goose', { 'm/1_a.sql': GOOSE, 'm/2_b.sql': '-- +goose Up\nSELECT 3;\n' });
    const [both, up] = migrations;
    expect([partOf(both?.forward), partOf(both?.rollback)]).toEqual(['SELECT 1;\n', 'SELECT 2;\n']);
    expect([both?.forward?.withoutTransaction, up?.forward?.withoutTransaction]).toEqual([true, undefined]);
    expect([partOf(up?.forward), up?.rollback]).toEqual(['SELECT 3;\n', undefined]);
  });

  it.each([
    ['dbmate', 'SELECT 1;\n', 'it has no section `-- migrate:up`', 'SELECT 1;'],
    [
      'dbmate',
      '-- migrate:up\nSELECT 1;\n',
      'it has no section `-- migrate:down`, which may be empty',
      '-- migrate:up',
    ],
    [
      'dbmate',
      '-- migrate:down\nDROP TABLE t;\n',
      'it has a Down section, and no `-- migrate:up`',
      '-- migrate:down',
    ],
    [
      'goose',
      '-- +goose Up\nSELECT 1;\nSELECT 2 -- two;\n-- +goose Down\nSELECT 3;\n',
      'its last statement has no semicolon at the end of a line',
      'SELECT 2 -- two;',
    ],
    [
      'goose',
      '-- +goose Up\nDO $$ BEGIN\n  PERFORM 1;\nEND $$;\n',
      'it cuts this statement at the first line that ends with a semicolon, unless `-- +goose StatementBegin` and `-- +goose StatementEnd` stand around it',
      'DO $$ BEGIN',
    ],
    ['goose', 'SELECT 1;\n', 'it has no section `-- +goose Up`', 'SELECT 1;'],
    [
      'goose',
      '-- hi\nSELECT 0;\n-- +goose Up\nSELECT 1;\n',
      'a statement stands before `-- +goose Up`',
      'SELECT 0;',
    ],
    [
      'goose',
      '-- +goose Down\nSELECT 2;\n-- +goose Up\nSELECT 1;\n',
      'its Down section comes before `-- +goose Up`',
      '-- +goose Down',
    ],
    [
      'goose',
      '-- +goose Up\nSELECT 1;\n-- +goose Up\nSELECT 3;\n',
      'it has a second Up section',
      '-- +goose Up',
    ],
    [
      'plain',
      '-- +goose Down\nDROP TABLE t;\n',
      'it has a Down section, and no `-- +goose Up`',
      '-- +goose Down',
    ],
  ] as const)('of %s say why the tool refuses them: %j', (layout, text, reason, line) => {
    const forward = read(layout, { 'm/1_a.sql': text }).migrations[0]?.forward;
    const [problem] = forward?.problems ?? [];
    expect(problem?.message.replace(/^.*? refuses this file: /, '')).toBe(reason);
    expect(text.slice(problem?.span.start, problem?.span.end)).toBe(line);
    expect(partOf(forward)).not.toContain('DROP TABLE');
  });

  it.each([
    '-- +goose Up\n-- +goose StatementBegin\nDO $$ BEGIN\n  PERFORM 1;\nEND $$\n-- +goose StatementEnd\nSELECT 1;\n',
    '-- +goose Up\nSELECT 1; SELECT 2; -- both\n\n  -- no more\n-- +goose Down\nSELECT 3',
    '-- +goose Up\n-- +goose Down\n',
  ])('of goose may hold %j', (text) => {
    expect(
      read('goose', { 'm/1_a.sql': text, 'm/2_b.sql': '-- +goose Up\nSELECT 1;' }).migrations[0]?.forward
        ?.problems,
    ).toEqual([]);
  });

  it('of goose say of the Down section alone what goose would cut in it', () => {
    const text = '-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\nDO $$ BEGIN\n  PERFORM 1;\nEND $$;\n';
    const [migration] = read('goose', { 'm/1_a.sql': text }).migrations;
    expect(migration?.forward?.problems).toEqual([]);
    const [problem, ...others] = migration?.rollback?.problems ?? [];
    expect(others).toEqual([]);
    expect(problem?.message).toMatch(/^goose refuses to roll this file back: it cuts this statement at/);
    expect(text.slice(problem?.span.start, problem?.span.end)).toBe('DO $$ BEGIN');
  });

  it('take the sections of a tool under names that it would not find', () => {
    const tree = memoryTree({ 'm/add_i.sql': '-- +goose Up\nSELECT 1;\n-- +goose Down\nDROP TABLE t;\n' });
    for (const path of ['m', 'm/add_i.sql']) {
      const [found] = projectsFromPaths(tree, [path]);
      if (found === undefined) throw new Error('no project was found');
      expect(runnerOf(tree, found)).toMatchObject({ name: 'goose', label: 'goose' });
      const { migrations } = readProject(tree, found, { base: { kind: 'none', reason: 'a test' } });
      expect([partOf(migrations[0]?.forward), partOf(migrations[0]?.rollback)]).toEqual([
        'SELECT 1;\n',
        'DROP TABLE t;\n',
      ]);
    }
  });

  it('are recognised by their comments, though the first file has none, or only a Down section', () => {
    const up = '-- +goose Up\nSELECT 1;\n';
    const mixed = memoryTree({ 'm/1_a.sql': 'SELECT 1;\n', 'm/2_b.sql': up, 'm/3_c.sql': up });
    expect(projectsFromPaths(mixed, ['m'])).toMatchObject([{ layout: 'goose' }]);
    const down = memoryTree({ 'm/1_a.sql': '-- migrate:down\nDROP TABLE t;\n' });
    expect(projectsFromPaths(down, ['m/1_a.sql'])).toMatchObject([{ layout: 'dbmate' }]);
  });

  it('that cannot be read are told once', () => {
    const { migrations } = read('dbmate', { 'm/1_a.sql': 'a\0b' });
    expect(migrations[0]?.forward?.problems).toHaveLength(1);
    expect(migrations[0]?.rollback).toBeUndefined();
  });

  it('are edited only where the applied script is', () => {
    const down = readChanged('goose', { 'm/1_a.sql': GOOSE }, { 'm/1_a.sql': GOOSE.replace('2', '3') });
    expect(down.migrations.map(({ change }) => change)).toEqual(['none']);
    const up = readChanged('goose', { 'm/1_a.sql': GOOSE }, { 'm/1_a.sql': GOOSE.replace('1', '3') });
    expect(up.migrations.map(({ change }) => change)).toEqual(['edited']);
  });
});

describe('an applied script', () => {
  it.each([
    ['a Down section alone', '-- +goose Down\nSELECT 1;\n'],
    ['bare SQL', 'SELECT 1;\n'],
    ['a word for no transaction', `-- +goose NO TRANSACTION\n${UP}`],
  ])('of goose is edited by %s', (_, text) => {
    const { migrations } = readChanged('goose', { 'm/1_a.sql': UP, 'm/2_b.sql': UP }, { 'm/2_b.sql': text });
    expect(migrations.map(({ change }) => change)).toEqual(['none', 'edited']);
    expect(migrations[1]?.current?.text).toBe(text);
  });

  it.each([
    ['diesel', 'm/1_a/up.sql', 'm/1_a/metadata.toml', 'run_in_transaction = false'],
    ['flyway', 'm/V1__a.sql', 'm/V1__a.sql.conf', 'executeInTransaction=false'],
  ] as const)('of %s is edited by what the file beside it says', (layout, script, beside, text) => {
    const files = { [script]: 'SELECT 1;' };
    const changes = (then: Record<string, string>, now: Record<string, string>): string[] =>
      readChanged(layout, { ...files, ...then }, now).migrations.map(({ change }) => change);
    expect(changes({}, { [beside]: text })).toEqual(['edited']);
    expect(changes({ [beside]: text }, {})).toEqual(['none']);
  });
});

describe('a migration with another name', () => {
  const renamed = (layout: LayoutName, from: string, to: string): ReadProject => {
    const workspace = emptyRepository(made);
    workspace.write({ [from]: UP });
    const commit = workspace.commit();
    workspace.git('checkout', '-q', '-b', 'feature');
    workspace.remove(from);
    workspace.write({ [to]: UP });
    const git = openGit(workspace.root);
    const base = { kind: 'revision', label: 'main', commit } as const;
    return readProject(diskTree(workspace.root, { git }), foundAt(layout), { git, base });
  };
  const shown = ({ migrations }: ReadProject): readonly string[] =>
    migrations.map(({ id, state, change, conflicts }) =>
      [id, state, change, conflicts?.renamedFrom ?? ''].join(' ').trim(),
    );

  it('is the same one for a tool that goes by versions', () => {
    expect(shown(renamed('goose', 'm/1_a.sql', 'm/01_b.sql'))).toEqual(['1_a applied none']);
  });

  it('is a new one under another version, or for a tool that goes by names', () => {
    const renamedFrom = ['1_a applied deleted', '2_a pending none 1_a'];
    expect(shown(renamed('goose', 'm/1_a.sql', 'm/2_a.sql'))).toEqual(renamedFrom);
    expect(shown(renamed('prisma', 'm/1_a/migration.sql', 'm/1_b/migration.sql'))).toEqual([
      '1_a applied deleted',
      '1_b pending none 1_a',
    ]);
  });
});

describe('a script that is not there', () => {
  it.each([
    ['prisma', { 'm/1_a/migration.ts': '' }, 'm/1_a/migration.sql'],
    ['diesel', { 'm/1_a/down.sql': '' }, 'm/1_a/up.sql'],
    ['drizzle', { 'm/meta/_journal.json': '{"entries":[{"tag":"0000_a","when":1}]}' }, 'm/0000_a.sql'],
    ['goose', { 'm/1_a.go': '' }, undefined],
  ] as const)('is told of %s', (layout, files, path) => {
    const there = { 'm/9_b.sql': UP, 'm/9_b/migration.sql': UP, 'm/9_b/up.sql': UP };
    const { migrations } = read(layout, { ...there, ...files });
    const found = migrations.flatMap(({ missingScript }) => missingScript ?? []);
    expect(found).toEqual(path === undefined ? [] : [path]);
  });
});

describe('what nobody runs', () => {
  const journal = (...whens: number[]): string =>
    JSON.stringify({
      entries: whens.map((when, idx) => ({ idx, when, tag: `000${idx}_t`, breakpoints: true })),
    });
  const META = 'm/meta/_journal.json';

  it('is told but for what the base has already, and for what is no SQL', () => {
    const { strayScripts, notes } = readChanged(
      'drizzle',
      { [META]: journal(1), 'm/0000_t.sql': 'SELECT 1;', 'm/old.sql': 'SELECT 1;' },
      { 'm/0001_b.sql': 'DROP TABLE users;', 'm/notes.txt': '' },
    );
    expect([strayScripts, notes]).toEqual([['m/0001_b.sql'], []]);
  });

  it('is all told where there is no base', () => {
    const files = { [META]: journal(1), 'm/0000_t.sql': 'SELECT 1;', 'm/a.sql': '', 'm/b.sql': '' };
    expect(read('drizzle', files).strayScripts).toEqual(['m/a.sql', 'm/b.sql']);
  });

  it('is no stray where it is a rollback of no migration', () => {
    const files = {
      'm/9_t.up.sql': 'SELECT 1;',
      'm/1_a.down.sql': '',
      'm/2_b.down.sql': '',
      'm/9_u.down.sql': '',
    };
    const { strayScripts, orphanRollbacks, notes } = read('golang-migrate', files);
    expect([strayScripts, notes]).toEqual([[], []]);
    expect(orphanRollbacks).toEqual([
      { path: 'm/1_a.down.sql', deleted: undefined },
      { path: 'm/2_b.down.sql', deleted: undefined },
    ]);
  });

  it('is a rollback that stays when its migration is deleted', () => {
    const sql = { 'm/1_a/up.sql': 'SELECT 1;', 'm/1_a/down.sql': 'SELECT 2;', 'm/2_b/up.sql': 'SELECT 3;' };
    const workspace = emptyRepository(made);
    workspace.write(sql);
    const commit = workspace.commit();
    workspace.git('rm', '-q', 'm/1_a/up.sql');
    const git = openGit(workspace.root);
    const readNow = (): ReadProject =>
      readProject(diskTree(workspace.root, { git }), foundAt('diesel'), {
        git,
        base: { kind: 'revision', label: 'main', commit },
      });
    expect(readNow().orphanRollbacks).toEqual([{ path: 'm/1_a/down.sql', deleted: '1_a' }]);
    workspace.git('rm', '-q', 'm/1_a/down.sql');
    expect(readNow().orphanRollbacks).toEqual([]);
  });

  it('is not a baseline of Flyway', () => {
    const { strayScripts, notes } = read('flyway', {
      'm/V2__a.sql': 'SELECT 1;',
      'm/B1__base.sql': 'SELECT 1;',
    });
    expect([strayScripts, notes]).toEqual([[], []]);
  });

  it('is a migration of Drizzle that is not later than the latest applied one', () => {
    const then = { [META]: journal(3000, 1000), 'm/0000_t.sql': 'SELECT 1;', 'm/0001_t.sql': 'SELECT 1;' };
    const now = (when: number): ReadProject =>
      readChanged('drizzle', then, { [META]: journal(3000, 1000, when), 'm/0002_t.sql': 'SELECT 1;' });
    const skipped = now(3000).migrations.at(-1);
    expect([skipped?.state, skipped?.conflicts]).toEqual(['pending', { passedBy: '0000_t' }]);
    expect(now(3001).migrations.at(-1)?.conflicts).toBeUndefined();
  });
});

describe('a file beside the script', () => {
  it('can ask for no transaction', () => {
    const files = { 'm/1_a/up.sql': 'SELECT 1;', 'm/1_a/metadata.toml': 'run_in_transaction = false' };
    expect(read('diesel', files).migrations[0]?.forward?.withoutTransaction).toBe(true);
  });
});

describe('a script that runs again', () => {
  const V1 = { 'm/V1__a.sql': 'CREATE TABLE a ();' };

  it('is applied as it was and pending as it is, after all others', () => {
    const { migrations } = readChanged(
      'flyway',
      { ...V1, 'm/R__view.sql': 'CREATE VIEW v AS SELECT 1;' },
      { 'm/R__view.sql': 'CREATE VIEW v AS SELECT 2;', 'm/V2__b.sql': 'CREATE TABLE b ();' },
    );
    expect(migrations.map(({ id, state, change }) => [id, state, change])).toEqual([
      ['V1__a', 'applied', 'none'],
      ['R__view', 'applied', 'none'],
      ['V2__b', 'pending', 'none'],
      ['R__view', 'pending', 'none'],
    ]);
    expect(migrations.map(({ forward }) => forward?.source.text)).toEqual([
      'CREATE TABLE a ();',
      'CREATE VIEW v AS SELECT 1;',
      'CREATE TABLE b ();',
      'CREATE VIEW v AS SELECT 2;',
    ]);
    expect(migrations.at(-1)).toMatchObject({ repeats: true, why: 'changed, so that it runs again' });
  });

  it('is left alone where its text is the same', () => {
    const files = { ...V1, 'm/R__view.sql': 'CREATE VIEW v AS SELECT 1;' };
    const { migrations } = readChanged('flyway', files, {});
    expect(migrations.map(({ state }) => state)).toEqual(['applied', 'applied']);
  });
});

describe('what cannot be read', () => {
  it('is marked, and counted in one sentence', () => {
    const go = Object.fromEntries([2, 3, 4, 5].map((number) => [`m/${number}_go.go`, 'package m']));
    const { migrations, notes } = read('goose', { 'm/1_a.sql': '-- +goose Up\nSELECT 1;', ...go });
    expect(migrations.map(({ unreadable }) => unreadable !== undefined)).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
    expect(notes).toEqual([
      '4 migrations are each a Go program, which is not read (2_go, 3_go, 4_go and 1 more): what it did to the schema is not known.',
    ]);
  });

  it('can be an entry of Drizzle’s journal without its file', () => {
    const entries = ['0000_a', '0001_b'].map((tag, idx) => ({ idx, when: idx, tag, breakpoints: true }));
    const { migrations, notes } = read('drizzle', {
      'm/meta/_journal.json': JSON.stringify({ dialect: 'postgresql', entries }),
      'm/0001_b.sql': 'SELECT 1;',
    });
    expect(migrations.map(({ id, forward }) => [id, forward !== undefined])).toEqual([
      ['0000_a', false],
      ['0001_b', true],
    ]);
    expect(notes).toHaveLength(1);
  });
});
