import type { Migration } from '../lint/project.ts';
import { onlyProject } from './plan-origin.ts';
import type { RunRequest } from './types.ts';
import { UsageError } from './usage-error.ts';

/**
 * Reads the files of a plan as the project's tool will, before they are written: each of its migrations must have the statements that the
 * plan has for it, and a rollback where one is written.
 *
 * @param migrations those of the plan, as they are without the rollbacks that are generated for them.
 * @param files every file that is to be written, the rollbacks among them.
 * @param rollbacks those of them with a generated rollback in them.
 * @throws {UsageError} if a file would be read otherwise.
 */
export async function checkWritten(
  request: RunRequest,
  migrations: readonly Migration[],
  files: ReadonlyMap<string, string>,
  rollbacks: ReadonlyMap<string, string>,
): Promise<void> {
  if (migrations.length === 0) return;
  const overlay = new Map([...files].map(([path, text]) => [path, new TextEncoder().encode(text)] as const));
  const { linted } = await onlyProject({ ...request, overlay });
  const read = new Map(linted.result.judged.map((one) => [one.id, one]));
  for (const migration of migrations) {
    const now = read.get(migration.id);
    const isRead =
      now?.script?.problems.length === 0 && statementsOf(now.script) === statementsOf(migration.script);
    const isWritten = migration.rollbackPath !== undefined && rollbacks.has(migration.rollbackPath);
    const isUndone =
      !isWritten || (now?.rollback?.problems.length === 0 && now.rollback.statements.length > 0);
    if (!isRead || !isUndone)
      throw new UsageError(
        `${migration.id} would not be read as it is meant: nothing was written. This is a bug of migration-lint.`,
      );
  }
}

function statementsOf(script: Migration['script']): string {
  const texts = script?.statements.map(({ source, span }) => source.text.slice(span.start, span.end));
  return JSON.stringify(texts ?? []);
}
