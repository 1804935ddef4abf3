import { didYouMean } from '../input/text/nearest.ts';
import type { Catalog, Column, Table } from '../model/catalog/types.ts';
import { displayName, quoteIdentifier } from '../model/operations/display-name.ts';
import { UsageError } from './usage-error.ts';

/** What a change is about. */
export interface PlanTarget {
  readonly table: Table;
  /** Undefined for the table as a whole. */
  readonly column: Column | undefined;
}

/**
 * Finds the table or column that a name on the command line means: `users`, `users.email`, `app.users.email`, `"User"."displayName"`.
 * What is not quoted may be written as it is in the schema, in any case.
 *
 * @throws {UsageError} for a name that no table or column has, with the one that was probably meant.
 */
export function planTarget(text: string, catalog: Catalog): PlanTarget {
  const parts = partsOf(text);
  if (parts.length === 0 || parts.length > 3)
    throw new UsageError(
      `${text} is no name of a table or column.`,
      'Write table.column, such as users.email.',
    );
  const tables = [...catalog.tables()].filter(({ persistence }) => persistence !== 'temporary');
  const [first, second, third] = parts;
  const inSchema = first === undefined || second === undefined ? undefined : tableOf(tables, second, first);
  if (inSchema !== undefined) return withColumn(inSchema, third, text);
  const table = first === undefined || third !== undefined ? undefined : tableOf(tables, first);
  if (table !== undefined) return withColumn(table, second, text);
  const wanted = third === undefined ? (first?.name ?? '') : `${first?.name ?? ''}.${second?.name ?? ''}`;
  const names = tables.map(({ name }) =>
    third === undefined ? name.name : `${name.schema ?? ''}.${name.name}`,
  );
  throw new UsageError(
    `There is no table ${wanted} after the last migration.${didYouMean(wanted, names)}`,
    'Write table.column, such as users.email; with the schema where it is not public.',
  );
}

interface NamePart {
  readonly name: string;
  readonly quoted: boolean;
}

/** A name at its dots; quotes are doubled inside quotes. */
function partsOf(text: string): readonly NamePart[] {
  const parts: NamePart[] = [];
  const pattern = /(?:"((?:[^"]|"")+)"|([^".]+))(?:\.|$)/gy;
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return [];
    const [, quoted, plain] = match;
    parts.push({ name: quoted?.replaceAll('""', '"') ?? plain ?? '', quoted: quoted !== undefined });
  }
  return text.endsWith('.') ? [] : parts;
}

function isMeant(name: string, part: NamePart, anyCase: boolean): boolean {
  if (name === part.name) return true;
  return anyCase && !part.quoted && name.toLowerCase() === part.name.toLowerCase();
}

/** An exact name before one in another case, the schema `public` before others. */
function tableOf(tables: readonly Table[], part: NamePart, schema?: NamePart): Table | undefined {
  for (const anyCase of [false, true]) {
    const found = tables.filter(
      ({ name }) =>
        isMeant(name.name, part, anyCase) &&
        (schema === undefined || isMeant(name.schema ?? '', schema, anyCase)),
    );
    const [only] = found;
    const best =
      found.find(({ name }) => name.schema === 'public') ?? (found.length === 1 ? only : undefined);
    if (best !== undefined) return best;
    if (found.length > 1)
      throw new UsageError(
        `${part.name} is a table of several schemas: ${found.map(({ name }) => displayName(name)).join(', ')}.`,
        'Write the schema in front of it.',
      );
  }
  return undefined;
}

function withColumn(table: Table, part: NamePart | undefined, text: string): PlanTarget {
  if (part === undefined) return { table, column: undefined };
  for (const anyCase of [false, true]) {
    const column = table.columns.find(({ name }) => isMeant(name, part, anyCase));
    if (column !== undefined) return { table, column };
  }
  const names = table.columns.map(({ name }) => name);
  throw new UsageError(
    `${displayName(table.name)} has no column ${quoteIdentifier(part.name)} after the last migration.${didYouMean(part.name, names)}`,
    `Its columns: ${names.map(quoteIdentifier).join(', ')}. You wrote ${text}.`,
  );
}
