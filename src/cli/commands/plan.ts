import { loadParser } from '../../input/sql/parser.ts';
import type { Environment } from '../../node/environment.ts';
import { planChange } from '../../node/plan-change.ts';
import type { RunRequest } from '../../node/types.ts';
import { UsageError } from '../../node/usage-error.ts';
import { version } from '../../node/version.ts';
import { planJson } from '../../report/plan-json.ts';
import { planText } from '../../report/plan-text.ts';
import type { ChangeWish } from '../../report/planned-change.ts';
import { wantsColor } from '../color.ts';
import { EXIT } from '../exit.ts';
import type { ProjectFlags } from '../lint-flags.ts';

/** What the command line says. */
export interface PlanFlags extends ProjectFlags {
  readonly in?: string;
  readonly write?: boolean;
  readonly using?: string;
  readonly value?: string;
}

/**
 * Prints the safe sequence for a change that is not written yet; with `--write` writes its files.
 *
 * @param what `rename`, `type`, `drop` or `require`, the name of a column or table, and what it becomes.
 * @returns the exit code.
 * @throws {UsageError} for an unknown name, and where no sequence is known.
 */
export async function plan(
  what: readonly string[],
  flags: PlanFlags,
  environment: Environment,
): Promise<number> {
  const wish = wishOf(what, flags);
  await loadParser();
  const request: RunRequest = {
    cwd: environment.cwd,
    environment: environment.environment,
    flags: true,
    ...(flags.in !== undefined && { paths: [flags.in] }),
    config: flags.config,
    layout: flags.layout,
    postgres: flags.postgres,
    prisma: flags.prisma,
    now: environment.now,
  };
  const write = flags.write === true;
  const planned = await planChange(request, wish, write);
  const { stdout } = environment;
  const color = wantsColor(flags.color, environment.environment, stdout.isTTY === true);
  stdout.write(
    flags.format === 'json'
      ? planJson(planned, version())
      : planText(planned, { color, width: stdout.columns ?? 100 }, write),
  );
  return EXIT.clean;
}

const USAGE = 'Such as: migration-lint plan rename users.username display_name';

function wishOf([change, target, to, ...rest]: readonly string[], { using, value }: PlanFlags): ChangeWish {
  if (target === undefined || rest.length > 0)
    throw new UsageError('A plan wants a change and a name.', USAGE);
  if (using !== undefined && change !== 'type') throw new UsageError('--using belongs to plan type.', USAGE);
  if (value !== undefined && change !== 'require')
    throw new UsageError('--value belongs to plan require.', USAGE);
  switch (change) {
    case 'rename':
      if (to === undefined) throw new UsageError(`What is ${target} to be called?`, USAGE);
      return { change, target, to: plainName(to) };
    case 'type':
      if (to === undefined)
        throw new UsageError(
          `What type is ${target} to have?`,
          'Such as: migration-lint plan type users.age bigint',
        );
      return { change, target, type: to, using };
    case 'drop':
    case 'require':
      if (to !== undefined)
        throw new UsageError(
          `plan ${change} wants one name only.`,
          `Such as: migration-lint plan ${change} ${target}`,
        );
      return change === 'drop' ? { change, target } : { change, target, value };
    default:
      throw new UsageError(
        `plan knows no ${change ?? 'change'}: it is rename, type, drop or require.`,
        USAGE,
      );
  }
}

/** A name as PostgreSQL has it: without the quotes that somebody has put around it. */
function plainName(text: string): string {
  const quoted = /^"(.*)"$/s.exec(text)?.[1];
  return quoted === undefined ? text : quoted.replaceAll('""', '"');
}
