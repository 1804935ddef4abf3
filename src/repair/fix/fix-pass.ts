import { overlayTree } from '../../input/files/overlay-tree.ts';
import { withGooseMarks } from '../../input/layouts/goose-marks.ts';
import { parseScript } from '../../input/sql/parse-script.ts';
import type { Conventions } from '../../lint/conventions.ts';
import type { Finding } from '../../lint/finding.ts';
import type { Edit, FixRequest } from '../../lint/fix.ts';
import type { PlanRequest } from '../../lint/plan-request.ts';
import type { Migration, Project } from '../../lint/project.ts';
import { composedNames } from '../place/composed-names.ts';
import { renameMigrations } from '../place/rename-migration.ts';
import { placeSplit } from '../place/place-split.ts';
import type { Placed, PlaceScene } from '../place/types.ts';
import { completedRollback } from '../rollback/complete-rollback.ts';
import { rollbackFiles } from '../rollback/rollback-files.ts';
import { applyEdits } from './apply-edits.ts';
import { planSplit } from './plan-fixes.ts';

/** What a pass of fixes looks at: the outcome of a run over one project. */
export interface FixScene {
  readonly findings: readonly Finding[];
  readonly judged: readonly Migration[];
  readonly project: Project;
  /** True if unsafe fixes are wanted, too. */
  readonly unsafe: boolean;
  /** Ids of the migrations that may be changed: those that are pending. */
  readonly pending: ReadonlySet<string>;
  /** A file's text as it is by now, without a byte-order mark; undefined for none, and for one that is not UTF-8. */
  readonly textOf: (path: string) => string | undefined;
  /** What the team has settled for all rules. */
  readonly conventions: Conventions;
  /** Where files go. */
  readonly place: PlaceScene;
}

/** A finding that a pass has mended. */
export interface FixedFinding {
  readonly rule: string;
  readonly title: string;
  /** The file that was changed or made. */
  readonly path: string;
}

/** What a pass changes. */
export interface FixPass {
  /** Path → new text, of files that are there and of new ones; undefined for a file that goes. */
  readonly files: ReadonlyMap<string, string | undefined>;
  /** Sets of those paths that are changed all or none: those of one split, of one renamed migration. */
  readonly together: readonly (readonly string[])[];
  /** Old path → new path of the files that move. */
  readonly moved: ReadonlyMap<string, string>;
  /** Old id → new id of the migrations that get another name or version. */
  readonly renamed: ReadonlyMap<string, string>;
  readonly fixed: readonly FixedFinding[];
  /** What else has changed, for people: one sentence each. */
  readonly notes: readonly string[];
  /** Why a fix was not made, for people: one sentence each. */
  readonly refused: readonly string[];
}

/**
 * Makes the fixes of a run's findings that do not touch each other; the others wait for the next run. Text that does not parse
 * afterwards, though it did before, is left as it was. The SQL parser must have been loaded.
 */
export function fixPass(scene: FixScene): FixPass {
  const pass = new Pass(scene);
  for (const finding of scene.findings) if (isWanted(finding, scene)) pass.add(finding);
  return pass.finish();
}

/** Whether a finding's fix may be made: applied migrations stay as they are. */
function isWanted({ fix, migration }: Finding, { unsafe, pending }: FixScene): boolean {
  if (fix === undefined || migration === undefined || !pending.has(migration)) return false;
  return fix.safety === 'safe' || (fix.safety === 'unsafe' && unsafe);
}

interface RenameFix {
  readonly finding: Finding;
  readonly fix: Extract<FixRequest, { readonly kind: 'rename migration' }>;
}

interface PlanFix {
  readonly finding: Finding;
  readonly title: string;
  readonly plan: PlanRequest;
}

interface EditFix {
  readonly finding: Finding;
  readonly title: string;
  readonly edits: readonly Edit[];
}

class Pass {
  readonly #scene: FixScene;
  readonly #files = new Map<string, string | undefined>();
  readonly #together: (readonly string[])[] = [];
  #moved: ReadonlyMap<string, string> = new Map();
  readonly #renames: RenameFix[] = [];
  readonly #rollbacks: { readonly finding: Finding; readonly fix: FixRequest }[] = [];
  /** Edits of several files, which go together or not at all. */
  readonly #joint: EditFix[] = [];
  readonly #fixed: FixedFinding[] = [];
  readonly #refused = new Set<string>();
  readonly #notes = new Set<string>();
  readonly #edits = new Map<string, EditFix[]>();
  /** Ids of pending migrations as they were → as they are after this pass's splits. */
  #renamed: ReadonlyMap<string, string> = new Map();
  /** Ids of the migrations that this pass has made. */
  #newIds: ReadonlySet<string> = new Set();
  readonly #plans = new Map<string, PlanFix[]>();

