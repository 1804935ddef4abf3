import { typeText } from '../../model/catalog/type-text.ts';
import type { Column, Table } from '../../model/catalog/types.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { objectKey } from '../../model/operations/same-object.ts';
import type { ObjectName, TypeName } from '../../model/operations/types.ts';
import { columnText, identityText } from '../ddl/columns.ts';
import { commentOnColumn } from '../ddl/notes.ts';
import { collationText, columnPath } from '../ddl/words.ts';
import {
  elementType,
  isAssignedByItself,
  isCastThroughText,
  isString,
  type ElementType,
} from './assigned-types.ts';
import type { TableParts } from './compare.ts';
import { guarded } from './guarded.ts';
import type { Pair } from './pairs.ts';
import { returnStatement } from './returned-values.ts';
import type { UndoScene } from './scene.ts';
import type { RollbackStatement } from './types.ts';

const alter = (name: ObjectName): string => `ALTER TABLE ${displayName(name)}`;

/** Columns of a table as they were: those that are gone come back, those that are there become what they were. By the names of before. */
export function restoreColumns(
  { before, after, columns }: TableParts,
  scene: UndoScene,
): readonly RollbackStatement[] {
  return [
    ...columns.gone
      .filter((column) => column.local || before.inherits.length === 0)
      .filter((column) => before.partitionOf === undefined || column.local)
      .flatMap((column) => addColumn(before, column, scene)),
    ...columns.pairs.flatMap((pair) => restoreColumn(before, after, pair, scene)),
  ];
}

/** ADD COLUMN. Where rows can be there that have no value for a NOT NULL column, it becomes NOT NULL only if there are none. */
function addColumn(table: Table, column: Column, scene: UndoScene): readonly RollbackStatement[] {
  const hasValue =
    column.default !== undefined || column.identity !== undefined || column.generated !== undefined;
  const needsValue = column.notNull && !hasValue;
  const text = columnText(table, column, scene.catalogBefore, { notNull: !needsValue });
  const statements: RollbackStatement[] = [{ sql: `${alter(table.name)} ADD COLUMN IF NOT EXISTS ${text}` }];
  const values = scene.valuesOf(table.name, column.name);
  if (values !== undefined)
    statements.push(
      ...returnStatement(table, column, values, (text, from) => castText(text, column, from, scene)),
    );
  if (needsValue) {
    statements.push({
      sql: setNotNullIfFilled(table, column),
      note: 'NOT NULL comes back only where no row lacks a value.',
    });
  }
  if (column.comment !== undefined)
    statements.push({ sql: commentOnColumn(table.name, column.name, column.comment) });
  return statements;
}

function setNotNullIfFilled(table: Table, column: Column): string {
  const path = columnPath(table.name, column.name);
  return guarded(
    `SELECT FROM ${displayName(table.name)} WHERE ${quoteIdentifier(column.name)} IS NULL`,
    setNotNull(table, column),
    `${path} is left without NOT NULL: some rows have no value. Fill it, then SET NOT NULL.`,
  );
}

function setNotNull(table: Table, { name, notNullConstraint }: Column): string {
  const isNamed =
    notNullConstraint !== undefined && notNullConstraint.name !== `${table.name.name}_${name}_not_null`;
  if (!isNamed && notNullConstraint?.validated !== false)
    return `${alter(table.name)} ALTER COLUMN ${quoteIdentifier(name)} SET NOT NULL`;
  const notValid = notNullConstraint.validated ? '' : ' NOT VALID';
  return `${alter(table.name)} ADD CONSTRAINT ${quoteIdentifier(notNullConstraint.name)} NOT NULL ${quoteIdentifier(name)}${notValid}`;
}

