import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { objectKey } from '../../model/operations/same-object.ts';
import type { ObjectName } from '../../model/operations/types.ts';
import type { Trigger } from '../../model/catalog/types.ts';
import { alteredText, type NotedObject } from '../ddl/notes.ts';
import type { ComparedCatalogs, TableParts } from './compare.ts';
import type { Pair } from './pairs.ts';
import { renameOrder } from './rename-order.ts';
import type { RollbackStatement } from './types.ts';

/** Gives everything that has another name, or is in another schema, its former one: objects first, then the parts of tables. */
export function undoRenames(compared: ComparedCatalogs): readonly RollbackStatement[] {
  const { schemas, types, sequences, routines, views, tables, parts } = compared;
  const renamedSchemas = schemas.pairs.filter(({ before, after }) => before.name !== after.name);
  const schemaNow = new Map(renamedSchemas.map(({ before, after }) => [after.name, before.name]));
  const owned = (pair: Pair<{ readonly ownedBy: unknown }>): boolean => pair.after.ownedBy !== undefined;
  const relations: Pair<NotedObject & { readonly name: ObjectName }>[] = [
    ...tables.pairs,
    ...views.pairs,
    ...sequences.pairs,
  ];
  const moved = (pair: Pair<NotedObject & { readonly name: ObjectName }>): readonly string[] =>
    movesOf(pair, schemaNow, pair.after.kind === 'sequence' && owned(pair as never));
  return [
    ...renamedSchemas.map(
      ({ before, after }) =>
        `ALTER SCHEMA ${quoteIdentifier(after.name)} RENAME TO ${quoteIdentifier(before.name)}`,
    ),
    ...relations.flatMap(moved),
    ...types.pairs.flatMap(moved),
    ...routines.pairs.flatMap(moved),
    ...renamesOf(relations, schemaNow),
    ...renamesOf(types.pairs, schemaNow),
    ...renamesOf(routines.pairs, schemaNow),
    ...types.pairs.flatMap(renamedValues),
    ...parts.flatMap(renamedParts),
  ].map((sql) => ({ sql }));
}

/** ALTER … SET SCHEMA. A sequence that a column owns comes along with its table. */
function movesOf(
  { before, after }: Pair<NotedObject & { readonly name: ObjectName }>,
  schemaNow: ReadonlyMap<string, string>,
  comesAlong: boolean,
): readonly string[] {
  const schema = after.name.schema ?? 'public';
  const now = schemaNow.get(schema) ?? schema;
  const target = before.name.schema ?? 'public';
  if (now === target || comesAlong) return [];
  const subject = alteredText(withName(after, { schema: now, name: after.name.name }));
  return [`ALTER ${subject} SET SCHEMA ${quoteIdentifier(target)}`];
}

/** The object under another name; a routine keeps the types of its arguments. */
function withName(object: NotedObject & { readonly name: ObjectName }, name: ObjectName): NotedObject {
  const former: ObjectName = object.name;
  return Object.assign({}, object, { name: { ...former, ...name } });
}

function renamesOf(
  pairs: readonly Pair<NotedObject & { readonly name: ObjectName }>[],
  schemaNow: ReadonlyMap<string, string>,
): readonly string[] {
  const renames = pairs.map((pair) => {
    const schema = pair.before.name.schema ?? schemaNow.get(pair.after.name.schema ?? '');
    return {
      thing: pair,
      from: objectKey({ schema, name: pair.after.name.name }),
      to: objectKey({ schema, name: pair.before.name.name }),
    };
  });
  const spare = ({ from }: { readonly from: string }): string => `${from}_meanwhile`;
  return renameOrder(renames, spare).map(({ thing, from, to }) => {
    const [schema = '', name = ''] = from.split('\0');
    const subject = alteredText(withName(thing.after, { schema, name }));
    return `ALTER ${subject} RENAME TO ${quoteIdentifier(to.split('\0')[1] ?? '')}`;
  });
}

function renamedValues({ before, after }: ComparedCatalogs['types']['pairs'][number]): readonly string[] {
  if (before.kind !== 'enum' || after.kind !== 'enum') return [];
  const former = new Set(before.values.map(({ value }) => value));
  const now = new Set(after.values.map(({ value }) => value));
  const gone = before.values.filter(({ value }) => !now.has(value));
  const fresh = after.values.filter(({ value }) => !former.has(value));
  return gone.flatMap(({ value, origin }) => {
    const found = fresh.find(
      (one) => one.origin === origin && rankOf(after, one) === rankOf(before, { value }),
    );
    const other = found ?? fresh.find((one) => one.origin === origin);
    if (other === undefined) return [];
    const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
    return [`ALTER TYPE ${displayName(before.name)} RENAME VALUE ${quote(other.value)} TO ${quote(value)}`];
  });
}

function rankOf(
  { values }: { readonly values: readonly { readonly value: string; readonly origin: unknown }[] },
  { value }: { readonly value: string },
): number {
  return values.findIndex((one) => one.value === value);
}

/** Columns, constraints, indexes, triggers and policies of a table, which has its former name by now. */
function renamedParts({ before, after, columns, constraints, indexes }: TableParts): readonly string[] {
  const table = displayName(before.name);
  const renamed = <One extends { readonly name: string }>(
    pairs: readonly Pair<One>[],
    write: (from: string, to: string) => string,
  ): readonly string[] => {
    const renames = pairs.map((pair) => ({ thing: pair, from: pair.after.name, to: pair.before.name }));
    return renameOrder(renames, ({ from }) => `${from}_meanwhile`).map(({ from, to }) =>
      write(quoteIdentifier(from), quoteIdentifier(to)),
    );
  };
  const notNulls = columns.pairs.flatMap(({ before: was, after: is }) =>
    was.notNullConstraint !== undefined && is.notNullConstraint !== undefined
      ? [{ before: was.notNullConstraint, after: is.notNullConstraint }]
      : [],
  );
  const inSchema = (name: string): string =>
    before.name.schema === undefined || before.name.schema === 'public'
      ? name
      : `${quoteIdentifier(before.name.schema)}.${name}`;
  return [
    ...renamed(
      columns.pairs.filter(({ after: is }) => is.local),
      (from, to) => `ALTER TABLE ${table} RENAME COLUMN ${from} TO ${to}`,
    ),
    ...renamed(
      [...constraints.pairs.filter(({ after: is }) => is.local), ...notNulls],
      (from, to) => `ALTER TABLE ${table} RENAME CONSTRAINT ${from} TO ${to}`,
    ),
    ...renamed(indexes.pairs, (from, to) => `ALTER INDEX IF EXISTS ${inSchema(from)} RENAME TO ${to}`),
    ...renamed(
      samePairs(before.triggers, after.triggers),
      (from, to) => `ALTER TRIGGER ${from} ON ${table} RENAME TO ${to}`,
    ),
    ...renamed(
      samePairs(before.policies, after.policies),
      (from, to) => `ALTER POLICY ${from} ON ${table} RENAME TO ${to}`,
    ),
  ];
}

/** Triggers or policies that the same statement made. */
export function samePairs<One extends { readonly origin: Trigger['origin']; readonly name: string }>(
  before: readonly One[],
  after: readonly One[],
): readonly Pair<One>[] {
  return before.flatMap((was) => {
    const same = after.filter(({ origin }) => origin.statement === was.origin.statement);
    const is = same.find(({ name }) => name === was.name) ?? same[0];
    return is === undefined ? [] : [{ before: was, after: is }];
  });
}
