import type { Catalog, Routine } from '../../model/catalog/types.ts';
import { createSteps, type CreateSteps } from '../ddl/create.ts';
import { notesOf } from '../ddl/notes.ts';
import { createOrder, type CreatedObject } from '../ddl/order.ts';
import { createRoutine } from '../ddl/routines.ts';
import { createExtension, createSchema } from '../ddl/schemas.ts';
import { underItsSearchPath } from '../ddl/search-path.ts';
import { namesIn } from '../ddl/written.ts';
import type { ComparedCatalogs } from './compare.ts';
import type { RemadeViews } from './remade-views.ts';
import { restoreColumns } from './restore-columns.ts';
import { restoreConstraints, restoreForeignKeys, restoreIndexes } from './restore-constraints.ts';
import { restoreNotes, restoreRules, restoreSequence, restoreType } from './restore-objects.ts';
import { restoreProperties } from './restore-properties.ts';
import type { UndoScene } from './scene.ts';
import type { RollbackStatement } from './types.ts';
import { unmakeable } from './unmakeable.ts';

const plain = (sql: string): RollbackStatement => ({ sql });

/** Then what was there before becomes as it was: by the names of before. */
export function restoreInOrder(
  compared: ComparedCatalogs,
  views: RemadeViews,
  scene: UndoScene,
): readonly RollbackStatement[] {
  const { schemas, extensions, types, sequences, tables, parts } = compared;
  const before = scene.catalogBefore;
  const { early, late } = routinesToMake(compared);
  const ownSequences = sequences.gone.filter((one) => !one.identity);
  const unmade = unmakeable(compared, views.create, before);
  const madeTables = tables.gone.filter((table) => !unmade.has(table));
  const objects = createOrder([...types.gone, ...ownSequences, ...madeTables, ...early.gone]);
  const steps = objects.map((object) => stepsOf(object, before));
  const remade = createOrder(views.create.filter((view) => !unmade.has(view)));
  const viewSteps = remade.map((view) => stepsOf(view, before));
  const statements = [
    ...schemas.gone.map(createSchema),
    ...extensions.gone.map(createExtension),
    ...types.pairs.flatMap(restoreType),
    ...early.changed.flatMap(routineAgain),
    ...steps.flatMap(({ create }) => create),
  ].map(plain);
  return [
    ...statements,
    ...parts.flatMap((part) => restoreColumns(part, scene)),
    ...parts.flatMap((part) => restoreProperties(part, scene)),
    ...parts.flatMap((part) => restoreConstraints(part)),
    ...parts.flatMap((part) => restoreIndexes(part, scene)),
    ...steps.flatMap(({ bind }) => bind).map(plain),
    ...parts.flatMap((part) => restoreForeignKeys(part)),
    ...sequences.pairs.flatMap(restoreSequence).map(plain),
    ...late.flatMap(routineAgain).map(plain),
    ...viewSteps.flatMap(({ create }) => create).map(plain),
    ...[...steps, ...viewSteps].flatMap(({ finish }) => finish).map(plain),
    ...parts.flatMap((part) => restoreRules(part, scene)).map(plain),
    ...restoredNotes(compared, late).map(plain),
  ];
}

function routineAgain(routine: Routine): readonly string[] {
  return underItsSearchPath(routine.origin, createRoutine(routine, true));
}

function stepsOf(object: CreatedObject, catalog: Catalog): CreateSteps {
  const { create, bind, finish } = createSteps(object, catalog, { again: true });
  return {
    create: underItsSearchPath(object.origin, create),
    bind,
    finish: underItsSearchPath(object.origin, finish),
  };
}

function restoredNotes(compared: ComparedCatalogs, late: readonly Routine[]): readonly string[] {
  const { schemas, types, sequences, routines, views, tables } = compared;
  return [
    ...late.filter((one) => routines.gone.includes(one)).flatMap(notesOf),
    ...schemas.gone.flatMap((schema) => notesOf({ ...schema, kind: 'schema' })),
    ...schemas.pairs.flatMap(({ before, after }) =>
      restoreNotes({
        before: { ...before, kind: 'schema' as const },
        after: { ...after, kind: 'schema' as const },
      }),
    ),
    ...types.pairs.flatMap(restoreNotes),
    ...sequences.pairs.flatMap(restoreNotes),
    ...routines.pairs.flatMap(restoreNotes),
    ...tables.pairs.flatMap(restoreNotes),
    ...views.pairs.flatMap(restoreNotes),
  ];
}

/** Functions whose bodies PostgreSQL reads when they are made come after the tables, unless a table's expressions need them. */
function routinesToMake({ routines, tables, parts }: ComparedCatalogs): {
  readonly early: { readonly gone: readonly Routine[]; readonly changed: readonly Routine[] };
  readonly late: readonly Routine[];
} {
  const changed = routines.pairs
    .filter(({ before, after }) => isOtherRoutine(before, after))
    .map(({ before }) => before);
  const needed = new Set(
    [...tables.gone, ...parts.map(({ before }) => before)].flatMap((table) =>
      table.columns.flatMap(({ default: value, generated }) => [
        ...namesIn(`${value?.text ?? ''} ${generated?.expression.text ?? ''}`),
      ]),
    ),
  );
  const isLate = ({ language, name, kind }: Routine): boolean =>
    kind !== 'aggregate' && language === 'sql' && !needed.has(name.name);
  return {
    early: {
      gone: routines.gone.filter((one) => !isLate(one)),
      changed: changed.filter((one) => !isLate(one)),
    },
    late: [...routines.gone, ...changed].filter(isLate),
  };
}

function isOtherRoutine(before: Routine, after: Routine): boolean {
  return (
    before.definition !== after.definition ||
    before.securityDefiner !== after.securityDefiner ||
    JSON.stringify(before.settings) !== JSON.stringify(after.settings)
  );
}
