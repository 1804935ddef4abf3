import type { PlanRequest } from '../lint/plan-request.ts';
import { planSplit } from '../repair/fix/plan-fixes.ts';
import { placeSplit } from '../repair/place/place-split.ts';
import type { Placed } from '../repair/place/types.ts';
import { planFor } from '../repair/plans/plan-for.ts';
import { runsAlone } from '../repair/plans/runs-alone.ts';
import { catalogsAround } from '../repair/split/catalogs-around.ts';
import type { Draft, Split } from '../repair/split/types.ts';
import type { ChangeWish } from '../report/planned-change.ts';
import type { Origin } from './plan-origin.ts';
import type { RunRequest } from './types.ts';
import { UsageError } from './usage-error.ts';
import { openWorkspace } from './workspace.ts';

/** The files of a change that has been taken apart. */
export interface Placing {
  /** Every file to write: the pieces, what registers them, the drafts. */
  readonly files: ReadonlyMap<string, string>;
  /** The ids of the pieces, in order. */
  readonly ids: readonly string[];
  readonly drafts: readonly { readonly path: string; readonly name: string; readonly sql: string }[];
  readonly notes: readonly string[];
}

/** Takes the change apart, and says where its files go. */
export function placingOf(request: RunRequest, wish: ChangeWish, origin: Origin): Placing {
  const { migration, project } = origin;
  const { conventions, linted } = project;
  const wanted = [{ plan: requestFor(wish, origin) }];
  const later = laterOnly(wish, origin);
  const { split, refused } =
    later === undefined
      ? planSplit(wanted, { migration, project: linted.result.project, conventions })
      : { split: later, refused: [] };
  if (split === undefined)
    throw new UsageError(
      refused[0] ?? `No steps are known for ${wish.target}.`,
      'Such a change is made by hand; once it is a migration, the rules say what to look out for.',
    );
  const { tree } = openWorkspace({ ...request, overlay: origin.overlay });
  const now = request.now ?? new Date();
  const pending = new Set([migration.id]);
  const placed = placeSplit(split, { tree, found: linted.source.found, pending, now, conventions });
  if (placed.kind === 'refused')
    throw new UsageError(placed.reason, 'Write the change as a migration first.');
  if (later !== undefined) return laterPlacing(placed, later);
  const decoder = new TextDecoder();
  const files = new Map<string, string>();
  for (const [path, bytes] of origin.overlay) if (bytes !== undefined) files.set(path, decoder.decode(bytes));
  for (const [path, text] of placed.files) {
    if (text === undefined) files.delete(path);
    else files.set(path, text);
  }
  const drafts = split.drafts.map(({ name, sql }, index) => ({
    path: placed.drafts[index] ?? name,
    name,
    sql,
  }));
  return { files, ids: placed.ids, drafts, notes: placed.notes };
}

/** A change of which nothing can be done before the next release: all of it is drafts. */
function laterOnly(wish: ChangeWish, origin: Origin): Split | undefined {
  const { migration, project } = origin;
  const scene = {
    migration,
    project: project.linted.result.project,
    conventions: project.conventions,
    ...catalogsAround(migration, project.linted.result.project),
  };
  const outcome = planFor(requestFor(wish, origin), scene);
  if (outcome.kind === 'refused') return undefined;
  const steps = outcome.plans.flatMap((plan) => plan.steps);
  if (steps[0]?.after !== 'release' || outcome.plans.some((plan) => plan.origin.kind === 'edited'))
    return undefined;
  const first = { sql: '', name: migration.name, outsideTransaction: false, rollback: undefined };
  const drafts: Draft[] = [];
  for (const { sql, name, comment, needs, outsideTransaction } of steps) {
    const behind = drafts.at(-1);
    drafts.push({
      sql: comment === undefined ? sql : `-- ${comment}\n${sql}`,
      name,
      ...(needs === undefined ? {} : { needs }),
      ...(behind === undefined ? {} : { behind }),
      outsideTransaction,
      byHand: outsideTransaction && !runsAlone(scene.project.runner),
      rollback: undefined,
    });
  }
  return { migration, pieces: [first], drafts };
}

/** Only the drafts are written: there is no migration that they finish. */
function laterPlacing(placed: Placed, { drafts, migration }: Split): Placing {
  const files = new Map<string, string>();
  for (const path of placed.drafts) {
    const text = placed.files.get(path) ?? '';
    files.set(
      path,
      text.replace(`: it finishes ${migration.id}.`, () => '.'),
    );
  }
  const named = drafts.map(({ name, sql }, index) => ({ path: placed.drafts[index] ?? name, name, sql }));
  return { files, ids: [], drafts: named, notes: [] };
}

function requestFor(wish: ChangeWish, { migration }: Origin): PlanRequest {
  const [operation, ...others] = migration.operations;
  if (operation !== undefined && others.length === 0) {
    if (wish.change === 'rename' && operation.kind === 'RenameColumn')
      return { plan: 'rename column', operation };
    if (wish.change === 'type' && operation.kind === 'AlterColumnType')
      return { plan: 'change type', operation };
    if (wish.change === 'drop' && (operation.kind === 'DropColumn' || operation.kind === 'DropTable'))
      return { plan: 'drop later', operations: [operation] };
    if (wish.change === 'require' && operation.kind === 'SetNotNull')
      return { plan: 'require column', operation, value: wish.value };
  }
  throw new UsageError(`${wish.target} would be changed by more than one statement.`);
}
