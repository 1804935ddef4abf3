import { InputError } from '../files/errors.ts';
import type { FileTree } from '../files/types.ts';
import type { FoundProject } from '../layouts/types.ts';
import { flywayRunner } from './flyway-settings.ts';
import { prismaVersion } from './prisma-version.ts';
import type { TransactionWord } from './transaction-words.ts';
import type { Runner, ToolVersion } from './types.ts';
import { parseVersion } from './versions.ts';

/** What the user says about the runner. */
export interface RunnerOptions {
  /** Prisma's version, `6` or `7.4`; it is read from the project if left out. */
  readonly prisma?: string | undefined;
  /** How transactions are made, where it is not as the tool does by itself. */
  readonly transaction?: TransactionWord | undefined;
}

/**
 * The tool that runs a project's migrations, and what it does about transactions: read in the source of each tool, see
 * docs/decisions/0005-runners.md.
 *
 * Where Prisma's version is unknown, or is a range on both sides of 7.4, the mode is `one query`: what it forbids
 * (CONCURRENTLY beside another statement, COMMIT in a DO block, a new enum value used at once) fails for good, while what
 * `statement by statement` makes worse (SET LOCAL without effect, half a file applied) shows only when something else goes
 * wrong. Files without a tool of their own count as one query too: nobody knows what runs them, and many runners open a
 * transaction.
 *
 * @throws {InputError} `bad-version` if `prisma` is no version.
 */
export function runnerOf(tree: FileTree, found: FoundProject, options: RunnerOptions = {}): Runner {
  const runner = ownRunner(tree, found, options.prisma);
  return options.transaction === undefined ? runner : withTransaction(runner, options.transaction);
}

function ownRunner(tree: FileTree, found: FoundProject, prisma: string | undefined): Runner {
  const name = found.sections ?? found.layout;
  switch (name) {
    case 'prisma':
      return runnerOfVersion(
        prisma === undefined ? prismaVersion(tree, found.packageFolder) : givenVersion(prisma),
      );
    case 'golang-migrate':
      return { name, label: 'golang-migrate', mode: 'one query' };
    case 'diesel':
      return { name, label: 'Diesel', mode: 'one transaction', modeWithoutTransaction: 'one query' };
    case 'sqlx':
      return { name, label: 'SQLx', mode: 'one transaction', modeWithoutTransaction: 'one query' };
    case 'dbmate':
      return { name, label: 'dbmate', mode: 'one transaction', modeWithoutTransaction: 'one query' };
    case 'goose':
      return {
        name,
        label: 'goose',
        mode: 'one transaction of statements',
        modeWithoutTransaction: 'statement by statement',
      };
    case 'flyway':
      return flywayRunner(tree, found.folder);
    case 'supabase':
      return { name, label: 'Supabase', mode: 'pipeline' };
    case 'drizzle':
      return {
        name,
        label: 'Drizzle',
        mode: 'one transaction of statements',
        oneTransactionPerDeploy: true,
      };
    case 'numbered':
      return { name, label: 'numbered SQL files', mode: 'one transaction', assumed: true };
    case 'plain':
      return { name, label: 'plain SQL files', mode: 'one query', assumed: true };
    case 'custom':
      return { name, label: 'SQL files', mode: 'one query', assumed: true };
    default:
      return name satisfies never;
  }
}

/** The layouts that stand for no tool: once their transactions are known, messages speak of who makes them. */
const OWN: ReadonlySet<Runner['name']> = new Set(['numbered', 'plain', 'custom']);

/** The runner with the transactions that the user says it makes. What a script asks for by itself still counts. */
function withTransaction(runner: Runner, transaction: TransactionWord): Runner {
  const { oneTransactionPerDeploy: _, ...rest } = runner;
  const label = OWN.has(runner.name) ? 'your runner' : runner.label;
  const said = { ...rest, label, assumed: false };
  switch (transaction) {
    case 'deploy':
      return { ...said, mode: 'one transaction', oneTransactionPerDeploy: true };
    case 'file':
      return { ...said, mode: 'one transaction' };
    case 'query':
      return { ...said, mode: 'one query' };
    case 'statement':
      return { ...said, mode: 'statement by statement' };
    default:
      return transaction satisfies never;
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
