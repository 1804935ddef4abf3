import type { ObjectName, TypeName } from '../operations/types.ts';
import { putTable, putType, tablesOf, typeOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { mapSame } from './edit.ts';
import { castsTo, renameIn, usesColumn } from './expressions.ts';
import type { NameChange } from './expressions.ts';
import { mapExpressions } from './rename-in-table.ts';
import type { Column, Table } from './types.ts';

/** Gives a type another name or schema: columns, domains and expressions follow. */
export function moveType(draft: Draft, from: ObjectName, to: ObjectName): void {
  const type = typeOf(draft, from);
  const other = typeOf(draft, to);
  const isTaken =
    other !== undefined &&
    (other === type || other.certainty === 'certain' || draft.certainty === 'uncertain');
  if (type === undefined || isTaken) return;
  draft.store.write(draft.store.types, type.name, undefined);
  putType(draft, { ...type, name: to });
  followType(draft, type.name, to);
}

/** Columns of a type that has another name now, and casts to it in their tables' expressions. */
export function followType(draft: Draft, from: ObjectName, to: ObjectName): void {
  const change: NameChange = { what: 'type', from, to };
  for (const table of tablesWithType(draft, from)) {
    const renamed = mapExpressions(table, (expression) => renameIn(expression, change));
    const columns = renamed.columns.map((column) =>
      isOfType(column.type, from)
        ? { ...column, type: { ...column.type, schema: to.schema, name: to.name } }
        : column,
    );
    putTable(draft, { ...renamed, columns });
  }
  followTypeInTypes(draft, from, to);
}

/** Domains over a type and composite types with attributes of it. */
function followTypeInTypes(draft: Draft, from: ObjectName, to: ObjectName): void {
  const renamed = (type: TypeName): TypeName => ({ ...type, schema: to.schema, name: to.name });
  for (const other of draft.store.types.valuesAt(draft.store.next)) {
    if (other.kind === 'domain' && isOfType(other.base, from)) {
      putType(draft, { ...other, base: renamed(other.base) });
    } else if (other.kind === 'composite') {
      const attributes = mapSame(other.attributes, (one) =>
        isOfType(one.type, from) ? { ...one, type: renamed(one.type) } : one,
      );
      if (attributes !== other.attributes) putType(draft, { ...other, attributes });
    }
  }
}

/** Tables with a column of a type. */
function tablesWithType(draft: Draft, type: ObjectName): readonly Table[] {
  const tables: Table[] = [];
  for (const name of draft.store.typedTables.of(type)) {
    const table = draft.store.relations.at(name, draft.store.next);
    if (table?.kind !== 'table') continue;
    if (table.columns.some((column) => isOfType(column.type, type))) tables.push(table);
  }
  return tables;
}

/**
 * An enum's label has another name now: constants follow in defaults of the type, and in expressions that cast to it or use a
 * column of it. In such an expression a text constant of the same spelling cannot be told apart, and changes too.
 */
export function followEnumValue(draft: Draft, type: ObjectName, from: string, to: string): void {
  const isColumn = (column: Column): boolean => isOfType(column.type, type);
  for (const table of tablesWithType(draft, type)) {
    const columns = table.columns.filter(isColumn).map((column) => column.name);
    const mapped = mapExpressions(table, (expression, column) => {
      const isMeant =
        (column !== undefined && isColumn(column)) ||
        castsTo(expression, type) ||
        columns.some((name) => usesColumn(expression, name));
      return isMeant ? renameIn(expression, { what: 'value', from, to }) : expression;
    });
    if (mapped !== table) putTable(draft, mapped);
  }
}

function isOfType(type: TypeName, name: ObjectName): boolean {
  return type.name === name.name && type.schema === name.schema;
}

/** A function has another name or schema now: triggers and expressions that call it follow. */
export function followFunction(draft: Draft, from: ObjectName, to: ObjectName): void {
  const change: NameChange = { what: 'function', from, to };
  for (const table of tablesOf(draft)) {
    const triggers = mapSame(table.triggers, (trigger) =>
      trigger.function.name === from.name && (trigger.function.schema ?? from.schema) === from.schema
        ? { ...trigger, function: to }
        : trigger,
    );
    const renamed = mapExpressions(table, (expression) => renameIn(expression, change));
    if (triggers !== table.triggers || renamed !== table) putTable(draft, { ...renamed, triggers });
  }
}
