import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from './errors.ts';

/** A way to ask one git repository questions. It only reads, and starts one process for each call. */
export interface Git {
  /** Absolute path of the working tree. */
  readonly root: string;
  /** How many processes were started: each costs about 4 ms. */
  readonly processes: number;
  /**
   * Runs `git` with these arguments at the root.
   *
   * @param input text for its standard input.
   * @throws {InputError} `git-missing` if there is no git, `git-failed` if it refuses the repository.
   */
  run(args: readonly string[], input?: string): GitAnswer;
}

export interface GitAnswer {
  /** Exit status. */
  readonly status: number;
  readonly output: Buffer;
  /** What git says about an error, its first line. */
  readonly error: string;
}

/**
 * The root of the git working tree that a folder lies in; undefined if it lies in none.
 * Found by looking for `.git` (a folder, or the file of a worktree or submodule), without starting a process.
 */
export function gitRoot(folder: string): string | undefined {
  let at = folder;
  try {
    at = realpathSync(folder);
  } catch {
    // A folder that is not there can still have a repository above it.
  }
  for (;;) {
    if (existsSync(join(at, '.git'))) return at;
    const parent = dirname(at);
    if (parent === at) return undefined;
    at = parent;
  }
}

/** Settings that keep git from running what a repository's own configuration names. */
const HARMLESS = [
  '--no-pager',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'log.showSignature=false',
];

/**
 * Opens a repository. Nothing runs until something is asked.
 *
 * The variables of the environment reach git, since a commit hook says with GIT_INDEX_FILE which index is being committed.
 *
 * @param root the working tree's root, see {@link gitRoot}.
 * @param environment the variables for git's processes.
 */
export function openGit(
  root: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Git {
  const env = { ...environment, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
  let processes = 0;
  return {
    root,
    get processes() {
      return processes;
    },
    run(args, input) {
      processes++;
      const options = { cwd: root, env, maxBuffer: Infinity, windowsHide: true } as const;
      const result = spawnSync('git', [...HARMLESS, ...args], { ...options, input: input ?? '' });
      if (result.error !== undefined) throw missingGit(result.error);
      const answer: GitAnswer = {
        status: result.status ?? 128,
        output: result.stdout,
        error: firstLine(result.stderr.toString('utf8')),
      };
      if (answer.error.includes('dubious ownership')) throw foreignRepository(root, answer.error);
      return answer;
    },
  };
}

/** Like `run`, but every failure is an error. @throws {InputError} `git-failed` */
export function mustRun(git: Git, args: readonly string[], input?: string): Buffer {
  const { status, output, error } = git.run(args, input);
  if (status === 0) return output;
  throw new InputError(
    'git-failed',
    `git ${args[0] ?? ''} failed: ${error === '' ? `exit status ${status}` : error}`,
    `Run \`git ${args[0] ?? ''}\` in ${git.root} to see what is wrong.`,
  );
}

/** NUL-separated output as text. */
export function splitNul(output: Buffer): string[] {
  const parts = output.toString('utf8').split('\0');
  if (parts.at(-1) === '') parts.pop();
  return parts;
}

function firstLine(text: string): string {
  return text.trimStart().split('\n', 1)[0]?.trim() ?? '';
}

function missingGit(cause: Error): InputError {
  return new InputError(
    'git-missing',
    `git cannot be started: ${cause.message}`,
    'Install git, or judge the whole history with --all.',
    { cause },
  );
}

function foreignRepository(root: string, error: string): InputError {
  return new InputError(
    'git-failed',
    `git refuses to read ${root}: ${error}`,
    `Run \`git config --global --add safe.directory ${root}\`.`,
  );
}
