import type { CatalogDifference, DifferingObject } from '../differences.ts';
import { typeText } from '../type-text.ts';
import type { Column, Table } from '../types.ts';
import { partChanges } from './parts.ts';
import { flag, property } from './property.ts';
import { expressionForm } from './written-forms.ts';

/** How the columns of a table differ, their order last. */
export function columnListChanges(before: Table, after: Table): readonly CatalogDifference[] {
  if (before.columns === after.columns) return [];
  const found = partChanges('column', before.name, [before.columns, after.columns], columnChanges);
  return [...found, ...orderChange(before, after)];
}

function columnChanges(object: DifferingObject, before: Column, after: Column): readonly CatalogDifference[] {
  const expressions = [before.generated?.expression, after.generated?.expression] as const;
  return [
    ...property(object, 'type', [typeText(before.type), typeText(after.type)]),
    ...flag(object, 'NOT NULL', [before.notNull, after.notNull]),
    ...property(object, 'default', [before.default?.text, after.default?.text], () => [
      expressionForm(before.default),
      expressionForm(after.default),
    ]),
    ...property(object, 'identity', [identityText(before), identityText(after)]),
    ...property(object, 'generation expression', [expressions[0]?.text, expressions[1]?.text], () => [
      expressionForm(expressions[0]),
      expressionForm(expressions[1]),
    ]),
    ...property(object, 'collation', [before.collation, after.collation]),
    ...property(object, 'comment', [before.comment, after.comment]),
  ];
}

const identityText = ({ identity }: Column): string | undefined =>
  identity === undefined ? undefined : `GENERATED ${identity.toUpperCase()} AS IDENTITY`;

function orderChange(before: Table, after: Table): readonly CatalogDifference[] {
  const shorter = Math.min(before.columns.length, after.columns.length);
  const isStart = before.columns.slice(0, shorter).every(({ name }, at) => after.columns[at]?.name === name);
  if (isStart) return [];
  const names = ({ columns }: Table, other: Table): readonly string[] =>
    columns.flatMap(({ name }) => (other.columns.some((one) => one.name === name) ? name : []));
  const [was, is] = [names(before, after), names(after, before)];
  if (was.every((name, at) => is[at] === name)) return [];
  const object: DifferingObject = { kind: 'table', name: before.name, on: undefined };
  return [{ object, kind: 'column order', before: was, after: is }];
}
