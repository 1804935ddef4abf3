import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { treePath } from '../input/files/disk-tree.ts';
import { nameOf, parentOf } from '../input/files/paths.ts';
import type { ReadProject } from '../input/project/types.ts';
import { decodeSource } from '../input/text/decode.ts';
import { fixPass, type FixedFinding } from '../repair/fix/fix-pass.ts';
import { lintChecked } from './lint-projects.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { RenamedMigrations } from './renamed-migrations.ts';
import { runProjects, type RunOutcome } from './run-projects.ts';
import { SchemaNotes } from './schema-notes.ts';
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
  /** Sets of paths that are changed all or none. */
  readonly together: readonly (readonly string[])[];
  readonly fixed: readonly FixedFinding[];
  /** What else has changed, for people: one sentence each. */
  readonly notes: readonly string[];
  /** Why fixes that were wanted are not made, for people: one sentence each. */
  readonly refused: readonly string[];
}

/** After so many passes somebody should look at what they have made. */
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
    const left = writeChanges(top, outcome.changes, outcome.together);
    const notes = left.map((path) => `${path} has changed in the meantime, and was left alone.`);
    return { ...outcome, notes: [...outcome.notes, ...notes] };
  });
}

async function fixAll(
  asked: RunRequest,
  { unsafe }: FixWishes,
  read: (path: string) => Uint8Array | undefined,
): Promise<FixOutcome> {
  let request: RunRequest = { ...asked, now: asked.now ?? new Date() };
  const overlay = new Map<string, Uint8Array | undefined>();
  const bytesOf = (path: string): Uint8Array | undefined =>
    overlay.has(path) ? overlay.get(path) : read(path);
  const together: (readonly string[])[] = [];
  const fixed: FixedFinding[] = [];
  const renamed = new RenamedMigrations();
  const notes = new Set<string>();
  const schemas = new SchemaNotes();
  const refused = new Set<string>();
  const seen = new Set([digestOf(overlay)]);
  for (let pass = 0; ; pass++) {
    const run = await runProjects({ ...request, overlay });
    const moved = new Map<string, string>();
    // What stood in the way before may be gone by now.
    refused.clear();
    const state = {
      request,
      unsafe,
      bytesOf,
      overlay,
      together,
      moved,
      renamed,
      schemas,
      fixed,
      notes,
      refused,
    };
    const changed = passOver(run, state);
    if (!changed) break;
    request = withMovedPaths(request, moved);
    const now = digestOf(overlay);
    if (seen.has(now)) {
      notes.add('Fixes undo what others have made, again and again: a bug of migration-lint.');
      break;
    }
    seen.add(now);
    if (pass === PASSES - 1) {
      notes.add(`After ${PASSES} rounds there is more to mend: run it again.`);
      break;
    }
  }
  const lint = await lintChecked({ ...request, overlay });
  const changes = [...overlay]
    .map(([path, after]) => ({ path, before: read(path), after }))
    .filter(({ before, after }) => before !== undefined || after !== undefined);
  return {
    lint,
    changes,
    together,
    fixed,
    notes: [...renamed.notes(), ...schemas.notes(), ...notes],
    refused: [...refused],
  };
}

/** One text for what all files have become. */
function digestOf(overlay: ReadonlyMap<string, Uint8Array | undefined>): string {
  const hash = createHash('sha256');
  for (const [path, bytes] of [...overlay].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\0${bytes === undefined ? 'gone' : bytes.length}\0`).update(bytes ?? '');
  return hash.digest('hex');
}

interface PassState {
  readonly request: RunRequest;
  readonly unsafe: boolean;
  readonly bytesOf: (path: string) => Uint8Array | undefined;
  readonly overlay: Map<string, Uint8Array | undefined>;
  readonly together: (readonly string[])[];
  readonly moved: Map<string, string>;
  readonly renamed: RenamedMigrations;
  readonly schemas: SchemaNotes;
  readonly fixed: FixedFinding[];
  readonly notes: Set<string>;
  readonly refused: Set<string>;
}

/** One pass over all projects. @returns whether it changed anything. */
function passOver({ projects }: RunOutcome, state: PassState): boolean {
  const before = state.fixed.length;
  const { tree } = openWorkspace({ ...state.request, overlay: state.overlay });
  for (const { linted, conventions } of projects) {
    const { project, judged, findings } = linted.result;
    state.schemas.note(linted, tree);
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
      conventions,
      place: {
        tree,
        found: linted.source.found,
        pending: pendingIn(linted.source),
        now: state.request.now ?? new Date(),
        conventions,
      },
    });
    for (const [path, text] of pass.files)
      state.overlay.set(path, text === undefined ? undefined : bytesOfText(text, state.bytesOf(path)));
    state.together.push(...pass.together);
    for (const [from, to] of pass.moved) state.moved.set(from, to);
    state.renamed.note(linted.source, pass.renamed);
    state.fixed.push(...pass.fixed);
    for (const note of pass.notes) state.notes.add(note);
    for (const reason of pass.refused) state.refused.add(reason);
  }
  return state.fixed.length > before;
}

/** Also those that were not asked for: they may have to make room. */
function pendingIn({ migrations }: ReadProject): ReadonlySet<string> {
  return new Set(migrations.filter(({ state }) => state === 'pending').map(({ id }) => id));
}

/** The paths that were asked for, where they lie now. */
function withMovedPaths(request: RunRequest, moved: ReadonlyMap<string, string>): RunRequest {
  const { paths } = request;
  if (paths === undefined || paths.length === 0 || moved.size === 0) return request;
  const { top, cwd } = openWorkspace(request);
  const movedPath = (path: string): string => {
    const asked = treePath(top, resolve(cwd, path));
    for (const [from, to] of moved) {
      if (from === asked) return join(top, to);
      // A folder that is a migration has all its files in another one now.
      if (
        asked !== undefined &&
        parentOf(from) === asked &&
        parentOf(to) !== asked &&
        nameOf(from) === nameOf(to)
      )
        return join(top, parentOf(to));
    }
    return path;
  };
  return { ...request, paths: paths.map(movedPath) };
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
  return Buffer.from(had && !text.startsWith('\ufeff') ? `\ufeff${text}` : text);
}
