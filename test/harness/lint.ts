import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rules } from '../../rules/index.ts';
import { presets } from '../../rules/presets.ts';
import { resolveConfiguration } from '../../src/config/resolve.ts';
import { loadConfiguration } from '../../src/config/search.ts';
import type { Configuration } from '../../src/config/types.ts';
import { diskTree } from '../../src/input/files/disk-tree.ts';
import { openGit } from '../../src/input/files/git.ts';
import type { FileTree } from '../../src/input/files/types.ts';
import type { FoundProject } from '../../src/input/layouts/types.ts';
import { findProjects, projectsFromPaths } from '../../src/input/project/find-projects.ts';
import { projectWithLayout } from '../../src/input/project/projects-from-paths.ts';
import { readProject } from '../../src/input/project/read-project.ts';
import type { ReadProject } from '../../src/input/project/types.ts';
import { runnerOf } from '../../src/input/runners/runner-of.ts';
import { loadParser } from '../../src/input/sql/parser.ts';
import { positionAt } from '../../src/input/text/positions.ts';
import type { Finding } from '../../src/lint/finding.ts';
import { lintProject } from '../../src/lint/run.ts';
import { selectRules } from '../../src/lint/settings.ts';
import type { SeenFinding } from './compare.ts';
import type { Fixture } from './fixture.ts';

/** What the linter says of a fixture. */
export interface LintedFixture {
  readonly findings: readonly SeenFinding[];
  /** Migrations folders that were linted, sorted. */
  readonly folders: readonly string[];
  /** Their layouts, in the same order. */
  readonly layouts: readonly string[];
  /** Migrations folders of other databases: folder → database. */
  readonly ignored: Readonly<Record<string, string>>;
  /** True if a rule threw. */
  readonly failed: boolean;
}

/** Lints a fixture as the command line does in its folder, with its own configuration. */
export async function lintFixture(fixture: Fixture): Promise<LintedFixture> {
  await loadParser();
  const tree = diskTree(fixture.folder);
  const configuration = await configurationOf(fixture);
  const found = foundIn(fixture, tree, configuration);
  const others = found.filter(({ provider }) => provider !== undefined && provider !== 'postgresql');
  const results = found
    .filter((project) => !others.includes(project))
    .map((project) => {
      const source = readAtBase(fixture, configuration, tree, (files, base) =>
        readProject(files, project, { ...base, maxBytes: configuration.maxFileSize }),
      );
      return lintProject(source, {
        ...selectRules(rules, configuration),
        conventions: configuration.conventions,
        known: rules,
        changedFiles: fixture.expect.changedFiles,
        runner: runnerOf(tree, project, { transaction: configuration.transaction }),
        postgresVersion: configuration.postgres ?? 15,
        now: new Date('2026-01-01'),
      });
    });
  return {
    findings: results.flatMap(({ findings }) => findings.map(seen)),
    folders: results.map(({ project }) => project.folder).sort(),
    layouts: results
      .map(({ project }) => project)
      .sort((a, b) => (a.folder < b.folder ? -1 : 1))
      .map(({ layout }) => layout),
    ignored: Object.fromEntries(others.map(({ folder, provider }) => [folder, provider ?? ''])),
    failed: results.some(({ failed }) => failed),
  };
}

function foundIn(
  fixture: Fixture,
  tree: FileTree,
  { migrations, layout, custom }: Configuration,
): readonly FoundProject[] {
  if (migrations !== undefined && layout !== undefined) {
    return [projectWithLayout(tree, migrations, layout, custom, 'the configuration')];
  }
  return fixture.projects.some((project) => project.layout === 'plain')
    ? projectsFromPaths(tree, ['migrations'])
    : findProjects(tree).projects;
}

async function configurationOf({ name, folder }: Fixture): Promise<Configuration> {
  const found = await loadConfiguration(join(folder, '.migrationlintrc.json'));
  const facts = { rules, presets, top: folder, named: false, git: undefined, reserved: [] };
  const { configuration, problems } = await resolveConfiguration(found, facts);
  if (problems.length > 0) throw new Error(`${name}: ${JSON.stringify(problems)}`);
  return configuration;
}

type Read = (tree: FileTree, base: Pick<Parameters<typeof readProject>[2], 'base' | 'git'>) => ReadProject;

/** Reads with `appliedThrough` or, if the fixture tells how applied files were, in a repository whose commit has them so. */
function readAtBase(
  fixture: Fixture,
  { appliedThrough }: Configuration,
  tree: FileTree,
  read: Read,
): ReadProject {
  if (appliedThrough === undefined) throw new Error(`${fixture.name} has no appliedThrough`);
  const then = fixture.expect.base;
  if (then === undefined) return read(tree, { base: { kind: 'applied-through', id: appliedThrough } });
  const folder = mkdtempSync(join(tmpdir(), 'migration-lint-fixture-'));
  try {
    cpSync(fixture.folder, folder, { recursive: true });
    for (const [path, text] of Object.entries(then)) write(join(folder, path), text);
    const commit = commitApplied(fixture, folder, Object.keys(then));
    for (const path of Object.keys(then)) rmSync(join(folder, path));
    cpSync(fixture.folder, folder, { recursive: true });
    return read(diskTree(folder), {
      git: openGit(folder, WITHOUT_GIT),
      base: { kind: 'revision', label: 'main', commit, appliedThrough },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The environment without git's own variables, which a hook sets for another repository. */
const WITHOUT_GIT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')),
);

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function commitApplied(fixture: Fixture, folder: string, paths: readonly string[]): string {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=fixture', '-c', 'user.email=fixture@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: WITHOUT_GIT,
    });
  const applied = fixture.projects.flatMap((project) =>
    project.migrations
      .filter(({ state }) => state === 'applied')
      .map(({ id }) => `${project.folder}/${id}/migration.sql`),
  );
  git('init', '--quiet');
  git('-c', 'core.autocrlf=false', 'add', '--', ...new Set([...applied, ...paths]));
  git('commit', '--quiet', '--message', 'Applied');
  return git('rev-parse', 'HEAD').trim();
}

function seen({ rule, path, place, migration, message }: Finding): SeenFinding {
  const line = place === undefined ? undefined : positionAt(place.source, place.span.start).line;
  return { rule, path, line, migration, message };
}