function restoreColumn(
  table: Table,
  tableAfter: Table,
  { before, after }: Pair<Column>,
  scene: UndoScene,
): readonly RollbackStatement[] {
  const column = `${alter(table.name)} ALTER COLUMN ${quoteIdentifier(before.name)}`;
  const isGeneratedAgain = before.generated !== undefined && after.generated === undefined;
  if (isGeneratedAgain) return generateAgain(table, before, scene);
  const statements: string[] = [];
  const isOtherType =
    typeText(before.type) !== scene.formerType(after.type) || before.collation !== after.collation;
  if (after.identity !== undefined && before.identity === undefined)
    statements.push(`${column} DROP IDENTITY IF EXISTS`);
  const losesDefault = after.default !== undefined && (before.default === undefined || isOtherType);
  if (losesDefault) statements.push(`${column} DROP DEFAULT`);
  if (isOtherType) statements.push(`${column} ${typeChange(before, after, scene)}`);
  const isOtherDefault = before.default?.text !== after.default?.text || losesDefault;
  if (before.default !== undefined && isOtherDefault)
    statements.push(`${column} SET DEFAULT ${before.default.text}`);
  if (before.notNull && !after.notNull)
    statements.push(
      scene.written.has(objectKey(tableAfter.name))
        ? setNotNullIfFilled(table, before)
        : setNotNull(table, before),
    );
  if (!before.notNull && after.notNull) statements.push(`${column} DROP NOT NULL`);
  statements.push(...restoreIdentity(table, { before, after }, column, scene));
  if (scene.otherExpressions.has(`${displayName(tableAfter.name)}\0${after.name}`) && before.generated)
    statements.push(`${column} SET EXPRESSION AS (${before.generated.expression.text})`);
  if (before.comment !== after.comment)
    statements.push(commentOnColumn(table.name, before.name, before.comment));
  return statements.map((sql) => ({ sql }));
}

function restoreIdentity(
  table: Table,
  { before, after }: Pair<Column>,
  column: string,
  scene: UndoScene,
): readonly string[] {
  if (before.identity === undefined || before.identity === after.identity) return [];
  return after.identity === undefined
    ? [`${column} ADD ${identityText(table, before, scene.catalogBefore)}`]
    : [`${column} SET GENERATED ${before.identity.toUpperCase()}`];
}

/** No ALTER makes a plain column a generated one: it is made again, and PostgreSQL works its values out. */
function generateAgain(table: Table, column: Column, scene: UndoScene): readonly RollbackStatement[] {
  return [
    { sql: `${alter(table.name)} DROP COLUMN IF EXISTS ${quoteIdentifier(column.name)}` },
    ...addColumn(table, column, scene),
  ];
}

/**
 * Without USING wherever PostgreSQL converts by itself: an explicit cast to a shorter text cuts it without an error. Where there is
 * no cast, such as from an enum, through text.
 */
function typeChange(before: Column, after: Column, scene: UndoScene): string {
  const name = quoteIdentifier(before.name);
  const value = castText(name, before, after, scene);
  const collation = before.collation === undefined ? '' : ` COLLATE ${collationText(before.collation)}`;
  const change = `TYPE ${typeText(before.type)}${collation}`;
  return value === name ? change : `${change} USING ${value}`;
}

/** A value of what a column is after as one of what it was before; without a cast where it is assigned by itself. */
function castText(text: string, before: Column, after: Column, scene: UndoScene): string {
  const [from, to] = [
    elementType(after.type, scene.catalogAfter),
    elementType(before.type, scene.catalogBefore),
  ];
  if (isAssignedByItself(from, to)) return text;
  const suffix = from.isArray && to.isArray ? '[]' : '';
  const through = isCastThroughText(from, to) ? `::text${suffix}` : '';
  return `${text}${through}::${castType(before.type, from, to)}`;
}

/** A type to cast to that cuts nothing off: the assignment after the cast looks at the length. */
function castType(type: TypeName, from: ElementType, to: ElementType): string {
  const suffix = to.isArray ? '[]' : '';
  if (isString(to.type)) return `text${suffix}`;
  const isBits = to.type.name === 'bit' || to.type.name === 'bit varying';
  return isBits && isString(from.type) ? `bit varying${suffix}` : typeText(type);
}
