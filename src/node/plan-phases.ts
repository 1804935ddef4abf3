import { layoutOf } from '../input/layouts/layouts.ts';
import type { Migration, Project } from '../lint/project.ts';
import { quoteIdentifier } from '../model/operations/display-name.ts';
import { withRollback } from '../repair/place/draft-header.ts';
import { draftScript, rollbackOfDraft } from '../repair/place/drafts.ts';
import { generateRollback } from '../repair/rollback/generate.ts';
import { rollbackFiles } from '../repair/rollback/rollback-files.ts';
import type { ChangeWish, PlannedChange, PlannedFile, PlannedPhase } from '../report/planned-change.ts';
import { afterwards, checklist, type ChecklistNames } from './plan-checklists.ts';
import { onlyProject, type Origin } from './plan-origin.ts';
import type { Placing } from './plan-placing.ts';
import { directStatement, titleOf } from './plan-statement.ts';
import type { PlanTarget } from './plan-target.ts';
import type { ProjectOutcome } from './run-projects.ts';
import { schemaEdits } from './schema-edits.ts';
import type { RunRequest } from './types.ts';
import { openWorkspace } from './workspace.ts';

/** The pieces and drafts as migrations of the project, in order: what undoes each is read from the schema around it. */
async function asMigrations(
  request: RunRequest,
  { project }: Origin,
  { files, ids, drafts }: Placing,
): Promise<{ readonly outcome: ProjectOutcome; readonly migrations: readonly (Migration | undefined)[] }> {
  const { found } = project.linted.source;
  const overlay = new Map([...files].map(([path, text]) => [path, new TextEncoder().encode(text)] as const));
  const order = [...ids];
  for (const { name, sql } of drafts) {
    const { tree } = openWorkspace({ ...request, overlay });
    const now = new Date((request.now ?? new Date()).getTime() + 60_000);
    const place = layoutOf(found.layout, found.custom).newPlace?.(tree, found.folder, {
      name,
      after: undefined,
      now,
    });
    if (place === undefined) break;
    const written = place.files({ forward: sql, rollback: undefined, withoutTransaction: false });
    for (const { path, text } of written) overlay.set(path, new TextEncoder().encode(text));
    order.push(place.id);
  }
  const outcome = await onlyProject({ ...request, overlay });
  const { judged } = outcome.linted.result;
  return { outcome, migrations: order.map((id) => judged.find((one) => one.id === id)) };
}

/** A planned change, and the rollback files that belong to it: path → text. */
export interface Described {
  readonly planned: PlannedChange;
  /** Those that are no drafts. */
  readonly migrations: readonly Migration[];
  readonly rollbacks: ReadonlyMap<string, string>;
}

/** Sorts the files into phases, with what undoes each, the checklists and the edits of the schema. */
export async function describePlan(
  request: RunRequest,
  wish: ChangeWish,
  target: PlanTarget,
  origin: Origin,
  placing: Placing,
): Promise<Described> {
  const { outcome, migrations } = await asMigrations(request, origin, placing);
  const { project } = outcome.linted.result;
  const { found } = outcome.linted.source;
  const files: { readonly phase: PlannedPhase['name']; readonly file: PlannedFile }[] = [];
  const rollbacks = new Map<string, string>();
  for (const [index, migration] of migrations.entries()) {
    const draft = placing.drafts[index - placing.ids.length];
    const path = draft?.path ?? migration?.script?.source.path;
    if (path === undefined || migration?.script?.statements.length === 0) continue;
    const rollback = migration && rollbackOf(migration, project);
    const phase = draft === undefined ? (index === 0 ? 'expand' : 'backfill') : 'contract';
    const isDraft = draft !== undefined;
    const text = placing.files.get(path) ?? draft?.sql ?? '';
    const undone = rollback !== undefined && project.rollbackPractice.practised;
    const sql = isDraft && undone ? withRollback(text, rollbackOfDraft(path)) : text;
    files.push({ phase, file: { path, sql, rollback, draft: isDraft } });
    if (migration === undefined || !undone) continue;
    if (isDraft) {
      rollbacks.set(path, sql).set(rollbackOfDraft(path), draftScript(rollback, found));
      continue;
    }
    const instead = migration.loops.length > 0 ? NOTHING_TO_UNDO : undefined;
    const written = rollbackFiles(migration, project, (other) => placing.files.has(other), instead);
    if (written.kind === 'files') for (const file of written.files) rollbacks.set(file.path, file.text);
  }
  const isPrisma = found.layout === 'prisma';
  const names: ChecklistNames = {
    path: wish.target,
    old: quoteIdentifier(target.column?.name ?? target.table.name.name),
    new: wish.change === 'rename' ? quoteIdentifier(wish.to) : '',
    prisma: isPrisma,
  };
  const { tree } = openWorkspace(request);
  const schema = isPrisma ? schemaEdits(tree, found, wish, target) : undefined;
  const phases = (['expand', 'backfill', 'contract'] as const).flatMap((name): PlannedPhase[] => {
    const own = files.filter(({ phase }) => phase === name).map(({ file }) => file);
    if (own.length === 0) return [];
    const schemaWhen = name === 'contract' && wish.change !== 'require' ? 'before' : 'after';
    return [
      { name, before: checklist(wish, name, names), files: own, schema: schema?.diffs[name], schemaWhen },
    ];
  });
  const planned: PlannedChange = {
    title: titleOf(wish),
    folder: found.folder,
    runner: project.runner.label,
    postgresVersion: project.postgresVersion,
    direct: directStatement(wish, target),
    phases,
    after: afterwards(wish, names),
    notes: [...placing.notes.filter((note) => !note.includes(' is a draft ')), ...(schema?.notes ?? [])],
  };
  const written = migrations.slice(0, placing.ids.length);
  return { planned, migrations: written.filter((one) => one !== undefined), rollbacks };
}

/** A backfill fills a column that the rollback of the phase before takes away. */
const NOTHING_TO_UNDO = '-- Nothing to undo: what it has filled in does no harm.\nSELECT 1;\n';

function rollbackOf(migration: Migration, project: Project): string {
  const { sql, irreversible } = generateRollback(migration, project);
  return irreversible && migration.loops.length > 0 ? NOTHING_TO_UNDO : sql;
}
