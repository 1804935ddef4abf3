import type { Table } from '../../model/catalog/types.ts';
import { displayName } from '../../model/operations/display-name.ts';
import { isSameObject } from '../../model/operations/same-object.ts';
import { attachPartition } from '../ddl/tables.ts';
import { optionValue } from '../ddl/words.ts';
import type { Pair } from './pairs.ts';
import type { UndoScene } from './scene.ts';
import type { RollbackStatement } from './types.ts';

/** What a table is as a whole: logged or not, options, row security, parents. */
export function restoreProperties(
  { before, after }: Pair<Table>,
  scene: UndoScene,
): readonly RollbackStatement[] {
  const start = `ALTER TABLE ${displayName(before.name)}`;
  const statements: string[] = [];
  if (before.persistence !== after.persistence)
    statements.push(`${start} SET ${before.persistence === 'unlogged' ? 'UNLOGGED' : 'LOGGED'}`);
  const { options } = before;
  const reset = Object.keys(after.options).filter((name) => !(name in options));
  if (reset.length > 0) statements.push(`${start} RESET (${reset.join(', ')})`);
  const set = Object.entries(options).filter(([name, value]) => after.options[name] !== value);
  if (set.length > 0)
    statements.push(
      `${start} SET (${set.map(([name, value]) => `${name} = ${optionValue(value)}`).join(', ')})`,
    );
  const { enabled, forced } = before.rowSecurity;
  if (enabled !== after.rowSecurity.enabled)
    statements.push(`${start} ${enabled ? 'ENABLE' : 'DISABLE'} ROW LEVEL SECURITY`);
  if (forced !== after.rowSecurity.forced)
    statements.push(`${start} ${forced ? 'FORCE' : 'NO FORCE'} ROW LEVEL SECURITY`);
  for (const parent of before.inherits)
    if (!after.inherits.some((one) => isSameObject(scene.formerTable(one), parent)))
      statements.push(`${start} INHERIT ${displayName(parent)}`);
  if (before.partitionOf !== undefined && after.partitionOf === undefined)
    statements.push(attachPartition(before.partitionOf.parent, before));
  return statements.map((sql) => ({ sql }));
}
