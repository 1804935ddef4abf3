import { afterAll, describe, expect, it } from 'vitest';
import { diskTree } from '../../../src/input/files/disk-tree.ts';
import { openGit } from '../../../src/input/files/git.ts';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import type { FoundProject, LayoutName } from '../../../src/input/layouts/types.ts';
import { readProject } from '../../../src/input/project/read-project.ts';
import type { ReadFile, ReadProject } from '../../../src/input/project/types.ts';
import { emptyRepository, removeAll } from '../repository.ts';

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

  it('have no script where there is no section', () => {
    const { migrations } = read('dbmate', { 'm/1_a.sql': 'SELECT 1;\n' });
    expect(migrations[0]).toMatchObject({ id: '1_a', forward: undefined, rollback: undefined });
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
