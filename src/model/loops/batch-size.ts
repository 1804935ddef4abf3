/** How many rows a pass of a loop changes. */
import type { Node } from '@pgsql/types';
import type { Catalog } from '../catalog/types.ts';
import { fieldsOf, stringOf } from '../operations/nodes.ts';
import { visitNodes } from '../operations/parse-tree.ts';
import { columnNames } from '../operations/queries.ts';
import type { Loop } from '../operations/types.ts';
import { driversOf, limitOf, numberOf, type Driver } from './drivers.ts';
import { expressionOf } from './key-progress.ts';

/**
 * The most rows that a pass changes: the LIMIT of the page that it takes, or the width of a range of whole numbers. Read from
 * constants and from variables that keep their default.
 *
 * @returns undefined where nothing bounds it, or only what is not known.
 */
export function batchSize(loop: Loop, catalog: Catalog): number | undefined {
  const sizes = driversOf(loop, catalog).map((driver) => sizeOf(driver, loop));
  const known = sizes.filter((size) => size !== undefined);
  if (known.length > 0) return Math.max(...known);
  const limits = limitsIn(loop);
  return limits.length === 1 ? limits[0] : undefined;
}

function sizeOf(driver: Driver, loop: Loop): number | undefined {
  return limitOf(driver.page, loop) ?? rangeOf(driver.picked.conditions, loop)?.width;
}

/** The limits of the queries in the loop, each once: where variables carry a batch from one statement to the next. */
function limitsIn(loop: Loop): readonly number[] {
  const limits = new Set<number>();
  for (const step of loop.steps) {
    if (step.kind !== 'statement' && step.kind !== 'assign') continue;
    visitNodes(step.kind === 'assign' ? step.expression.tree : step.tree, (type, fields) => {
      const limit =
        type === 'SelectStmt' ? numberOf(fields['limitCount'] as Node | undefined, loop) : undefined;
      // LIMIT 1 takes a row to look at, or the last of a batch.
      if (limit !== undefined && limit > 1) limits.add(limit);
    });
  }
  return [...limits];
}

/** variable + offset. */
interface Point {
  readonly variable: string;
  readonly offset: number;
}

/** A range of keys from a variable on. */
export interface KeyRange {
  readonly column: string;
  readonly variable: string;
  readonly width: number;
}

/** `id >= low AND id < low + 1000`, `id BETWEEN low AND low + 999`. */
export function rangeOf(conditions: readonly Node[], loop: Loop): KeyRange | undefined {
  const low = new Map<string, Point>();
  const high = new Map<string, Point>();
  for (const condition of conditions) {
    const expression = fieldsOf(condition, 'A_Expr');
    const column = columnNames(expression?.lexpr)?.at(-1);
    if (expression === undefined || column === undefined) continue;
    if (expression.kind === 'AEXPR_BETWEEN') {
      const [from, to] = (fieldsOf(expression.rexpr, 'List')?.items ?? []).map((node) => pointOf(node, loop));
      if (from !== undefined) low.set(column, from);
      if (to !== undefined) high.set(column, { ...to, offset: to.offset + 1 });
      continue;
    }
    const point = pointOf(expression.rexpr, loop);
    const operator = stringOf(expression.name?.at(-1));
    if (expression.kind !== 'AEXPR_OP' || point === undefined) continue;
    if (operator === '>' || operator === '>=') low.set(column, moved(point, operator === '>' ? 1 : 0));
    if (operator === '<' || operator === '<=') high.set(column, moved(point, operator === '<=' ? 1 : 0));
  }
  for (const [column, from] of low) {
    const to = high.get(column);
    if (to?.variable === from.variable)
      return { column, variable: from.variable, width: to.offset - from.offset };
  }
  return undefined;
}

const moved = ({ variable, offset }: Point, by: number): Point => ({ variable, offset: offset + by });

function pointOf(node: Node | undefined, loop: Loop): Point | undefined {
  const names = columnNames(node);
  if (names?.length === 1) return { variable: names[0] ?? '', offset: 0 };
  const sum = fieldsOf(node, 'A_Expr');
  const operator = stringOf(sum?.name?.at(-1));
  if (sum?.kind !== 'AEXPR_OP' || (operator !== '+' && operator !== '-')) return undefined;
  const left = pointOf(sum.lexpr, loop);
  const by = numberOf(sum.rexpr, loop);
  return left === undefined || by === undefined ? undefined : moved(left, operator === '+' ? by : -by);
}

/**
 * How often a loop runs at most, where the text says so: FOREACH over an array as written, FOR over constant integers or over a
 * query with a constant LIMIT or a list of VALUES.
 */
export function passesAtMost(loop: Loop): number | undefined {
  if (loop.array !== undefined)
    return fieldsOf(expressionOf(loop.array.tree), 'A_ArrayExpr')?.elements?.length;
  if (loop.range !== undefined) return countOf(loop.range, loop);
  const query = loop.query === undefined ? undefined : fieldsOf(loop.query.tree, 'SelectStmt');
  if (query?.valuesLists !== undefined) return query.valuesLists.length;
  return numberOf(query?.limitCount, loop);
}

function countOf(
  { lower, upper, step, reverse }: NonNullable<Loop['range']>,
  loop: Loop,
): number | undefined {
  const [from, to, by] = [lower, upper, step].map((part) => numberOf(expressionOf(part?.tree), loop));
  if (from === undefined || to === undefined || (step !== undefined && by === undefined)) return undefined;
  const width = reverse ? from - to : to - from;
  return Math.max(0, Math.floor(width / (by ?? 1)) + 1);
}
