import type { CatalogDifference, DifferingObject } from '../differences.ts';
import { typeText } from '../type-text.ts';
import type { DomainType, EnumType, OtherType, UserType } from '../types.ts';
import { constraintChanges } from './constraints.ts';
import { partChanges } from './parts.ts';
import { keptChanges } from './privileges.ts';
import { flag, property } from './property.ts';
import { expressionForm } from './written-forms.ts';

/** How a type of the user's differs. One of another kind (an enum that is a domain now) differs in its kind. */
export function typeChanges(
  before: UserType | undefined,
  after: UserType | undefined,
): readonly CatalogDifference[] {
  const one = before ?? after;
  if (one === undefined || before?.certainty === 'uncertain' || after?.certainty === 'uncertain') return [];
  const object: DifferingObject = { kind: 'type', name: one.name, on: undefined };
  if (before === undefined || after === undefined)
    return [{ object, kind: before === undefined ? 'left' : 'missing' }];
  const kept = keptChanges(object, before, after);
  if (before.kind === 'enum' && after.kind === 'enum')
    return [...enumChanges(object, before, after), ...kept];
  if (before.kind === 'domain' && after.kind === 'domain')
    return [...domainChanges(object, before, after), ...kept];
  if (before.kind === after.kind)
    return [
      ...property(object, 'attributes', [
        attributesText(before as OtherType),
        attributesText(after as OtherType),
      ]),
      ...kept,
    ];
  return [...property(object, 'kind', [before.kind, after.kind]), ...kept];
}

function enumChanges(
  object: DifferingObject,
  before: EnumType,
  after: EnumType,
): readonly CatalogDifference[] {
  const names = ({ values }: EnumType): readonly { readonly name: string }[] =>
    values.map(({ value }) => ({ name: value }));
  const order = (one: EnumType, other: EnumType): string =>
    one.values
      .filter(({ value }) => other.values.some((value2) => value2.value === value))
      .map(({ value }) => value)
      .join(', ');
  return [
    ...partChanges('enum value', before.name, [names(before), names(after)], () => []),
    ...property(object, 'order of values', [order(before, after), order(after, before)]),
  ];
}

function domainChanges(
  object: DifferingObject,
  before: DomainType,
  after: DomainType,
): readonly CatalogDifference[] {
  return [
    ...property(object, 'base type', [typeText(before.base), typeText(after.base)]),
    ...flag(object, 'NOT NULL', [before.notNull, after.notNull]),
    ...property(object, 'default', [before.default?.text, after.default?.text], () => [
      expressionForm(before.default),
      expressionForm(after.default),
    ]),
    ...partChanges('constraint', before.name, [before.constraints, after.constraints], constraintChanges),
  ];
}

const attributesText = ({ attributes }: OtherType): string =>
  attributes.map(({ name, type }) => `${name} ${typeText(type)}`).join(', ');
