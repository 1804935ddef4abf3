import { compareCatalogs } from './compare.ts';
import { asRunnerCan, isConcurrent } from './concurrent-builds.ts';
import { dropFirst, dropLast, namesInTheWay } from './drop-in-order.ts';
import { lossesOf } from './losses.ts';
import { viewsToRemake } from './remade-views.ts';
import { restoreInOrder } from './restore-in-order.ts';
import { copyStatements } from './saved-copies.ts';
import { sceneOf } from './scene.ts';
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
  const away = namesInTheWay(compared);
  const all = [
    ...copyStatements(compared, migration.version === '' ? migration.id : migration.version),
    ...dropFirst(compared, views, scene),
    ...away.renames,
    ...undoRenames(compared),
    ...restoreInOrder(compared, views, scene),
    ...dropLast(compared, away.names),
  ];
  return { statements: asRunnerCan(all, by), losses: lossesOf(migration, compared, views) };
}
