import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder on the disk that a test fills, with git in it if the test wants it. */
export interface Workspace {
  readonly root: string;
  /** Writes files: path → content. */
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  remove(path: string): void;
  /** Runs git there. @returns its output without the final line end. */
  git(...args: readonly string[]): string;
  /** Adds and commits everything. @returns the commit. */
  commit(): string;
}

const AUTHOR = { name: 'Test', email: 'test@example.com', date: '2024-01-01T00:00:00Z' };
const ENVIRONMENT = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: AUTHOR.name,
  GIT_AUTHOR_EMAIL: AUTHOR.email,
  GIT_AUTHOR_DATE: AUTHOR.date,
  GIT_COMMITTER_NAME: AUTHOR.name,
  GIT_COMMITTER_EMAIL: AUTHOR.email,
  GIT_COMMITTER_DATE: AUTHOR.date,
};

/** Makes an empty temporary folder. @param made where to note it, for {@link removeAll}. */
export function emptyWorkspace(made: string[]): Workspace {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'migration lint ')));
  made.push(root);
  return workspaceAt(root);
}

/** Makes a temporary folder with an empty repository on the branch `main`. */
export function emptyRepository(made: string[]): Workspace {
  const workspace = emptyWorkspace(made);
  workspace.git('init', '-q', '-b', 'main');
  return workspace;
}

/** Clones a repository into another temporary folder. @param options further arguments of `git clone`. */
export function clone(made: string[], from: Workspace, ...options: readonly string[]): Workspace {
  const workspace = emptyWorkspace(made);
  workspace.git('clone', '-q', ...options, `file://${from.root}`, '.');
  return workspace;
}

/** Removes the folders that tests made. */
export function removeAll(made: string[]): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** The SQL of a migration that adds a table. */
export function table(name: string): string {
  return `CREATE TABLE "${name}" ("id" INTEGER);\n`;
}

function workspaceAt(root: string): Workspace {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: root, env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString('utf8')
      .trimEnd();
  return {
    root,
    git,
    write(files) {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), content);
      }
    },
    remove: (path) => rmSync(join(root, path), { recursive: true }),
    commit() {
      git('add', '-A');
      git('commit', '-q', '--allow-empty', '-m', 'change');
      return git('rev-parse', 'HEAD');
    },
  };
}
