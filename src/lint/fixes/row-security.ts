import type { Statement } from '../../input/sql/types.ts';
import { operationsOn } from '../../model/history/deploy-operations.ts';
import { displayName } from '../../model/operations/display-name.ts';
import type { ObjectName } from '../../model/operations/types.ts';
import { editFix } from '../edits/edit-fix.ts';
import { insertAfter, insertBefore } from '../edits/insert.ts';
import type { FixRequest } from '../fix.ts';
import type { Migration } from '../project.ts';

/**
 * The fix that enables row-level security, after a statement or before one. Unsafe: who saw rows before sees only what policies allow.
 *
 * @returns undefined where the deploy itself disables it: that was meant.
 */
export function enableRowSecurityFix(
  table: ObjectName,
  place: { readonly after: Statement } | { readonly before: Statement },
  deploy: readonly Migration[],
): FixRequest | undefined {
  const isDisabled = operationsOn(table, deploy).some(
    (one) => one.kind === 'SetRowSecurity' && one.setting === 'disable',
  );
  if (isDisabled) return undefined;
  const sql = `ALTER TABLE ${displayName(table)} ENABLE ROW LEVEL SECURITY;`;
  const edits = 'after' in place ? insertAfter(place.after, sql) : insertBefore(place.before, sql);
  return editFix('unsafe', 'enables row-level security', edits);
}
