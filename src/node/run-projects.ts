import { loadParser } from '../input/sql/parser.ts';
import { isInputError } from '../input/files/errors.ts';
import { askedFor } from '../input/project/asked-for.ts';
import { resolveBase } from '../input/project/base.ts';
import { postgresOf } from '../input/project/postgres-of.ts';
import { readProject } from '../input/project/read-project.ts';
import { resolveSelection, type Selection } from '../input/project/selection.ts';
import type { ReadMigration, ReadProject } from '../input/project/types.ts';
import { runnerOf } from '../input/runners/runner-of.ts';
import type { Runner } from '../input/runners/types.ts';
import type { Conventions } from '../lint/conventions.ts';
import { lintProject, type LintResult } from '../lint/run.ts';
import type { LintedProject } from '../report/build-report.ts';
import { DEFAULT_POSTGRES } from './default-postgres.ts';
import { UsageError } from './usage-error.ts';
import { counted } from '../report/words.ts';
import { selectProjects, type SelectedProject } from './select-projects.ts';
import { baselineCommand, loadBaseline, type BaselineFile } from './baseline-file.ts';
import { changedFiles } from './changed-files.ts';
import { chooseRules } from './rule-choice.ts';
import { loadProofs } from './proofs-file.ts';
import { loadStatistics } from './statistics-file.ts';
import { Stopwatch } from './stopwatch.ts';
import { saidAs, type LintRequest, type RunRequest } from './types.ts';
import { withBaseline, type BaselineOutcome } from './with-baseline.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** One project's outcome, and what it was held against. */
export interface ProjectOutcome {
  readonly linted: LintedProject;
  /** Undefined if the request wants none. */
  readonly baseline: BaselineFile | undefined;
  readonly conventions: Conventions;
  /** The ids of the migrations that are pending, even if the whole history is judged; none where nothing tells. */
  readonly pending: () => ReadonlySet<string>;
}

/** The outcome of a run, before it is made a report of. */
export interface RunOutcome {
  readonly projects: readonly ProjectOutcome[];
  /** What belongs to no project, one sentence each. */
  readonly messages: readonly string[];
  readonly stopwatch: Stopwatch;
}

/**
 * Finds the projects that a request means, reads them and judges them.
 *
 * @param use what the baselines are read for.
 * @throws {Error} with `help`, as `lintProjects` says.
 */
export async function runProjects(
  request: RunRequest,
  use: Parameters<typeof loadBaseline>[3] = 'judge',
): Promise<RunOutcome> {
  const stopwatch = new Stopwatch();
  const parser = loadParser();
  const { workspace, selection, selected, messages } = await findAll(request);
  stopwatch.stage('find');
  const projects: ProjectOutcome[] = [];
  for (const project of selected) {
    const run: ProjectRun = { workspace, request, selection, stopwatch, project };
    const baseline = loadBaseline(project, workspace, isLoneScript(request) ? false : request.baseline, use);
    const source = readSource(run);
    stopwatch.stage('read');
    await parser;
    const linted = heldAgainst(baseline, lintOne(run, source), run);
    const { conventions } = project.configuration;
    projects.push({ linted, baseline, conventions, pending: () => pendingOf(run) });
    stopwatch.stage('lint');
  }
  return { projects, messages, stopwatch };
}

/** The projects that a request means, and where they lie. */
export interface FoundAll {
  readonly workspace: Workspace;
  readonly selection: Selection;
  readonly selected: readonly SelectedProject[];
  readonly messages: readonly string[];
}

/** Finds the projects that a request means, with their configuration. @throws {Error} with `help`, as `lintProjects` says. */
export async function findAll(request: RunRequest): Promise<FoundAll> {
  const messages: string[] = [];
  const workspace = openWorkspace(request);
  const selection = resolveSelection(workspace.git, {
    ...request,
    ignores: await ignoresOf(request),
    nameOf: (key) => saidAs(request, key),
  });
  const selected = await selectProjects(
    {
      tree: workspace.tree,
      top: workspace.top,
      environment: { cwd: workspace.cwd, stderr: { write: (text) => messages.push(text.trimEnd()) } },
      flags: flagsOf(request),
    },
    workspace.paths,
  );
  return { workspace, selection, selected, messages };
}

