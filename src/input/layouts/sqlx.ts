import { child } from '../files/paths.ts';
import type { Layout, NewFile, NewScripts } from './types.ts';
import { findSlot, slotIds, withLineEnd } from './slots.ts';
import { type UpDownName, upDownFiles, upDownNaming, upDownScripts } from './up-down-files.ts';
import { compareByNumber } from './version.ts';

const SCRIPT = /^(\d+)_(.*?)(?:\.(up|down))?\.sql$/;
const NO_TRANSACTION = '-- no-transaction';

/**
 * sqlx: `<version>_name.sql`, or `<version>_name.up.sql` with `<version>_name.down.sql`, directly in the folder, in the order of the
 * versions as numbers. The tool (0.8) ignores sub-folders and files without `_` or `.sql`, and refuses the folder if what stands
 * before the first `_` of a `.sql` file is no number.
 *
 * A script runs without a transaction if the file begins with exactly `-- no-transaction`: not after a blank line, nor in
 * capitals. Up and down files each say it for themselves.
 */
export const sqlxLayout: Layout = {
  name: 'sqlx',
  compare: compareByNumber,
  migrations: (tree, folder) => upDownFiles(tree, folder, parse),
  newPlace(tree, folder, migration) {
    const slot = findSlot(upDownFiles(tree, folder, parse), migration, upDownNaming);
    if (slot === undefined) return undefined;
    const reversible = slot.entries.some(({ forward }) => forward?.endsWith('.up.sql'));
    return { ...slotIds(slot), files: (scripts) => filesOf(folder, slot.id, scripts, reversible) };
  },
  part: (text) => ({
    within: { start: 0, end: text.length },
    withoutTransaction: text.startsWith(NO_TRANSACTION),
  }),
};

function parse(file: string): UpDownName | undefined {
  const [, version, name = '', direction] = SCRIPT.exec(file) ?? [];
  return version === undefined ? undefined : { version, name, down: direction === 'down' };
}

/** What goes for the forward script goes for its rollback, which as a rule undoes the statement that refused a transaction. */
function filesOf(folder: string, id: string, scripts: NewScripts, reversible: boolean): readonly NewFile[] {
  const { withoutTransaction, forward, rollback } = scripts;
  const mark = (text: string): string =>
    withoutTransaction && !text.startsWith(NO_TRANSACTION) ? `${NO_TRANSACTION}\n${text}` : text;
  if (rollback === undefined && !reversible) {
    return [{ path: child(folder, `${id}.sql`), text: withLineEnd(mark(forward)) }];
  }
  return upDownScripts(folder, id, {
    ...scripts,
    forward: mark(forward),
    rollback: rollback === undefined ? undefined : mark(rollback),
  });
}
