import type { Expression, ObjectName } from '../operations/types.ts';
import { cutName, foldName, unquoteName } from '../../input/sql/tokens.ts';
import { quoteIdentifier } from '../operations/display-name.ts';
import { mapNodes, stringsOf, visitNodes } from '../operations/parse-tree.ts';

/**
 * The columns that an expression names.
 *
 * @param expression a CHECK, index key, default …
 * @param columns the table's columns.
 * @returns their names, each once, in the order of the expression.
 */
export function columnsIn(
  expression: Expression,
  columns: readonly { readonly name: string }[],
): readonly string[] {
  const found: string[] = [];
  visitNodes(expression.tree, (type, fields) => {
    if (type !== 'ColumnRef') return;
    const name = stringsOf(fields['fields']).at(-1) ?? '';
    if (!found.includes(name) && columns.some((column) => column.name === name)) found.push(name);
  });
  return found;
}

/** @returns whether an expression names a column. */
export function usesColumn(expression: Expression | undefined, column: string): boolean {
  if (expression === undefined || !mayMention(expression.text, column)) return false;
  let uses = false;
  visitNodes(expression.tree, (type, fields) => {
    if (type === 'ColumnRef' && stringsOf(fields['fields']).at(-1) === column) uses = true;
    return !uses;
  });
  return uses;
}

/** @returns whether an expression calls a function of this name, in any schema. */
export function callsFunction(expression: Expression | undefined, name: string): boolean {
  if (expression === undefined || !mayMention(expression.text, name)) return false;
  let calls = false;
  visitNodes(expression.tree, (type, fields) => {
    if (type === 'FuncCall' && stringsOf(fields['funcname']).at(-1) === name) calls = true;
    return !calls;
  });
  return calls;
}

/** @returns whether an expression casts to a type; one that is written without a schema may be it. */
export function castsTo(expression: Expression | undefined, type: ObjectName): boolean {
  if (expression === undefined || !mayMention(expression.text, type.name)) return false;
  let casts = false;
  visitNodes(expression.tree, (kind, fields) => {
    const typeName =
      kind === 'TypeCast' ? (fields['typeName'] as { names?: unknown } | undefined) : undefined;
    if (typeName !== undefined && isName(stringsOf(typeName.names), type)) casts = true;
    return !casts;
  });
  return casts;
}

function isName(parts: readonly string[], name: ObjectName): boolean {
  const schema = parts.at(-2);
  return (
    parts.at(-1) === name.name &&
    (schema === undefined || name.schema === undefined || schema === name.schema)
  );
}

/** A cheap test before a walk: names are written in any case, and quotes in a name are written twice. */
function mayMention(text: string, name: string): boolean {
  return text.toLowerCase().includes(name.replaceAll('"', '""').toLowerCase());
}

/** What a rename changes in an expression. */
export type NameChange =
  /** `qualifier` is the table in `table.column`; `value` a string constant. */
  | { readonly what: 'column'; readonly from: string; readonly to: string }
  | { readonly what: 'qualifier'; readonly from: string; readonly to: string }
  | { readonly what: 'value'; readonly from: string; readonly to: string }
  /** With their schemas, which may be what changes. */
  | { readonly what: 'type'; readonly from: ObjectName; readonly to: ObjectName }
  | { readonly what: 'function'; readonly from: ObjectName; readonly to: ObjectName };

/**
 * An expression after something that it names was renamed. PostgreSQL stores references, not names, so its expressions follow.
 *
 * @param expression the expression before.
 * @param change the rename.
 * @returns the same expression if it does not name the object.
 */
export function renameIn<Maybe extends Expression | undefined>(expression: Maybe, change: NameChange): Maybe {
  if (expression === undefined || !mayMention(expression.text, searchedText(change))) return expression;
  const text = renameInText(expression.text, change);
  if (text === expression.text) return expression;
  const tree = mapNodes(expression.tree, (type, fields) => renamedNode(type, fields, change));
  return { text, tree } as Maybe;
}

function searchedText(change: NameChange): string {
  if (change.what === 'type' || change.what === 'function') return change.from.name;
  return change.what === 'value' ? literal(change.from) : change.from;
}

