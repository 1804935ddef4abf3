import type { Node } from '@pgsql/types';
import { stringsOf } from '../operations/parse-tree.ts';

interface Guess {
  readonly name: string;
  /** A weak guess (a cast's type, CASE) gives way to a better one further in. */
  readonly strong: boolean;
}

const strong = (name: string | undefined): Guess | undefined =>
  name === undefined || name === '' ? undefined : { name, strong: true };

/** What PostgreSQL calls the results of these, from FigureColnameInternal (src/backend/parser/parse_target.c). */
const namesOfForms: Readonly<Record<string, string>> = {
  A_ArrayExpr: 'array',
  RowExpr: 'row',
  CoalesceExpr: 'coalesce',
  GroupingFunc: 'grouping',
  MergeSupportFunc: 'merge_action',
};

const namesOfXml: Readonly<Record<string, string>> = {
  IS_XMLCONCAT: 'xmlconcat',
  IS_XMLELEMENT: 'xmlelement',
  IS_XMLFOREST: 'xmlforest',
  IS_XMLPARSE: 'xmlparse',
  IS_XMLPI: 'xmlpi',
  IS_XMLROOT: 'xmlroot',
};

function fromCast(argument: Node | undefined, typeNames: unknown): Guess | undefined {
  const inner = guess(argument);
  if (inner?.strong === true) return inner;
  const type = stringsOf(typeNames).at(-1);
  return type === undefined ? inner : { name: type, strong: false };
}

function fromSubquery(link: { readonly subLinkType?: string; readonly subselect?: Node }): Guess | undefined {
  if (link.subLinkType === 'EXISTS_SUBLINK') return strong('exists');
  if (link.subLinkType === 'ARRAY_SUBLINK') return strong('array');
  if (link.subLinkType !== 'EXPR_SUBLINK') return undefined;
  const select = link.subselect;
  if (select === undefined || !('SelectStmt' in select)) return undefined;
  const target = select.SelectStmt.targetList?.[0];
  if (target === undefined || !('ResTarget' in target)) return undefined;
  const { name, val } = target.ResTarget;
  return strong(name) ?? guess(val);
}

function guess(node: Node | undefined): Guess | undefined {
  if (node === undefined) return undefined;
  if ('ColumnRef' in node) {
    const last = stringsOf(node.ColumnRef.fields).at(-1);
    return last === '*' ? undefined : strong(last);
  }
  if ('FuncCall' in node) return strong(stringsOf(node.FuncCall.funcname).at(-1));
  if ('A_Indirection' in node) {
    const field = stringsOf(node.A_Indirection.indirection).at(-1);
    return strong(field === '*' ? undefined : field) ?? guess(node.A_Indirection.arg);
  }
  if ('A_Expr' in node) return node.A_Expr.kind === 'AEXPR_NULLIF' ? strong('nullif') : undefined;
  if ('TypeCast' in node) return fromCast(node.TypeCast.arg, node.TypeCast.typeName?.names);
  if ('CollateClause' in node) return guess(node.CollateClause.arg);
  if ('SubLink' in node) return fromSubquery(node.SubLink);
  if ('CaseExpr' in node) {
    const inner = guess(node.CaseExpr.defresult);
    return inner?.strong === true ? inner : { name: 'case', strong: false };
  }
  if ('MinMaxExpr' in node) return strong(node.MinMaxExpr.op === 'IS_LEAST' ? 'least' : 'greatest');
  if ('SQLValueFunction' in node) return strong(sqlValueName(node.SQLValueFunction.op));
  if ('XmlExpr' in node) return strong(namesOfXml[node.XmlExpr.op ?? '']);
  const form = Object.keys(node)[0] ?? '';
  return strong(namesOfForms[form] ?? jsonName(form));
}

/** `SVFOP_CURRENT_TIMESTAMP_N` → `current_timestamp`. */
function sqlValueName(operator: string | undefined): string | undefined {
  return operator
    ?.replace(/^SVFOP_/, '')
    .replace(/_N$/, '')
    .toLowerCase();
}

/** `JsonObjectConstructor` → `json_object`; what else PostgreSQL 16 and 17 added. */
function jsonName(form: string): string | undefined {
  if (form === 'JsonObjectConstructor') return 'json_object';
  if (form === 'JsonArrayConstructor' || form === 'JsonArrayQueryConstructor') return 'json_array';
  if (form === 'JsonParseExpr') return 'json';
  if (form === 'JsonScalarExpr') return 'json_scalar';
  return form === 'JsonSerializeExpr' ? 'json_serialize' : undefined;
}

/**
 * The name of an expression as a column of an index.
 *
 * @param expression its parse tree.
 * @returns the outermost function's, cast's or column's name, else `expr`.
 */
export function indexColumnName(expression: Node | undefined): string {
  return guess(expression)?.name ?? 'expr';
}

/**
 * The name of an unnamed output column of a SELECT.
 *
 * @param expression its parse tree.
 * @returns the name, `?column?` where PostgreSQL finds none.
 */
export function outputColumnName(expression: Node | undefined): string {
  return guess(expression)?.name ?? '?column?';
}
