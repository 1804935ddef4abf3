import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../../../rules/index.ts';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { findProjects, projectsFromPaths } from '../../../src/input/project/find-projects.ts';
import { projectWithLayout } from '../../../src/input/project/projects-from-paths.ts';
import type { FileTree } from '../../../src/input/files/types.ts';
import type { CustomLayout, FoundProject } from '../../../src/input/layouts/types.ts';
import { readProject } from '../../../src/input/project/read-project.ts';
import { runnerOf } from '../../../src/input/runners/runner-of.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import type { Finding } from '../../../src/lint/finding.ts';
import { lintProject, type LintResult } from '../../../src/lint/run.ts';
import { rollbackFiles } from '../../../src/repair/rollback/rollback-files.ts';

beforeAll(loadParser);

const FIXTURES = new URL('../../../fixtures/', import.meta.url).pathname;
const NAMES = readdirSync(FIXTURES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** They ask for what a team writes by hand, or what a run of `verify` shows. */
const ASKS_FOR_MORE = new Set(['require-rollback-check', 'require-proven-rollback']);
const NOTHING_APPLIED = { kind: 'revision', label: 'main', commit: '0'.repeat(40) } as const;

/** What a fixture's configuration says of its layout. */
interface Said {
  readonly migrations?: string;
  readonly layout?: CustomLayout;
}

type Files = Readonly<Record<string, Uint8Array>>;

function filesOf(folder: string): Files {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((one) => one.isFile());
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(folder, path).replaceAll('\\', '/'), readFileSync(path)];
    }),
  );
}

function projectsIn(name: string, tree: FileTree): readonly FoundProject[] {
  const { migrations, layout } = JSON.parse(
    Buffer.from(tree.read('.migrationlintrc.json') ?? []).toString(),
  ) as Said;
  if (migrations !== undefined && layout !== undefined)
    return [projectWithLayout(tree, migrations, 'custom', layout, 'the configuration')];
  const found = name === 'plain' ? projectsFromPaths(tree, ['migrations']) : findProjects(tree).projects;
  return found.filter(({ provider }) => provider === undefined || provider === 'postgresql');
}

/** What the rules of rollbacks say when every migration is pending. */
function lint(tree: FileTree, found: FoundProject): LintResult {
  const enabled = rules
    .filter(({ meta }) => meta.name.includes('rollback') && !ASKS_FOR_MORE.has(meta.name))
    .map((rule) => ({ rule, severity: rule.meta.severity, options: {} }));
  const source = readProject(tree, found, { base: NOTHING_APPLIED });
  const runner = runnerOf(tree, found);
  return lintProject(source, { rules: enabled, known: rules, runner, postgresVersion: 15 });
}

/** The fixture as if nobody had written a rollback in a file of its own. */
function withoutRollbacks(files: Files, found: FoundProject): Files {
  const tree = memoryTree(files);
  const { migrations } = readProject(tree, found, { base: NOTHING_APPLIED });
  const rollbacks = new Set(
    migrations.flatMap(({ forward, rollback }) =>
      rollback === undefined || rollback.source.path === forward?.source.path ? [] : [rollback.source.path],
    ),
  );
  return Object.fromEntries(Object.entries(files).filter(([path]) => !rollbacks.has(path)));
}

describe.each(NAMES)('generated rollbacks of the fixture %s', (name) => {
  it('are read back, and the rules of rollbacks have nothing to say of them', () => {
    const all = filesOf(join(FIXTURES, name));
    for (const found of projectsIn(name, memoryTree(all))) {
      const files = withoutRollbacks(all, found);
      const tree = memoryTree(files);
      const { judged, project } = lint(tree, found);
      const written = new Map<string, string>();
      const ids = new Set<string>();
      const refused = new Set<string>();
      for (const migration of judged) {
        const result = rollbackFiles(
          { ...migration, state: 'pending' },
          project,
          (path) => tree.read(path) !== undefined,
        );
        if (result.kind === 'refused') {
          refused.add(result.reason);
          continue;
        }
        ids.add(migration.id);
        for (const { path, text } of result.files) written.set(path, text);
      }
      const after = lint(memoryTree({ ...files, ...Object.fromEntries(written) }), found);
      const without = after.judged.filter(({ id, hasRollback }) => ids.has(id) && !hasRollback);
      // Every migration of these has its section.
      if (name !== 'dbmate' && name !== 'goose') expect(ids.size, [...refused].join(' ')).toBeGreaterThan(0);
      expect(without.map(({ id }) => id)).toEqual([]);
      expect(after.findings.filter((one) => ids.has(one.migration ?? '')).map(sentence)).toEqual([]);
    }
  });
});

function sentence({ rule, migration, message }: Finding): string {
  return `${migration}: ${rule}: ${message}`;
}