function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function renamedNode(
  type: string,
  fields: Readonly<Record<string, unknown>>,
  change: NameChange,
): object | undefined {
  switch (change.what) {
    case 'value': {
      const constant = fields['sval'] as { readonly sval?: string } | undefined;
      const isMeant = type === 'A_Const' && constant?.sval === change.from;
      return isMeant ? { ...fields, sval: { sval: change.to } } : undefined;
    }
    case 'column':
    case 'qualifier': {
      if (type !== 'ColumnRef') return undefined;
      const names = stringsOf(fields['fields']);
      const at = names.length - (change.what === 'column' ? 1 : 2);
      return names[at] === change.from
        ? { ...fields, fields: stringNodes(names.with(at, change.to)) }
        : undefined;
    }
    case 'function': {
      if (type !== 'FuncCall' || !isName(stringsOf(fields['funcname']), change.from)) return undefined;
      const args = mapNodes(fields['args'], (inner, below) => renamedNode(inner, below, change));
      return { ...fields, funcname: stringNodes(fullName(change.to)), args };
    }
    case 'type': {
      const typeName = fields['typeName'] as { readonly names?: unknown } | undefined;
      if (type !== 'TypeCast' || !isName(stringsOf(typeName?.names), change.from)) return undefined;
      const arg = mapNodes(fields['arg'], (inner, below) => renamedNode(inner, below, change));
      return { ...fields, typeName: { ...typeName, names: stringNodes(fullName(change.to)) }, arg };
    }
  }
}

function fullName(name: ObjectName): readonly string[] {
  return name.schema === undefined ? [name.name] : [name.schema, name.name];
}

function stringNodes(names: readonly string[]): readonly object[] {
  return names.map((name) => (name === '*' ? { A_Star: {} } : { String: { sval: name } }));
}

/** Strings, quoted names, comments, names, `::`, and every other character alone. */
const token =
  /[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$.*?\$\1\$|--[^\n]*|\/\*.*?\*\/|[a-zA-Z_\u0080-\uffff][\w$\u0080-\uffff]*|::|\s+|./gsu;

function renameInText(text: string, change: NameChange): string {
  const tokens = text.match(token) ?? [];
  const isSpace = (part: string): boolean => /^(\s|--|\/\*)/.test(part);
  const places = tokens.flatMap((part, place) => (isSpace(part) ? [] : [place]));
  const parts = places.map((place) => tokens[place] ?? '');
  const renamed: string[] = [...tokens];
  for (const [index, place] of places.entries()) {
    if (change.what === 'type' || change.what === 'function') {
      if (!isMeant(parts, index, change.what) || nameOfIdentifier(parts[index] ?? '') !== change.from.name)
        continue;
      const qualifier = parts[index - 1] === '.' ? nameOfIdentifier(parts[index - 2] ?? '') : undefined;
      if (qualifier !== undefined && qualifier !== change.from.schema) continue;
      const schema = quoteIdentifier(change.to.schema ?? '');
      if (qualifier !== undefined) renamed[places[index - 2] ?? 0] = schema;
      const needsSchema = qualifier === undefined && change.from.schema !== change.to.schema;
      renamed[place] = `${needsSchema ? `${schema}.` : ''}${quoteIdentifier(change.to.name)}`;
    } else if (change.what === 'value') {
      if (parts[index] === literal(change.from)) renamed[place] = literal(change.to);
    } else if (nameOfIdentifier(parts[index] ?? '') === change.from && isMeant(parts, index, change.what)) {
      renamed[place] = quoteIdentifier(change.to);
    }
  }
  return renamed.join('');
}

function isMeant(parts: readonly string[], index: number, what: NameChange['what']): boolean {
  const next = parts[index + 1];
  if (what === 'qualifier') return next === '.';
  if (what === 'function') return next === '(';
  if (next === '.' || (next === '(' && what === 'column')) return false;
  const start = parts[index - 1] === '.' ? index - 3 : index - 1;
  const before = parts[start]?.toLowerCase();
  const isType = before === '::' || before === 'as';
  return what === 'type' ? isType : !isType;
}

/** The name that an identifier as written (`Name`, `"Name"`) stands for; undefined if the text is no identifier. */
function nameOfIdentifier(written: string): string | undefined {
  if (written.startsWith('"')) return cutName(unquoteName(written));
  return /^[a-zA-Z_\u0080-\uffff]/u.test(written) && !written.endsWith("'")
    ? cutName(foldName(written))
    : undefined;
}