/** One project of a run. */
interface ProjectRun {
  readonly workspace: Workspace;
  readonly request: RunRequest;
  readonly selection: Selection;
  readonly stopwatch: Stopwatch;
  readonly project: SelectedProject;
}

/** Reads a project's migrations, and tells which are applied. */
export function readSource({
  workspace,
  request,
  selection,
  project,
}: Omit<ProjectRun, 'stopwatch'>): ReadProject {
  const { tree, git } = workspace;
  const { found, configuration } = project;
  const base = resolveBase({
    // Said on the command line, `--applied-through` is the whole answer; in a configuration it joins the main branch.
    git: request.appliedThrough === undefined ? git : undefined,
    base: request.base ?? configuration.base,
    appliedThrough: request.appliedThrough ?? configuration.appliedThrough,
    all: request.all === true || isLoneScript(request) ? true : undefined,
    environment: request.environment ?? process.env,
  });
  const narrowed = selection.narrow(tree, found);
  const source = readProject(tree, narrowed, { base, git, maxBytes: configuration.maxFileSize });
  const migrations = isLoneScript(request) ? source.migrations.map(withoutPlace) : source.migrations;
  const orphans = source.orphanRollbacks ?? [];
  const keptOrphans = new Set(selection.strays(orphans.map(({ path }) => path)));
  return {
    ...source,
    migrations,
    strayScripts: selection.strays(source.strayScripts ?? []),
    orphanRollbacks: orphans.filter(({ path }) => keptOrphans.has(path)),
  };
}

/** What a project's migrations run on. */
export interface Target {
  readonly runner: Runner;
  /** Major version of PostgreSQL. */
  readonly postgresVersion: number;
  /** True if nobody said which version it is. */
  readonly postgresAssumed: boolean;
}

/** The runner and the PostgreSQL of a project: as the request says, the configuration, or the project's files. */
export function targetOf({
  workspace: { tree },
  request,
  project: { found, configuration },
}: Pick<ProjectRun, 'workspace' | 'request' | 'project'>): Target {
  const postgres = request.postgres ?? configuration.postgres ?? postgresOf(tree, found);
  const runner = runnerOf(tree, found, {
    prisma: request.prisma ?? configuration.prisma,
    transaction: configuration.transaction,
  });
  return {
    runner,
    postgresVersion: postgres ?? DEFAULT_POSTGRES,
    postgresAssumed: postgres === undefined,
  };
}

/** What would be pending if the request did not ask for the whole history. */
function pendingOf(run: ProjectRun): ReadonlySet<string> {
  try {
    const { base, migrations } = readSource({ ...run, request: { ...run.request, all: undefined } });
    if (base.kind === 'none') return new Set();
    return new Set(migrations.filter(({ state }) => state === 'pending').map(({ id }) => id));
  } catch (error) {
    // A base that is not there tells nothing.
    if (isInputError(error)) return new Set();
    throw error;
  }
}

/** A script that lies nowhere has no place for a rollback beside it. */
function withoutPlace(migration: ReadMigration): ReadMigration {
  const { rollbackPath, ...rest } = migration;
  return rollbackPath === undefined ? migration : rest;
}

/** A script from standard input that has no path has no history either. */
function isLoneScript({ stdin }: LintRequest): boolean {
  return stdin !== undefined && stdin.path === undefined;
}

