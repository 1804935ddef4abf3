import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import type { ObjectName } from '../../model/operations/types.ts';

/** Names as a list, each quoted where PostgreSQL needs it: `id, "teamId"`. */
export function namesText(names: readonly string[]): string {
  return names.map(quoteIdentifier).join(', ');
}

/** A text as a constant of SQL: `'it''s'`. With a backslash it has the form E'…', which means the same under any setting. */
export function literal(text: string): string {
  const quoted = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

/** A collation as the catalog has it, which keeps the dots and quotes of a qualified one. */
export function collationText(collation: string): string {
  return collation.includes('"') || collation.includes('.') ? collation : quoteIdentifier(collation);
}

/** A list of storage options: ` WITH (fillfactor = 70)`; nothing where there are none. */
export function optionsText(options: Readonly<Record<string, string>>): string {
  const texts = Object.entries(options).map(([name, value]) => `${name} = ${optionValue(value)}`);
  return texts.length === 0 ? '' : ` WITH (${texts.join(', ')})`;
}

/** An option's value: a word or a number as it is, anything else as a constant. */
export function optionValue(value: string): string {
  return /^(?:[A-Za-z_]\w*|-?\d+(?:\.\d+)?)$/.test(value) ? value : literal(value);
}

/** A role: the key words that stand for one are no names. */
export function roleText(role: string): string {
  return /^(?:PUBLIC|CURRENT_USER|CURRENT_ROLE|SESSION_USER)$/.test(role) ? role : quoteIdentifier(role);
}

/** A column with its table: `users.email`. */
export function columnPath(table: ObjectName, column: string): string {
  return `${displayName(table)}.${quoteIdentifier(column)}`;
}
