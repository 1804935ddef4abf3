import type { ChangeWish, PlannedChange } from '../report/planned-change.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { onlyProject, withScript } from './plan-origin.ts';
import { describePlan } from './plan-phases.ts';
import { placingOf } from './plan-placing.ts';
import { refuseDrop, refuseSameType } from './plan-refusal.ts';
import { directStatement, originName } from './plan-statement.ts';
import { planTarget } from './plan-target.ts';
import { checkWritten } from './plan-written.ts';
import type { RunRequest } from './types.ts';
import { UsageError } from './usage-error.ts';
import { openWorkspace } from './workspace.ts';
import { writeChanges, type FileChange } from './write-changes.ts';

/**
 * Plans a change that is not written yet, from the schema at the end of the history: the same sequence that a fix would make of it.
 *
 * @param write true to write the migrations and drafts, with rollbacks where the project has them.
 * @throws {UsageError} for an unknown name, a change that cannot be made in steps, or more projects than one.
 */
export async function planChange(
  request: RunRequest,
  wish: ChangeWish,
  write: boolean,
): Promise<PlannedChange> {
  const asked: RunRequest = {
    ...request,
    only: ['no-syntax-error'],
    baseline: false,
    now: request.now ?? new Date(),
  };
  const first = await onlyProject({ ...asked, all: true });
  const last = first.linted.source.migrations.findLast(
    ({ state, change }) => state !== undefined && change !== 'deleted',
  );
  if (last === undefined)
    throw new UsageError(
      'There is no migration yet: nothing says what the schema is like.',
      'Write the change into the first one.',
    );
  const settled = { ...asked, appliedThrough: last.id };
  const probe = await withScript(settled, first, 'plan', 'SELECT 1;');
  const target = planTarget(wish.target, probe.migration.catalogBefore);
  refuseDrop(wish, target, probe.migration.catalogBefore);
  const direct = directStatement(wish, target);
  const origin = await withScript(settled, first, originName(wish, target), direct);
  refuseSameType(wish, target, origin);
  const placing = placingOf(settled, wish, origin);
  const { planned, migrations, rollbacks } = await describePlan(settled, wish, target, origin, placing);
  if (write) {
    const files = new Map([...placing.files, ...rollbacks]);
    await checkWritten(settled, migrations, files, rollbacks);
    await writeAll(settled, files);
  }
  return planned;
}

/** Writes new files only: nothing that is there is written over, but for what registers migrations. */
async function writeAll(request: RunRequest, files: ReadonlyMap<string, string>): Promise<void> {
  const { top, tree } = openWorkspace(request);
  await oneAtATime(top, async () => {
    const changes: FileChange[] = [...files].map(([path, text]) => ({
      path,
      before: tree.read(path),
      after: new TextEncoder().encode(text),
    }));
    const left = writeChanges(top, changes, [[...files.keys()]]);
    if (left.length > 0)
      throw new UsageError(`${left.join(', ')} has changed in the meantime: nothing was written.`);
    await Promise.resolve();
  });
}
