import { typeText } from '../../src/model/catalog/index.ts';
import type { Catalog, Column, Constraint, Index, Table } from '../../src/model/catalog/index.ts';
import type { ConstraintDefinition, ObjectName } from '../../src/model/operations/types.ts';

const nameText = ({ schema, name }: ObjectName): string => (schema === 'public' ? name : `${schema}.${name}`);

function columnText(column: Column): string {
  const value = column.default === undefined ? '' : ` default ${column.default.text}`;
  const generated = column.generated === undefined ? '' : ` generated ${column.generated.expression.text}`;
  const identity = column.identity === undefined ? '' : ` identity ${column.identity}`;
  const notNull = column.notNull ? ' not null' : '';
  const certainty = column.certainty === 'certain' ? '' : ' (uncertain)';
  return `${column.name} ${typeText(column.type)}${notNull}${value}${generated}${identity}${certainty}`;
}

function definitionText(definition: ConstraintDefinition): string {
  switch (definition.type) {
    case 'primary key':
    case 'unique':
      return `${definition.type} (${definition.columns.join(', ')})`;
    case 'foreign key': {
      const target = `${nameText(definition.references)}(${definition.referencedColumns.join(', ')})`;
      return `foreign key (${definition.columns.join(', ')}) references ${target}`;
    }
    case 'check':
      return `check (${definition.expression.text})`;
    case 'not null':
      return `not null ${definition.column}`;
    case 'exclude':
      return `exclude (${definition.elements.map((element) => element.column).join(', ')})`;
  }
}

function constraintText({ name, definition, validated, certainty }: Constraint): string {
  const doubt = certainty === 'certain' ? '' : ' (uncertain)';
  return `${name} ${definitionText(definition)}${validated ? '' : ' not valid'}${doubt}`;
}

function indexText({ name, unique, elements, include, where, valid, certainty }: Index): string {
  const keys = elements.map((element) => element.column ?? `(${element.expression?.text})`).join(', ');
  const also = include.length === 0 ? '' : ` include (${include.join(', ')})`;
  const predicate = where === undefined ? '' : ` where ${where.text}`;
  const doubt = certainty === 'certain' ? '' : ' (uncertain)';
  return `${unique ? 'unique ' : ''}index ${name} (${keys})${also}${predicate}${valid ? '' : ' not valid'}${doubt}`;
}

function tableLines(table: Table): readonly string[] {
  const keys = new Set(table.constraints.map((constraint) => constraint.index));
  const parts = [
    ...table.columns.map(columnText),
    ...table.constraints.map(constraintText),
    ...table.indexes.filter((index) => !keys.has(index.name)).map(indexText),
    ...table.triggers.map((trigger) => `trigger ${trigger.name}`),
    ...table.policies.map((policy) => `policy ${policy.name}`),
  ];
  const doubt = table.certainty === 'certain' ? '' : ' (uncertain)';
  return [`table ${nameText(table.name)}${doubt}`, ...parts.map((part) => `  ${part}`)];
}

/**
 * A catalog in lines, for tests to expect: tables with their parts, then views, sequences, types. An index of a constraint is
 * not listed beside it; the schema is left out where it is public.
 */
export function describeCatalog(catalog: Catalog): readonly string[] {
  return [
    ...[...catalog.tables()].flatMap(tableLines),
    ...[...catalog.views()].map(
      (view) => `${view.kind} ${nameText(view.name)} (${view.columnNames.join(', ')})`,
    ),
    ...[...catalog.sequences()].map(({ name, ownedBy }) => {
      const owner = ownedBy === undefined ? '' : ` owned by ${nameText(ownedBy.table)}.${ownedBy.column}`;
      return `sequence ${nameText(name)}${owner}`;
    }),
    ...[...catalog.types()].map((type) => {
      const values = type.kind === 'enum' ? ` (${type.values.map(({ value }) => value).join(', ')})` : '';
      return `${type.kind} ${nameText(type.name)}${values}`;
    }),
  ];
}
