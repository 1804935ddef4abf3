import { InputError } from '../files/errors.ts';
import type { Git } from '../files/git.ts';
import { didYouMean } from '../text/nearest.ts';
import { baseCandidates, type Candidates } from './base-candidates.ts';
import type { Base } from './types.ts';

/** What the user and the environment say about the base. */
export interface BaseOptions {
  /** The repository; undefined outside one. */
  readonly git: Git | undefined;
  /** `--base`: a branch, tag or commit. */
  readonly base?: string | undefined;
  /** The id or version of the last migration that is in production. */
  readonly appliedThrough?: string | undefined;
  /** `--all`: judge every migration. */
  readonly all?: boolean | undefined;
  /** What a message calls the base: `revision`, where it is no base. Default: `base`. */
  readonly noun?: string | undefined;
  /** The environment's variables: those of GitHub and GitLab name a merge request's target. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Settles what tells applied migrations from pending ones, the first that speaks: `--all`, `--base`, GITHUB_BASE_REF,
 * GitLab's merge request variables, the remote's main branch, `appliedThrough`, a local main branch that is not the current one.
 * `appliedThrough` joins the revisions before it: what either says is applied.
 *
 * A base that was named and is not there is an error. So is a shallow clone without the main branch: in it, every migration
 * would seem pending. At most two git processes.
 *
 * @throws {InputError} `no-base` or `shallow-clone`, with the command that fetches what is missing.
 */
export function resolveBase(options: BaseOptions): Base {
  if (options.all === true) return { kind: 'none', reason: 'whole history' };
  const { git, appliedThrough } = options;
  if (git === undefined) {
    if (options.base !== undefined) throw notInGit(options.base);
    return withoutBase(appliedThrough, 'whole history, since this is no git repository');
  }
  const candidates = baseCandidates(options.base, options.environment);
  return candidates === undefined ? upstreamBase(git, options) : namedBase(git, candidates, options);
}

function namedBase(git: Git, candidates: Candidates, options: BaseOptions): Base {
  const { appliedThrough } = options;
  const lines = candidates.revisions.map(({ revision }) => `${revision}^{commit}\n`).join('');
  const { output } = git.run(['cat-file', '--batch-check=%(objecttype) %(objectname)'], lines);
  const answers = output.toString('utf8').split('\n');
  for (const [index, { label }] of candidates.revisions.entries()) {
    const commit = /^commit ([0-9a-f]+)$/.exec(answers[index] ?? '')?.[1];
    if (commit !== undefined) return { kind: 'revision', label, commit, appliedThrough };
  }
  if (appliedThrough !== undefined && !candidates.explicit)
    return { kind: 'applied-through', id: appliedThrough, note: missingNote(candidates.shown) };
  throw missingBase(git, candidates, options);
}

/** The branches that can be a repository's main one. */
const MAIN = ['main', 'master'];

interface Reference {
  readonly name: string;
  readonly commit: string;
  /** What a symbolic reference such as `origin/HEAD` stands for. */
  readonly target: string;
  readonly current: boolean;
}

function upstreamBase(git: Git, { appliedThrough, environment }: BaseOptions): Base {
  const references = mainReferences(git);
  const main = remoteMain(references);
  if (main !== undefined) {
    const label = (main.target === '' ? main.name : main.target).replace('refs/remotes/', '');
    return { kind: 'revision', label, commit: main.commit, appliedThrough };
  }
  if (appliedThrough !== undefined) {
    const note = isShallow(git) ? { note: missingNote('The remote’s main branch') } : {};
    return { kind: 'applied-through', id: appliedThrough, ...note };
  }
  if (isShallow(git)) throw shallowClone('main', 'main', isGitLab(environment));
  const local = MAIN.map((name) =>
    references.find((reference) => reference.name === `refs/heads/${name}`),
  ).find((reference) => reference !== undefined);
  if (local !== undefined && !local.current) {
    return { kind: 'revision', label: local.name.replace('refs/heads/', ''), commit: local.commit };
  }
  return withoutBase(undefined, 'whole history, since no upstream main branch is known');
}

function mainReferences(git: Git): Reference[] {
  const format = '--format=%(refname)%09%(objectname)%09%(symref)%09%(HEAD)';
  const branches = ['HEAD', ...MAIN].map((name) => `refs/remotes/*/${name}`);
  const { output } = git.run([
    'for-each-ref',
    format,
    ...branches,
    ...MAIN.map((name) => `refs/heads/${name}`),
  ]);
  return output
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', commit = '', target = '', current] = line.split('\t');
      return { name, commit, target, current: current === '*' };
    });
}

