import { join } from 'node:path';
import { judgedOf } from '../input/project/asked-for.ts';
import type { ReadProject } from '../input/project/types.ts';
import type { Runner } from '../input/runners/types.ts';
import { loadParser } from '../input/sql/parser.ts';
import { CHECK_CHOICES, type CheckChoice, type EngineName } from '../config/verify-settings.ts';
import { describeBase } from '../report/build-report.ts';
import { transactionWords } from '../report/runner-words.ts';
import type { VerifiedProject, VerifyReport } from '../report/verify-types.ts';
import { namesCacheOf } from '../verify/environment/names-cache.ts';
import { prefixCacheOf } from '../verify/prefix-cache-files.ts';
import { verifyProject, type Progress, type VerifyRequest } from '../verify/verify-project.ts';
import { cacheFolder } from './cache-folder.ts';
import { preludeFiles } from './prelude-files.ts';
import { findAll, readSource, selectedWords, targetOf, type FoundAll, type Target } from './run-projects.ts';
import type { SelectedProject } from './select-projects.ts';
import { Stopwatch } from './stopwatch.ts';
import type { RunRequest } from './types.ts';
import { verifyChecks } from './verify-checks.ts';
import { openEngine, type EngineWish } from './verify-engine.ts';
import { version } from './version.ts';

/** What to verify, and where. What is pending, and which of it is looked at, is said as for a lint run. */
export interface VerifyProjectsRequest extends RunRequest {
  /** The embedded PGlite, or an embedded server of this major version. Default: the configuration's, else PGlite. */
  readonly engine?: EngineName | undefined;
  /** A server in which a scratch database is made and dropped: `postgresql://…`, or `env:NAME`. */
  readonly url?: string | undefined;
  /** What is asked of a migration; all by default. Whether it applies is always asked: all else builds on it. */
  readonly checks?: readonly CheckChoice[] | undefined;
  /** False for no sample rows. */
  readonly rows?: boolean | undefined;
  /** Seconds that a query of a script may take. */
  readonly timeLimit?: number | undefined;
  /** False for neither reading nor writing the cache. */
  readonly cache?: boolean | undefined;
  /** How many migrations have to be run before the database after them is kept; only tests want another number. */
  readonly cacheLeast?: number | undefined;
  readonly allowClusterChanges?: boolean | undefined;
  /** True if the server of `url` may be used although it looks like one that people need. */
  readonly disposable?: boolean | undefined;
  /** Told what is done next. */
  readonly onProgress?: ((progress: VerifyProgress) => void) | undefined;
}

/** How far a run is: `say` for what takes long before it begins. */
export type VerifyProgress =
  | Progress
  | { readonly phase: 'start' }
  | { readonly phase: 'say'; readonly text: string };

/** A verified project, with what it was read from. */
export interface VerifiedSource {
  readonly selected: SelectedProject;
  readonly source: ReadProject;
  readonly runner: Runner;
}

/** The outcome of a run. */
export interface VerifyOutcome {
  readonly report: VerifyReport;
  /** The same projects in the same order. */
  readonly sources: readonly VerifiedSource[];
  readonly workspace: FoundAll['workspace'];
  /** What belongs to no project, one sentence each. */
  readonly messages: readonly string[];
}

/** With fewer migrations a database is made anew in less time than it takes to keep it. */
const WORTH_KEEPING = 20;

/** What is asked, of what the request names. */
function checksOf(
  { checks = CHECK_CHOICES, rows }: VerifyProjectsRequest,
  source: ReadProject,
  chosen: number,
): Pick<VerifyRequest, 'checks' | 'onlyApplies'> {
  const wanted = new Set(checks);
  if (rows === false) for (const choice of ['rows', 'backfills'] as const) wanted.delete(choice);
  return {
    checks: verifyChecks(source, { wanted, chosen }),
    onlyApplies: [...wanted].every((choice) => choice === 'applies'),
  };
}

/**
 * Runs the migrations of projects on a PostgreSQL, and says what is proven of those that are pending. Writes nothing but its cache.
 *
 * @throws {Error} with `help`, a text that says what to do or undefined, for whatever keeps the run from being made.
 */
export async function verifyProjects(request: VerifyProjectsRequest): Promise<VerifyOutcome> {
  const stopwatch = new Stopwatch();
  const parser = loadParser();
  const found = await findAll(request);
  const projects: VerifiedProject[] = [];
  const sources: VerifiedSource[] = [];
  for (const selected of found.selected) {
    const { workspace, selection } = found;
    const source = readSource({ workspace, request, selection, project: selected });
    const target = targetOf({ workspace, request, project: selected });
    await parser;
    projects.push(await verifyOne(found, request, selected, source, target));
    sources.push({ selected, source, runner: target.runner });
  }
  return {
    report: { version: version(), projects, duration: stopwatch.elapsed() },
    sources,
    workspace: found.workspace,
    messages: found.messages,
  };
}

async function verifyOne(
  { workspace, selection }: FoundAll,
  request: VerifyProjectsRequest,
  selected: SelectedProject,
  source: ReadProject,
  target: Target,
): Promise<VerifiedProject> {
  const selects = judgedOf(source.found, source.base.kind === 'none');
  const chosen = source.migrations.filter(
    (migration) => selects(migration) && migration.change !== 'deleted',
  );
  const context: VerifiedProject['context'] = {
    folder: source.found.folder,
    layout: source.found.layout,
    runner: target.runner.label,
    transactions: transactionWords(target.runner),
    postgresVersion: target.postgresVersion,
    postgresAssumed: target.postgresAssumed,
    base: describeBase(source.base),
    wholeHistory: source.base.kind === 'none',
    migrations: source.migrations.filter(({ change }) => change !== 'deleted').length,
    notes: source.notes ?? [],
    ...selectedWords(selection, source, chosen),
  };
  if (chosen.length === 0) return { context, verification: undefined };
  const isChosen = new Set(chosen);
  const { verify } = selected.configuration;
  const environment = request.environment ?? process.env;
  const folder = cacheFolder(environment);
  const wish: EngineWish = {
    name: request.engine ?? (request.url === undefined ? verify?.engine : undefined),
    url: request.url,
    seconds: request.timeLimit ?? verify?.timeLimit,
    cacheFolder: folder,
    cache: request.cache !== false,
    disposable: request.disposable === true,
    environment,
    project: join(workspace.top, source.found.packageFolder),
    say: request.onProgress && ((text) => request.onProgress?.({ phase: 'say', text })),
  };
  const { runner } = target;
  const kept = { folder, project: `${workspace.top}/${source.found.folder}` };
  request.onProgress?.({ phase: 'start' });
  const verification = await verifyProject({
    source,
    runner,
    engine: (extensions) => openEngine(wish, extensions),
    selects: (migration) => isChosen.has(migration),
    prelude: preludeFiles(selected, workspace),
    ...checksOf(request, source, chosen.length),
    cache:
      request.cache === false
        ? undefined
        : prefixCacheOf({
            ...kept,
            runner: JSON.stringify([runner.name, runner.mode, runner.modeWithoutTransaction]),
            least: request.cacheLeast ?? WORTH_KEEPING,
          }),
    names: request.cache === false ? undefined : await namesCacheOf(kept),
    allowsClusterChanges: request.allowClusterChanges === true,
    ...(request.onProgress !== undefined && { onProgress: request.onProgress }),
  });
  return { context, verification };
}
