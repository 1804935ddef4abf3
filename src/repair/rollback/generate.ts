import type { Table } from '../../model/catalog/types.ts';
import { compareCatalogs, type ComparedCatalogs } from './compare.ts';
import { asRunnerCan, isConcurrent } from './concurrent-builds.ts';
import { dropAddedTables } from './drop-added.ts';
import { dropFirst, dropLast, namesInTheWay } from './drop-in-order.ts';
import { lossesOf } from './losses.ts';
import { viewsToRemake } from './remade-views.ts';
import { restoreInOrder } from './restore-in-order.ts';
import { copyStatements } from './saved-copies.ts';
import { usedCopies } from './returned-values.ts';
import { sceneOf, type UndoScene } from './scene.ts';
import { rollbackText } from './script-text.ts';
import type { GeneratedRollback, RollbackRunner, RollbackStatement, UndoneMigration } from './types.ts';
import { undoRenames } from './undo-renames.ts';

/**
 * The script that undoes a migration, from the schema before it and after it: in the reverse order, with the exact former
 * definitions. What the migration renamed is renamed back; what it made is dropped, once its rows are saved; what it dropped is made
 * again, without its rows. The SQL parser must have been loaded.
 *
 * @param migration the migration, and the schema around it.
 * @param by what runs the script.
 */
export function generateRollback(migration: UndoneMigration, by: RollbackRunner): GeneratedRollback {
  const { statements, losses } = undoingStatements(migration, by);
  const irreversible = statements.length === 0 && losses.length > 0;
  const withoutTransaction = statements.some(isConcurrent);
  const result = { losses, irreversible, withoutTransaction };
  return { sql: rollbackText(migration, statements, result), ...result };
}

/** The statements of {@link generateRollback}, and what they do not bring back. */
export function undoingStatements(
  migration: UndoneMigration,
  by: RollbackRunner,
): { readonly statements: readonly RollbackStatement[]; readonly losses: GeneratedRollback['losses'] } {
  const compared = compareCatalogs(migration);
  const scene = sceneOf(migration, compared);
  const views = viewsToRemake(compared, scene);
  const losses = lossesOf(migration, compared, views, scene.valuesOf);
  if (isLost(compared, scene)) return { statements: [], losses };
  const away = namesInTheWay(compared);
  const copies = usedCopies(compared, scene.valuesOf);
  const rest = { ...compared, tables: withoutAdded(compared.tables, copies.all) };
  const unsaved = { ...compared, tables: withoutAdded(compared.tables, copies.whole) };
  const all = [
    ...copyStatements(unsaved, migration.version === '' ? migration.id : migration.version),
    ...dropFirst(rest, views, scene),
    ...away.renames,
    ...undoRenames(rest),
    ...restoreInOrder(rest, views, scene),
    ...dropAddedTables(copies.all, scene.catalogAfter),
    ...dropLast(rest, away.names),
  ];
  return { statements: asRunnerCan(all, by), losses };
}

/** With an empty column in the place of the old one, its trigger would empty the new one as well. */
function isLost({ parts }: ComparedCatalogs, { valuesOf }: UndoScene): boolean {
  return parts.some(({ before, columns }) =>
    columns.gone.some(({ name }) => valuesOf(before.name, name)?.in === 'nothing'),
  );
}

function withoutAdded(tables: ComparedCatalogs['tables'], not: readonly Table[]): ComparedCatalogs['tables'] {
  return { ...tables, added: tables.added.filter((one) => !not.includes(one)) };
}
