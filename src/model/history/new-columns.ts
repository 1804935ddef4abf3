import type { Place } from '../../input/text/types.ts';
import type { Catalog, Table } from '../catalog/types.ts';
import { displayNames } from '../operations/display-name.ts';
import { columnPlace } from '../operations/places.ts';
import type { AddColumn, ColumnDefinition, CreateTable, ObjectName } from '../operations/types.ts';
import { operationsOn, type DeployOperations } from './deploy-operations.ts';

/** What {@link newColumns} asks of the place where an operation stands. */
export interface ColumnScene {
  /** The schema just before the operation. */
  readonly catalog: Catalog;
  /** The table as it was before the deploy; undefined if the deploy created it. */
  readonly existedBeforeDeploy: (table: ObjectName) => Table | undefined;
}

/**
 * The columns that an operation gives to a table of the same deploy: nobody has written rows to them, so that their type is
 * still anybody's choice. None of temporary, foreign and partition tables (theirs are decided elsewhere), of a table that is
 * there already, nor in the body of a function.
 */
export function newColumns(
  operation: CreateTable | AddColumn,
  { catalog, existedBeforeDeploy }: ColumnScene,
): readonly ColumnDefinition[] {
  if (operation.run === 'called') return [];
  if (operation.kind === 'CreateTable') {
    const isDecided = operation.partitionOf !== undefined || operation.foreignServer !== undefined;
    if (isDecided || operation.persistence === 'temporary') return [];
    return catalog.table(operation.table) === undefined ? operation.columns : [];
  }
  const table = catalog.table(operation.table);
  if (table === undefined || table.origin.migration < 0 || table.certainty !== 'certain') return [];
  if (table.persistence === 'temporary' || table.foreignServer !== undefined) return [];
  return existedBeforeDeploy(operation.table) === undefined ? [operation.column] : [];
}

/** Some new columns of a table, for one finding. */
export interface FoundColumns {
  /** The type of the first. */
  readonly at: Place;
  readonly columns: readonly ColumnDefinition[];
  readonly data: {
    readonly table: ObjectName;
    /** Their names for a sentence: at most four entries. */
    readonly columns: readonly string[];
  };
}

/**
 * Those of an operation's {@link newColumns} that a rule asks for.
 *
 * @returns undefined for none.
 */
export function findNewColumns(
  operation: CreateTable | AddColumn,
  scene: ColumnScene,
  isWanted: (column: ColumnDefinition) => boolean,
): FoundColumns | undefined {
  const found = newColumns(operation, scene).filter(isWanted);
  const [first] = found;
  if (first === undefined) return undefined;
  const names = found.map(({ name }) => ({ schema: undefined, name }));
  return {
    at: columnTypePlace(operation, first.name),
    columns: found,
    data: { table: operation.table, columns: displayNames(names, 'columns') },
  };
}

/** The place of the type of a column that an operation defines. */
export function columnTypePlace(operation: CreateTable | AddColumn, column: string): Place {
  return operation.kind === 'CreateTable' ? columnPlace(operation, column, 'type') : operation.at('type');
}

/**
 * Whether a deploy adds a column to a table: nothing that goes before the deploy can use it.
 *
 * @param before the schema before the deploy: where the column is there, ADD COLUMN IF NOT EXISTS adds none.
 */
export function isColumnAdded(
  table: ObjectName,
  column: string,
  deploy: DeployOperations,
  before: Catalog,
): boolean {
  return operationsOn(table, deploy).some(
    (operation) =>
      operation.kind === 'AddColumn' &&
      operation.run !== 'called' &&
      operation.column.name === column &&
      !(operation.ifNotExists && before.table(operation.table)?.columns.some(({ name }) => name === column)),
  );
}
