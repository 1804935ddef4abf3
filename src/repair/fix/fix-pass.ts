import { parseScript } from '../../input/sql/parse-script.ts';
import type { Finding } from '../../lint/finding.ts';
import type { Edit, FixRequest } from '../../lint/fix.ts';
import type { Migration, Project } from '../../lint/project.ts';
import { rollbackFiles } from '../rollback/rollback-files.ts';
import { applyEdits } from './apply-edits.ts';

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
  /** Path → new text; of files that are there, and of new ones. */
  readonly files: ReadonlyMap<string, string>;
  readonly fixed: readonly FixedFinding[];
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

interface EditFix {
  readonly finding: Finding;
  readonly title: string;
  readonly edits: readonly Edit[];
}

class Pass {
  readonly #scene: FixScene;
  readonly #files = new Map<string, string>();
  readonly #fixed: FixedFinding[] = [];
  readonly #refused = new Set<string>();
  readonly #edits = new Map<string, EditFix[]>();

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
        return this.#writeRollback(finding, fix);
      case 'plan':
      case 'rename migration':
        return;
      default:
        return fix satisfies never;
    }
  }

  #addEdits(finding: Finding, { title, edits }: Extract<FixRequest, { readonly kind: 'edits' }>): void {
    const [first] = edits;
    if (first === undefined || edits.some(({ path }) => path !== first.path)) return;
    const known = this.#edits.get(first.path);
    const fix = { finding, title, edits };
    if (known === undefined) this.#edits.set(first.path, [fix]);
    else known.push(fix);
  }

  #writeRollback({ rule, migration: id }: Finding, { title }: FixRequest): void {
    const migration = this.#scene.judged.find((one) => one.id === id);
    if (migration === undefined) return;
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

  finish(): FixPass {
    for (const [path, fixes] of this.#edits) this.#edit(path, fixes);
    return { files: this.#files, fixed: this.#fixed, refused: [...this.#refused] };
  }

  #edit(path: string, fixes: readonly EditFix[]): void {
    const text = this.#scene.textOf(path);
    // A file that this pass has already written is judged anew first.
    if (text === undefined || this.#files.has(path)) return;
    const { text: changed, made } = applyEdits(text, fixes);
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
