import type { Node } from '@pgsql/types';
import type { Expression, ObjectName, Operation, OperationOf, TypeName } from '../operations/types.ts';
import { stringsOf, visitNodes } from '../operations/parse-tree.ts';
import type { Catalog } from './types.ts';

/** A value of an enum. */
export interface EnumValue {
  /** The enum, with its schema. */
  readonly type: ObjectName;
  readonly value: string;
}

/**
 * Whether an operation makes PostgreSQL read a constant as a value of an enum: a default, a row, a comparison, a cast. A string
 * that is compared as text, or stands in the body of a PL/pgSQL function, is none.
 *
 * @param operation with resolved names.
 * @param wanted the enum and its value.
 * @param catalog the schema just before the operation: which columns are of the enum.
 */
export function usesEnumValue(operation: Operation, wanted: EnumValue, catalog: Catalog): boolean {
  const { tree } = operation.statement;
  if (castsToValue(tree, wanted)) return true;
  switch (operation.kind) {
    case 'SetDefault': {
      const column = catalog.table(operation.table)?.columns.find(({ name }) => name === operation.column);
      return column !== undefined && isOf(column.type, wanted) && isValue(operation.default, wanted);
    }
    case 'AddColumn':
      return isDefaultOf(operation.column, wanted);
    case 'CreateTable':
      return operation.columns.some((column) => isDefaultOf(column, wanted));
    case 'Insert':
      return insertsValue(operation, wanted, catalog) || comparesValue(operation, wanted, catalog);
    case 'Update': {
      const columns = enumColumns([operation.table], wanted, catalog);
      const sets = operation.assignments.some(
        ({ column, expression }) =>
          columns.has(column) && expression !== undefined && isValue(expression, wanted),
      );
      return sets || comparesValue(operation, wanted, catalog);
    }
    case 'Delete':
    case 'AddConstraint':
    case 'CreateIndex':
    case 'CreatePolicy':
    case 'AlterPolicy':
    case 'CreateTrigger':
    case 'CreateView':
    case 'CreateMaterializedView':
    case 'CreateTableAs':
    case 'Select':
      return comparesValue(operation, wanted, catalog);
    default:
      return false;
  }
}

function isDefaultOf(
  column: { readonly type: TypeName; readonly default: Expression | undefined },
  wanted: EnumValue,
): boolean {
  return column.default !== undefined && isOf(column.type, wanted) && isValue(column.default, wanted);
}

function isOf(type: TypeName, { type: wanted }: EnumValue): boolean {
  return (
    type.arrayDimensions === 0 &&
    type.name === wanted.name &&
    (type.schema === wanted.schema || type.schema === undefined)
  );
}

/** A constant, or a CASE or COALESCE that gives it. */
function isValue({ tree }: Pick<Expression, 'tree'>, wanted: EnumValue): boolean {
  return gives(tree, wanted);
}

function gives(node: Node | undefined, wanted: EnumValue): boolean {
  if (node === undefined) return false;
  if ('A_Const' in node) return node.A_Const.sval?.sval === wanted.value;
  if ('CoalesceExpr' in node) return (node.CoalesceExpr.args ?? []).some((one) => gives(one, wanted));
  if (!('CaseExpr' in node)) return false;
  const { args, defresult } = node.CaseExpr;
  const results = (args ?? []).map((one) => ('CaseWhen' in one ? one.CaseWhen.result : undefined));
  return [...results, defresult].some((one) => gives(one, wanted));
}

/** `'shipped'::state`, `CAST ('shipped' AS state)`, `ARRAY['shipped']::state[]`, `'{shipped}'::state[]`. */
function castsToValue(tree: Node, wanted: EnumValue): boolean {
  let found = false;
  visitNodes(tree, (type, fields) => {
    if (found) return false;
    if (type !== 'TypeCast') return true;
    const { typeName, arg } = fields as { typeName?: { names?: unknown; arrayBounds?: unknown }; arg?: Node };
    const names = stringsOf(typeName?.names);
    const schema = names.at(-2);
    if (names.at(-1) !== wanted.type.name || (schema !== undefined && schema !== wanted.type.schema))
      return true;
    found = typeName?.arrayBounds === undefined ? gives(arg, wanted) : isElement(arg, wanted);
    return !found;
  });
  return found;
}

