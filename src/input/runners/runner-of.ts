import { InputError } from '../files/errors.ts';
import type { FileTree } from '../files/types.ts';
import type { FoundProject } from '../layouts/types.ts';
import { prismaVersion } from './prisma-version.ts';
import type { Runner, ToolVersion } from './types.ts';
import { parseVersion } from './versions.ts';

/**
 * The tool that runs a project's migrations.
 *
 * Where the version is unknown, or is a range on both sides of 7.4, the mode is `one query`: what it forbids
 * (CONCURRENTLY beside another statement, COMMIT in a DO block, a new enum value used at once) fails for good, while what
 * `statement by statement` makes worse (SET LOCAL without effect, half a file applied) shows only when something else goes
 * wrong. Plain SQL files count as one query too: nobody knows what runs them, and many runners open a transaction.
 *
 * @param options.prisma Prisma's version as the user gives it, `6` or `7.4`; it is read from the project if left out.
 * @throws {InputError} `bad-version` if that is no version.
 */
export function runnerOf(
  tree: FileTree,
  found: FoundProject,
  options: { readonly prisma?: string | undefined } = {},
): Runner {
  switch (found.layout) {
    case 'plain':
      return { name: 'plain', label: 'plain SQL files', mode: 'one query', assumed: true };
    case 'prisma':
      return options.prisma === undefined
        ? runnerOfVersion(prismaVersion(tree, found.packageFolder))
        : runnerOfVersion(givenVersion(options.prisma));
    default:
      throw new Error(`the runner of ${found.layout} is not there yet`);
  }
}

function givenVersion(text: string): Omit<ToolVersion, 'source'> {
  const version = parseVersion(text);
  if (version !== undefined) return version;
  throw new InputError('bad-version', `${text} is no version of Prisma`, 'Give it as in `6.19` or `7.4.1`.');
}

function runnerOfVersion(
  version: (Omit<ToolVersion, 'source'> & { readonly source?: string }) | undefined,
): Runner {
  if (version === undefined) {
    return { name: 'prisma', label: 'Prisma, version unknown', mode: 'one query', assumed: true };
  }
  const { major, minor, text, source, range } = version;
  const splits = major > 7 || (major === 7 && minor >= 4);
  const assumed = !splits && range !== undefined && (range.upToMajor ?? Infinity) >= 7;
  const label = range === undefined ? `Prisma ${major}.${minor}` : `Prisma ${text}`;
  return { name: 'prisma', label, mode: splits ? 'statement by statement' : 'one query', source, assumed };
}
