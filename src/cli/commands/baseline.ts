import { createColors } from 'picocolors';
import type { LayoutName } from '../../input/layouts/types.ts';
import { updateChecked, type BaselineAction, type BaselineChange } from '../../node/update-baseline.ts';
import { visibleText } from '../../report/terminal-text.ts';
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
  const changes = await updateChecked({ ...flags, flags: true, paths, cwd, environment, now }, action);
  const { green } = createColors(wantsColor(flags.color, environment, stdout.isTTY === true));
  for (const { file, entries, added, dropped, pending } of changes) {
    const change = action === 'write' ? '' : ` · ${added} added, ${dropped} dropped`;
    stdout.write(`${green('✔')} ${file} · ${counted(entries, 'known finding')}${change}\n`);
    if (pending.findings > 0) stdout.write(`  ${pendingWords(pending, action)}\n`);
  }
  return EXIT.clean;
}

/** That something was accepted which nobody has deployed: it could be mended instead. */
function pendingWords({ findings, migrations }: BaselineChange['pending'], action: BaselineAction): string {
  const shown = migrations.slice(0, SHOWN).map((id) => visibleText(id));
  const more = migrations.length > SHOWN ? ` and ${migrations.length - SHOWN} more` : '';
  const which = action === 'write' ? `${findings} of them` : `${findings} of those added`;
  const where = migrations.length === 1 ? 'a pending migration' : 'pending migrations';
  return `${which} in ${where}: ${shown.join(', ')}${more}. Mend what is not deployed rather than accept it.`;
}

const SHOWN = 3;
