import type { Column, Table } from '../../model/catalog/types.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import type { ObjectName } from '../../model/operations/types.ts';
import { addConstraint, constraintText } from '../ddl/constraints.ts';
import { createIndex } from '../ddl/indexes.ts';
import { commentOn } from '../ddl/notes.ts';
import type { TableParts } from './compare.ts';
import { guarded } from './guarded.ts';
import type { UndoScene } from './scene.ts';
import type { RollbackStatement } from './types.ts';

const alter = (name: ObjectName): string => `ALTER TABLE ${displayName(name)}`;

/** The constraints that are gone, foreign keys left out; and changes of those that are there. By the names of before. */
export function restoreConstraints(parts: TableParts): readonly RollbackStatement[] {
  const { before, constraints, columns } = parts;
  const empty = new Set(
    columns.gone
      .filter((one) => one.notNull && one.default === undefined && one.identity === undefined)
      .map(({ name }) => name),
  );
  return [
    ...constraints.gone.flatMap((constraint) => {
      const { definition } = constraint;
      if (definition.type === 'foreign key' || !constraint.local) return [];
      const sql = addConstraint(before.name, constraint);
      if (definition.type !== 'primary key') return [{ sql }];
      const lost = definition.columns.find((name) => empty.has(name));
      if (lost === undefined) return [{ sql }];
      const query = `SELECT FROM ${displayName(before.name)} WHERE ${quoteIdentifier(lost)} IS NULL`;
      const warning = `${displayName(before.name)} is left without its primary key: the values of ${lost} are lost.`;
      return [
        { sql: guarded(query, sql, warning), note: 'The key comes back only where no row lacks a value.' },
      ];
    }),
    ...constraints.pairs.flatMap(({ before: was, after: is }) => {
      const name = quoteIdentifier(was.name);
      const statements: string[] = [];
      const comment = commentOn(`CONSTRAINT ${name} ON ${displayName(before.name)}`, was.comment);
      if (was.local && !was.validated && is.validated) {
        // There is no way back for VALIDATE but this; NOT VALID reads nothing.
        statements.push(`${alter(before.name)} DROP CONSTRAINT ${name}, ADD ${constraintText(was)}`);
        if (was.comment !== undefined) statements.push(comment);
        return statements.map((sql) => ({ sql }));
      }
      const changesDeferral =
        was.definition.deferrable !== is.definition.deferrable ||
        was.definition.initiallyDeferred !== is.definition.initiallyDeferred;
      if (changesDeferral)
        statements.push(`${alter(before.name)} ALTER CONSTRAINT ${name} ${deferral(was.definition)}`);
      if (was.comment !== is.comment) statements.push(comment);
      return statements.map((sql) => ({ sql }));
    }),
    ...columns.pairs.flatMap(({ before: was, after: is }) => unvalidatedNotNull(before, was, is)),
  ];
}

/** NOT NULL as it was before it was validated. */
function unvalidatedNotNull(table: Table, was: Column, is: Column): readonly RollbackStatement[] {
  const constraint = was.notNullConstraint;
  if (constraint?.validated !== false || !constraint.local || is.notNullConstraint?.validated !== true)
    return [];
  const name = quoteIdentifier(constraint.name);
  const column = `NOT NULL ${quoteIdentifier(was.name)} NOT VALID`;
  return [{ sql: `${alter(table.name)} DROP CONSTRAINT ${name}, ADD CONSTRAINT ${name} ${column}` }];
}

function deferral(definition: { readonly deferrable: boolean; readonly initiallyDeferred: boolean }): string {
  if (!definition.deferrable) return 'NOT DEFERRABLE';
  return definition.initiallyDeferred ? 'DEFERRABLE INITIALLY DEFERRED' : 'DEFERRABLE INITIALLY IMMEDIATE';
}

/** The foreign keys that are gone: once every table is there. */
export function restoreForeignKeys({ before, constraints }: TableParts): readonly RollbackStatement[] {
  return constraints.gone
    .filter(({ definition, local }) => definition.type === 'foreign key' && local)
    .map((constraint) => ({ sql: addConstraint(before.name, constraint) }));
}

/** The indexes that are gone, and comments of those that are there. */
export function restoreIndexes(
  { before, indexes }: TableParts,
  scene: UndoScene,
): readonly RollbackStatement[] {
  const nameOf = (name: string): ObjectName => ({ schema: before.name.schema, name });
  const comment = (name: string, text: string | undefined): RollbackStatement => ({
    sql: commentOn(`INDEX ${displayName(nameOf(name))}`, text),
  });
  return [
    ...indexes.gone
      .filter(({ parent }) => parent === undefined)
      .flatMap((index) => {
        const concurrently = scene.concurrent.has(displayName(nameOf(index.name)));
        const sql = createIndex(before.name, index, { concurrently, ifNotExists: true });
        return [{ sql }, ...(index.comment === undefined ? [] : [comment(index.name, index.comment)])];
      }),
    ...indexes.pairs.flatMap(({ before: was, after: is }) =>
      was.comment === is.comment ? [] : [comment(was.name, was.comment)],
    ),
  ];
}
