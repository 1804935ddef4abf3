import type { Node } from '@pgsql/types';
import type { Column, Table } from '../catalog/types.ts';
import { isNull } from '../operations/constants.ts';
import type { PartitionBound, RangeEnd } from '../operations/types.ts';
import { provesNotNull } from './not-null.ts';
import { constantIn, factsOf, type Constant, type Fact } from './partition-facts.ts';

/**
 * Tells whether PostgreSQL can take it from a table's constraints that all its rows fit a partition's bound, so that ATTACH
 * PARTITION does not read them. Worked out for keys of one column; measured on PostgreSQL 13 to 18.
 *
 * @param table that is to be a partition.
 * @param parent the partitioned table.
 * @param siblings the partitions that the parent has: the default partition takes what does not fit one of these.
 * @returns false where it is not certain.
 */
export function fitsBound(
  table: Table,
  parent: Table,
  bound: PartitionBound,
  siblings: readonly Table[],
): boolean {
  if (bound.type === 'hash') return false;
  if (bound.type === 'default') {
    return siblings.every(({ partitionOf }) =>
      partitionOf === undefined ? false : rulesOut(table, parent, partitionOf.bound),
    );
  }
  const column = keyColumn(table, parent);
  if (column === undefined) return false;
  const facts = factsOf(table, column);
  if (bound.type === 'list') {
    const values = constantsOf(bound.values, column);
    const isNullable = bound.values.some(isNull) || provesNotNull(table, column.name);
    return isNullable && values !== undefined && facts.some((fact) => isOneOf(fact, values));
  }
  const low = endOf(bound.from, column);
  const high = endOf(bound.to, column);
  return (
    provesNotNull(table, column.name) &&
    (low === 'minvalue' || (isConstant(low) && facts.some((fact) => isFrom(fact, low)))) &&
    (high === 'maxvalue' || (isConstant(high) && facts.some((fact) => isBelow(fact, high))))
  );
}

/**
 * Tells whether PostgreSQL can take it from a table's constraints that none of its rows fits a bound: the default partition
 * is not read then when another partition comes.
 *
 * @returns false where it is not certain.
 */
export function rulesOut(table: Table, parent: Table, bound: PartitionBound): boolean {
  const column = keyColumn(table, parent);
  if (column === undefined) return false;
  const facts = factsOf(table, column);
  switch (bound.type) {
    case 'range': {
      const low = endOf(bound.from, column);
      const high = endOf(bound.to, column);
      const isOutside = (fact: Fact): boolean =>
        (isConstant(low) && isBelow(fact, low)) ||
        (isConstant(high) && isFrom(fact, high)) ||
        inEachArm(fact, isOutside);
      return facts.some(isOutside);
    }
    case 'list': {
      if (bound.values.some(isNull)) return false;
      const values = constantsOf(bound.values, column);
      return values !== undefined && values.every((value) => facts.some((fact) => isOther(fact, value)));
    }
    case 'hash':
    case 'default':
      return false;
    default:
      return bound satisfies never;
  }
}

function keyColumn(table: Table, { partitionBy }: Table): Column | undefined {
  const [key, ...rest] = partitionBy?.elements ?? [];
  if (key?.column === undefined || rest.length > 0) return undefined;
  return table.columns.find(({ name }) => name === key.column);
}

function endOf(
  [end, ...rest]: readonly RangeEnd[],
  column: Column,
): Constant | 'minvalue' | 'maxvalue' | undefined {
  if (end === undefined || rest.length > 0) return undefined;
  return end === 'minvalue' || end === 'maxvalue' ? end : constantIn(end.value, column);
}

function isConstant(end: Constant | string | undefined): end is Constant {
  return end !== undefined && typeof end !== 'string';
}

/** Undefined if one is no constant that we can read. NULL is left out. */
function constantsOf(nodes: readonly Node[], column: Column): readonly Constant[] | undefined {
  const values = nodes.filter((node) => !isNull(node)).map((node) => constantIn(node, column));
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? known : undefined;
}

/** Below 0, 0 or above 0 as the first constant comes before, with or after the second; undefined where we cannot tell. */
function compare(one: Constant, other: Constant): number | undefined {
  if (one.text === other.text) return 0;
  if (one.order === undefined || other.order === undefined) return undefined;
  return one.order < other.order ? -1 : one.order > other.order ? 1 : 0;
}

const isAtLeast = (one: Constant, other: Constant): boolean => (compare(one, other) ?? -1) >= 0;
const isLess = (one: Constant, other: Constant): boolean => (compare(one, other) ?? 0) < 0;

/** Whether whichever of several lists of facts holds, one in it passes a test. */
function inEachArm(fact: Fact, test: (fact: Fact) => boolean): boolean {
  return fact.operator === 'one of' && fact.arms.every((arm) => arm.some(test));
}

/** Whether a fact implies `column >= value`. */
function isFrom(fact: Fact, value: Constant): boolean {
  if (inEachArm(fact, (one) => isFrom(one, value))) return true;
  if (fact.operator === 'in') return fact.values.every((one) => isAtLeast(one, value));
  return (fact.operator === '>=' || fact.operator === '>') && isAtLeast(fact.value, value);
}

/** Whether a fact implies `column < value`. */
function isBelow(fact: Fact, value: Constant): boolean {
  if (inEachArm(fact, (one) => isBelow(one, value))) return true;
  if (fact.operator === 'in') return fact.values.every((one) => isLess(one, value));
  if (fact.operator === '<') return isAtLeast(value, fact.value);
  return fact.operator === '<=' && isLess(fact.value, value);
}

function isOneOf(fact: Fact, values: readonly Constant[]): boolean {
  return (
    fact.operator === 'in' && fact.values.every((one) => values.some((value) => compare(one, value) === 0))
  );
}

/** Whether a fact implies `column <> value`. */
function isOther(fact: Fact, value: Constant): boolean {
  switch (fact.operator) {
    case 'one of':
      return inEachArm(fact, (one) => isOther(one, value));
    case 'not in':
      return fact.values.some((one) => compare(one, value) === 0);
    case 'in':
      return fact.values.every((one) => one.distinct && value.distinct && compare(one, value) !== 0);
    case '<':
      return isAtLeast(value, fact.value);
    case '<=':
      return isLess(fact.value, value);
    case '>':
      return isAtLeast(fact.value, value);
    case '>=':
      return isLess(value, fact.value);
    default:
      return fact satisfies never;
  }
}