function isElement(node: Node | undefined, wanted: EnumValue): boolean {
  if (node === undefined) return false;
  if ('A_ArrayExpr' in node) return (node.A_ArrayExpr.elements ?? []).some((one) => gives(one, wanted));
  if (!('A_Const' in node)) return false;
  const text = node.A_Const.sval?.sval ?? '';
  const elements = text.replaceAll(/^\{|\}$/g, '').split(',');
  return elements.some((element) => element.trim().replaceAll('"', '') === wanted.value);
}

function insertsValue(operation: OperationOf<'Insert'>, wanted: EnumValue, catalog: Catalog): boolean {
  const { tree } = operation.statement;
  const select = 'InsertStmt' in tree ? tree.InsertStmt.selectStmt : undefined;
  if (select === undefined || !('SelectStmt' in select)) return false;
  const table = catalog.table(operation.table);
  if (table === undefined) return false;
  const names = operation.columns.length > 0 ? operation.columns : table.columns.map((column) => column.name);
  const columns = enumColumns([operation.table], wanted, catalog);
  const places = names.flatMap((name, place) => (columns.has(name) ? place : []));
  if (places.length === 0) return false;
  const rows = (select.SelectStmt.valuesLists ?? []).map((row) =>
    'List' in row ? (row.List.items ?? []) : [],
  );
  const targets = (select.SelectStmt.targetList ?? []).map((target) =>
    'ResTarget' in target ? target.ResTarget.val : undefined,
  );
  return [...rows, targets].some((row) => places.some((place) => gives(row[place], wanted)));
}

/** `state = 'shipped'`, `state <> 'shipped'`, `state IN ('shipped', …)`, anywhere in the statement. */
function comparesValue(operation: Operation, wanted: EnumValue, catalog: Catalog): boolean {
  const columns = enumColumns(relationsOf(operation), wanted, catalog);
  if (columns.size === 0) return false;
  const isColumn = (node: unknown): boolean => {
    const { ColumnRef: reference } = (node ?? {}) as { ColumnRef?: { fields?: unknown } };
    return reference !== undefined && columns.has(stringsOf(reference.fields).at(-1) ?? '');
  };
  let found = false;
  visitNodes(operation.statement.tree, (type, fields) => {
    if (found) return false;
    if (type !== 'A_Expr') return true;
    const { lexpr, rexpr } = fields as { lexpr?: Node; rexpr?: Node };
    found =
      (isColumn(lexpr) && isValueOrList(rexpr, wanted)) || (isColumn(rexpr) && isValueOrList(lexpr, wanted));
    return !found;
  });
  return found;
}

function isValueOrList(node: Node | undefined, wanted: EnumValue): boolean {
  if (node === undefined) return false;
  if ('List' in node) return (node.List.items ?? []).some((one) => gives(one, wanted));
  return gives(node, wanted) || ('A_ArrayExpr' in node && isElement(node, wanted));
}

function relationsOf(operation: Operation): readonly ObjectName[] {
  const own = 'table' in operation && operation.table !== undefined ? [operation.table] : [];
  const reads = 'query' in operation ? (operation.query?.reads ?? []) : [];
  if (operation.kind === 'Update') return [...own, ...operation.from];
  if (operation.kind === 'Delete') return [...own, ...operation.using];
  return [...own, ...reads];
}

/** The columns of the enum, by names that no other of the tables has for a column of another type. */
function enumColumns(
  relations: readonly ObjectName[],
  wanted: EnumValue,
  catalog: Catalog,
): ReadonlySet<string> {
  const columns = relations.flatMap((name) => catalog.table(name)?.columns ?? []);
  const found = new Set(columns.filter(({ type }) => isOf(type, wanted)).map(({ name }) => name));
  for (const { name, type } of columns) if (!isOf(type, wanted)) found.delete(name);
  return found;
}
