import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import noMixedRelease from '../../rules/expand-contract/no-mixed-release.ts';
import noRenameTable from '../../rules/expand-contract/no-rename-table.ts';
import { openGit } from '../../src/input/files/git.ts';
import type { Base } from '../../src/input/project/types.ts';
import { enableRules } from '../../src/lint/settings.ts';
import { changedFiles } from '../../src/node/changed-files.ts';

const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')),
);
let folder = '';
let base: Base = { kind: 'none', reason: '' };

function git(...args: readonly string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  return execFileSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8', env: ENVIRONMENT }).trim();
}

function commit(file: string): string {
  writeFileSync(join(folder, file), '');
  git('add', file);
  git('commit', '--quiet', '--message', file);
  return git('rev-parse', 'HEAD');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'migration-lint-changed-'));
  git('init', '--quiet');
  const fork = commit('first.ts');
  const main = commit('only-on-main.ts');
  git('checkout', '--quiet', '-b', 'feature', fork);
  commit('committed.ts');
  writeFileSync(join(folder, 'staged.ts'), '');
  git('add', 'staged.ts');
  writeFileSync(join(folder, 'new.ts'), '');
  base = { kind: 'revision', label: 'main', commit: main };
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const enabled = enableRules([noMixedRelease], 'strict', new Map());

it('is what the branch changed since it left the base, with what nobody has added yet', () => {
  const found = changedFiles(enabled, base, openGit(folder, ENVIRONMENT), {});
  expect([...(found ?? [])].sort()).toEqual(['committed.ts', 'new.ts', 'staged.ts']);
});

it('is what is staged, where that is asked for', () => {
  expect(changedFiles(enabled, base, openGit(folder, ENVIRONMENT), { staged: true })).toEqual(['staged.ts']);
});

it('starts no process where no rule asks, or no revision tells what is new', () => {
  const repository = openGit(folder, ENVIRONMENT);
  const others = enableRules([noRenameTable], 'strict', new Map());
  expect(changedFiles(others, base, repository, {})).toBeUndefined();
  expect(changedFiles(enabled, { kind: 'none', reason: '' }, repository, {})).toBeUndefined();
  expect(repository.processes).toBe(0);
});
