import { commentedRefusal, sectionPart, sectionTool } from '../../input/layouts/commented-sections.ts';
import { gooseStatements } from '../../input/layouts/goose-statements.ts';
import { withLineEnd } from '../../input/layouts/slots.ts';
import type { NewFile, ScriptRole } from '../../input/layouts/types.ts';
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
 * @param instead the script in place of one that could only say that there is no way back.
 */
export function rollbackFiles(
  migration: Migration,
  project: Pick<Project, 'runner' | 'postgresVersion'> & Partial<Pick<Project, 'migrations'>>,
  exists: (path: string) => boolean,
  instead?: string,
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
  const sql = generated.irreversible ? (instead ?? generated.sql) : generated.sql;
  const wanted = { ...generated, sql };
  const file = isSection ? withSection(script.source, wanted) : newScript(project, wanted);
  if (file === undefined)
    return refused(`${rollbackPath} would not be read as a migration with the rollback in it.`);
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

/** The migration's file with the rollback behind the forward script; undefined if its tool would read anything else than these two. */
function withSection(
  { text, byteOrderMark }: { readonly text: string; readonly byteOrderMark: boolean },
  { sql, withoutTransaction }: GeneratedRollback,
): string | undefined {
  const tool = sectionTool(text);
  if (tool === undefined) return undefined;
  const script = tool === 'goose' ? gooseStatements(sql) : sql;
  const options = withoutTransaction ? ' transaction:false' : '';
  const mark = tool === 'goose' ? '-- +goose Down' : `-- migrate:down${options}`;
  const written = `${withLineEnd(text)}\n${mark}\n${script}`;
  const isRead =
    isReadAs(written, 'forward', partText(text, 'forward') ?? '') && isReadAs(written, 'rollback', script);
  return isRead ? `${byteOrderMark ? '\ufeff' : ''}${written}` : undefined;
}

/** Whether a file's tool finds this script in it, and takes it. */
function isReadAs(text: string, role: ScriptRole, script: string): boolean {
  return partText(text, role)?.trim() === script.trim() && commentedRefusal(text, role) === undefined;
}

function partText(text: string, role: ScriptRole): string | undefined {
  const within = sectionPart(text, role)?.within;
  return within && text.slice(within.start, within.end);
}
