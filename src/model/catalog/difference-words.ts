import { displayName, quoteIdentifier } from '../operations/display-name.ts';
import type { CatalogDifference, DifferingObject } from './differences.ts';

/** Longer texts are cut: a whole function body is no part of a sentence. */
const LONGEST = 70;

/**
 * A difference as a clause that fits after «After the rollback, »: `users.name is still there`, `orders.total comes back without its
 * default 0`, `the index users_email_idx is missing`.
 */
export function differenceWords(difference: CatalogDifference): string {
  const object = differingWords(difference.object);
  switch (difference.kind) {
    case 'missing':
      return `${object} is missing`;
    case 'left':
      return `${object} is still there`;
    case 'column order':
      return `the columns of ${displayName(difference.object.name)} stand in another order`;
    case 'changed':
      return changeWords(object, difference);
    default:
      return difference satisfies never;
  }
}

/** A differing object as people call it: `the table users`, `users.name`, `the index users_email_idx`, `the value 'new' of status`. */
export function differingWords({ kind, name, on }: DifferingObject): string {
  switch (kind) {
    case 'column':
      return `${on === undefined ? '' : `${displayName(on)}.`}${quoteIdentifier(name.name)}`;
    case 'enum value':
      return `the value '${name.name}'${on === undefined ? '' : ` of ${displayName(on)}`}`;
    case 'constraint':
    case 'trigger':
    case 'rule':
    case 'policy':
      return `the ${kind} ${quoteIdentifier(name.name)}${on === undefined ? '' : ` of ${displayName(on)}`}`;
    case 'index':
      return `the index ${displayName({ schema: on?.schema ?? name.schema, name: name.name })}`;
    default:
      return `the ${kind} ${displayName(name)}`;
  }
}

function changeWords(
  object: string,
  { property, before, after }: Extract<CatalogDifference, { readonly kind: 'changed' }>,
): string {
  const isFlag = before === property || after === property;
  const text = (value: string): string => (isFlag ? property : `${property} ${cut(value)}`);
  // A whole statement says less in a sentence than that it is another one.
  const isStatement =
    property === 'definition' &&
    /^the (?:function|procedure|aggregate|(?:materialized )?view|trigger|rule) /u.test(object);
  const isLong = isStatement || [before, after].some((value) => value !== undefined && cut(value) !== value);
  if (before !== undefined && after === undefined)
    return `${object} comes back without ${isFlag ? '' : 'its '}${text(before)}`;
  if (before === undefined && after !== undefined)
    return `${object} keeps ${isFlag ? '' : 'the '}${text(after)}`;
  if (isLong) return `${object} has ${property.endsWith('s') ? 'other' : 'another'} ${property}`;
  return `${object} has the ${property} ${after ?? ''} instead of ${before ?? ''}`;
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}
