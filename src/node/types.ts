import type { RuleEntry } from '../lint/plugin.ts';
import type { LayoutName } from '../input/layouts/types.ts';
import type { Report } from '../report/types.ts';
import type { ReadProject } from '../input/project/types.ts';

/** What to lint, and how. Everything but `cwd` says the same as the flag of its name, and wins over the configuration. */
export interface LintRequest {
  /** Absolute path of the folder that paths are relative to. Default: the process's. */
  readonly cwd?: string | undefined;
  /** Migrations folders, single migrations or .sql files. Default: every project that is found. */
  readonly paths?: readonly string[] | undefined;
  /** The configuration file. Default: the nearest one above each project. */
  readonly config?: string | undefined;

  /** A git revision: what is in it is applied. */
  readonly base?: string | undefined;
  /** The id or version of the last applied migration. */
  readonly appliedThrough?: string | undefined;
  /** Judge every migration as the next one to deploy. */
  readonly all?: boolean | undefined;

  /** Judge only migrations of which something is staged, as git's index has them. */
  readonly staged?: boolean | undefined;
  /** Judge only migrations that differ from the last commit. */
  readonly changed?: boolean | undefined;
  /** Judge only migrations that this branch has changed since it left this git revision. */
  readonly since?: string | undefined;
  /** Judge only migrations after this one, an id or a version. */
  readonly after?: string | undefined;
  /** Glob patterns of paths that are not judged; they stay history. From the top of the repository, or a name at any depth. */
  readonly ignorePatterns?: readonly string[] | undefined;
  /** A script to judge instead of what the disk has at its path, or of no path at all. */
  readonly stdin?: { readonly text: string | Uint8Array; readonly path?: string | undefined } | undefined;

  readonly layout?: LayoutName | undefined;
  /** Major version of PostgreSQL, 13 to 18. */
  readonly postgres?: number | undefined;
  /** Prisma's version, where no lock file says it. */
  readonly prisma?: string | undefined;

  /** Settings of single rules, by name. */
  readonly rules?: Readonly<Record<string, RuleEntry>> | undefined;
  /** The only rules to run; no-syntax-error runs all the same, since it says what no rule could read. */
  readonly only?: readonly string[] | undefined;
  /** Rules to leave out. */
  readonly skip?: readonly string[] | undefined;

  /** The baseline file; false for none. Default: the configuration's, or the file of the usual name beside it. */
  readonly baseline?: string | false | undefined;
  /** What counts as today. Default: now. */
  readonly now?: Date | undefined;
  /** Variables such as GITHUB_BASE_REF. Default: the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Measure where the time goes. */
  readonly timing?: boolean | undefined;
}

/** A request as a run takes it. */
export interface RunRequest extends LintRequest {
  /** True for one that the command line made: messages name its flags. */
  readonly flags?: true | undefined;
  /**
   * Files as they are to be judged, path from the tree's root → bytes, undefined for one that goes: what fixes make of them, before it
   * is written.
   */
  readonly overlay?: ReadonlyMap<string, Uint8Array | undefined> | undefined;
}

/** What a message calls a key of a request: `--ignore-pattern` on the command line, else `ignorePatterns`. */
export function saidAs(
  { flags }: Pick<RunRequest, 'flags'>,
  key: 'only' | 'skip' | 'rules' | 'ignorePatterns' | 'staged' | 'changed' | 'since' | 'after',
): string {
  if (flags !== true) return key;
  return key === 'rules' ? '--rule' : key === 'ignorePatterns' ? '--ignore-pattern' : `--${key}`;
}

/** The outcome of a run. */
export interface LintOutcome {
  /** What every format is made from. */
  readonly report: Report;
  /** The same projects in the same order, as they were read: each migration with what makes it applied or pending. */
  readonly sources: readonly ReadProject[];
  /** True if a rule threw: the run is not to be trusted. */
  readonly failed: boolean;
  /** What the run has to say that belongs to no project, one sentence each: projects of other databases. */
  readonly messages: readonly string[];
  /** Where the time went, if the request asked for it. */
  readonly timing: Timing | undefined;
}

/** Where the time went, in milliseconds. */
export interface Timing {
  /** In the order of the run. `lint` is parsing, replaying and judging, the rules included. */
  readonly stages: readonly {
    readonly name: 'find' | 'read' | 'lint' | 'report';
    readonly duration: number;
  }[];
  /** Slowest first; rules that were never asked are left out. */
  readonly rules: readonly { readonly name: string; readonly duration: number; readonly calls: number }[];
}