/** `origin` before `upstream` before other remotes; the remote's own HEAD before the usual names. */
function remoteMain(references: readonly Reference[]): Reference | undefined {
  const remotes = new Set(
    references.flatMap(({ name }) => /^refs\/remotes\/([^/]+)\//.exec(name)?.[1] ?? []),
  );
  const ordered = ['origin', 'upstream', ...[...remotes].sort()];
  for (const remote of ordered) {
    for (const branch of ['HEAD', ...MAIN]) {
      const found = references.find(({ name }) => name === `refs/remotes/${remote}/${branch}`);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function withoutBase(appliedThrough: string | undefined, reason: string): Base {
  return appliedThrough === undefined
    ? { kind: 'none', reason }
    : { kind: 'applied-through', id: appliedThrough };
}

function missingNote(shown: string): string {
  return `${shown} is not in this clone, so that appliedThrough alone tells what is applied: fetch it (fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 for GitLab), and what it has counts as applied, too.`;
}

function isShallow(git: Git): boolean {
  return git.run(['rev-parse', '--is-shallow-repository']).output.toString('utf8').trim() === 'true';
}

function missingBase(
  git: Git,
  { shown, branch }: Candidates,
  { noun, environment }: BaseOptions,
): InputError {
  if (isShallow(git)) return shallowClone(shown, branch, isGitLab(environment));
  const guess = didYouMean(shown, revisionNames(git));
  const help =
    branch === undefined || guess !== ''
      ? 'Give a branch, tag or commit of this repository.'
      : `Run \`${fetchCommand(branch, '')}\`, or give a branch, tag or commit of this repository.`;
  return new InputError(
    'no-base',
    `The ${noun ?? 'base'} ${shown} is not in this repository${guess === '' ? '' : `.${guess}`}`,
    help,
  );
}

function shallowClone(shown: string, branch: string | undefined, isGitLab: boolean): InputError {
  const fetch = branch === undefined ? 'git fetch --unshallow' : fetchCommand(branch, '--depth=1 ');
  return new InputError(
    'shallow-clone',
    `This is a shallow clone without the base ${shown}, so applied and pending migrations cannot be told apart`,
    `Run \`${fetch}\` first (or ${isGitLab ? 'set the variable `GIT_DEPTH: 0` for the job' : 'give actions/checkout `fetch-depth: 0`'}), or judge the whole history with --all.`,
  );
}

/** Whether the run is a job of GitLab, which clones 20 commits by default. */
function isGitLab(environment: BaseOptions['environment']): boolean {
  return environment['GITLAB_CI'] !== undefined && environment['GITLAB_CI'] !== '';
}

/** The names of branches, tags and remote branches, as people write them. */
function revisionNames(git: Git): readonly string[] {
  const { output } = git.run([
    'for-each-ref',
    '--format=%(refname:short)',
    'refs/heads',
    'refs/remotes',
    'refs/tags',
  ]);
  return output
    .toString('utf8')
    .split('\n')
    .filter((name) => name !== '' && !name.endsWith('/HEAD'));
}

/** Fetches one branch to the place where it is looked for, whatever the clone was set up to fetch. A depth makes a clone shallow. */
function fetchCommand(branch: string, depth: '' | '--depth=1 '): string {
  return `git fetch ${depth}origin +${branch}:refs/remotes/origin/${branch}`;
}

function notInGit(base: string): InputError {
  return new InputError(
    'no-base',
    `The base ${base} needs a git repository, and this folder is in none`,
    'Run inside the repository, or use --applied-through or --all.',
  );
}
