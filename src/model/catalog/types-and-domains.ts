import type { ConstraintDefinition, ObjectName, OperationOf } from '../operations/types.ts';
import { noteDoubt, putType, typeOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { leastCertain } from './doubt.ts';
import { mapSame } from './edit.ts';
import { domainCheckName } from './names.ts';
import { newConstraint } from './constraints.ts';
import { followEnumValue } from './rename-types.ts';
import { resolveType } from './resolve.ts';
import type { Constraint, DomainType, EnumType, OtherType, UserType } from './types.ts';

function common(draft: Draft): Pick<EnumType, 'comment' | 'owner' | 'certainty' | 'origin'> {
  return { comment: undefined, owner: undefined, certainty: draft.certainty, origin: draft.origin };
}

/** @returns the new type's name; undefined if there surely is a type of that name: one that perhaps is there makes room. */
function freeName(draft: Draft, name: ObjectName, kind: UserType['kind']): ObjectName | undefined {
  const existing = typeOf(draft, name);
  // Of two that perhaps were made, the catalog holds one.
  if (draft.certainty === 'uncertain' && existing?.kind !== kind)
    noteDoubt(draft, existing?.certainty ?? 'certain');
  const makesRoom = existing?.certainty === 'uncertain' && draft.certainty === 'certain';
  return existing === undefined || makesRoom ? name : undefined;
}

/** CREATE TYPE … AS ENUM. */
export function createEnum(draft: Draft, operation: OperationOf<'CreateEnum'>): void {
  const name = freeName(draft, operation.type, 'enum');
  if (name === undefined) return;
  const values = operation.values.map((value) => ({ value, origin: draft.origin }));
  putType(draft, { kind: 'enum', name, values, ...common(draft) });
}

function editEnum(draft: Draft, name: ObjectName, edit: (type: EnumType) => EnumType['values']): void {
  const type = typeOf(draft, name);
  if (type?.kind !== 'enum') return;
  const values = edit(type);
  if (values === type.values) return;
  putType(draft, { ...type, values, certainty: leastCertain(type.certainty, draft.certainty) });
}

/** ALTER TYPE … ADD VALUE [BEFORE | AFTER]. */
export function addEnumValue(draft: Draft, operation: OperationOf<'AddEnumValue'>): void {
  editEnum(draft, operation.type, ({ values }) => {
    if (values.some(({ value }) => value === operation.value)) return values;
    const added = { value: operation.value, origin: draft.origin };
    const at = values.findIndex(({ value }) => value === operation.neighbor);
    return at < 0 ? [...values, added] : values.toSpliced(operation.before ? at : at + 1, 0, added);
  });
}

/** ALTER TYPE … RENAME VALUE. */
export function renameEnumValue(draft: Draft, operation: OperationOf<'RenameEnumValue'>): void {
  editEnum(draft, operation.type, ({ values }) =>
    mapSame(values, (one) => (one.value === operation.value ? { ...one, value: operation.newValue } : one)),
  );
  const type = typeOf(draft, operation.type);
  if (type !== undefined) followEnumValue(draft, type.name, operation.value, operation.newValue);
}

/** CREATE DOMAIN. */
export function createDomain(draft: Draft, operation: OperationOf<'CreateDomain'>): void {
  const name = freeName(draft, operation.type, 'domain');
  if (name === undefined) return;
  let domain: DomainType = {
    kind: 'domain',
    name,
    base: resolveType(draft, operation.base),
    collation: operation.collation,
    notNull: operation.notNull,
    default: operation.default,
    constraints: [],
    ...common(draft),
  };
  putType(draft, domain);
  for (const constraint of operation.constraints) {
    domain = { ...domain, constraints: [...domain.constraints, domainConstraint(draft, domain, constraint)] };
    putType(draft, domain);
  }
}

function domainConstraint(draft: Draft, domain: DomainType, written: ConstraintDefinition): Constraint {
  const name = written.name ?? domainCheckName(draft, domain.name);
  return newConstraint(draft, name, { ...written, name }, false);
}

/** ALTER DOMAIN. */
export function alterDomain(draft: Draft, operation: OperationOf<'AlterDomain'>): void {
  const domain = typeOf(draft, operation.type);
  if (domain?.kind !== 'domain') return;
  const changed = changedDomain(draft, domain, operation.change);
  putType(draft, { ...changed, certainty: leastCertain(domain.certainty, draft.certainty) });
}

function changedDomain(
  draft: Draft,
  domain: DomainType,
  change: OperationOf<'AlterDomain'>['change'],
): DomainType {
  switch (change.action) {
    case 'set default':
      return { ...domain, default: change.default };
    case 'drop default':
      return { ...domain, default: undefined };
    case 'set not null':
      return { ...domain, notNull: true };
    case 'drop not null':
      return { ...domain, notNull: false };
    case 'add constraint': {
      const added = domainConstraint(draft, domain, change.constraint);
      return { ...domain, constraints: [...domain.constraints, added] };
    }
    case 'drop constraint': {
      const constraints = domain.constraints.filter((one) => one.name !== change.constraint);
      return { ...domain, constraints };
    }
    case 'validate constraint': {
      const validated = (one: Constraint): Constraint =>
        one.name === change.constraint ? { ...one, validated: true } : one;
      return { ...domain, constraints: mapSame(domain.constraints, validated) };
    }
  }
}

/** ALTER DOMAIN … RENAME CONSTRAINT. */
export function renameDomainConstraint(draft: Draft, name: ObjectName, from: string, to: string): void {
  const domain = typeOf(draft, name);
  if (domain?.kind !== 'domain') return;
  const constraints = mapSame(domain.constraints, (one) =>
    one.name === from ? { ...one, name: to, definition: { ...one.definition, name: to } } : one,
  );
  putType(draft, { ...domain, constraints });
}

/** CREATE TYPE of any other form. A shell type becomes what a second CREATE TYPE makes of it. */
export function createType(draft: Draft, operation: OperationOf<'CreateType'>): void {
  const name = operation.type;
  if (typeOf(draft, name)?.kind !== 'shell' && freeName(draft, name, operation.form) === undefined) return;
  const attributes = operation.attributes.map(({ name: attribute, type }) => ({
    name: attribute,
    type: resolveType(draft, type),
  }));
  putType(draft, { kind: operation.form, name, attributes, ...common(draft) });
}

/** ALTER TYPE … ADD, DROP, ALTER and RENAME ATTRIBUTE. */
export function alterCompositeType(draft: Draft, operation: OperationOf<'AlterCompositeType'>): void {
  const type = typeOf(draft, operation.type);
  if (type?.kind !== 'composite') return;
  putType(draft, { ...type, attributes: changedAttributes(draft, type.attributes, operation) });
}

function changedAttributes(
  draft: Draft,
  attributes: OtherType['attributes'],
  operation: OperationOf<'AlterCompositeType'>,
): OtherType['attributes'] {
  const { attribute, definition, newName: renamed } = operation;
  const type = definition === undefined ? undefined : resolveType(draft, definition.type);
  switch (operation.change) {
    case 'add':
      return type === undefined ? attributes : [...attributes, { name: attribute, type }];
    case 'drop':
      return attributes.filter((one) => one.name !== attribute);
    case 'alter':
      return mapSame(attributes, (one) => (one.name === attribute && type ? { ...one, type } : one));
    case 'rename':
      return mapSame(attributes, (one) =>
        one.name === attribute && renamed ? { ...one, name: renamed } : one,
      );
  }
}
