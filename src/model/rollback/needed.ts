import type { Catalog } from '../catalog/types.ts';
import { columnDependants } from '../history/column-dependants.ts';
import { displayName, quoteIdentifier } from '../operations/display-name.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import {
  neededByExpressions,
  neededExtension,
  neededRoutine,
  neededSequence,
  neededType,
} from './needed-objects.ts';
import type { Refusal } from './types.ts';

type Needed = Extract<Refusal, { readonly kind: 'needed' }>;

/**
 * What stops a DROP without CASCADE, or a change of a column's type: others certainly depend on it. What PostgreSQL drops along by
 * itself is none: a table's own indexes, constraints, triggers, policies and sequences, its partitions. Executed on PostgreSQL 18.
 *
 * @param operation with resolved names.
 * @param catalog the schema just before it.
 * @param together the operations of the same statement: one DROP may name what depends on each other.
 */
export function neededObject(
  operation: Operation,
  catalog: Catalog,
  together: readonly Operation[],
): Needed | undefined {
  if (operation.kind === 'AlterColumnType') {
    const table = catalog.table(operation.table);
    if (table === undefined) return undefined;
    return needed('0A000', operation.column, columnDependants(table, operation.column, catalog));
  }
  if (!('behavior' in operation) || operation.behavior === 'cascade') return undefined;
  switch (operation.kind) {
    case 'DropTable':
      return needed(
        '2BP01',
        displayName(operation.table),
        tableDependants(operation.table, catalog, together),
      );
    case 'DropView':
    case 'DropMaterializedView':
      return needed('2BP01', displayName(operation.view), [
        ...viewsReading(operation.view, catalog, together),
        ...neededType(operation.view, catalog, []),
      ]);
    case 'DropColumn':
      return needed(
        '2BP01',
        operation.column,
        dependantsOfColumn(operation.table, operation.column, catalog),
      );
    case 'DropConstraint':
      return needed(
        '2BP01',
        operation.constraint,
        dependantsOfKey(operation.table, operation.constraint, catalog),
      );
    case 'DropIndex':
      return needed('2BP01', displayName(operation.index), dependantsOfIndex(operation.index, catalog));
    case 'DropType':
      return needed(
        '2BP01',
        displayName(operation.type),
        neededType(operation.type, catalog, droppedBy(together)),
      );
    case 'DropSequence':
      return needed('2BP01', displayName(operation.sequence), neededSequence(operation.sequence, catalog));
    case 'DropFunction':
      return needed('2BP01', displayName(operation.routine), neededRoutine(operation.routine, catalog));
    case 'DropObject':
      if (operation.objectType === 'extension')
        return needed('2BP01', operation.object.name, neededExtension(operation.object.name, catalog));
      if (operation.objectType === 'schema')
        return needed('2BP01', operation.object.name, contentsOf(operation.object.name, catalog));
      return undefined;
    default:
      return undefined;
  }
}

function needed(code: Needed['code'], name: string, by: readonly string[]): Needed | undefined {
  return by.length === 0 ? undefined : { kind: 'needed', code, name, by: [...new Set(by)], later: false };
}

/** What DROP operations drop, by name: tables, views, types and functions. */
export function droppedBy(together: readonly Operation[]): readonly ObjectName[] {
  return together.flatMap((operation) => {
    switch (operation.kind) {
      case 'DropTable':
        return operation.table;
      case 'DropView':
      case 'DropMaterializedView':
        return operation.view;
      case 'DropType':
        return operation.type;
      case 'DropFunction':
        return operation.routine;
      default:
        return [];
    }
  });
}

