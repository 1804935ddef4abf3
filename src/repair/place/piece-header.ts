import type { MigrationIds } from '../../input/layouts/migration-files.ts';
import { headerOf, isSameField, type HeaderField } from '../../model/history/header.ts';
import type { Migration } from '../../lint/project.ts';
import { dayOf } from './comment-lines.ts';

/**
 * A piece's script with the header of the migration that it was cut from, where that has one: its own name, version and date, and all
 * else as it stood there, since it is of the same change.
 *
 * @param part which of the pieces it is, from 1, and how many there are.
 */
export function withHeader(
  sql: string,
  origin: Migration,
  ids: MigrationIds,
  part: { readonly number: number; readonly of: number },
): string {
  const fields = origin.script === undefined ? [] : headerOf(origin.script);
  // A line such as `-- Note: …` alone is no header.
  if (!fields.some(({ name }) => HEADER_FIELDS.some((known) => isSameField(name, known)))) return sql;
  const isThere = fields.some(({ place: { source, span } }) =>
    sql.includes(source.text.slice(span.start, span.end).trim()),
  );
  if (isThere) return sql;
  const lines = fields.map((field) => `-- ${field.name}: ${valueFor(field, origin, ids, part)}`.trimEnd());
  return `${lines.join('\n')}\n\n${sql}`;
}

const HEADER_FIELDS = ['migration', 'version', 'purpose', 'rollback', 'affected rows', 'estimated duration'];

function valueFor(
  { name, value }: HeaderField,
  origin: Migration,
  ids: MigrationIds,
  part: { readonly number: number; readonly of: number },
): string {
  if (isSameField(name, 'migration')) return value.includes(origin.id) ? ids.id : ids.name;
  if (isSameField(name, 'version')) return ids.version;
  if (isSameField(name, 'date')) return dayOf(ids.version) ?? value;
  if (isSameField(name, 'purpose') && value !== '') return `${value} (part ${part.number} of ${part.of})`;
  return value;
}
