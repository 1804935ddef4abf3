import { cutName, NAME_BYTES } from '../../input/sql/tokens.ts';
import type { Table } from '../../model/catalog/types.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { objectKey } from '../../model/operations/same-object.ts';
import { isBuiltInType } from '../../model/operations/type-names.ts';
import type { ObjectName, TypeName } from '../../model/operations/types.ts';
import { literal, namesText } from '../ddl/words.ts';
import type { ComparedCatalogs } from './compare.ts';
import type { RollbackStatement } from './types.ts';

/**
 * Saves what users have written since the migration, before it is dropped: the rows of its new tables, the values of its new columns with
 * the key of their rows. Each can be run again, after a second migration too: rows are added to the copy. Where there is nothing to
 * save, no copy is made.
 *
 * @param version names the copies: `_rollback_<version>_<table>`, of columns `_rollback_<version>_<table>__<columns>`, each in its
 *   table's schema. Parts of a migration have one version, and may each add columns to a table.
 */
export function copyStatements(compared: ComparedCatalogs, version: string): readonly RollbackStatement[] {
  const { schemas, tables, parts } = compared;
  const added = new Set(tables.added.map(({ name }) => objectKey(name)));
  const whole = tables.added.filter(
    ({ partitionOf, foreignServer }) =>
      foreignServer === undefined && (partitionOf === undefined || !added.has(objectKey(partitionOf.parent))),
  );
  const copies: Copies = {
    version,
    types: ownTypes(compared),
    schemas: new Set(schemas.added.map(({ name }) => name)),
  };
  return [
    ...whole.map((table) => saveTable(table, copies)),
    ...parts.flatMap(({ after, columns }) => {
      const names = columns.added.filter((one) => one.generated === undefined).map(({ name }) => name);
      return names.length === 0 || after.partitionOf !== undefined ? [] : [saveColumns(after, names, copies)];
    }),
  ];
}

/** The name of the copy that a rollback makes of a table, or of some of its columns. */
export function copyName(
  { schema, name }: ObjectName,
  version: string,
  columns: readonly string[] = [],
): ObjectName {
  const words = [`_rollback_${version}_${name}`, ...(columns.length === 0 ? [] : [columns.join('_')])];
  const whole = words.join('__');
  if (columns.length === 0 || Buffer.byteLength(whole) <= NAME_BYTES) return { schema, name: cutName(whole) };
  const end = `_${checksum(whole)}`;
  return { schema, name: `${cutName(whole, NAME_BYTES - end.length)}${end}` };
}

/** Tells names apart that are alike up to where they are cut: FNV-1a, 32 bits. */
function checksum(text: string): string {
  let sum = 0x811c9dc5;
  for (const byte of Buffer.from(text)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum.toString(36);
}

/** What the copies of a migration must not need: it goes with the rollback. */
interface Copies {
  readonly version: string;
  readonly types: (type: TypeName) => boolean;
  readonly schemas: ReadonlySet<string>;
}

/** Types that the rollback drops: those of the migration, of its tables, and of its extensions. */
function ownTypes({ types, tables, extensions }: ComparedCatalogs): Copies['types'] {
  const added = new Set([...types.added, ...tables.added].map(({ name }) => objectKey(name)));
  return (type) =>
    added.has(objectKey(type)) ||
    (extensions.added.length > 0 && type.schema === undefined && !isBuiltInType(type));
}

/** In its table's schema, unless the rollback drops that. */
function copyOf(table: Table, { version, schemas }: Copies, columns: readonly string[] = []): string {
  const schema = schemas.has(table.name.schema ?? '') ? 'public' : table.name.schema;
  return displayName(copyName({ schema, name: table.name.name }, version, columns));
}

/** Columns as a copy has them: as text where their type goes. */
function copiedColumns(table: Table, names: readonly string[], { types }: Copies): string {
  const texts = names.map((name) => {
    const type = table.columns.find((column) => column.name === name)?.type;
    const quoted = quoteIdentifier(name);
    if (type === undefined || !types(type)) return quoted;
    return `${quoted}::text${type.arrayDimensions > 0 ? '[]' : ''} AS ${quoted}`;
  });
  return texts.join(', ');
}

function saveTable(table: Table, copies: Copies): RollbackStatement {
  const from = displayName(table.name);
  const isPlain = table.columns.every(({ type }) => !copies.types(type));
  const names = table.columns.map(({ name }) => name);
  const isKnown = table.certainty === 'certain' && names.length > 0;
  const list = isPlain && !isKnown ? '*' : copiedColumns(table, names, copies);
  const isThere = `to_regclass(${literal(from)}) IS NOT NULL`;
  const columns = list === '*' ? '' : ` (${namesText(names)})`;
  return saved({
    isThere,
    from,
    copy: copyOf(table, copies),
    columns,
    list,
    where: '',
    what: `the rows of ${from}`,
  });
}

function saveColumns(table: Table, columns: readonly string[], copies: Copies): RollbackStatement {
  const from = displayName(table.name);
  const key = table.constraints.find(({ definition }) => definition.type === 'primary key')?.definition;
  const keys = key !== undefined && 'columns' in key ? key.columns : table.columns.map(({ name }) => name);
  const names = [...new Set([...keys, ...columns])];
  const list = copiedColumns(table, names, copies);
  const where = ` WHERE ${columns.map((name) => `${quoteIdentifier(name)} IS NOT NULL`).join(' OR ')}`;
  const isThere = `(SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass(${literal(from)}) AND attname IN (${columns.map(literal).join(', ')}) AND NOT attisdropped) = ${columns.length}`;
  return saved({
    isThere,
    from,
    copy: copyOf(table, copies, columns),
    columns: ` (${namesText(names)})`,
    list,
    where,
    what: `the values of ${columns.map((one) => `${from}.${quoteIdentifier(one)}`).join(', ')}`,
  });
}

interface SavedRows {
  /** A condition: whether what is saved is still there. */
  readonly isThere: string;
  readonly from: string;
  readonly copy: string;
  /** The columns of the copy, in parentheses. */
  readonly columns: string;
  readonly list: string;
  readonly where: string;
  /** For people. */
  readonly what: string;
}

function saved({ isThere, from, copy, columns, list, where, what }: SavedRows): RollbackStatement {
  const lines = [
    'DO $rollback$',
    'BEGIN',
    `  IF ${isThere} THEN`,
    `    IF EXISTS (SELECT FROM ${from}${where}) THEN`,
    `      CREATE TABLE IF NOT EXISTS ${copy} AS SELECT ${list} FROM ${from} WITH NO DATA;`,
    `      INSERT INTO ${copy}${columns} SELECT ${list} FROM ${from}${where};`,
    '    END IF;',
    '  END IF;',
    'END',
    '$rollback$',
  ];
  return { sql: lines.join('\n'), note: `Saves ${what} in ${copy}. Drop the copy when nobody needs it.` };
}