  constructor(scene: FixScene) {
    this.#scene = scene;
  }

  add(finding: Finding): void {
    const { fix } = finding;
    if (fix === undefined) return;
    switch (fix.kind) {
      case 'edits':
        return this.#addEdits(finding, fix);
      case 'write rollback':
        this.#rollbacks.push({ finding, fix });
        return;
      case 'complete rollback':
        return this.#completeRollback(finding, fix);
      case 'plan':
        this.#addPlan(finding, fix);
        return;
      case 'rename migration':
        this.#renames.push({ finding, fix });
        return;
      default:
        return fix satisfies never;
    }
  }

  #addEdits(finding: Finding, { title, edits }: Extract<FixRequest, { readonly kind: 'edits' }>): void {
    const [first] = edits;
    if (first === undefined) return;
    const known = this.#edits.get(first.path);
    const fix = { finding, title, edits };
    if (edits.some(({ path }) => path !== first.path)) this.#joint.push(fix);
    else if (known === undefined) this.#edits.set(first.path, [fix]);
    else known.push(fix);
  }

  #addPlan(finding: Finding, { title, plan }: Extract<FixRequest, { readonly kind: 'plan' }>): void {
    const { migration = '' } = finding;
    const known = this.#plans.get(migration);
    const fix = { finding, title, plan };
    if (known === undefined) this.#plans.set(migration, [fix]);
    else known.push(fix);
  }

  #writeRollback({ rule, migration: id }: Finding, { title }: FixRequest): void {
    const migration = this.#scene.judged.find((one) => one.id === id);
    // What it is to undo has changed: the next pass sees it as it is then.
    if (migration === undefined || this.#isChanged(migration)) return;
    const exists = (path: string): boolean => this.#files.has(path) || this.#scene.textOf(path) !== undefined;
    const written = rollbackFiles(migration, this.#scene.project, exists);
    if (written.kind === 'refused') {
      this.#refused.add(written.reason);
      return;
    }
    for (const { path, text } of written.files) {
      this.#files.set(path, text);
      this.#fixed.push({ rule, title, path });
    }
  }

  #completeRollback(finding: Finding, { title }: FixRequest): void {
    const migration = this.#scene.judged.find((one) => one.id === finding.migration);
    if (migration === undefined) return;
    const completed = completedRollback(migration, this.#scene.project);
    if (completed.kind === 'refused') this.#refused.add(completed.reason);
    else this.#addEdits(finding, { kind: 'edits', safety: 'unsafe', title, edits: completed.edits });
  }

  finish(): FixPass {
    for (const fix of this.#joint) this.#editTogether(fix);
    for (const [path, fixes] of this.#edits) this.#edit(path, fixes);
    for (const { finding, fix } of this.#rollbacks) this.#writeRollback(finding, fix);
    // From the last to the first: what is split off a migration moves those after it.
    for (const migration of this.#scene.judged.toReversed()) this.#split(migration);
    // What is changed otherwise is judged anew first, under the name that it has.
    if (this.#files.size === 0) this.#rename();
    return {
      files: this.#files,
      together: this.#together,
      moved: this.#moved,
      renamed: this.#renamed,
      fixed: this.#fixed,
      notes: [...this.#notes],
      refused: [...this.#refused],
    };
  }

  #split(migration: Migration): void {
    const { project, conventions } = this.#scene;
    const fixes = this.#plans.get(migration.id) ?? [];
    if (fixes.length === 0 || this.#isChanged(migration)) return;
    const { split, made, refused } = planSplit(fixes, { migration, project, conventions });
    for (const reason of refused) this.#refused.add(reason);
    if (split === undefined) return;
    const outcome = placeSplit(split, this.#placeNow());
    if (outcome.kind === 'refused') {
      this.#refused.add(outcome.reason);
      return;
    }
    for (const note of outcome.notes) this.#notes.add(note);
    this.#place(outcome);
    const path = migration.script?.source.path ?? migration.path;
    for (const { finding, title } of made) this.#fixed.push({ rule: finding.rule, title, path });
  }

  /** Whether this pass has written the migration's script or its rollback: it is judged anew first. */
  #isChanged({ script, rollback }: Migration): boolean {
    return [script, rollback].some((one) => one !== undefined && this.#files.has(one.source.path));
  }

  /** Where files go, after what this pass has made of them so far. */
  #placeNow(): PlaceScene {
    const { place } = this.#scene;
    const bytes = [...this.#files].map(
      ([path, text]) => [path, text === undefined ? undefined : new TextEncoder().encode(text)] as const,
    );
    const pending = [...place.pending].map((id) => this.#renamed.get(id) ?? id);
    return {
      ...place,
      tree: this.#files.size === 0 ? place.tree : overlayTree(place.tree, new Map(bytes)),
      pending: new Set([...pending, ...this.#newIds]),
    };
  }

  #place({ files, moved, renamed, ids }: Placed): void {
    for (const [path, text] of files) this.#files.set(path, text);
    this.#together.push([...files.keys()]);
    this.#moved = composedNames(this.#moved, moved);
    this.#renamed = composedNames(this.#renamed, renamed);
    this.#newIds = new Set([...[...this.#newIds].map((id) => renamed.get(id) ?? id), ...ids]);
  }

  #rename(): void {
    const { place } = this.#scene;
    const renamings = this.#renames.map(({ finding: { migration = '' }, fix }) => ({
      ...fix,
      id: migration,
    }));
    for (const [index, outcome] of renameMigrations(renamings, place).entries()) {
      const { finding, fix } = this.#renames[index] ?? {};
      if (finding === undefined || fix === undefined || outcome === undefined) continue;
      if (outcome.kind === 'refused') {
        this.#refused.add(outcome.reason);
        continue;
      }
      for (const note of outcome.notes) this.#notes.add(note);
      for (const [path, text] of outcome.files) this.#files.set(path, text);
      this.#together.push([...outcome.files.keys()]);
      this.#moved = composedNames(this.#moved, outcome.moved);
      this.#renamed = composedNames(this.#renamed, outcome.renamed);
      const path = [...outcome.files].find(([, text]) => text !== undefined)?.[0] ?? '';
      this.#fixed.push({ rule: finding.rule, title: fix.title, path });
    }
  }

  #editTogether({ finding, title, edits }: EditFix): void {
    const paths = [...new Set(edits.map(({ path }) => path))];
    if (paths.some((path) => this.#files.has(path))) return;
    const texts = new Map<string, string>();
    for (const path of paths) {
      const text = this.#scene.textOf(path);
      const own = edits.filter((edit) => edit.path === path);
      const applied = text === undefined ? undefined : applyEdits(text, [{ finding, title, edits: own }]);
      if (text === undefined || applied?.made.length !== 1) return;
      const changed = withGooseMarks(text, applied.text);
      if (!parsesAsBefore(path, text, changed)) return;
      texts.set(path, changed);
    }
    for (const [path, text] of texts) this.#files.set(path, text);
    this.#together.push(paths);
    this.#fixed.push({ rule: finding.rule, title, path: paths[0] ?? '' });
  }

  #edit(path: string, fixes: readonly EditFix[]): void {
    // A file that this pass has already written is judged anew first.
    if (this.#files.has(path)) return;
    const text = this.#scene.textOf(path);
    if (text === undefined) {
      this.#refused.add(`${path} is not UTF-8, and stays as it is: save it as UTF-8 first.`);
      return;
    }
    const { text: edited, made } = applyEdits(text, fixes);
    const changed = withGooseMarks(text, edited);
    if (made.length === 0 || changed === text) return;
    if (!parsesAsBefore(path, text, changed)) {
      this.#refused.add(
        `${path} would not parse after its fixes, so it stays as it is: a bug of migration-lint.`,
      );
      return;
    }
    this.#files.set(path, changed);
    for (const { finding, title } of made) this.#fixed.push({ rule: finding.rule, title, path });
  }
}

function parsesAsBefore(path: string, before: string, after: string): boolean {
  const problems = (text: string): number =>
    parseScript({ path, text, encoding: 'utf-8', byteOrderMark: false }).problems.length;
  return problems(after) <= problems(before);
}
