import {
  effectiveConfiguration,
  type EffectiveConfiguration,
  type EffectiveRule,
  type EffectiveValue,
} from '../../config/effective.ts';
import { diskTree } from '../../input/files/disk-tree.ts';
import { gitRoot, openGit } from '../../input/files/git.ts';
import { layoutOf } from '../../input/layouts/layouts.ts';
import type { FoundProject } from '../../input/layouts/types.ts';
import type { FileTree } from '../../input/files/types.ts';
import type { MigrationPlace } from '../../lint/settings.ts';
import { readConfiguration } from '../../node/configuration.ts';
import { DEFAULT_POSTGRES } from '../../node/default-postgres.ts';
import type { Environment } from '../../node/environment.ts';
import { EXIT } from '../exit.ts';
import { selectProjects } from '../../node/select-projects.ts';

/** What the command line says. */
export interface PrintConfigFlags {
  readonly config?: string;
  readonly format: 'text' | 'json';
}

/**
 * Prints the configuration that counts, with where each value comes from: here, or for a migration with the overrides that
 * match it. As text it is a configuration itself, the origins its comments.
 *
 * @param path a migration, its script or a migrations folder.
 * @returns the exit code.
 * @throws {UsageError} and the errors of input/ and config/, which say what to do.
 */
export async function printConfig(
  path: string | undefined,
  flags: PrintConfigFlags,
  environment: Environment,
): Promise<number> {
  const { cwd } = environment;
  const root = gitRoot(cwd);
  const top = root ?? cwd;
  const tree = diskTree(top, root === undefined ? {} : { git: openGit(root, environment.environment) });
  const [selected] =
    path === undefined ? [] : await selectProjects({ tree, top, environment, flags }, [path]);
  const read =
    selected === undefined
      ? await readConfiguration(flags.config, cwd, top, cwd)
      : { ...selected, path: selected.configurationPath };
  const migration = selected === undefined ? undefined : migrationOf(tree, selected.found);
  const defaults = { postgres: DEFAULT_POSTGRES, maxFileSize: 5_242_880 };
  const effective = effectiveConfiguration(read, migration, defaults);
  environment.stdout.write(
    flags.format === 'json'
      ? `${JSON.stringify({ file: read.path ?? null, migration: migration?.id ?? null, ...effective }, undefined, 2)}\n`
      : asText(effective, read.path, migration),
  );
  return EXIT.clean;
}

/** The migration that was asked for, if it is a single one. */
function migrationOf(
  tree: FileTree,
  { only, layout, custom, folder }: FoundProject,
): MigrationPlace | undefined {
  if (only?.length !== 1) return undefined;
  return layoutOf(layout, custom)
    .migrations(tree, folder)
    .entries.find(({ forward, path }) => (forward ?? path) === only[0]);
}

function asText(
  { options, conventions, rules, overrides }: EffectiveConfiguration,
  path: string | undefined,
  migration: MigrationPlace | undefined,
): string {
  const whom = migration === undefined ? '' : `, for ${migration.id}`;
  const lines = [
    `// ${path ?? 'No configuration was found: these are the defaults'}${whom}`,
    '{',
    ...options.map(({ name, value, from }) => line(2, name, value, from)),
    '  "conventions": {',
    ...conventions.map(({ name, value, from }) => line(4, name, value, from)),
    '  },',
    '  "rules": {',
    ...rules.map(ruleLine),
    '  },',
    ...overrides.map(
      ({ name, value, from }) =>
        `  // ${name} of ${from}, for ${JSON.stringify(value)}${migration === undefined ? ' is not in it' : ' is in it'}`,
    ),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function line(indent: number, name: string, value: unknown, from: string): string {
  return `${' '.repeat(indent)}${JSON.stringify(name)}: ${spaced(value)}, // ${from}`;
}

function ruleLine({ name, value, from, options }: EffectiveRule): string {
  if (options.length === 0) return line(4, name, value, from);
  const values = Object.fromEntries(options.map((option) => [option.name, option.value]));
  const others = options.filter((option) => option.from !== 'default' && option.from !== from);
  const origins = [from, ...others.map((option: EffectiveValue) => `${option.name}: ${option.from}`)];
  return line(4, name, [value, values], origins.join('; '));
}

/** JSON on one line, with room between its parts. */
function spaced(value: unknown): string {
  return JSON.stringify(value, undefined, 1).replaceAll(/\n\s*/gu, ' ');
}
