import { memoryTree } from '../../src/input/files/memory-tree.ts';
import { projectsFromPaths } from '../../src/input/project/projects-from-paths.ts';
import { readProject } from '../../src/input/project/read-project.ts';
import type { Base, ReadMigration, ReadProject } from '../../src/input/project/types.ts';
import { runnerOf } from '../../src/input/runners/runner-of.ts';
import { loadParser } from '../../src/input/sql/parser.ts';
import { createPgliteEngine } from '../../src/verify/engines/pglite-engine.ts';
import type { Engine } from '../../src/verify/engines/types.ts';
import type { Verification, Verdict } from '../../src/verify/types.ts';
import { verifyProject, type VerifyRequest } from '../../src/verify/verify-project.ts';

/** An engine that outlives its project: starting one takes longer than a test. */
export async function sharedEngine(
  options: Parameters<typeof createPgliteEngine>[0] = {},
): Promise<{ readonly engine: Engine; readonly end: () => Promise<void> }> {
  const engine = await createPgliteEngine(options);
  return { engine: differing(engine, { close: () => Promise.resolve() }), end: () => engine.close() };
}

/** An engine that differs from another in some things. */
export function differing(engine: Engine, others: Partial<Engine>): Engine {
  const { kind, version, major, label, abilities, extensions, notes } = engine;
  return {
    kind,
    version,
    major,
    label,
    abilities,
    extensions,
    notes,
    open: (from) => engine.open(from),
    snapshotFrom: (bytes) => engine.snapshotFrom(bytes),
    close: () => engine.close(),
    ...others,
  };
}

/** What a test says of a project; everything else is as usual. */
export interface Project extends Partial<Omit<VerifyRequest, 'source' | 'engine'>> {
  readonly files: Readonly<Record<string, string>>;
  readonly folder: string;
  /** The last applied migration; undefined for none, so that every migration is verified alone. */
  readonly appliedThrough?: string;
}

/** Verifies a project of files on an engine. */
export async function verifyFiles(
  engine: Engine,
  { files, folder, appliedThrough, ...rest }: Project,
): Promise<Verification> {
  await loadParser();
  const tree = memoryTree(files);
  const [found] = projectsFromPaths(tree, [folder]);
  if (found === undefined) throw new Error('there is no project');
  const base: Base =
    appliedThrough === undefined
      ? { kind: 'none', reason: 'whole history' }
      : { kind: 'applied-through', id: appliedThrough };
  const source: ReadProject = readProject(tree, found, { base, git: undefined });
  const selects = ({ state }: ReadMigration): boolean => base.kind === 'none' || state === 'pending';
  return verifyProject({
    source,
    runner: runnerOf(tree, found),
    engine: () => Promise.resolve(engine),
    selects,
    prelude: [],
    checks: [],
    cache: undefined,
    ...rest,
  });
}

/** The verdict of whether it applies for each migration, by its id. */
export function applies({ migrations }: Verification): Readonly<Record<string, string>> {
  return Object.fromEntries(
    migrations.map(({ id, verdicts }) => [
      id,
      verdicts.find(({ check }) => check === 'applies')?.outcome ?? '',
    ]),
  );
}

/** The verdicts of a migration. @throws {Error} if it is not there. */
export function verdictsOf({ migrations }: Verification, id: string): readonly Verdict[] {
  const found = migrations.find((migration) => migration.id === id);
  if (found === undefined) throw new Error(`${id} was not verified`);
  return found.verdicts;
}
