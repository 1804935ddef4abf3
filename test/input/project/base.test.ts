import { execSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { openGit } from '../../../src/input/files/git.ts';
import { resolveBase, type BaseOptions } from '../../../src/input/project/base.ts';
import type { Base } from '../../../src/input/project/types.ts';
import { clone, emptyRepository, removeAll, type Workspace } from '../repository.ts';

const made: string[] = [];
afterAll(() => removeAll(made));

const settle = (workspace: Workspace, options: Partial<Omit<BaseOptions, 'git'>> = {}): Base =>
  resolveBase({ git: openGit(workspace.root), environment: {}, ...options });

/** An upstream with the branches main, develop and feature. Its default branch is main. */
function upstream(): { origin: Workspace; main: string; develop: string } {
  const origin = emptyRepository(made);
  const main = (origin.write({ 'a.sql': '1' }), origin.commit());
  origin.git('checkout', '-q', '-b', 'develop');
  origin.write({ 'b.sql': '2' });
  const develop = origin.commit();
  origin.git('checkout', '-q', '-b', 'feature', 'main');
  origin.write({ 'c.sql': '3' });
  origin.commit();
  origin.git('symbolic-ref', 'HEAD', 'refs/heads/main');
  return { origin, main, develop };
}

describe('resolveBase', () => {
  it('takes the first that speaks', () => {
    const { origin, main, develop } = upstream();
    const workspace = clone(made, origin, '-b', 'feature');
    const GITHUB = { GITHUB_BASE_REF: 'develop' };
    const GITLAB = { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'develop', CI_MERGE_REQUEST_DIFF_BASE_SHA: main };
    const onDevelop = { kind: 'revision', label: 'origin/develop', commit: develop };
    const onMain = { kind: 'revision', label: 'origin/main', commit: main };
    expect(settle(workspace)).toEqual(onMain);
    expect(settle(workspace, { environment: { GITHUB_BASE_REF: '' } })).toEqual(onMain);
    expect(settle(workspace, { environment: GITHUB })).toEqual(onDevelop);
    expect(settle(workspace, { environment: GITLAB })).toEqual(onDevelop);
    expect(
      settle(workspace, { environment: { ...GITLAB, CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'gone' } }),
    ).toEqual({
      ...onMain,
      label: main.slice(0, 10),
    });
    expect(settle(workspace, { environment: GITHUB, base: 'main' })).toEqual(onMain);
    expect(settle(workspace, { base: 'HEAD~1' })).toEqual({ ...onMain, label: 'HEAD~1' });
    expect(settle(workspace, { environment: GITHUB, base: 'main', all: true })).toEqual({
      kind: 'none',
      reason: 'whole history',
    });
    expect(settle(workspace, { appliedThrough: '0001' })).toEqual({ ...onMain, appliedThrough: '0001' });
  });

  it('needs at most one process for a base that is there', () => {
    const { origin } = upstream();
    const git = openGit(clone(made, origin).root);
    resolveBase({ git, environment: {} });
    expect(git.processes).toBe(1);
    resolveBase({ git, environment: { GITHUB_BASE_REF: 'main' } });
    expect(git.processes).toBe(2);
  });

  it('takes a local main branch only while another one is checked out', () => {
    const { origin: workspace, main } = upstream();
    workspace.git('checkout', '-q', 'feature');
    expect(settle(workspace)).toEqual({ kind: 'revision', label: 'main', commit: main });
    workspace.git('checkout', '-q', 'main');
    expect(settle(workspace)).toEqual({
      kind: 'none',
      reason: 'whole history, since no upstream main branch is known',
    });
    expect(settle(workspace, { appliedThrough: '0001' })).toEqual({ kind: 'applied-through', id: '0001' });
  });

  it('knows no base in a repository without a commit, and outside of one', () => {
    expect(settle(emptyRepository(made))).toMatchObject({ kind: 'none' });
    expect(resolveBase({ git: undefined, environment: { GITHUB_BASE_REF: 'main' } })).toEqual({
      kind: 'none',
      reason: 'whole history, since this is no git repository',
    });
    expect(() => resolveBase({ git: undefined, environment: {}, base: 'main' })).toThrow(
      expect.objectContaining({ code: 'no-base' }),
    );
  });

  it('says what to do about a base that is not there', () => {
    const workspace = clone(made, upstream().origin);
    expect(() => settle(workspace, { base: 'mian' })).toThrow(
      expect.objectContaining({
        code: 'no-base',
        message: 'The base mian is not in this repository. Did you mean main?',
      }),
    );
    expect(() => settle(workspace, { base: 'HEAD:a.sql' })).toThrow(
      expect.objectContaining({ code: 'no-base' }),
    );
    expect(() => settle(workspace, { base: '--help' })).toThrow(expect.objectContaining({ code: 'no-base' }));
    expect(() => settle(workspace, { base: 'a\nHEAD' })).toThrow(
      expect.objectContaining({ code: 'no-base' }),
    );
  });

  describe('in a shallow clone without the base', () => {
    /** The command between backticks that the error's help begins with. */
    const commandOf = (workspace: Workspace, options: Partial<Omit<BaseOptions, 'git'>>): string => {
      try {
        settle(workspace, options);
      } catch (error) {
        expect(error).toMatchObject({ code: 'shallow-clone' });
        return /`(git fetch [^`]+)`/.exec((error as { help: string }).help)?.[1] ?? '';
      }
      throw new Error('It found a base.');
    };

    it.each<[string, Partial<Omit<BaseOptions, 'git'>>, string]>([
      ['the upstream main branch', {}, 'main'],
      ['GITHUB_BASE_REF', { environment: { GITHUB_BASE_REF: 'develop' } }, 'develop'],
      [
        'GitLab',
        {
          environment: {
            CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'develop',
            CI_MERGE_REQUEST_DIFF_BASE_SHA: 'f'.repeat(40),
          },
        },
        'develop',
      ],
      ['--base', { base: 'develop' }, 'develop'],
      ['--base with the remote', { base: 'origin/develop' }, 'develop'],
    ])('%s: the command that it gives mends it', (_, options, branch) => {
      const { origin, main, develop } = upstream();
      const workspace = clone(made, origin, '--depth=1', '--branch=feature');
      execSync(commandOf(workspace, options), { cwd: workspace.root, stdio: 'ignore' });
      expect(settle(workspace, options)).toEqual({
        kind: 'revision',
        label: `origin/${branch}`,
        commit: branch === 'main' ? main : develop,
      });
    });

    it('does so for a commit, too', () => {
      const { origin, main } = upstream();
      const workspace = clone(made, origin, '--depth=1', '--branch=feature', '--no-single-branch');
      const deep = clone(made, origin, '--depth=1', '--branch=feature');
      expect(settle(workspace, { base: main })).toMatchObject({ commit: main });
      execSync(commandOf(deep, { base: main }), { cwd: deep.root, stdio: 'ignore' });
      expect(settle(deep, { base: main })).toMatchObject({ commit: main });
    });

    it('is content with appliedThrough', () => {
      const workspace = clone(made, upstream().origin, '--depth=1', '--branch=feature');
      expect(settle(workspace, { appliedThrough: '0001' })).toEqual({
        kind: 'applied-through',
        id: '0001',
        note: expect.stringMatching(/^The remote’s main branch is not in this clone/u) as string,
      });
    });
  });
});
