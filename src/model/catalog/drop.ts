import { dropTable, dropView } from './drop-relations.ts';
import type { ObjectName, OperationOf, TypeName } from '../operations/types.ts';
import { isSameName } from './catalog-view.ts';
import { noteRemoval, putTable, putType, relationOf, tableOf, tablesOf, typeOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { dropColumn, dropIndex } from './drop-parts.ts';
import { editTable, filterSame, mapSame } from './edit.ts';
import { callsFunction, castsTo } from './expressions.ts';
import { dropSequence } from './sequences.ts';
import type { Routine, Table } from './types.ts';

/** DROP of any relation, whatever the statement called it. */
export function dropRelation(draft: Draft, name: ObjectName, cascade: boolean): void {
  const relation = relationOf(draft, name);
  switch (relation?.kind) {
    case 'table':
      return dropTableAndType(draft, relation.name, cascade);
    case 'view':
    case 'materialized view':
      return dropView(draft, relation.name, cascade);
    case 'sequence':
      return dropSequence(draft, relation.name, cascade);
    case 'index':
      return dropIndex(draft, relation.name, cascade);
    case undefined:
      return;
  }
}

/** DROP TABLE; with CASCADE the columns of its row type too. */
export function dropTableAndType(draft: Draft, name: ObjectName, cascade: boolean): void {
  dropTable(draft, name, cascade);
  if (cascade) dropColumnsOfType(draft, name);
}

/** Columns of a type, and attributes of composite types. */
function dropColumnsOfType(draft: Draft, type: Pick<TypeName, 'schema' | 'name'>): void {
  for (const other of draft.store.types.valuesAt(draft.store.next)) {
    if (other.kind !== 'composite') continue;
    const attributes = filterSame(
      other.attributes,
      (one) => one.type.name !== type.name || one.type.schema !== type.schema,
    );
    if (attributes !== other.attributes) putType(draft, { ...other, attributes });
  }
  for (const name of draft.store.typedTables.of(type)) {
    const table = draft.store.relations.at(name, draft.store.next);
    if (table?.kind !== 'table') continue;
    for (const column of table.columns) {
      if (column.type.name !== type.name || column.type.schema !== type.schema) continue;
      const current = tableOf(draft, table.name);
      if (current !== undefined) dropColumn(draft, current, column.name, true);
    }
  }
}

/** DROP TYPE and DROP DOMAIN; with CASCADE the columns of the type, domains over it and expressions that cast to it. */
export function dropType(draft: Draft, name: ObjectName, cascade: boolean): void {
  const type = typeOf(draft, name);
  if (type === undefined) return;
  draft.store.write(draft.store.types, type.name, undefined);
  noteRemoval(draft);
  if (!cascade) return;
  dropColumnsOfType(draft, { schema: type.name.schema, name: type.name.name });
  for (const other of draft.store.types.valuesAt(draft.store.next)) {
    if (other.kind === 'domain' && isSameName(other.base, type.name)) dropType(draft, other.name, true);
  }
  for (const table of tablesOf(draft)) {
    dropExpressions(draft, table.name, (expression) => castsTo(expression, type.name));
  }
}

/** Takes away the parts of a table whose expression depends on something that is gone. */
function dropExpressions(
  draft: Draft,
  name: ObjectName,
  depends: (expression: Table['columns'][number]['default']) => boolean,
): void {
  const table = tableOf(draft, name);
  if (table === undefined) return;
  const generated = table.columns.filter((column) => depends(column.generated?.expression));
  const constraints = filterSame(
    table.constraints,
    ({ definition }) => definition.type !== 'check' || !depends(definition.expression),
  );
  const indexes = filterSame(
    table.indexes,
    (index) => !depends(index.where) && !index.elements.some((element) => depends(element.expression)),
  );
  const columns = mapSame(table.columns, (column) =>
    depends(column.default) ? { ...column, default: undefined } : column,
  );
  const policies = filterSame(
    table.policies,
    (policy) => !depends(policy.using) && !depends(policy.withCheck),
  );
  const isSame =
    constraints === table.constraints &&
    indexes === table.indexes &&
    columns === table.columns &&
    policies === table.policies;
  if (!isSame) putTable(draft, { ...table, constraints, indexes, columns, policies });
  for (const column of generated) {
    const current = tableOf(draft, table.name);
    if (current !== undefined) dropColumn(draft, current, column.name, true);
  }
}

/** DROP FUNCTION, PROCEDURE, AGGREGATE and ROUTINE; with CASCADE triggers, defaults and other expressions that call it. */
export function dropRoutine(draft: Draft, operation: OperationOf<'DropFunction'>): void {
  const { routine, behavior } = operation;
  const overloads = draft.store.routines.at(routine, draft.store.next) ?? [];
  const kept = overloads.filter((overload) => !isMeant(overload, routine.argumentTypes));
  if (kept.length === overloads.length) return;
  draft.store.write(draft.store.routines, routine, kept.length === 0 ? undefined : kept);
  if (behavior === 'cascade' && kept.length === 0) dropCallers(draft, routine);
}

/** @returns whether argument types name an overload; none written: whatever there is, for PostgreSQL wants it to be the only one. */
export function isMeant(overload: Routine, argumentTypes: readonly TypeName[] | undefined): boolean {
  const own = overload.name.argumentTypes ?? [];
  if (argumentTypes === undefined) return true;
  return own.length === argumentTypes.length && own.every((type, at) => isSameType(type, argumentTypes[at]));
}

function isSameType(one: TypeName, other: TypeName | undefined): boolean {
  if (other === undefined || one.name !== other.name) return false;
  const isArray = one.arrayDimensions > 0 === other.arrayDimensions > 0;
  return isArray && (one.schema === other.schema || one.schema === undefined || other.schema === undefined);
}

function dropCallers(draft: Draft, routine: ObjectName): void {
  const calls = (name: ObjectName): boolean =>
    name.name === routine.name && (name.schema === undefined || name.schema === routine.schema);
  for (const { name } of tablesOf(draft)) {
    editTable(draft, name, (table) => {
      const triggers = filterSame(table.triggers, (trigger) => !calls(trigger.function));
      return triggers === table.triggers ? table : { ...table, triggers };
    });
    dropExpressions(draft, name, (expression) => callsFunction(expression, routine.name));
  }
}

/** DROP SCHEMA: with CASCADE all that is in it, and what depends on that. */
export function dropSchema(draft: Draft, schema: string, cascade: boolean): void {
  draft.store.write(draft.store.schemas, { schema: undefined, name: schema }, undefined);
  if (!cascade) return;
  const { store } = draft;
  for (const relation of store.relations.valuesAt(store.next)) {
    if (relation.name.schema === schema) dropRelation(draft, relation.name, true);
  }
  for (const type of store.types.valuesAt(store.next)) {
    if (type.name.schema === schema) dropType(draft, type.name, true);
  }
  for (const overloads of store.routines.valuesAt(store.next)) {
    const [first] = overloads;
    if (first?.name.schema !== schema) continue;
    store.write(store.routines, first.name, undefined);
    dropCallers(draft, first.name);
  }
}

/** DROP EXTENSION; with CASCADE the columns, indexes and expressions that use the common ones' types and functions. */
export function dropExtension(draft: Draft, name: string, cascade: boolean): void {
  const extension = draft.store.extensions.in(undefined, name, draft.store.next);
  if (extension !== undefined)
    draft.store.write(draft.store.extensions, { schema: undefined, name }, undefined);
  const members = EXTENSION_MEMBERS[name];
  if (!cascade || members === undefined) return;
  for (const table of tablesOf(draft)) {
    for (const column of table.columns) {
      const current = tableOf(draft, table.name);
      if (current !== undefined && members.types?.includes(column.type.name) === true) {
        dropColumn(draft, current, column.name, true);
      }
    }
    const current = tableOf(draft, table.name);
    if (current === undefined) continue;
    const indexes = filterSame(
      current.indexes,
      (index) =>
        !index.elements.some((one) => members.operatorClasses?.includes(one.operatorClass ?? '') === true),
    );
    if (indexes !== current.indexes) putTable(draft, { ...current, indexes });
    for (const called of members.functions ?? []) {
      dropExpressions(draft, table.name, (expression) => callsFunction(expression, called));
    }
  }
}

/** What columns, indexes and defaults use most of the extensions that migrations create most. */
export const EXTENSION_MEMBERS: Readonly<
  Record<
    string,
    {
      readonly types?: readonly string[];
      readonly functions?: readonly string[];
      readonly operatorClasses?: readonly string[];
    }
  >
> = {
  citext: { types: ['citext'] },
  hstore: { types: ['hstore'] },
  ltree: { types: ['ltree', 'lquery', 'ltxtquery'] },
  vector: { types: ['vector', 'halfvec', 'sparsevec'] },
  postgis: { types: ['geometry', 'geography'] },
  pg_trgm: { operatorClasses: ['gin_trgm_ops', 'gist_trgm_ops'] },
  'uuid-ossp': { functions: ['uuid_generate_v1', 'uuid_generate_v1mc', 'uuid_generate_v4'] },
  pgcrypto: { functions: ['gen_random_bytes', 'crypt', 'gen_salt', 'digest', 'hmac'] },
};
