import type { Catalog } from '../catalog/types.ts';
import type { ConstraintDefinition, ObjectName, Operation, TypeName } from '../operations/types.ts';
import type { Refusal } from './types.ts';

type Exists = Extract<Refusal, { readonly kind: 'exists' }>;

/**
 * What an operation makes, or names anew, though something of that name is certainly there. Executed on PostgreSQL 18, each with
 * its SQLSTATE.
 *
 * @param operation with resolved names, as it was after the replay.
 * @param catalog the schema just before it.
 */
export function existingObject(operation: Operation, catalog: Catalog): Exists | undefined {
  switch (operation.kind) {
    case 'CreateTable':
    case 'CreateTableAs':
      return operation.ifNotExists
        ? undefined
        : (relation(operation.table, catalog) ?? type(operation.table, catalog));
    case 'CreateView':
      return operation.replace ? undefined : relation(operation.view, catalog);
    case 'CreateMaterializedView':
      return operation.ifNotExists ? undefined : relation(operation.view, catalog);
    case 'CreateSequence':
      return operation.ifNotExists ? undefined : relation(operation.sequence, catalog);
    case 'CreateIndex':
      return operation.ifNotExists || operation.name === undefined
        ? undefined
        : relation({ schema: operation.table.schema, name: operation.name }, catalog);
    case 'RenameTable':
      return relation({ ...operation.table, name: operation.newName }, catalog);
    case 'RenameIndex':
      return relation({ ...operation.index, name: operation.newName }, catalog);
    case 'CreateEnum':
    case 'CreateDomain':
    case 'CreateType':
      return typeOrTable(operation.type, catalog);
    case 'RenameType':
      return typeOrTable({ ...operation.type, name: operation.newName }, catalog);
    case 'AddEnumValue':
      return operation.ifNotExists ? undefined : enumValue(operation.type, operation.value, catalog);
    case 'RenameEnumValue':
      return enumValue(operation.type, operation.newValue, catalog);
    case 'CreateFunction':
      return operation.replace
        ? undefined
        : overload(operation.routine, operation.routine.argumentTypes, catalog);
    case 'CreateSchema':
      return operation.ifNotExists || catalog.schema(operation.name) === undefined
        ? undefined
        : { kind: 'exists', code: '42P06', name: operation.name, on: undefined, later: false };
    case 'CreateExtension':
      return operation.ifNotExists || catalog.extension(operation.name) === undefined
        ? undefined
        : { kind: 'exists', code: '42710', name: operation.name, on: undefined, later: false };
    default:
      return existingPart(operation, catalog);
  }
}

function existingPart(operation: Operation, catalog: Catalog): Exists | undefined {
  switch (operation.kind) {
    case 'AddColumn':
      return operation.ifNotExists
        ? undefined
        : part('columns', operation.table, operation.column.name, catalog, '42701');
    case 'RenameColumn':
      return part('columns', operation.table, operation.newName, catalog, '42701');
    case 'AddConstraint':
      return constraint(operation.table, operation.constraint, catalog);
    case 'RenameConstraint':
      return (
        indexOfConstraint(operation.table, operation.constraint, operation.newName, catalog) ??
        part('constraints', operation.table, operation.newName, catalog, '42710')
      );
    case 'CreateTrigger':
      return operation.replace
        ? undefined
        : part('triggers', operation.table, operation.name, catalog, '42710');
    case 'CreatePolicy':
      return part('policies', operation.table, operation.name, catalog, '42710');
    default:
      return undefined;
  }
}

/** Tables, views, sequences and indexes share their names. A name without its schema is not looked for in others. */
function relation(name: ObjectName, catalog: Catalog): Exists | undefined {
  if (name.schema === undefined || name.schema === 'pg_temp') return undefined;
  const index = catalog.index(name);
  const found = catalog.table(name) ?? catalog.view(name) ?? catalog.sequence(name) ?? index?.index;
  const isCertain = found?.certainty === 'certain' && index?.on.certainty !== 'uncertain';
  return isCertain
    ? { kind: 'exists', code: '42P07', name: name.name, on: undefined, later: false }
    : undefined;
}

