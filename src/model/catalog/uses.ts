import type { ConstraintDefinition } from '../operations/types.ts';
import { usesColumn } from './expressions.ts';
import type { Index } from './types.ts';

/** @returns whether an index has the column as a key, in an expression, in its WHERE or as INCLUDE. */
export function indexUses(index: Index, column: string): boolean {
  return (
    index.include.includes(column) ||
    usesColumn(index.where, column) ||
    index.elements.some((element) => element.column === column || usesColumn(element.expression, column))
  );
}

/** @returns whether a constraint concerns a column of its own table. */
export function constraintUses(definition: ConstraintDefinition, column: string): boolean {
  switch (definition.type) {
    case 'primary key':
    case 'unique':
      return definition.columns.includes(column) || definition.include.includes(column);
    case 'foreign key':
      return definition.columns.includes(column);
    case 'check':
      return usesColumn(definition.expression, column);
    case 'not null':
      return definition.column === column;
    case 'exclude':
      return (
        usesColumn(definition.where, column) ||
        definition.elements.some((one) => one.column === column || usesColumn(one.expression, column))
      );
  }
}
