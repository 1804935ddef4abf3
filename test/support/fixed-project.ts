import { cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import type { ReadMigration, ReadProject } from '../../src/input/project/types.ts';
import { runnerOf } from '../../src/input/runners/runner-of.ts';
import { fixProjects, type FixOutcome } from '../../src/node/fix-projects.ts';
import { lintChecked } from '../../src/node/lint-projects.ts';
import { findAll, readSource } from '../../src/node/run-projects.ts';
import type { LintOutcome } from '../../src/node/types.ts';
import type { Finding } from '../../src/lint/finding.ts';
import type { Engine } from '../../src/verify/engines/types.ts';
import { fingerprintDifferences } from '../../src/verify/fingerprint/differences.ts';
import { differenceSentence } from '../../src/verify/fingerprint/difference-words.ts';
import { fingerprintOf } from '../../src/verify/fingerprint/fingerprint.ts';
import type { Fingerprint } from '../../src/verify/fingerprint/types.ts';
import { verifyProject } from '../../src/verify/verify-project.ts';

/** A project whose findings were mended on a copy. */
export interface FixedProject {
  readonly first: FixOutcome;
  /** What a second run would still change: nothing, if all is well. */
  readonly second: FixOutcome;
  /** The findings of before. */
  readonly before: readonly Finding[];
  /** Text of every draft, in the order of their names. */
  readonly drafts: readonly string[];
  /** The copy. */
  readonly cwd: string;
}

/** How a project is mended. */
export interface FixWish {
  readonly unsafe: boolean;
  /** The last applied migration; by default what the project's configuration says. */
  readonly appliedThrough?: string;
  /** The folder of the migrations; by default all that are found. */
  readonly paths?: readonly string[];
  /** Paths that are left out of the copy, from the folder. */
  readonly without?: readonly string[];
}

/** Copies a folder, mends what it has pending twice, and hands it over. The copy is removed afterwards. */
export async function withFixed<T>(
  folder: string,
  { unsafe, appliedThrough, paths, without = [] }: FixWish,
  use: (project: FixedProject) => Promise<T>,
): Promise<T> {
  return await withCopy(
    folder,
    without,
    async (cwd) => {
      const request = { cwd, appliedThrough, ...(paths !== undefined && { paths }) };
      const before = findingsOf(await lintChecked(request));
      const first = await fixProjects(request, { unsafe, dryRun: false });
      const second = await fixProjects(request, { unsafe, dryRun: true });
      return await use({ first, second, before, drafts: draftsBelow(cwd), cwd });
    },
    paths,
  );
}

/**
 * Copies a folder, without some paths in it, and hands the copy over. It is removed afterwards.
 *
 * @param paths the folders that count; of the others only the files that lie above these. By default all.
 */
export async function withCopy<T>(
  folder: string,
  without: readonly string[],
  use: (cwd: string) => Promise<T>,
  paths: readonly string[] = [''],
): Promise<T> {
  const cwd = mkdtempSync(join(tmpdir(), 'fixed-'));
  const counts = (path: string): boolean => {
    const inside = relative(folder, path);
    const isBelow = paths.some((one) => one === '' || inside === one || inside.startsWith(`${one}/`));
    if (isBelow) return true;
    const isAbove = (place: string): boolean =>
      place === '' || paths.some((one) => one === place || one.startsWith(`${place}/`));
    return isAbove(inside) || (isAbove(relative(folder, dirname(path))) && lstatSync(path).isFile());
  };
  try {
    cpSync(folder, cwd, {
      recursive: true,
      filter: (path) => !IGNORED.has(basename(path)) && counts(path),
    });
    for (const path of without) rmSync(join(cwd, path), { recursive: true, force: true });
    return await use(cwd);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

const IGNORED = new Set(['.git', 'node_modules']);

/** Every finding of an outcome that is shown. */
export function findingsOf({ report }: LintOutcome): readonly Finding[] {
  return report.projects.flatMap(({ findings, judged }) => [
    ...findings,
    ...judged.flatMap((migration) => migration.findings),
  ]);
}

function draftsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(?:^|\/)migration-drafts\/[^/]+\.sql$/u.test(path) && !path.endsWith('.rollback.sql'))
    .sort()
    .map((path) => readFileSync(join(folder, path), 'utf8'));
}

/** What a history makes of an empty database. */
export interface Built {
  readonly schema: Fingerprint;
  /** Paths of the migrations that PostgreSQL refused, with their rollbacks, from the folder. */
  readonly refused: readonly string[];
}

/**
 * Runs the whole history of each project of a folder as its runner would.
 *
 * @param drafts scripts that are run after it.
 * @returns one for each project, in the order in which they are found.
 */
export async function buildProjects(
  cwd: string,
  { appliedThrough, paths, drafts = [] }: Omit<FixWish, 'unsafe'> & { readonly drafts?: readonly string[] },
  engine: Engine,
  prelude: readonly { readonly path: string; readonly sql: string }[] = [],
): Promise<readonly Built[]> {
  const request = { cwd, appliedThrough, ...(paths !== undefined && { paths }) };
  const { workspace, selection, selected } = await findAll(request);
  const built: Built[] = [];
  for (const project of selected) {
    const source = readSource({ workspace, request, selection, project });
    const { found, configuration } = project;
    const runner = runnerOf(workspace.tree, found, { transaction: configuration.transaction });
    let schema: Fingerprint = { objects: [] };
    const { migrations } = await verifyProject({
      source: withScripts(source, drafts),
      runner,
      engine: () => Promise.resolve(engine),
      selects: ({ state }) => state === 'pending',
      prelude,
      checks: [
        {
          name: 'applies',
          run: async ({ database, migration }) => {
            if (migration.id === END) schema = await fingerprintOf(database);
            return [];
          },
        },
      ],
      cache: undefined,
    });
    const refused = new Set(
      migrations
        .filter(({ verdicts }) => verdicts.some(({ outcome }) => outcome !== 'proven'))
        .map(({ id }) => id),
    );
    const refusedPaths = source.migrations
      .filter(({ id }) => refused.has(id))
      // A folder that is a migration goes as a whole.
      .flatMap(({ path, forward, rollbackFile }) => [path, forward?.source.path, rollbackFile])
      .filter((path) => path !== undefined);
    built.push({ schema, refused: refusedPaths });
  }
  return built;
}

const END = '99999999999999_end';

/** A project with scripts at its end, and one that does nothing: a check of it sees what all others have made. */
function withScripts(source: ReadProject, scripts: readonly string[]): ReadProject {
  const last = source.migrations.at(-1);
  if (last === undefined) throw new Error('there is no migration');
  const added = [
    ...scripts.map((sql, index) => script(`99999999999998_${index}`, sql)),
    script(END, 'SELECT 1;'),
  ];
  return { ...source, migrations: [...source.migrations, ...added] };
}

function script(id: string, text: string): ReadMigration {
  const path = `${id}/migration.sql`;
  return {
    id,
    version: id.slice(0, 14),
    name: id.slice(15),
    state: 'pending',
    why: 'added',
    path,
    forward: {
      source: { path, text, encoding: 'utf-8', byteOrderMark: false },
      problems: [],
      withoutTransaction: true,
    },
    rollback: undefined,
    change: 'none',
    current: undefined,
  };
}

/** How a schema differs from what it should be, in sentences; column order, whitespace and names of what PostgreSQL names aside. */
export function schemaDifferences(should: Built, is: Built): readonly string[] {
  return fingerprintDifferences(should.schema, is.schema)
    .filter(({ matters }) => matters)
    .map(differenceSentence);
}
