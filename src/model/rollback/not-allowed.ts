import { typeText } from '../catalog/type-text.ts';
import type { Catalog, Routine } from '../catalog/types.ts';
import { typeChangeOf } from '../history/type-change.ts';
import { displayName, quoteIdentifier } from '../operations/display-name.ts';
import type { ObjectName, Operation, OperationOf } from '../operations/types.ts';
import type { Refusal } from './types.ts';

type NotAllowed = Extract<Refusal, { readonly kind: 'not allowed' }>;

/**
 * What PostgreSQL does not do with an object though all that is named is there: replace a view by one without its columns, a function by
 * one with another result, change a type that has no cast. Executed on PostgreSQL 18, each with its SQLSTATE.
 *
 * @param operation with resolved names.
 * @param before the schema just before it.
 * @param after the schema as it would be after it.
 */
export function notAllowed(operation: Operation, before: Catalog, after: Catalog): NotAllowed | undefined {
  switch (operation.kind) {
    case 'AlterColumnType':
      return typeChange(operation, before);
    case 'CreateView':
      return operation.replace ? replacedView(operation.view, before, after) : undefined;
    case 'CreateFunction':
      return operation.replace ? replacedRoutine(operation, before, after) : undefined;
    case 'AddConstraint':
      return operation.constraint.type === 'primary key' ? secondKey(operation.table, before) : undefined;
    case 'RenameEnumValue':
      return missingValue(operation.type, operation.value, before);
    case 'AddEnumValue':
      return operation.neighbor === undefined
        ? undefined
        : missingValue(operation.type, operation.neighbor, before);
    case 'DropFunction':
      return ambiguousRoutine(operation, before);
    default:
      return undefined;
  }
}

const refused = (code: NotAllowed['code'], reason: string): NotAllowed => ({
  kind: 'not allowed',
  code,
  reason,
});

function typeChange(operation: OperationOf<'AlterColumnType'>, catalog: Catalog): NotAllowed | undefined {
  const table = catalog.table(operation.table);
  const column = table?.columns.find(({ name }) => name === operation.column);
  if (table?.certainty !== 'certain' || column?.certainty !== 'certain') return undefined;
  const refusal = typeChangeOf(operation, table, column, catalog)?.refusal;
  const types = `${typeText(column.type)} to ${typeText(operation.type)}`;
  const name = `${displayName(table.name)}.${quoteIdentifier(column.name)}`;
  switch (refusal?.why) {
    case 'no cast':
      return refused('42804', `${name} cannot change from ${types} by itself: USING is missing`);
    case 'default':
      return refused(
        '42804',
        `the default of ${name} cannot change from ${types}: it has to be dropped before`,
      );
    case 'foreign key':
      return refused(
        '42804',
        `with ${name} changed from ${types}, the foreign key ${quoteIdentifier(refusal.name)} would join types that do not compare`,
      );
    case 'dependants':
    case undefined:
      return undefined;
    default:
      return refusal satisfies never;
  }
}

/** CREATE OR REPLACE VIEW may only add columns, at the end. */
function replacedView(name: ObjectName, before: Catalog, after: Catalog): NotAllowed | undefined {
  const [was, is] = [before.view(name), after.view(name)];
  if (was?.certainty !== 'certain' || is?.certainty !== 'certain' || was.kind !== 'view') return undefined;
  const at = was.columnNames.findIndex((column, place) => is.columnNames[place] !== column);
  const column = at < 0 ? undefined : was.columnNames[at];
  if (column === undefined) return undefined;
  const there = is.columnNames[at];
  const what = there === undefined ? 'drop' : 'rename or move';
  return refused(
    '42P16',
    `CREATE OR REPLACE cannot ${what} the column ${quoteIdentifier(column)} of the view ${displayName(was.name)}`,
  );
}

/** The overload of the same arguments has another result. */
function replacedRoutine(
  { routine, routineKind }: OperationOf<'CreateFunction'>,
  before: Catalog,
  after: Catalog,
): NotAllowed | undefined {
  if (routineKind !== 'function') return undefined;
  const key = ({ name }: Routine): string => (name.argumentTypes ?? []).map(typeText).join();
  const made = after.routines(routine);
  for (const was of before.routines(routine)) {
    const is = made.find((one) => key(one) === key(was));
    if (is === undefined || is === was || was.certainty !== 'certain') continue;
    if (was.returns === undefined || is.returns === undefined) continue;
    const [old, now] = [was, is].map(
      ({ returns }) => `${returns?.setOf === true ? 'SETOF ' : ''}${returns && typeText(returns)}`,
    );
    if (old !== now)
      return refused(
        '42P13',
        `CREATE OR REPLACE cannot change the result of ${displayName(was.name)} from ${old} to ${now}`,
      );
  }
  return undefined;
}

function secondKey(name: ObjectName, catalog: Catalog): NotAllowed | undefined {
  const table = catalog.table(name);
  const key = table?.constraints.find(({ definition }) => definition.type === 'primary key');
  if (table?.certainty !== 'certain' || key?.certainty !== 'certain') return undefined;
  return refused(
    '42P16',
    `${displayName(table.name)} has the primary key ${quoteIdentifier(key.name)} already, and can have one only`,
  );
}

function missingValue(name: ObjectName, value: string, catalog: Catalog): NotAllowed | undefined {
  const type = catalog.type(name);
  if (type?.kind !== 'enum' || type.certainty !== 'certain') return undefined;
  if (type.values.some((one) => one.value === value)) return undefined;
  return refused('22023', `${displayName(type.name)} has no value '${value}'`);
}

function ambiguousRoutine(
  { routine, routineKind }: OperationOf<'DropFunction'>,
  catalog: Catalog,
): NotAllowed | undefined {
  if (routine.argumentTypes !== undefined || routineKind !== 'function') return undefined;
  const overloads = catalog.routines(routine);
  const isSure = overloads.every(({ kind, certainty }) => kind === 'function' && certainty === 'certain');
  if (overloads.length < 2 || !isSure) return undefined;
  return refused(
    '42725',
    `there are ${overloads.length} functions ${displayName(routine)}, and none is meant without its arguments`,
  );
}
