import type { Expression } from '../operations/types.ts';
import { nameOfIdentifier, quoteName } from './identifiers.ts';
import { mapNodes, stringsOf, visitNodes } from './parse-tree.ts';

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

/** @returns whether an expression casts to a type of this name, in any schema. */
export function castsTo(expression: Expression | undefined, name: string): boolean {
  if (expression === undefined || !mayMention(expression.text, name)) return false;
  let casts = false;
  visitNodes(expression.tree, (type, fields) => {
    const typeName = type === 'TypeCast' ? (fields['typeName'] as { names?: unknown } | undefined) : undefined;
    if (typeName !== undefined && stringsOf(typeName.names).at(-1) === name) casts = true;
    return !casts;
  });
  return casts;
}

/** A cheap test before a walk: names are written in any case, and quotes in a name are written twice. */
function mayMention(text: string, name: string): boolean {
  return text.toLowerCase().includes(name.replaceAll('"', '""').toLowerCase());
}

/** What a rename changes in an expression. */
export interface NameChange {
  /** `qualifier` is the table in `table.column`; `value` a string constant. */
  readonly what: 'column' | 'qualifier' | 'type' | 'function' | 'value';
  readonly from: string;
  readonly to: string;
}

/**
 * An expression after something that it names was renamed. PostgreSQL stores references, not names, so its expressions follow.
 *
 * @param expression the expression before.
 * @param change the rename.
 * @returns the same expression if it does not name the object.
 */
export function renameIn<Maybe extends Expression | undefined>(expression: Maybe, change: NameChange): Maybe {
  if (expression === undefined || change.from === change.to) return expression;
  const written = change.what === 'value' ? literal(change.from) : change.from;
  if (!mayMention(expression.text, written)) return expression;
  const tree = mapNodes(expression.tree, (type, fields) => renamedNode(type, fields, change));
  return { text: renameInText(expression.text, change), tree } as Maybe;
}

function renamedNode(
  type: string,
  fields: Readonly<Record<string, unknown>>,
  change: NameChange,
): object | undefined {
  if (type === 'A_Const' && change.what === 'value') {
    const constant = fields['sval'] as { readonly sval?: string } | undefined;
    return constant?.sval === change.from ? { ...fields, sval: { sval: change.to } } : undefined;
  }
  if (type === 'ColumnRef' && (change.what === 'column' || change.what === 'qualifier')) {
    const names = fields['fields'];
    const at = stringsOf(names).length - (change.what === 'column' ? 1 : 2);
    return { ...fields, fields: renamedAt(names, at, change) };
  }
  if (type === 'FuncCall' && change.what === 'function') {
    const names = fields['funcname'];
    const renamed = renamedAt(names, stringsOf(names).length - 1, change);
    return { ...fields, funcname: renamed, args: mapArguments(fields['args'], change) };
  }
  if (type === 'TypeCast' && change.what === 'type') {
    const typeName = fields['typeName'] as { readonly names?: unknown } | undefined;
    const names = typeName?.names;
    const renamed = renamedAt(names, stringsOf(names).length - 1, change);
    return { ...fields, typeName: { ...typeName, names: renamed }, arg: mapArguments(fields['arg'], change) };
  }
  return undefined;
}

function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function mapArguments(tree: unknown, change: NameChange): unknown {
  return mapNodes(tree, (type, fields) => renamedNode(type, fields, change));
}

function renamedAt(names: unknown, at: number, change: NameChange): unknown {
  if (!Array.isArray(names) || stringsOf(names)[at] !== change.from) return names;
  return names.map((name: unknown, index) => (index === at ? { String: { sval: change.to } } : name));
}

/** Strings, quoted names, comments, names, `::`, and every other character alone. */
const token =
  /[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$.*?\$\1\$|--[^\n]*|\/\*.*?\*\/|[a-zA-Z_\u0080-\uffff][\w$\u0080-\uffff]*|::|\s+|./gsu;

function renameInText(text: string, change: NameChange): string {
  const tokens = text.match(token) ?? [];
  const parts = tokens.filter((part) => !/^(\s|--|\/\*)/.test(part));
  let index = -1;
  return tokens
    .map((part) => {
      if (/^(\s|--|\/\*)/.test(part)) return part;
      index += 1;
      if (change.what === 'value') return part === literal(change.from) ? literal(change.to) : part;
      if (nameOfIdentifier(part) !== change.from) return part;
      return isMeant(parts, index, change.what) ? quoteName(change.to) : part;
    })
    .join('');
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