function tableDependants(
  name: ObjectName,
  catalog: Catalog,
  together: readonly Operation[],
): readonly string[] {
  const table = catalog.table(name);
  if (table === undefined || table.certainty === 'uncertain') return [];
  const family = [table];
  for (const member of family) {
    for (const child of catalog.children(member.name))
      if (child.partitionOf !== undefined && !family.includes(child)) family.push(child);
  }
  const gone = [...droppedBy(together), ...family.map((one) => one.name)];
  const isGone = (other: ObjectName): boolean => gone.some((one) => isSameObject(one, other));
  return family.flatMap((member) => [
    ...catalog
      .children(member.name)
      .filter(
        (child) => child.partitionOf === undefined && child.certainty === 'certain' && !isGone(child.name),
      )
      .map((child) => `the table ${displayName(child.name)}, which inherits from it`),
    ...catalog
      .referencing(member.name)
      .filter(
        ({ table: other, constraint }) =>
          !isGone(other.name) && other.certainty === 'certain' && constraint.certainty === 'certain',
      )
      .map(({ table: other, constraint }) => foreignKeyText(constraint.name, other.name)),
    ...viewsReading(member.name, catalog, together),
    ...neededType(member.name, catalog, gone),
    ...neededByExpressions(member.name, catalog, gone),
    ...[...catalog.sequences()]
      .filter(
        ({ ownedBy, certainty }) =>
          certainty === 'certain' && ownedBy !== undefined && isSameObject(ownedBy.table, member.name),
      )
      .flatMap((sequence) => neededSequence(sequence.name, catalog, gone)),
  ]);
}

const foreignKeyText = (name: string, of: ObjectName): string =>
  `the foreign key ${quoteIdentifier(name)} of ${displayName(of)}`;

function viewsReading(name: ObjectName, catalog: Catalog, together: readonly Operation[]): readonly string[] {
  const gone = droppedBy(together);
  return catalog
    .readers(name)
    .filter((view) => view.certainty === 'certain' && !gone.some((one) => isSameObject(one, view.name)))
    .map((view) => `the ${view.kind} ${displayName(view.name)}`);
}

/** A foreign key of the table itself to the column counts as well, unless the column is in it, too. */
function dependantsOfColumn(name: ObjectName, column: string, catalog: Catalog): readonly string[] {
  const table = catalog.table(name);
  if (table === undefined || table.certainty === 'uncertain') return [];
  const keys = catalog.referencing(table.name).filter(({ table: other, constraint }) => {
    const { definition } = constraint;
    if (definition.type !== 'foreign key' || constraint.certainty === 'uncertain') return false;
    const goesAlong = isSameObject(other.name, table.name) && definition.columns.includes(column);
    return definition.referencedColumns.includes(column) && other.certainty === 'certain' && !goesAlong;
  });
  return [
    ...keys.map(({ table: other, constraint }) => foreignKeyText(constraint.name, other.name)),
    ...columnDependants(table, column, catalog),
  ];
}

function dependantsOfKey(name: ObjectName, constraint: string, catalog: Catalog): readonly string[] {
  const table = catalog.table(name);
  const key = table?.constraints.find((one) => one.name === constraint);
  if (table === undefined || key?.index === undefined || key.certainty === 'uncertain') return [];
  return foreignKeysThrough(key.index, table.name, catalog);
}

function foreignKeysThrough(index: string, table: ObjectName, catalog: Catalog): readonly string[] {
  return catalog
    .referencing(table)
    .filter(
      ({ table: other, constraint }) =>
        constraint.referencedIndex === index &&
        constraint.certainty === 'certain' &&
        other.certainty === 'certain',
    )
    .map(({ table: other, constraint }) => foreignKeyText(constraint.name, other.name));
}

function dependantsOfIndex(name: ObjectName, catalog: Catalog): readonly string[] {
  const found = catalog.index(name);
  if (found === undefined || found.index.certainty === 'uncertain' || found.on.certainty === 'uncertain')
    return [];
  const { index, on } = found;
  if (index.constraint !== undefined)
    return [`the constraint ${quoteIdentifier(index.constraint)} of ${displayName(on.name)}`];
  if (index.parent !== undefined) return [`the index ${displayName(index.parent)}`];
  return foreignKeysThrough(index.name, on.name, catalog);
}

function contentsOf(schema: string, catalog: Catalog): readonly string[] {
  const kinds: readonly (readonly [
    string,
    Iterable<{ readonly name: ObjectName; readonly certainty: string }>,
  ])[] = [
    ['table', catalog.tables()],
    ['view', catalog.views()],
    ['sequence', catalog.sequences()],
    ['type', catalog.types()],
    ['function', catalog.allRoutines()],
  ];
  return kinds.flatMap(([kind, objects]) =>
    [...objects]
      .filter(({ name, certainty }) => name.schema === schema && certainty === 'certain')
      .map(({ name }) => `the ${kind} ${displayName(name)}`),
  );
}
