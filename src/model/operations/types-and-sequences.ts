/** Enums, domains, other types, and sequences. */
import type {
  AlterDomainStmt,
  AlterEnumStmt,
  AlterSeqStmt,
  CompositeTypeStmt,
  CreateDomainStmt,
  CreateEnumStmt,
  CreateRangeStmt,
  CreateSeqStmt,
  DefineStmt,
  Node,
} from '@pgsql/types';
import { columnOf } from './columns.ts';
import { columnConstraints, constraintOf } from './constraints.ts';
import type { Context } from './context.ts';
import { dottedName, nameFromList, partFromList, relationName } from './names.ts';
import { fieldsOf, findOption, optionsOf, stringOf, stringsOf } from './nodes.ts';
import { createAggregate } from './routines.ts';
import { expressionOf, optionalExpression } from './source-text.ts';
import { persistenceOf } from './tables.ts';
import { formatType, typeNameOf } from './type-names.ts';
import type { AlterDomain, AlterSequence, Operation } from './types.ts';

/** CREATE TYPE … AS ENUM. */
export function createEnum(node: CreateEnumStmt, context: Context): readonly Operation[] {
  const type = nameFromList(node.typeName);
  return [{ kind: 'CreateEnum', type, values: stringsOf(node.vals), ...context.base }];
}

/** ALTER TYPE … ADD VALUE and RENAME VALUE. */
export function alterEnum(node: AlterEnumStmt, context: Context): readonly Operation[] {
  const type = nameFromList(node.typeName);
  const value = node.newVal ?? '';
  if (node.oldVal !== undefined) {
    return [{ kind: 'RenameEnumValue', type, value: node.oldVal, newValue: value, ...context.base }];
  }
  return [
    {
      kind: 'AddEnumValue',
      type,
      value,
      neighbor: node.newValNeighbor,
      before: node.newValNeighbor !== undefined && node.newValIsAfter !== true,
      ifNotExists: node.skipIfNewValExists === true,
      ...context.base,
    },
  ];
}

/** CREATE DOMAIN. */
export function createDomain(node: CreateDomainStmt, context: Context): readonly Operation[] {
  const type = nameFromList(node.domainname);
  const constraints = (node.constraints ?? []).map((item) => fieldsOf(item, 'Constraint'));
  const defaultValue = constraints.find((item) => item?.contype === 'CONSTR_DEFAULT')?.raw_expr;
  return [
    {
      kind: 'CreateDomain',
      type,
      base: typeNameOf(node.typeName),
      notNull: constraints.some((item) => item?.contype === 'CONSTR_NOTNULL'),
      default: optionalExpression(context.statement, defaultValue, 'column default'),
      constraints: columnConstraints(node.constraints, context.statement, ''),
      collation: dottedName(node.collClause?.collname),
      ...context.base,
    },
  ];
}

/** ALTER DOMAIN. */
export function alterDomain(node: AlterDomainStmt, context: Context): readonly Operation[] {
  const change = domainChange(node, context);
  if (change === undefined) return [{ kind: 'Other', tag: 'AlterDomain', ...context.base }];
  return [{ kind: 'AlterDomain', type: nameFromList(node.typeName), change, ...context.base }];
}

/** The grammar's letters for what ALTER DOMAIN does. */
function domainChange(node: AlterDomainStmt, context: Context): AlterDomain['change'] | undefined {
  const constraint = node.name ?? '';
  switch (node.subtype) {
    case 'T':
      return node.def === undefined
        ? { action: 'drop default' }
        : { action: 'set default', default: expressionOf(context.statement, node.def, 'closed') };
    case 'O':
      return { action: 'set not null' };
    case 'N':
      return { action: 'drop not null' };
    case 'C': {
      const definition = constraintOf(fieldsOf(node.def, 'Constraint') ?? {}, context.statement);
      return definition && { action: 'add constraint', constraint: definition };
    }
    case 'X':
      return { action: 'drop constraint', constraint, ifExists: node.missing_ok === true };
    case 'V':
      return { action: 'validate constraint', constraint };
    default:
      return undefined;
  }
}

/** CREATE TYPE … AS (attributes). */
export function createCompositeType(node: CompositeTypeStmt, context: Context): readonly Operation[] {
  const attributes = (node.coldeflist ?? []).map((item) =>
    columnOf(fieldsOf(item, 'ColumnDef') ?? {}, context.statement),
  );
  const type = relationName(node.typevar);
  return [{ kind: 'CreateType', type, form: 'composite', attributes, ...context.base }];
}

/** CREATE TYPE … AS RANGE. */
export function createRange(node: CreateRangeStmt, context: Context): readonly Operation[] {
  const type = nameFromList(node.typeName);
  return [{ kind: 'CreateType', type, form: 'range', attributes: [], ...context.base }];
}

/** CREATE TYPE of a base type, CREATE AGGREGATE, and what else has the same grammar: operators, collations, text search. */
export function define(node: DefineStmt, context: Context): readonly Operation[] {
  if (node.kind === 'OBJECT_AGGREGATE') return [createAggregate(node, context)];
  if (node.kind !== 'OBJECT_TYPE') return [{ kind: 'Other', tag: 'Define', ...context.base }];
  const form = node.definition === undefined ? 'shell' : 'base';
  return [{ kind: 'CreateType', type: nameFromList(node.defnames), form, attributes: [], ...context.base }];
}

/** CREATE SEQUENCE. */
export function createSequence(node: CreateSeqStmt, context: Context): readonly Operation[] {
  const owner = ownerOf(node.options);
  return [
    {
      kind: 'CreateSequence',
      sequence: relationName(node.sequence),
      ifNotExists: node.if_not_exists === true,
      persistence: persistenceOf(node.sequence?.relpersistence),
      type: sequenceType(node.options),
      ownedBy: owner === 'none' ? undefined : owner,
      options: sequenceOptions(node.options),
      ...context.base,
    },
  ];
}

/** ALTER SEQUENCE. */
export function alterSequence(node: AlterSeqStmt, context: Context): readonly Operation[] {
  return [
    {
      kind: 'AlterSequence',
      sequence: relationName(node.sequence),
      ifExists: node.missing_ok === true,
      ownedBy: ownerOf(node.options),
      options: sequenceOptions(node.options),
      ...context.base,
    },
  ];
}

function ownerOf(options: readonly Node[] | undefined): AlterSequence['ownedBy'] {
  const items = fieldsOf(findOption(options, 'owned_by')?.arg, 'List')?.items;
  if (items === undefined) return undefined;
  if (items.length === 1 && stringOf(items[0]).toLowerCase() === 'none') return 'none';
  const { relation, part } = partFromList(items);
  return { table: relation, column: part };
}

function sequenceType(options: readonly Node[] | undefined): string | undefined {
  const type = fieldsOf(findOption(options, 'as')?.arg, 'TypeName');
  return type === undefined ? undefined : formatType(typeNameOf(type));
}

/** INCREMENT, MINVALUE, START, RESTART, CACHE, CYCLE and the like. NO MINVALUE and RESTART alone are `true`. */
function sequenceOptions(options: readonly Node[] | undefined): Readonly<Record<string, string>> {
  const own = (options ?? []).filter((node) => {
    const name = fieldsOf(node, 'DefElem')?.defname;
    return name !== 'owned_by' && name !== 'as';
  });
  const type = sequenceType(options);
  return type === undefined ? optionsOf(own) : { ...optionsOf(own), as: type };
}
