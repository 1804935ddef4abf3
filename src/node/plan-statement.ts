import { snakeCase } from '../model/history/name-pattern.ts';
import { displayName, quoteIdentifier } from '../model/operations/display-name.ts';
import type { ChangeWish } from '../report/planned-change.ts';
import type { PlanTarget } from './plan-target.ts';
import { UsageError } from './usage-error.ts';

/** The statement that would make the change at once. @throws {UsageError} for one that makes no sense. */
export function directStatement(wish: ChangeWish, { table, column }: PlanTarget): string {
  const on = displayName(table.name);
  if (column === undefined) {
    if (wish.change === 'drop') return `DROP TABLE ${on};`;
    throw new UsageError(
      `${wish.target} is a table.`,
      `Name one of its columns: ${table.name.name}.${table.columns[0]?.name ?? 'column'}`,
    );
  }
  const name = quoteIdentifier(column.name);
  switch (wish.change) {
    case 'rename':
      if (table.columns.some((other) => other.name === wish.to))
        throw new UsageError(`${on} has a column ${quoteIdentifier(wish.to)} already.`);
      return `ALTER TABLE ${on} RENAME COLUMN ${name} TO ${quoteIdentifier(wish.to)};`;
    case 'type': {
      const using = wish.using === undefined ? '' : ` USING (${wish.using})`;
      return `ALTER TABLE ${on} ALTER COLUMN ${name} TYPE ${wish.type}${using};`;
    }
    case 'drop':
      return `ALTER TABLE ${on} DROP COLUMN ${name};`;
    case 'require':
      if (column.notNull) throw new UsageError(`${on}.${name} is NOT NULL already.`);
      return `ALTER TABLE ${on} ALTER COLUMN ${name} SET NOT NULL;`;
    default:
      return wish satisfies never;
  }
}

/** What the migration of the first phase is called. */
export function originName(wish: ChangeWish, { table, column }: PlanTarget): string {
  const [on, name] = [table.name.name, column?.name ?? ''];
  switch (wish.change) {
    case 'rename':
      return snakeCase(`add_${wish.to}_to_${on}`);
    case 'type':
      return snakeCase(`add_${name}_new_to_${on}`);
    case 'drop':
      return snakeCase(`relax_${name}_in_${on}`);
    case 'require':
      return snakeCase(`require_${name}_of_${on}`);
    default:
      return wish satisfies never;
  }
}

/** The change in words: `rename users.username to display_name`. */
export function titleOf(wish: ChangeWish): string {
  switch (wish.change) {
    case 'rename':
      return `rename ${wish.target} to ${wish.to}`;
    case 'type':
      return `change the type of ${wish.target} to ${wish.type}`;
    case 'drop':
      return `drop ${wish.target}`;
    case 'require':
      return `require ${wish.target}`;
    default:
      return wish satisfies never;
  }
}
