/** Texts by which two definitions are compared: equal for what PostgreSQL stores alike, however it was written. */
import { Lexer } from '../../../input/sql/lexer.ts';
import { foldName, unquoteName } from '../../../input/sql/tokens.ts';
import { stringsOf } from '../../operations/parse-tree.ts';
import type { Expression } from '../../operations/types.ts';

/**
 * An expression without what leaves its meaning as it is: casts, which PostgreSQL adds where it prints one, the schema
 * `pg_catalog`, a column's table, the spelling of `now()` and of `= ANY (ARRAY[…])`.
 *
 * @returns undefined where there is none; NULL as a default is none.
 */
export function expressionForm(expression: Expression | undefined): string | undefined {
  if (expression === undefined) return undefined;
  const form = formOf(expression.tree);
  return form === 'A_Const{isnull:true}' ? undefined : form;
}

type Fields = Readonly<Record<string, unknown>>;

function formOf(tree: unknown): string {
  if (Array.isArray(tree)) return `[${tree.map(formOf).join(',')}]`;
  if (tree === null || typeof tree !== 'object') return String(tree);
  const parts: string[] = [];
  for (const [key, value] of Object.entries(tree)) {
    if (key.toLowerCase().endsWith('location') || key === 'funcformat' || key === 'rexpr_list_start')
      continue;
    if (value === undefined || value === false) continue;
    const isNode = /^[A-Z]/u.test(key) && typeof value === 'object' && !Array.isArray(value);
    parts.push(isNode ? nodeForm(key, value as Fields) : `${key}:${formOf(value)}`);
  }
  return parts.join(';');
}

function nodeForm(type: string, fields: Fields): string {
  switch (type) {
    case 'TypeCast':
      return formOf(fields['arg']);
    case 'CollateClause':
      return `COLLATE(${formOf(fields['arg'])},${stringsOf(fields['collname']).at(-1) ?? ''})`;
    case 'ColumnRef':
      return `column ${stringsOf(fields['fields']).at(-1) ?? ''}`;
    case 'SQLValueFunction':
      return fields['op'] === 'SVFOP_CURRENT_TIMESTAMP' ? 'now()' : `SVF{${formOf(fields)}}`;
    case 'FuncCall': {
      const name = stringsOf(fields['funcname']).at(-1) ?? '';
      const args = formOf(fields['args'] ?? []);
      if (['now', 'transaction_timestamp'].includes(name)) return 'now()';
      return `${name}(${args})${fields['agg_distinct'] === true ? ' distinct' : ''}`;
    }
    case 'A_Const':
      return constantForm(fields);
    case 'A_Expr':
      return expressionNodeForm(fields);
    default:
      return `${type}{${formOf(fields)}}`;
  }
}

/** A constant by its text: PostgreSQL prints `'1'::smallint` for what was written `1`. */
function constantForm(fields: Fields): string {
  if (fields['isnull'] === true) return 'A_Const{isnull:true}';
  if ('ival' in fields) return `'${String((fields['ival'] as { ival?: number }).ival ?? 0)}'`;
  if ('boolval' in fields)
    return `'${String((fields['boolval'] as { boolval?: boolean }).boolval ?? false)}'`;
  const text = (fields['fval'] as { fval?: string } | undefined)?.fval;
  const string = (fields['sval'] as { sval?: string } | undefined)?.sval ?? '';
  if (text !== undefined) return `'${text}'`;
  return /^[tf]$/u.test(string) ? `'${string === 't' ? 'true' : 'false'}'` : `'${string}'`;
}

function expressionNodeForm(fields: Fields): string {
  const name = stringsOf(fields['name']).at(-1) ?? '';
  const [left, right] = [fields['lexpr'], fields['rexpr']];
  const isList =
    fields['kind'] === 'AEXPR_IN' || fields['kind'] === 'AEXPR_OP_ANY' || fields['kind'] === 'AEXPR_OP_ALL';
  if (isList) return `(${formOf(left)} in${name} ${listForm(right)})`;
  if (left === undefined && name === '-') return `'-${formOf(right).replaceAll("'", '')}'`;
  return `(${formOf(left)} ${name} ${formOf(right)} ${fields['kind'] === 'AEXPR_OP' ? '' : String(fields['kind'])})`;
}

function listForm(tree: unknown): string {
  const node = tree as Record<string, Fields | undefined> | undefined;
  const inner = node?.['TypeCast'];
  if (inner !== undefined) return listForm(inner['arg']);
  return formOf(node?.['A_ArrayExpr']?.['elements'] ?? node?.['List']?.['items'] ?? tree);
}

/** SQL without comments, blanks and the letter case of what is not quoted; a body in quotes is read the same way. */
export function sqlForm(text: string): string {
  const parts: string[] = [];
  const lexer = new Lexer(text);
  while (lexer.next()) {
    const { kind } = lexer;
    if (kind === 'line-comment' || kind === 'block-comment') continue;
    const written = text.slice(lexer.start, lexer.end);
    if (kind === 'word') parts.push(foldName(written));
    else if (kind === 'quoted-name') parts.push(unquoteName(written));
    else if (kind === 'dollar-string')
      parts.push(`$$ ${sqlForm(written.replace(/^(\$\w*\$)([^]*)\1$/u, '$2'))} $$`);
    else parts.push(written);
  }
  return parts.join(' ').replace(/ ;$/u, '');
}
