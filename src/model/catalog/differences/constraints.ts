import type { CatalogDifference, DifferingObject } from '../differences.ts';
import { displayName, quoteIdentifier } from '../../operations/display-name.ts';
import type { ConstraintDefinition, IndexElement } from '../../operations/types.ts';
import type { Constraint, Index } from '../types.ts';
import { flag, optionsText, property } from './property.ts';
import { expressionForm } from './written-forms.ts';

/** How a constraint differs from the one of the same name. */
export function constraintChanges(
  object: DifferingObject,
  before: Constraint,
  after: Constraint,
): readonly CatalogDifference[] {
  return [
    ...property(
      object,
      'definition',
      [constraintText(before.definition), constraintText(after.definition)],
      () => [constraintForm(before.definition), constraintForm(after.definition)],
    ),
    ...flag(object, 'validity', [before.validated, after.validated]),
    ...property(object, 'comment', [before.comment, after.comment]),
  ];
}

/** How an index differs from the one of the same name. */
export function indexChanges(
  object: DifferingObject,
  before: Index,
  after: Index,
): readonly CatalogDifference[] {
  return [
    ...property(object, 'definition', [indexText(before), indexText(after)], () => [
      indexForm(before),
      indexForm(after),
    ]),
    ...flag(object, 'validity', [before.valid, after.valid]),
    ...property(object, 'options', [optionsText(before.options), optionsText(after.options)]),
    ...property(object, 'comment', [before.comment, after.comment]),
  ];
}

const list = (columns: readonly string[]): string => `(${columns.map(quoteIdentifier).join(', ')})`;

/** A constraint in SQL, as in `FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE CASCADE`. */
export function constraintText(definition: ConstraintDefinition): string {
  return writtenConstraint(definition, ({ text }) => text);
}

const constraintForm = (definition: ConstraintDefinition): string =>
  writtenConstraint(definition, (expression) => expressionForm(expression) ?? '');

type Write = (expression: NonNullable<IndexElement['expression']>) => string;

function writtenConstraint(definition: ConstraintDefinition, write: Write): string {
  const { deferrable, initiallyDeferred } = definition;
  const deferral = `${deferrable ? ' DEFERRABLE' : ''}${initiallyDeferred ? ' INITIALLY DEFERRED' : ''}`;
  switch (definition.type) {
    case 'primary key':
    case 'unique': {
      const include = definition.include.length === 0 ? '' : ` INCLUDE ${list(definition.include)}`;
      const nulls = definition.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
      return `${definition.type.toUpperCase()}${nulls} ${list(definition.columns)}${include}${deferral}`;
    }
    case 'foreign key': {
      const { columns, references, referencedColumns, onDelete, onUpdate, match } = definition;
      const action = (what: string, does: string): string =>
        does === 'no action' ? '' : ` ON ${what} ${does.toUpperCase()}`;
      const target = `${displayName(references)} ${list(referencedColumns)}`;
      const actions = `${action('DELETE', onDelete)}${action('UPDATE', onUpdate)}`;
      const full = match === 'full' ? ' MATCH FULL' : '';
      return `FOREIGN KEY ${list(columns)} REFERENCES ${target}${full}${actions}${deferral}`;
    }
    case 'check':
      return `CHECK (${write(definition.expression)})${definition.noInherit ? ' NO INHERIT' : ''}`;
    case 'not null':
      return `NOT NULL ${quoteIdentifier(definition.column)}`;
    case 'exclude': {
      const keys = definition.elements.map((one) => `${elementText(one, write)} WITH ${one.operator ?? ''}`);
      const where = definition.where === undefined ? '' : ` WHERE (${write(definition.where)})`;
      return `EXCLUDE USING ${definition.method} (${keys.join(', ')})${where}${deferral}`;
    }
    default:
      return definition satisfies never;
  }
}

/** An index without its name, as in `UNIQUE btree (lower(email)) WHERE active`. */
export const indexText = (index: Index): string => writtenIndex(index, ({ text }) => text);

const indexForm = (index: Index): string =>
  writtenIndex(index, (expression) => expressionForm(expression) ?? '');

function writtenIndex(index: Index, write: Write): string {
  const keys = index.elements.map((one) => elementText(one, write)).join(', ');
  const include = index.include.length === 0 ? '' : ` INCLUDE ${list(index.include)}`;
  const nulls = index.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
  const where = index.where === undefined ? '' : ` WHERE ${write(index.where)}`;
  return `${index.unique ? 'UNIQUE ' : ''}${index.method} (${keys})${include}${nulls}${where}`;
}

/** NULLS FIRST and LAST are left out where they say what holds anyhow (manual, CREATE INDEX). */
function elementText(element: IndexElement, write: Write): string {
  const key =
    element.column === undefined
      ? `(${element.expression === undefined ? '' : write(element.expression)})`
      : quoteIdentifier(element.column);
  const nulls = element.nulls !== undefined && (element.nulls === 'first') !== element.descending;
  return [
    key,
    element.collation === undefined ? '' : ` COLLATE ${quoteIdentifier(element.collation)}`,
    element.operatorClass === undefined ? '' : ` ${element.operatorClass}`,
    element.descending ? ' DESC' : '',
    nulls ? ` NULLS ${(element.nulls ?? '').toUpperCase()}` : '',
  ].join('');
}
