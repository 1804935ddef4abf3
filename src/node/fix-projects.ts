import { decodeSource } from '../input/text/decode.ts';
import { fixPass, type FixedFinding } from '../repair/fix/fix-pass.ts';
import { lintChecked } from './lint-projects.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { runProjects, type RunOutcome } from './run-projects.ts';
import type { LintOutcome, RunRequest } from './types.ts';
import { UsageError } from './usage-error.ts';
import { openWorkspace } from './workspace.ts';
import { writeChanges, type FileChange } from './write-changes.ts';

/** What of a run's findings is mended, and how. */
export interface FixWishes {
  /** True if unsafe fixes are wanted, too. */
  readonly unsafe: boolean;
  /** True if nothing is to be written. */
  readonly dryRun: boolean;
}

/** What fixes have made of the files. */
export interface FixOutcome {
  /** What is found after the fixes. */
  readonly lint: LintOutcome;
  readonly changes: readonly FileChange[];
  readonly fixed: readonly FixedFinding[];
  /** What was not mended and why, for people: one sentence each. */
  readonly notes: readonly string[];
}

/** After so many passes fixes that still change something undo each other. */
const PASSES = 10;

/**
 * Mends what has a fix, pass by pass, until nothing changes any more, and writes the files. Pending migrations only.
 *
 * @throws {Error} with `help`, as `lintProjects` does; also if nothing tells which migrations are pending.
 */
export async function fixProjects(request: RunRequest, wishes: FixWishes): Promise<FixOutcome> {
  const { tree, top } = openWorkspace(request);
  if (wishes.dryRun) return await fixAll(request, wishes, tree.read.bind(tree));
  return await oneAtATime(top, async () => {
    const outcome = await fixAll(request, wishes, tree.read.bind(tree));
    const left = writeChanges(top, outcome.changes);
    const notes = left.map((path) => `${path} has changed in the meantime, and was left alone.`);
    return { ...outcome, notes: [...outcome.notes, ...notes] };
  });
}

async function fixAll(
  request: RunRequest,
  { unsafe }: FixWishes,
  read: (path: string) => Uint8Array | undefined,
): Promise<FixOutcome> {
  const overlay = new Map<string, Uint8Array>();
  const bytesOf = (path: string): Uint8Array | undefined => overlay.get(path) ?? read(path);
  const fixed: FixedFinding[] = [];
  const notes = new Set<string>();
  for (let pass = 0; ; pass++) {
    const run = await runProjects({ ...request, overlay });
    const changed = passOver(run, { unsafe, bytesOf, overlay, fixed, notes });
    if (!changed) break;
    if (pass === PASSES - 1) {
      notes.add(`After ${PASSES} rounds fixes still change what others have made: a bug of migration-lint.`);
      break;
    }
  }
  const lint = await lintChecked({ ...request, overlay });
  const changes = [...overlay].map(([path, after]) => ({ path, before: read(path), after }));
  return { lint, changes, fixed, notes: [...notes] };
}

interface PassState {
  readonly unsafe: boolean;
  readonly bytesOf: (path: string) => Uint8Array | undefined;
  readonly overlay: Map<string, Uint8Array>;
  readonly fixed: FixedFinding[];
  readonly notes: Set<string>;
}

/** One pass over all projects. @returns whether it changed anything. */
function passOver({ projects }: RunOutcome, state: PassState): boolean {
  const before = state.fixed.length;
  for (const { linted } of projects) {
    const { project, judged, findings } = linted.result;
    // Without a base every migration is judged, and nobody knows which of them production has.
    if (project.wholeHistory) throw nothingIsPending();
    const pending = new Set(judged.filter(({ state: is }) => is === 'pending').map(({ id }) => id));
    const pass = fixPass({
      findings,
      judged,
      project,
      unsafe: state.unsafe,
      pending,
      textOf: (path) => textOf(path, state.bytesOf(path)),
    });
    for (const [path, text] of pass.files) state.overlay.set(path, bytesOfText(text, state.bytesOf(path)));
    state.fixed.push(...pass.fixed);
    for (const reason of pass.refused) state.notes.add(reason);
  }
  return state.fixed.length > before;
}

function nothingIsPending(): UsageError {
  return new UsageError(
    'Nothing tells which migrations are pending, and an applied one is never changed.',
    'Say it: --base <revision>, or --applied-through <migration>, the last one that production has.',
  );
}

function textOf(path: string, bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const { source, problems } = decodeSource(path, bytes);
  return problems.length > 0 || source.encoding !== 'utf-8' ? undefined : source.text;
}

/** A byte-order mark stays where one was. */
function bytesOfText(text: string, before: Uint8Array | undefined): Uint8Array {
  const had = before?.[0] === 0xef && before[1] === 0xbb && before[2] === 0xbf;
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  return Buffer.from(had ? `\ufeff${plain}` : plain);
}
