import type { LayoutName } from '../input/layouts/types.ts';
import type { RuleEntry } from '../lint/plugin.ts';
import type { Severity } from '../lint/rule.ts';
import { EXCLUSIVE_KEYS } from '../node/contradictions.ts';
import type { RunRequest } from '../node/types.ts';
import type { FormatName } from '../report/formats.ts';
import type { Environment } from '../node/environment.ts';
import { UsageError } from '../node/usage-error.ts';

/** What the command line says of a project, for commands that print text or JSON. */
export interface ProjectFlags {
  readonly postgres?: number;
  readonly prisma?: string;
  readonly layout?: LayoutName;
  readonly config?: string;
  readonly format: 'text' | 'json';
  readonly color?: boolean | undefined;
}

/** What the command line says of what is pending, and which of it is looked at. */
export interface SelectionFlags {
  readonly base?: string;
  readonly appliedThrough?: string;
  readonly all?: boolean;
  readonly staged?: boolean;
  readonly changed?: boolean;
  readonly since?: string;
  readonly after?: string;
  readonly ignorePattern?: readonly string[];
}

/** What the command line says. */
export interface LintFlags extends SelectionFlags {
  readonly stdin?: boolean;
  readonly stdinFilename?: string;
  readonly rule?: readonly RuleFlag[];
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  /** False for `--no-baseline`, true if neither flag was given. */
  readonly baseline?: string | boolean;
  readonly postgres?: number;
  readonly prisma?: string;
  readonly layout?: LayoutName;
  readonly config?: string;
  readonly now?: Date;
  readonly format: FormatName;
  readonly outputFile?: string;
  readonly report?: readonly ReportFlag[];
  readonly failOn?: Severity;
  readonly maxWarnings?: number;
  readonly exitZero?: boolean;
  readonly quiet?: boolean;
  readonly sarifIncludeSuppressed?: boolean;
  readonly listRules?: boolean;
  readonly showFiles?: boolean;
  readonly timing?: boolean;
  readonly fix?: boolean;
  readonly unsafeFixes?: boolean;
  readonly dryRun?: boolean;
  readonly color?: boolean | undefined;
}

/** One `--rule`. */
export interface RuleFlag {
  readonly name: string;
  readonly entry: RuleEntry;
}

/** One `--report`. */
export interface ReportFlag {
  readonly format: FormatName;
  readonly file: string;
}

/** Flags of which one at most makes sense, and why. */
const EXCLUSIVE: readonly { readonly flags: readonly (keyof LintFlags)[]; readonly why: string }[] = [
  { flags: ['listRules', 'showFiles'], why: 'Each prints a list instead of linting. Give one of them.' },
  { flags: ['exitZero', 'failOn'], why: 'One says that nothing fails the run, the other what does.' },
  { flags: ['exitZero', 'maxWarnings'], why: 'One says that nothing fails the run, the other what does.' },
];

/**
 * Refuses flags that contradict each other about what is pending, and what of it is looked at.
 *
 * @throws {UsageError} that names them.
 */
export function checkSelection(flags: SelectionFlags): void {
  const given: Readonly<Record<string, unknown>> = { ...flags };
  for (const { keys, why } of EXCLUSIVE_KEYS) {
    const said = keys.filter((key) => given[key] !== undefined && given[key] !== false);
    if (said.length > 1) throw contradiction(said.map(flagName), why);
  }
}

/**
 * Refuses flags that contradict each other.
 *
 * @throws {UsageError} that names them.
 */
export function checkFlags(flags: LintFlags, paths: readonly string[]): void {
  checkSelection(flags);
  for (const { flags: names, why } of EXCLUSIVE) {
    const said = names.filter((name) => flags[name] !== undefined && flags[name] !== false);
    if (said.length > 1) throw contradiction(said.map(flagName), why);
  }
  if (flags.stdin === true && paths.length > 0)
    throw contradiction(
      ['--stdin', paths[0] ?? ''],
      'The script is read from standard input or from the disk; --stdin-filename says where it would lie.',
    );
  checkFixFlags(flags);
  if (flags.stdinFilename !== undefined && flags.stdin !== true)
    throw new UsageError(
      '--stdin-filename needs --stdin.',
      'It says where the script that --stdin reads would lie.',
    );
  const files = new Map<string, string>();
  if (flags.outputFile !== undefined) files.set(flags.outputFile, `--output-file ${flags.outputFile}`);
  for (const { format, file } of flags.report ?? []) {
    const words = `--report ${format}=${file}`;
    const other = files.get(file);
    if (other !== undefined) throw contradiction([other, words], 'Both would write the same file.');
    files.set(file, words);
  }
}

function checkFixFlags({ fix, unsafeFixes, dryRun, all, stdin }: LintFlags): void {
  if (dryRun === true && fix !== true && unsafeFixes !== true)
    throw new UsageError('--dry-run needs --fix.', 'migration-lint --fix --dry-run prints the patch.');
  if (fix !== true && unsafeFixes !== true) return;
  if (all === true)
    throw contradiction(
      ['--fix', '--all'],
      'An applied migration is never changed. Leave --all out, or say with --base or --applied-through what is applied.',
    );
  if (stdin === true)
    throw contradiction(['--fix', '--stdin'], 'Fixes are written to files. Save the script first.');
}

function contradiction(said: readonly string[], why: string): UsageError {
  return new UsageError(`${said.join(' and ')} contradict each other.`, why);
}

/** `appliedThrough` as it is typed: `--applied-through`. */
function flagName(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * What the flags ask of a run. Reads standard input if they say so.
 *
 * @throws {UsageError} if there is no standard input.
 */
export async function requestOf(
  paths: readonly string[],
  flags: LintFlags,
  environment: Environment,
): Promise<RunRequest> {
  const { baseline } = flags;
  return {
    ...flags,
    flags: true,
    cwd: environment.cwd,
    environment: environment.environment,
    paths,
    ignorePatterns: flags.ignorePattern,
    rules:
      flags.rule === undefined
        ? undefined
        : Object.fromEntries(flags.rule.map(({ name, entry }) => [name, entry])),
    baseline: baseline === true ? undefined : baseline,
    now: flags.now ?? environment.now,
    stdin: flags.stdin === true ? { text: await read(environment), path: flags.stdinFilename } : undefined,
  };
}

async function read({ stdin }: Environment): Promise<Uint8Array> {
  if (stdin === undefined) throw new UsageError('There is no standard input to read the script from.');
  return await stdin();
}
