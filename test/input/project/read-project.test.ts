import { afterAll, describe, expect, it } from 'vitest';
import { diskTree } from '../../../src/input/files/disk-tree.ts';
import { indexTree } from '../../../src/input/files/git-tree.ts';
import { openGit } from '../../../src/input/files/git.ts';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import type { FileTree } from '../../../src/input/files/types.ts';
import type { FoundProject } from '../../../src/input/layouts/types.ts';
import { resolveBase } from '../../../src/input/project/base.ts';
import { readProject } from '../../../src/input/project/read-project.ts';
import type { Base, ReadProject } from '../../../src/input/project/types.ts';
import { clone, emptyRepository, removeAll, table, type Workspace } from '../repository.ts';

const made: string[] = [];
afterAll(() => removeAll(made));

const M = 'prisma/migrations';
const found: FoundProject = {
  layout: 'prisma',
  folder: M,
  schema: undefined,
  evidence: 'migration_lock.toml',
  packageFolder: '',
  provider: 'postgresql',
};

const script = (id: string): string => `${M}/${id}/migration.sql`;
const scripts = (...ids: string[]): Record<string, string> =>
  Object.fromEntries(ids.map((id) => [script(id), table(id)]));

/** `state id change`, one for each migration. */
const shown = ({ migrations }: ReadProject): string[] =>
  migrations.map(({ state, id, change }) => `${state} ${id}${change === 'none' ? '' : ` ${change}`}`);

function read(workspace: Workspace, base?: string, tree?: FileTree): ReadProject & { processes: number } {
  const git = openGit(workspace.root);
  const settled = resolveBase({ git, base, environment: {} });
  const before = git.processes;
  const project = readProject(tree ?? diskTree(workspace.root, { git }), found, { git, base: settled });
  return { ...project, processes: git.processes - before };
}

/** A repository whose main branch has these migrations, with the branch `feature` checked out. */
function branched(...ids: string[]): Workspace {
  const workspace = emptyRepository(made);
  workspace.write({ ...scripts(...ids), [`${M}/migration_lock.toml`]: 'provider = "postgresql"' });
  workspace.commit();
  workspace.git('checkout', '-q', '-b', 'feature');
  return workspace;
}

