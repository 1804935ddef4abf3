import type { ConstraintDefinition, Expression, IndexElement } from '../operations/types.ts';
import { mapSame } from './edit.ts';
import { renameIn } from './expressions.ts';
import type { Column, Constraint, Index, Policy, Table } from './types.ts';

/** Maps an expression; `column` is set for a column's default, whose type the expression has. */
export type MapExpression = (expression: Expression, column?: Column) => Expression;

/**
 * Maps all expressions of a table: defaults, generated columns, CHECKs, index keys and predicates, policies, partition key.
 *
 * @param table the table.
 * @param map gives the same expression where nothing changes.
 * @returns the same table if no expression changed.
 */
export function mapExpressions(table: Table, map: MapExpression): Table {
  const columns = mapSame(table.columns, (column) => mappedColumn(column, map));
  const constraints = mapSame(table.constraints, (constraint) => mappedConstraint(constraint, map));
  const indexes = mapSame(table.indexes, (index) => mappedIndex(index, map));
  const policies = mapSame(table.policies, (policy) => mappedPolicy(policy, map));
  const keys =
    table.partitionBy && mapSame(table.partitionBy.elements, (element) => mappedElement(element, map));
  const isSame =
    columns === table.columns &&
    constraints === table.constraints &&
    indexes === table.indexes &&
    policies === table.policies &&
    keys === table.partitionBy?.elements;
  if (isSame) return table;
  const partitionBy = table.partitionBy && keys && { ...table.partitionBy, elements: keys };
  return { ...table, columns, constraints, indexes, policies, partitionBy };
}

function mappedColumn(column: Column, map: MapExpression): Column {
  const value = column.default && map(column.default, column);
  const { generated } = column;
  const expression = generated && map(generated.expression);
  if (value === column.default && expression === generated?.expression) return column;
  return { ...column, default: value, generated: generated && expression && { ...generated, expression } };
}

function mappedConstraint(constraint: Constraint, map: MapExpression): Constraint {
  const { definition } = constraint;
  if (definition.type === 'check') {
    const expression = map(definition.expression);
    if (expression === definition.expression) return constraint;
    return { ...constraint, definition: { ...definition, expression } };
  }
  if (definition.type !== 'exclude') return constraint;
  const elements = mapSame(definition.elements, (element) => mappedElement(element, map));
  const where = definition.where && map(definition.where);
  if (elements === definition.elements && where === definition.where) return constraint;
  return { ...constraint, definition: { ...definition, elements, where } };
}

function mappedIndex(index: Index, map: MapExpression): Index {
  const elements = mapSame(index.elements, (element) => mappedElement(element, map));
  const where = index.where && map(index.where);
  return elements === index.elements && where === index.where ? index : { ...index, elements, where };
}

function mappedElement(element: IndexElement, map: MapExpression): IndexElement {
  const expression = element.expression && map(element.expression);
  return expression === element.expression ? element : { ...element, expression };
}

function mappedPolicy(policy: Policy, map: MapExpression): Policy {
  const using = policy.using && map(policy.using);
  const withCheck = policy.withCheck && map(policy.withCheck);
  return using === policy.using && withCheck === policy.withCheck ? policy : { ...policy, using, withCheck };
}

/** @returns the table with a column renamed wherever its parts name it; the column itself keeps its name. */
export function renamedColumnInTable(table: Table, from: string, to: string): Table {
  const names = renamer(from, to);
  const mapped = mapExpressions(table, (expression) => renameIn(expression, { what: 'column', from, to }));
  return {
    ...mapped,
    constraints: mapSame(mapped.constraints, (constraint) => {
      const definition = renamedInConstraint(constraint.definition, from, to);
      return definition === constraint.definition ? constraint : { ...constraint, definition };
    }),
    indexes: mapSame(mapped.indexes, (index) => renamedColumnInIndex(index, from, to)),
    triggers: mapSame(mapped.triggers, (trigger) => {
      const columns = names(trigger.columns);
      return columns === trigger.columns ? trigger : { ...trigger, columns };
    }),
    partitionBy: mapped.partitionBy && {
      ...mapped.partitionBy,
      elements: mapSame(mapped.partitionBy.elements, (element) => renamedInElement(element, from, to)),
    },
  };
}

/** @returns the index with a column renamed in its keys, INCLUDE and expressions. */
export function renamedColumnInIndex(index: Index, from: string, to: string): Index {
  const elements = mapSame(index.elements, (element) => renamedInElement(element, from, to));
  const include = renamer(from, to)(index.include);
  return elements === index.elements && include === index.include ? index : { ...index, elements, include };
}

function renamer(from: string, to: string): (list: readonly string[]) => readonly string[] {
  return (list) => mapSame(list, (name) => (name === from ? to : name));
}

function renamedInConstraint(
  definition: ConstraintDefinition,
  from: string,
  to: string,
): ConstraintDefinition {
  const names = renamer(from, to);
  switch (definition.type) {
    case 'primary key':
    case 'unique': {
      const columns = names(definition.columns);
      const include = names(definition.include);
      const isSame = columns === definition.columns && include === definition.include;
      return isSame ? definition : { ...definition, columns, include };
    }
    case 'foreign key': {
      const columns = names(definition.columns);
      return columns === definition.columns ? definition : { ...definition, columns };
    }
    case 'not null':
      return definition.column === from ? { ...definition, column: to } : definition;
    case 'exclude': {
      const elements = mapSame(definition.elements, (element) => renamedInElement(element, from, to));
      return elements === definition.elements ? definition : { ...definition, elements };
    }
    case 'check':
      return definition;
  }
}

function renamedInElement(element: IndexElement, from: string, to: string): IndexElement {
  if (element.column === from) return { ...element, column: to };
  const expression = renameIn(element.expression, { what: 'column', from, to });
  return expression === element.expression ? element : { ...element, expression };
}
