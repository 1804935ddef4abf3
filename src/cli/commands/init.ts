import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { loadConfiguration, PLACES } from '../../config/search.ts';
import { diskTree } from '../../input/files/disk-tree.ts';
import { gitRoot, openGit, type Git } from '../../input/files/git.ts';
import type { FileTree } from '../../input/files/types.ts';
import { layoutOf } from '../../input/layouts/layouts.ts';
import type { FoundProject } from '../../input/layouts/types.ts';
import { resolveBase } from '../../input/project/base.ts';
import { findProjects } from '../../input/project/find-projects.ts';
import { unsupportedMigrations } from '../../input/project/unsupported.ts';
import { runnerOf } from '../../input/runners/runner-of.ts';
import { transactionWords } from '../../report/runner-words.ts';
import { DEFAULT_POSTGRES } from '../../node/default-postgres.ts';
import type { Environment } from '../../node/environment.ts';
import { EXIT } from '../exit.ts';
import { UsageError } from '../../node/usage-error.ts';
import { nothingFound } from '../../node/selection-errors.ts';

const FILE = '.migrationlintrc.json';

/**
 * Writes a configuration for the projects of the current folder, and says what was recognised and what to do next.
 *
 * @returns the exit code.
 * @throws {UsageError} if there is a configuration already, if no migrations are found, or if the file cannot be written.
 */
export async function init(environment: Environment): Promise<number> {
  const { cwd } = environment;
  await refuseSecond(cwd);
  const root = gitRoot(cwd);
  const top = root ?? cwd;
  const git = root === undefined ? undefined : openGit(root, environment.environment);
  const tree = diskTree(top, git === undefined ? {} : { git });
  const start = relative(top, cwd).replaceAll('\\', '/');
  const { projects: all, searched } = findProjects(tree, { start: start.startsWith('..') ? '' : start });
  const projects = all.filter(({ provider }) => provider === undefined || provider === 'postgresql');
  if (projects.length === 0) {
    throw nothingFound(searched, unsupportedMigrations(tree, searched.at(-1) ?? ''));
  }
  const applied = appliedOf(projects, tree, git, environment);
  const text = `${JSON.stringify(contents(projects, applied, cwd, top), undefined, 2)}\n`;
  try {
    writeFileSync(join(cwd, FILE), text, { flag: 'wx' });
  } catch (error) {
    throw new UsageError(`${FILE} cannot be written: ${(error as Error).message}.`);
  }
  environment.stdout.write(words(projects, applied, tree));
  return EXIT.clean;
}

async function refuseSecond(cwd: string): Promise<void> {
  for (const place of PLACES) {
    if (!existsSync(join(cwd, place))) continue;
    // A package.json is somebody else's file, and counts only with our key in it.
    const found = place === 'package.json' ? await loadConfiguration(join(cwd, place)) : { path: place };
    if (found === undefined) continue;
    const shown = found.path.replace(`${cwd}/`, '');
    throw new UsageError(
      `There is a configuration already: ${shown}. Nothing was written.`,
      'See what it says with: migration-lint print-config',
    );
  }
}

/** How the configuration tells what is applied. */
interface Applied {
  /** The last migration of all, where no revision can tell. */
  readonly through?: string;
  /** A sentence for people. */
  readonly words: string;
}

function appliedOf(
  projects: readonly FoundProject[],
  tree: FileTree,
  git: Git | undefined,
  { environment }: Environment,
): Applied {
  const base = mainRevision(git, environment);
  if (base !== undefined)
    return { words: `Pending is what ${base} does not have; --base names another one.` };
  const [project, ...others] = projects;
  const last =
    project && layoutOf(project.layout, project.custom).migrations(tree, project.folder).entries.at(-1);
  if (others.length > 0 || last === undefined) {
    return {
      words:
        'No main branch tells what production has: say it with --applied-through <migration>, or with --base <revision>.',
    };
  }
  return {
    through: last.id,
    words: `No main branch tells what production has: appliedThrough is the last migration, ${last.id}. Set it to the last one that production has. Where a remote has a main branch, what that has counts as applied, too.`,
  };
}

/** The revision that tells what is applied, if there is one without anybody naming it. */
function mainRevision(git: Git | undefined, environment: Environment['environment']): string | undefined {
  try {
    const base = resolveBase({ git, environment });
    return base.kind === 'revision' ? base.label : undefined;
  } catch {
    return undefined;
  }
}

function contents(
  projects: readonly FoundProject[],
  { through }: Applied,
  cwd: string,
  top: string,
): Readonly<Record<string, unknown>> {
  const [project] = projects;
  const unclear = projects.length === 1 && project?.others !== undefined ? project : undefined;
  const schema = schemaPath(cwd, top);
  return {
    ...(schema !== undefined && { $schema: schema }),
    ...(hasSupabase(projects) ? { extends: ['recommended', 'supabase'] } : { preset: 'recommended' }),
    ...(unclear !== undefined && {
      migrations: relative(cwd, join(top, unclear.folder)).replaceAll('\\', '/'),
      layout: unclear.layout,
    }),
    postgres: DEFAULT_POSTGRES,
    ...(through !== undefined && { appliedThrough: through }),
    rules: {},
  };
}

/** Whether the database is Supabase's, whose roles and schemas have a preset of their own. */
const hasSupabase = (projects: readonly FoundProject[]): boolean =>
  projects.some(({ layout }) => layout === 'supabase');

/** Of the installed package, which lies further up in a monorepo; undefined where it is not installed, and npx runs it. */
function schemaPath(cwd: string, top: string): string | undefined {
  const installed = 'node_modules/migration-lint/schema.json';
  for (let at = cwd; ; at = dirname(at)) {
    if (existsSync(join(at, installed))) {
      const way = relative(cwd, join(at, installed)).replaceAll('\\', '/');
      return way.startsWith('.') ? way : `./${way}`;
    }
    if (at === top || at === dirname(at)) return undefined;
  }
}

const SUPABASE =
  '\nSupabase serves its tables to browsers: the preset supabase, beside recommended, looks at its policies, grants and functions.';

function words(projects: readonly FoundProject[], applied: Applied, tree: FileTree): string {
  const recognised = projects.map((project) => {
    const runner = runnerOf(tree, project, { prisma: undefined, transaction: undefined });
    const { others } = project;
    const doubt =
      others === undefined ? '' : `; it could be ${others.join(' or ')} as well, correct layout if it is`;
    const { entries } = layoutOf(project.layout, project.custom).migrations(tree, project.folder);
    return `  ${project.folder === '' ? '.' : project.folder} · ${runner.label} (${transactionWords(runner)}) · ${entries.length} ${entries.length === 1 ? 'migration' : 'migrations'}, recognised by ${project.evidence}${doubt}`;
  });
  return `Wrote ${FILE} for

${recognised.join('\n')}

PostgreSQL ${DEFAULT_POSTGRES} is assumed: set postgres to yours, SHOW server_version tells it.
${applied.words}${hasSupabase(projects) ? SUPABASE : ''}

Next:
  npx migration-lint          judges what is pending, here and in CI
  npx migration-lint --all    judges the whole history, each migration as the next one to deploy
`;
}