function lintOne(
  { workspace, request, selection, stopwatch, project }: ProjectRun,
  source: ReadProject,
): LintedProject {
  const now = request.now ?? new Date();
  const { configuration, rules: known } = project;
  const target = targetOf({ workspace, request, project });
  const { rules, rulesOf, all } = chooseRules(known, configuration, request);
  const sizes = loadStatistics(project, workspace, now);
  const result = lintProject(source, {
    rules,
    rulesOf,
    changedFiles: changedFiles(all, source.base, workspace.git, request),
    conventions: configuration.conventions,
    proofs: isLoneScript(request) ? undefined : loadProofs(project, workspace, source, target.runner),
    known,
    statistics: sizes.statistics,
    now,
    ...target,
    ...(request.timing === true && { around: (rule, call) => stopwatch.rule(rule.meta.name, call) }),
  });
  return {
    source,
    result: withoutOthers(result, source, selection),
    rules: all,
    postgresAssumed: target.postgresAssumed,
    notes: [...(source.notes ?? []), ...result.notes, ...(usesStatistics(result) ? sizes.notes : [])],
    ...selectedWords(selection, source, result.judged),
  };
}

/** What was asked for, for people: applied migrations that a path names are no pending ones. */
export function selectedWords(
  { words }: Selection,
  { found, base }: ReadProject,
  judged: readonly Pick<ReadMigration, 'state'>[],
): { readonly selected?: string } {
  if (words !== undefined) return { selected: words };
  const isNamed = found.only !== undefined && judged.some(({ state }) => state === 'applied');
  return isNamed && base.kind !== 'none' ? { selected: 'named' } : {};
}

/** Whether a finding is only information by the statistics file. */
function usesStatistics({ findings, suppressed }: LintResult): boolean {
  return [...findings, ...suppressed.map(({ finding }) => finding)].some(
    ({ lowered }) => lowered?.tables.some(({ measured }) => measured !== undefined) === true,
  );
}

/** Takes back what the baseline knows, and says what it knows too much. */
function heldAgainst(
  baseline: BaselineFile | undefined,
  linted: LintedProject,
  { request }: ProjectRun,
): LintedProject {
  if (baseline?.entries === undefined) return linted;
  const { source, result, notes } = linted;
  const narrowed = [request.only, request.skip, request.rules].some((said) => said !== undefined);
  const isComplete = result.project.wholeHistory && isWhole(source) && !narrowed;
  const held = withBaseline(result, source, baseline.entries, isComplete);
  return { ...linted, result: held.result, notes: [...notes, ...staleNotes(held, baseline, request)] };
}

/** Whether no path and no selection leaves a migration out. */
function isWhole({ found: { only, left } }: ReadProject): boolean {
  return only === undefined && left === undefined;
}

function staleNotes(
  { stale }: BaselineOutcome,
  { shown }: BaselineFile,
  { baseline }: LintRequest,
): string[] {
  if (stale.length === 0) return [];
  const are = stale.length === 1 ? 'is' : 'are';
  const command = baselineCommand('prune', shown, baseline);
  return [
    `${counted(stale.length, 'finding')} of the baseline ${shown} ${are} not there any more: ${command} drops ${stale.length === 1 ? 'it' : 'them'}.`,
  ];
}

/** Leaves out what was found about migrations that were not asked for. */
function withoutOthers(
  result: LintResult,
  { found, migrations }: ReadProject,
  { narrows }: Selection,
): LintResult {
  if (!narrows || (found.only === undefined && found.left === undefined)) return result;
  const isAskedFor = askedFor(found);
  const others = new Set(migrations.filter((migration) => !isAskedFor(migration)).map(({ id }) => id));
  return {
    ...result,
    findings: result.findings.filter(({ migration }) => migration === undefined || !others.has(migration)),
  };
}

async function ignoresOf({
  ignorePatterns = [],
  flags,
}: RunRequest): Promise<
  ((migration: { readonly id: string; readonly path: string }) => boolean) | undefined
> {
  if (ignorePatterns.length === 0) return undefined;
  const { globProblem, migrationMatcher } = await import('../config/globs.ts');
  for (const pattern of ignorePatterns) {
    const problem = globProblem(pattern);
    if (problem !== undefined)
      throw new UsageError(`The pattern ${pattern} of ${saidAs({ flags }, 'ignorePatterns')} ${problem}.`);
  }
  return migrationMatcher(ignorePatterns, '');
}

function flagsOf({ config, layout }: LintRequest): Parameters<typeof selectProjects>[0]['flags'] {
  return { ...(config !== undefined && { config }), ...(layout !== undefined && { layout }) };
}
