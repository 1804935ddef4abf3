import { sectionTool } from '../../input/layouts/commented-sections.ts';
import { gooseStatements } from '../../input/layouts/goose-statements.ts';
import type { NewFile } from '../../input/layouts/types.ts';
import type { Migration, Project } from '../../lint/project.ts';
import { generateRollback } from './generate.ts';
import type { GeneratedRollback } from './types.ts';

/** The files that a generated rollback is written to, or why none is written: a sentence for people. */
export type RollbackFiles =
  | { readonly kind: 'files'; readonly files: readonly NewFile[]; readonly generated: GeneratedRollback }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * The rollback of a judged migration, where its layout wants it: beside the script, in a folder of rollbacks, or as a section of the
 * same file. Nothing is written over a file that is there, nor for a migration that is applied. The SQL parser must have been loaded.
 *
 * @param migration a judged migration.
 * @param project its project.
 * @param exists whether a file is there, by its path from the tree's root.
 */
export function rollbackFiles(
  migration: Migration,
  project: Pick<Project, 'runner' | 'postgresVersion'> & Partial<Pick<Project, 'migrations'>>,
  exists: (path: string) => boolean,
): RollbackFiles {
  const refused = (reason: string): RollbackFiles => ({ kind: 'refused', reason });
  const { id, script, rollbackPath } = migration;
  if (migration.state === 'applied') return refused(`${id} is applied: its files stay as they are.`);
  if (migration.hasRollback) return refused(`${id} has a rollback.`);
  if (migration.repeats === true)
    return refused(`${id} is run again whenever it changes: nothing undoes it.`);
  if (script === undefined || script.problems.length > 0)
    return refused(`${id} cannot be read whole, so that nobody knows what to undo.`);
  if (rollbackPath === undefined) return refused(`Nothing says where the rollback of ${id} would lie.`);
  const namesake = project.migrations?.find((one) => one.id !== id && one.version === migration.version);
  if (namesake !== undefined && !rollbackPath.includes(id))
    return refused(
      `${id} and ${namesake.id} have one version: nobody could tell whose rollback ${rollbackPath} is.`,
    );
  const isSection = rollbackPath === script.source.path;
  if (!isSection && exists(rollbackPath)) return refused(`${rollbackPath} is there already.`);
  const generated = generateRollback(migration, {
    ...project,
    asksForNoTransaction: asksForNoTransaction(migration, project),
  });
  const file = isSection ? withSection(script.source, generated) : newScript(project, generated);
  if (file === undefined) return refused(`${rollbackPath} has no sections that its tool would read.`);
  return { kind: 'files', files: [{ path: rollbackPath, text: file }], generated };
}

/** Goose's NO TRANSACTION counts for the whole file, diesel's metadata.toml for both scripts. */
function asksForNoTransaction({ transactions }: Migration, { runner }: Pick<Project, 'runner'>): boolean {
  if (runner.name !== 'goose' && runner.name !== 'diesel') return false;
  return transactions.length > 0 && transactions.every(({ kind }) => kind !== 'runner');
}

/** A script of its own. SQLx reads in its first line that it wants no transaction; diesel's metadata.toml counts for both scripts. */
function newScript(
  { runner }: Pick<Project, 'runner'>,
  { sql, withoutTransaction }: GeneratedRollback,
): string {
  return withoutTransaction && runner.name === 'sqlx' ? `-- no-transaction\n${sql}` : sql;
}

/** The migration's file with the rollback behind the forward script. */
function withSection(
  { text, byteOrderMark }: { readonly text: string; readonly byteOrderMark: boolean },
  { sql, withoutTransaction }: GeneratedRollback,
): string | undefined {
  const forward = `${byteOrderMark ? '\ufeff' : ''}${text}${text.endsWith('\n') ? '' : '\n'}`;
  const tool = sectionTool(text);
  switch (tool) {
    case 'goose':
      return `${forward}\n-- +goose Down\n${gooseStatements(sql)}`;
    case 'dbmate':
      return `${forward}\n-- migrate:down${withoutTransaction ? ' transaction:false' : ''}\n${sql}`;
    case undefined:
      return undefined;
    default:
      return tool satisfies never;
  }
}