/** A type of the user's own: a table's row type would have its name, too. */
function type(name: ObjectName, catalog: Catalog): Exists | undefined {
  if (name.schema === undefined || catalog.type(name)?.certainty !== 'certain') return undefined;
  return { kind: 'exists', code: '42710', name: name.name, on: undefined, later: false };
}

function typeOrTable(name: ObjectName, catalog: Catalog): Exists | undefined {
  if (name.schema === undefined) return undefined;
  const relationOfName = catalog.table(name) ?? catalog.view(name);
  if (relationOfName?.certainty === 'certain')
    return { kind: 'exists', code: '42710', name: name.name, on: undefined, later: false };
  return type(name, catalog);
}

function enumValue(name: ObjectName, value: string, catalog: Catalog): Exists | undefined {
  const found = catalog.type(name);
  if (found?.kind !== 'enum' || found.certainty !== 'certain') return undefined;
  return found.values.some((one) => one.value === value)
    ? { kind: 'exists', code: '42710', name: value, on: found.name, later: false }
    : undefined;
}

function overload(
  name: ObjectName,
  argumentTypes: readonly TypeName[] | undefined,
  catalog: Catalog,
): Exists | undefined {
  if (name.schema === undefined) return undefined;
  const key = (types: readonly TypeName[] | undefined): string =>
    (types ?? []).map((one) => `${one.schema ?? ''}.${one.name}.${one.arrayDimensions > 0}`).join();
  const found = catalog.routines(name).find((one) => key(one.name.argumentTypes) === key(argumentTypes));
  return found?.certainty === 'certain'
    ? { kind: 'exists', code: '42723', name: name.name, on: undefined, later: false }
    : undefined;
}

function part(
  list: 'columns' | 'constraints' | 'triggers' | 'policies',
  on: ObjectName,
  name: string,
  catalog: Catalog,
  code: Exists['code'],
): Exists | undefined {
  const table = catalog.table(on);
  if (table?.certainty !== 'certain') return undefined;
  const parts: readonly { readonly name: string; readonly certainty: string }[] = table[list];
  const found = parts.find((one) => one.name === name);
  return found?.certainty === 'certain'
    ? { kind: 'exists', code, name, on: table.name, later: false }
    : undefined;
}

/** Of a key, the index's name is looked up as well. One that is made of an index takes that one's place. */
function constraint(on: ObjectName, definition: ConstraintDefinition, catalog: Catalog): Exists | undefined {
  const { name, type: form } = definition;
  if (name === undefined || form === 'not null') return undefined;
  const own = part('constraints', on, name, catalog, '42710');
  const isKey = form === 'unique' || form === 'primary key' || form === 'exclude';
  if (own !== undefined || !isKey)
    return isKey && own !== undefined ? { ...own, code: codeOfKey(own, catalog) } : own;
  const usesIndex = 'usingIndex' in definition && definition.usingIndex !== undefined;
  return usesIndex ? undefined : relation({ schema: on.schema, name }, catalog);
}

/** PostgreSQL sees the other index before it sees the other constraint. */
const codeOfKey = (own: Exists, catalog: Catalog): Exists['code'] =>
  catalog.index({ schema: own.on?.schema, name: own.name }) === undefined ? '42710' : '42P07';

function indexOfConstraint(on: ObjectName, from: string, to: string, catalog: Catalog): Exists | undefined {
  const own = catalog.table(on)?.constraints.find(({ name }) => name === from);
  const index = own?.index === undefined ? undefined : relation({ schema: on.schema, name: to }, catalog);
  const isOwn = catalog.table(on)?.constraints.some(({ name }) => name === to) === true;
  return index === undefined || (isOwn && catalog.index({ schema: on.schema, name: to }) === undefined)
    ? undefined
    : index;
}
