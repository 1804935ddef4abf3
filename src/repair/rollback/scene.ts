import { typeText } from '../../model/catalog/type-text.ts';
import type { Catalog, Column } from '../../model/catalog/types.ts';
import { displayName } from '../../model/operations/display-name.ts';
import { isSameObject, objectKey } from '../../model/operations/same-object.ts';
import type { ObjectName, Operation } from '../../model/operations/types.ts';
import type { ComparedCatalogs } from './compare.ts';
import { returnedValues, type ReturnedValuesOf } from './returned-values.ts';
import type { UndoneMigration } from './types.ts';

/** What the changes of a table's parts need to know of the rest. */
export interface UndoScene {
  readonly catalogBefore: Catalog;
  readonly catalogAfter: Catalog;
  /** Names, as keys, of indexes that the migration built or dropped CONCURRENTLY. */
  readonly concurrent: ReadonlySet<string>;
  /** Keys of tables, by the names of after, whose rows the migration itself writes or leaves without values. */
  readonly written: ReadonlySet<string>;
  /** A type of after as it was called before. */
  readonly formerType: (type: Column['type']) => string;
  /** A table of after as it was called before. */
  readonly formerTable: (name: ObjectName) => ObjectName;
  /** Keys of `table\0column` whose generation expression the migration changed, by the names of after. */
  readonly otherExpressions: ReadonlySet<string>;
  readonly valuesOf: ReturnedValuesOf;
}

/** What is to be known of a migration beside its parts. */
export function sceneOf(migration: UndoneMigration, compared: ComparedCatalogs): UndoScene {
  const { types, tables } = compared;
  const { catalogBefore, catalogAfter, operations, emptied = [] } = migration;
  const formerTypes = new Map(
    [...types.pairs, ...tables.pairs].map((one) => [objectKey(one.after.name), one]),
  );
  const addedTypes = new Set(types.added.map(({ name }) => objectKey(name)));
  return {
    catalogBefore,
    catalogAfter,
    concurrent: concurrentIndexes(operations),
    written: new Set([...operations.flatMap(writtenTable), ...emptied.map((name) => objectKey(name))]),
    formerTable: (name) => {
      const found = tables.pairs.find(({ after }) => isSameObject(after.name, name));
      return found?.before.name ?? name;
    },
    formerType: (type) => {
      const key = objectKey(type);
      if (addedTypes.has(key)) return `the new ${typeText(type)}`;
      const pair = formerTypes.get(key);
      return typeText(pair === undefined ? type : { ...type, ...namePart(pair.before.name) });
    },
    otherExpressions: new Set(
      operations.flatMap((one) =>
        one.kind === 'SetExpression' ? [`${displayName(one.table)}\0${one.column}`] : [],
      ),
    ),
    valuesOf: returnedValues(compared, migration),
  };
}

function namePart({ schema, name }: ObjectName): ObjectName {
  return { schema, name };
}

function writtenTable(operation: Operation): readonly string[] {
  const writes = operation.kind === 'Insert' || operation.kind === 'Update' || operation.kind === 'Merge';
  return writes && operation.table !== undefined ? [objectKey(operation.table)] : [];
}

function concurrentIndexes(operations: readonly Operation[]): ReadonlySet<string> {
  return new Set(
    operations.flatMap((one) => {
      if (one.kind === 'CreateIndex' && one.concurrently && one.name !== undefined)
        return [displayName({ schema: one.table.schema, name: one.name })];
      return one.kind === 'DropIndex' && one.concurrently ? [displayName(one.index)] : [];
    }),
  );
}