describe('readProject with a revision', () => {
  it('tells applied from pending by the base, with one process', () => {
    const workspace = branched('1_a', '2_b');
    workspace.write(scripts('3_c'));
    workspace.commit();
    workspace.write(scripts('4_d'));
    const project = read(workspace);
    expect(shown(project)).toEqual(['applied 1_a', 'applied 2_b', 'pending 3_c', 'pending 4_d']);
    expect(project.migrations.map(({ why }) => why)).toEqual([
      'in main',
      'in main',
      'not in main',
      'not in main',
    ]);
    expect(project.migrations[2]).toMatchObject({
      id: '3_c',
      version: '3',
      name: 'c',
      path: `${M}/3_c`,
      forward: { source: { path: script('3_c'), text: table('3_c') }, problems: [] },
      rollback: undefined,
    });
    expect(project.processes).toBe(1);
  });

  it('replays a late merge after what is applied', () => {
    const workspace = branched('1_a', '3_c');
    workspace.write(scripts('2_b'));
    expect(shown(read(workspace))).toEqual(['applied 1_a', 'applied 3_c', 'pending 2_b']);
  });

  it('takes an edited migration as it was applied, and keeps its text of now', () => {
    const workspace = branched('1_a', '2_b');
    workspace.write({ [script('1_a')]: '-- é\n' + table('1_a') });
    const project = read(workspace);
    expect(shown(project)).toEqual(['applied 1_a edited', 'applied 2_b']);
    expect(project.migrations[0]?.forward?.source.text).toBe(table('1_a'));
    expect(project.migrations[0]?.current?.text).toBe('-- é\n' + table('1_a'));
    expect(project.migrations[0]?.current?.path).toBe(script('1_a'));
    expect(project.migrations[1]?.current).toBeUndefined();
  });

  it.each([
    ['line ends', (text: string) => text.replaceAll('\n', '\r\n'), 'none'],
    ['a last line end', (text: string) => text.trimEnd(), 'edited'],
    ['a comment', (text: string) => `${text}-- comment\n`, 'edited'],
    ['a byte-order mark', (text: string) => `\uFEFF${text}`, 'edited'],
    ['a NUL', (text: string) => `${text}\0`, 'edited'],
  ])('counts %s as %s', (_, change, expected) => {
    const workspace = branched('1_a');
    workspace.write({ [script('1_a')]: change(table('1_a')) });
    expect(read(workspace).migrations[0]?.change).toBe(expected);
  });

  it('does not see an edit in what a checkout turned to CRLF', () => {
    const workspace = branched('1_a', '2_b');
    workspace.git('config', 'core.autocrlf', 'true');
    workspace.remove(M);
    workspace.git('checkout', '-q', '--', M);
    expect(Buffer.from(diskTree(workspace.root).read(script('1_a')) ?? []).toString()).toContain('\r\n');
    expect(shown(read(workspace))).toEqual(['applied 1_a', 'applied 2_b']);
  });

  it('keeps what a squash deleted, and judges what replaces it', () => {
    const workspace = branched('1_a', '2_b');
    workspace.remove(`${M}/1_a`);
    workspace.remove(`${M}/2_b`);
    workspace.write(scripts('3_squashed'));
    const project = read(workspace);
    expect(shown(project)).toEqual(['applied 1_a deleted', 'applied 2_b deleted', 'pending 3_squashed']);
    expect(project.migrations[0]?.forward?.source.text).toBe(table('1_a'));
  });

  it('sees a deletion where only the script is gone', () => {
    const workspace = branched('1_a');
    workspace.remove(script('1_a'));
    workspace.write({ [`${M}/1_a/readme.md`]: '' });
    expect(shown(read(workspace))).toEqual(['applied 1_a deleted']);
  });

  it('blames no branch for what the base did since it left', () => {
    const workspace = branched('1_a', '2_b');
    workspace.write(scripts('4_d'));
    workspace.commit();
    workspace.git('checkout', '-q', 'main');
    workspace.write({ ...scripts('3_c'), [script('1_a')]: '-- edited on main' });
    workspace.commit();
    workspace.git('checkout', '-q', 'feature');
    const project = read(workspace);
    expect(shown(project)).toEqual(['applied 1_a', 'applied 2_b', 'applied 3_c', 'pending 4_d']);
    expect(project.migrations[0]?.forward?.source.text).toBe('-- edited on main');
    expect(project.migrations[2]?.forward?.source.text).toBe(table('3_c'));
    workspace.remove(`${M}/2_b`);
    expect(shown(read(workspace))).toContain('applied 2_b deleted');
  });

  it('says in a shallow clone that it cannot tell who deleted what is missing', () => {
    const origin = branched('1_a', '2_b');
    origin.remove(`${M}/2_b`);
    origin.commit();
    origin.git('checkout', '-q', 'main');
    origin.write(scripts('3_c'));
    origin.commit();
    const workspace = clone(made, origin, '--depth=1', '--branch=feature');
    workspace.git('fetch', '-q', '--depth=1', 'origin', '+main:refs/remotes/origin/main');
    const project = read(workspace);
    expect(shown(project)).toEqual(['applied 1_a', 'applied 2_b', 'applied 3_c']);
    expect(project.notes).toEqual([
      `2 migrations of origin/main are missing in ${M}; a shallow clone cannot tell whether this branch deleted them.`,
    ]);
  });

  it('knows migrations again whose folder was moved', () => {
    const workspace = emptyRepository(made);
    workspace.write({
      'old place/1_a/migration.sql': table('1_a'),
      'old place/2_b/migration.sql': table('2_b'),
    });
    workspace.commit();
    workspace.git('checkout', '-q', '-b', 'feature');
    workspace.remove('old place');
    workspace.write({ ...scripts('1_a', '3_c'), [script('2_b')]: 'changed' });
    const project = read(workspace);
    expect(shown(project)).toEqual(['applied 1_a', 'applied 2_b edited', 'pending 3_c']);
    expect(project.migrations[0]?.path).toBe(`${M}/1_a`);
  });

  it('judges everything of a project that the base does not have', () => {
    const workspace = emptyRepository(made);
    workspace.write({ 'readme.md': '' });
    workspace.commit();
    workspace.git('checkout', '-q', '-b', 'feature');
    workspace.write(scripts('1_a', '2_b'));
    expect(shown(read(workspace))).toEqual(['pending 1_a', 'pending 2_b']);
  });

  it('judges the index as it will be committed', () => {
    const workspace = branched('1_a', '2_b');
    workspace.write({ ...scripts('3_c'), [script('1_a')]: 'staged edit' });
    workspace.git('add', '-A');
    workspace.write({ ...scripts('4_d'), [script('3_c')]: 'only on disk', [script('2_b')]: 'only on disk' });
    const project = read(workspace, undefined, indexTree(openGit(workspace.root), { folder: M }));
    expect(shown(project)).toEqual(['applied 1_a edited', 'applied 2_b', 'pending 3_c']);
    expect(project.migrations[2]?.forward?.source.text).toBe(table('3_c'));
  });

  it('reads rollbacks, names with spaces and folders without a script', () => {
    const workspace = branched('1_a copy');
    workspace.write({ [`${M}/1_a copy/rollback.sql`]: 'DROP TABLE a' });
    workspace.write({
      [`${M}/2_b/migration.ts`]: '',
      [`${M}/3_c/down.sql`]: 'SELECT 1',
      [`${M}/stray.sql`]: '',
    });
    const project = read(workspace);
    expect(shown(project)).toEqual(['applied 1_a copy', 'pending 2_b', 'pending 3_c']);
    expect(project.migrations.map(({ forward }) => forward?.source.text)).toEqual([
      table('1_a copy'),
      undefined,
      undefined,
    ]);
    expect(project.migrations[2]?.rollback?.source.text).toBe('SELECT 1');
    expect(project.strays).toEqual([`${M}/stray.sql`]);
  });
});

