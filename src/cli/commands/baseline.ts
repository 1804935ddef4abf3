import { createColors } from 'picocolors';
import type { LayoutName } from '../../input/layouts/types.ts';
import { updateBaseline, type BaselineAction } from '../../node/update-baseline.ts';
import { counted } from '../../report/words.ts';
import { wantsColor } from '../color.ts';
import type { Environment } from '../../node/environment.ts';
import { EXIT } from '../exit.ts';

/** What the command line says. */
export interface BaselineFlags {
  readonly baseline?: string;
  readonly postgres?: number;
  readonly prisma?: string;
  readonly layout?: LayoutName;
  readonly config?: string;
  readonly color?: boolean | undefined;
}

/**
 * Writes, updates or prunes baselines, and says what has become of each.
 *
 * @returns the exit code: 0 unless it could not be done.
 * @throws {Error} with `help`, a text that says what to do.
 */
export async function baseline(
  action: BaselineAction,
  paths: readonly string[],
  flags: BaselineFlags,
  { cwd, environment, now, stdout }: Environment,
): Promise<number> {
  const changes = await updateBaseline({ ...flags, paths, cwd, environment, now }, action);
  const { green } = createColors(wantsColor(flags.color, environment, stdout.isTTY === true));
  for (const { file, entries, added, dropped } of changes) {
    const change = action === 'write' ? '' : ` · ${added} added, ${dropped} dropped`;
    stdout.write(`${green('✔')} ${file} · ${counted(entries, 'known finding')}${change}\n`);
  }
  return EXIT.clean;
}
