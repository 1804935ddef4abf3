import type { Operation } from './types.ts';

/**
 * The bare names of the tables, columns and types that operations are about, those of indexed columns included.
 *
 * @returns in the order of the operations; a name stands there as often as it is met.
 */
export function objectNames(operations: readonly Operation[]): readonly string[] {
  return operations.flatMap((operation) => {
    const table = 'table' in operation ? operation.table?.name : undefined;
    const column = 'column' in operation ? operation.column : undefined;
    const type =
      operation.kind === 'CreateEnum' || operation.kind === 'AddEnumValue' ? operation.type.name : undefined;
    const indexed =
      operation.kind === 'CreateIndex' ? operation.elements.map((element) => element.column) : [];
    return [table, typeof column === 'string' ? column : column?.name, type, ...indexed].filter(
      (name) => name !== undefined,
    );
  });
}