describe('readProject without a revision', () => {
  const tree = memoryTree(scripts('0001_a', '0002_b', '0004_d'));
  const through = (id: string): string[] =>
    shown(readProject(tree, found, { base: { kind: 'applied-through', id } }));

  it('judges everything where there is no base', () => {
    const project = readProject(tree, found, { base: { kind: 'none', reason: 'whole history' } });
    expect(shown(project)).toEqual(['pending 0001_a', 'pending 0002_b', 'pending 0004_d']);
    expect(project.migrations[0]?.why).toBe('whole history');
  });

  it.each(['0002_b', '0002', '0003', `${M}/0002_b`, `${M}/0002_b/migration.sql`])('counts up to %s', (id) => {
    expect(through(id)).toEqual(['applied 0001_a', 'applied 0002_b', 'pending 0004_d']);
  });

  it('refuses a migration that is not there', () => {
    expect(() => through('0002_x')).toThrow(
      expect.objectContaining({
        code: 'unknown-migration',
        help: 'Name one of 0001_a … 0004_d, or its version.',
      }),
    );
  });

  it('adds appliedThrough to what the base has', () => {
    const workspace = branched('1_a');
    workspace.write(scripts('2_b', '3_c'));
    const git = openGit(workspace.root);
    const base: Base = resolveBase({ git, environment: {}, base: 'main', appliedThrough: '2_b' });
    const project = readProject(diskTree(workspace.root, { git }), found, { git, base });
    expect(shown(project)).toEqual(['applied 1_a', 'applied 2_b', 'pending 3_c']);
  });

  it('passes on what was refused', () => {
    const bytes = memoryTree({ [script('1_a')]: Uint8Array.of(0xff), [script('2_b')]: 'SELECT 1' });
    const project = readProject(bytes, found, { base: { kind: 'none', reason: '' }, maxBytes: 4 });
    expect(project.migrations.map(({ forward }) => forward?.problems.map(({ kind }) => kind))).toEqual([
      ['encoding'],
      ['size'],
    ]);
  });
});
