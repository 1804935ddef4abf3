import type { Catalog } from '../catalog/types.ts';
import type { Operation } from '../operations/types.ts';
import { snakeCase } from './name-pattern.ts';
import { namesOfChanges, saysNothing } from './names-of-changes.ts';

/** A name of more than one change is no longer than that: PostgreSQL's 63 bytes less a version. */
const LONGEST_OF_SEVERAL = 48;

/**
 * What a part of a migration is called that becomes one of its own: `add_role_to_users`, `add_users_age_check`, `drop_indexes_of_posts`.
 * Where it does too much for a name, its first change that has one gives it; else its only table.
 *
 * @param before the schema before it, in which the tables of dropped indexes are looked up.
 * @returns in snake case, without a version; `change_rest` where nothing is to be said.
 */
export function nameOfPart(operations: readonly Operation[], before?: Catalog): string {
  const told = operations.filter((one) => one.run !== 'called' && !saysNothing(one));
  const kinds = [...new Set(told.map(({ kind }) => kind))];
  const tables = [...new Set(told.map((one) => tableOf(one, before)))];
  const [kind, ...otherKinds] = kinds;
  const [table, ...otherTables] = tables;
  const isOfOneTable = table !== undefined && otherTables.length === 0;
  if (kind === 'DropIndex' && otherKinds.length === 0 && told.length > 1)
    return isOfOneTable ? snakeCase(`drop_indexes_of_${table}`) : 'drop_indexes';
  const names = [...new Set(told.flatMap((one) => nameOf(one) ?? []))];
  const together = otherKinds.length === 0 ? namesOfChanges(told)[0] : undefined;
  if (names.length > 1) {
    const all = together ?? names.join('_and_');
    return all.length <= LONGEST_OF_SEVERAL ? all : (names[0] ?? all);
  }
  const [only] = names;
  if (only !== undefined) return only;
  if (isOfOneTable) return snakeCase(`change_${table}`);
  return kind === undefined || otherKinds.length > 0 ? 'change_rest' : snakeCase(kind);
}

/** A constraint's name says its table as a rule. */
function nameOf(operation: Operation): string | undefined {
  const [name] = namesOfChanges([operation]);
  if (operation.kind !== 'AddConstraint') return name;
  const { table, constraint } = operation;
  return snakeCase(
    constraint.name === undefined ? `add_constraint_to_${table.name}` : `add_${constraint.name}`,
  );
}

function tableOf(operation: Operation, before: Catalog | undefined): string | undefined {
  if (operation.kind === 'DropIndex') return before?.index(operation.index)?.on.name.name;
  return 'table' in operation ? operation.table?.name : undefined;
}
