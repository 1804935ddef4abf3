/** Access to PostgreSQL's parse tree: nodes are objects with one key, their tag. */
import type { A_Const, Node } from '@pgsql/types';

/** Every tag that a node can have: a misspelt one does not compile. */
export type NodeTag = Node extends infer Member ? (Member extends unknown ? keyof Member : never) : never;

/** The fields of the node with a tag. */
export type NodeOf<Tag extends NodeTag> =
  Extract<Node, { [Key in Tag]: unknown }> extends infer Member
    ? Member extends { [Key in Tag]: infer Fields }
      ? Fields
      : never
    : never;

/** The fields of a node if it has this tag, else undefined. */
export function fieldsOf<Tag extends NodeTag>(node: Node | undefined, tag: Tag): NodeOf<Tag> | undefined {
  return (node as Partial<Record<Tag, NodeOf<Tag>>> | undefined)?.[tag];
}

/** A node's tag. */
export function tagOf(node: Node): NodeTag {
  for (const tag in node) return tag as NodeTag;
  throw new TypeError('A parse tree node without a tag');
}

/** The text of a `String` node; `''` for any other node. */
export function stringOf(node: Node | undefined): string {
  return fieldsOf(node, 'String')?.sval ?? '';
}

/** The texts of a list of `String` nodes. */
export function stringsOf(nodes: readonly Node[] | undefined): string[] {
  return nodes === undefined ? [] : nodes.map(stringOf);
}

/** A constant's value as text, without quotes; undefined for NULL. */
export function constantText(constant: A_Const): string | undefined {
  if (constant.isnull) return undefined;
  if (constant.ival) return String(constant.ival.ival ?? 0);
  if (constant.fval) return constant.fval.fval ?? '0';
  if (constant.boolval) return String(constant.boolval.boolval ?? false);
  if (constant.sval) return constant.sval.sval ?? '';
  return constant.bsval?.bsval ?? '';
}

/** The text of a plain value: a constant, a string, a number, a name used as a value, a list of those joined by commas. */
export function valueText(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  const constant = fieldsOf(node, 'A_Const');
  if (constant) return constantText(constant);
  const text = fieldsOf(node, 'String');
  if (text) return text.sval ?? '';
  const integer = fieldsOf(node, 'Integer');
  if (integer) return String(integer.ival ?? 0);
  const float = fieldsOf(node, 'Float');
  if (float) return float.fval ?? '0';
  const boolean = fieldsOf(node, 'Boolean');
  if (boolean) return String(boolean.boolval ?? false);
  const type = fieldsOf(node, 'TypeName');
  if (type) return stringsOf(type.names?.filter((name) => stringOf(name) !== 'pg_catalog')).join('.');
  const cast = fieldsOf(node, 'TypeCast');
  if (cast) return valueText(cast.arg);
  const role = fieldsOf(node, 'RoleSpec');
  if (role) return role.rolename;
  const list = fieldsOf(node, 'List');
  if (list) return (list.items ?? []).map((item) => valueText(item) ?? '').join(', ');
  return undefined;
}

/** The options of a WITH (…) list as text: `fillfactor` → `70`; an option without a value is `true`. */
export function optionsOf(nodes: readonly Node[] | undefined): Readonly<Record<string, string>> {
  if (nodes === undefined || nodes.length === 0) return noOptions;
  const options: Record<string, string> = {};
  for (const node of nodes) {
    const option = fieldsOf(node, 'DefElem');
    if (option?.defname === undefined) continue;
    options[optionName(option)] = valueText(option.arg) ?? 'true';
  }
  return options;
}

/** An option's name with its namespace: `toast.autovacuum_enabled`. */
export function optionName(option: { readonly defnamespace?: string; readonly defname?: string }): string {
  const name = option.defname ?? '';
  return option.defnamespace === undefined ? name : `${option.defnamespace}.${name}`;
}

/** The argument of the named option of a `DefElem` list; `present` says whether it is there at all. */
export function findOption(
  nodes: readonly Node[] | undefined,
  name: string,
): { readonly arg: Node | undefined } | undefined {
  for (const node of nodes ?? []) {
    const option = fieldsOf(node, 'DefElem');
    if (option?.defname === name) return { arg: option.arg };
  }
  return undefined;
}

/** True if a boolean option such as VACUUM (FULL) is on: named without a value, or with one that is not false. */
export function isOn(nodes: readonly Node[] | undefined, name: string): boolean {
  const option = findOption(nodes, name);
  if (option === undefined) return false;
  const value = valueText(option.arg);
  return value === undefined || !['false', 'off', '0'].includes(value.toLowerCase());
}

const noOptions: Readonly<Record<string, string>> = Object.freeze({});
