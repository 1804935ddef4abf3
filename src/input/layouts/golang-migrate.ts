import type { Layout } from './types.ts';
import { findSlot, slotIds } from './slots.ts';
import { type UpDownName, upDownFiles, upDownNaming, upDownScripts } from './up-down-files.ts';
import { compareByNumber } from './version.ts';

const SCRIPT = /^(\d+)_(.*)\.(down|up)\.(.*)$/;

/**
 * golang-migrate: `<version>_name.up.sql` and `<version>_name.down.sql` directly in the folder, in the order of the versions as
 * numbers.
 *
 * The tool (4.19) takes any ending after `.up.`, ignores sub-folders and other names, pairs by the version alone, whatever the
 * names, and refuses the folder if two up files have one version. A version with a down file only counts as applied without
 * executing anything; that file is a stray here.
 */
export const golangMigrateLayout: Layout = {
  name: 'golang-migrate',
  compare: compareByNumber,
  migrations: (tree, folder) => upDownFiles(tree, folder, parse),
  newPlace(tree, folder, migration) {
    const slot = findSlot(upDownFiles(tree, folder, parse), migration, upDownNaming);
    return slot && { ...slotIds(slot), files: (scripts) => upDownScripts(folder, slot.id, scripts) };
  },
};

function parse(file: string): UpDownName | undefined {
  const [, version, name = '', direction] = SCRIPT.exec(file) ?? [];
  return version === undefined ? undefined : { version, name, down: direction === 'down' };
}
