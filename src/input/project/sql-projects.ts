import { ancestors, child, isWithin, nameOf, parentOf } from '../files/paths.ts';
import type { FileSearch, FileTree } from '../files/types.ts';
import { isRollbackFolder } from '../layouts/rollbacks.ts';
import { drizzleJournal } from '../layouts/drizzle-journal.ts';
import { layoutOf } from '../layouts/layouts.ts';
import type { CustomLayout, FoundProject, LayoutName } from '../layouts/types.ts';
import { declaredDatabase, guessedDatabase } from './database-of.ts';
import { isDrizzleFolder, layoutsOfFolder, type LayoutEvidence } from './folder-layout.ts';
import { packageAbove } from './package-above.ts';
import { hasMigrations } from './recognise.ts';

/** The files that give a project of SQL scripts away, whatever its tool. */
export const SQL_SEARCHES: readonly FileSearch[] = [
  // A migration.sql is Prisma's, or lies beside a snapshot.json of Drizzle.
  { kind: 'suffix', text: '.sql', except: 'migration.sql' },
  { kind: 'name', text: '_journal.json' },
  { kind: 'name', text: 'snapshot.json' },
];

/**
 * The projects that some files give away, Prisma's left out. A folder inside another project's is not one of its own.
 *
 * @param files paths of {@link SQL_SEARCHES}; other paths do no harm.
 * @param taken folders of projects that are known already.
 */
export function sqlProjectsAmong(
  tree: FileTree,
  files: readonly string[],
  taken: readonly string[],
): readonly FoundProject[] {
  const candidates = [...candidateFolders(tree, files, taken)].sort((a, b) => a.length - b.length);
  const found: FoundProject[] = [];
  const isTaken = (folder: string): boolean =>
    [...taken, ...found.map((project) => project.folder)].some((path) => isWithin(folder, path));
  for (const folder of candidates) {
    if (isTaken(folder)) continue;
    const project = sqlProjectAt(tree, folder);
    if (project !== undefined) found.push(project);
  }
  return found;
}

/** The folders that may be projects, for the files in them. */
function candidateFolders(
  tree: FileTree,
  files: readonly string[],
  taken: readonly string[],
): ReadonlySet<string> {
  const candidates = new Set<string>();
  const seen = new Set<string>();
  for (const file of files) {
    if (!isScript(file)) continue;
    const folder = parentOf(file);
    // Of thousands of migrations that are folders, the first one tells.
    const isInner = folder !== '' && /^(?:up|down)\.sql$/.test(nameOf(file));
    const candidate = isInner ? parentOf(folder) : folder;
    if (seen.has(candidate)) continue;
    seen.add(candidate);
    if (taken.some((path) => isWithin(candidate, path))) continue;
    candidates.add(candidate);
    if (!isInner && folder !== '' && isRollbackFolder(nameOf(folder))) candidates.add(parentOf(folder));
  }
  for (const file of files) {
    const folder = parentOf(file);
    const around = parentOf(folder);
    if (nameOf(file) === 'snapshot.json' && folder !== '' && !candidates.has(around)) {
      if (isDrizzleFolder(tree, folder)) candidates.add(around);
    }
    if (file.endsWith('/meta/_journal.json')) candidates.add(parentOf(parentOf(file)));
    else if (file === 'meta/_journal.json') candidates.add('');
  }
  return candidates;
}

function isScript(file: string): boolean {
  return /\.sql$/i.test(file);
}

/** The project whose folder this is, by what lies in it; undefined if it is none that we know, or Prisma's. */
export function sqlProjectAt(tree: FileTree, folder: string, evidence?: string): FoundProject | undefined {
  const [first, ...others] = layoutsOfFolder(tree, folder);
  if (first === undefined) return undefined;
  const project = describe(tree, folder, first, evidence !== undefined);
  const all = others.map(({ layout }) => layout);
  if (first.layout !== 'drizzle' && hasMigrations(tree, folder)) all.push('prisma');
  return {
    ...project,
    ...(evidence !== undefined && { evidence }),
    ...(all.length > 0 && { others: all }),
  };
}

/** The project in a folder whose layout somebody has said. */
export function projectOfLayout(
  tree: FileTree,
  folder: string,
  layout: LayoutName,
  custom: CustomLayout | undefined,
  evidence: string,
): FoundProject {
  return {
    layout,
    folder,
    schema: undefined,
    evidence,
    packageFolder: packageAbove(tree, folder),
    // Whoever names the layout knows the database; only a journal says it as clearly.
    provider: declaredDatabase(tree, layout, folder),
    ...(custom && { custom }),
  };
}

/** @param isNamed true if somebody named the project: then only what is written down speaks of another database. */
function describe(
  tree: FileTree,
  folder: string,
  { layout, evidence }: LayoutEvidence,
  isNamed: boolean,
): FoundProject {
  const sample = layoutOf(layout)
    .migrations(tree, folder)
    .entries.find(({ forward }) => forward !== undefined)?.forward;
  const declared = declaredDatabase(tree, layout, folder);
  const guessed = isNamed ? undefined : guessedDatabase(tree, folder, sample);
  const notes = [
    ...(layout === 'diesel' && evidence.endsWith('/up.sql') ? [NO_DIESEL] : []),
    ...(layout !== 'drizzle' && drizzleJournal(tree, folder) !== undefined ? [UNUSED_JOURNAL] : []),
  ];
  return {
    layout,
    folder,
    schema: undefined,
    evidence,
    packageFolder: packageAbove(tree, folder),
    provider: declared ?? guessed,
    ...(declared === undefined && guessed !== undefined && { providerGuessed: true }),
    ...(notes.length > 0 && { notes }),
  };
}

const NO_DIESEL =
  'The folders with up.sql were taken for Diesel’s, though no diesel.toml or Cargo.toml says so; the options layout and transaction of the configuration say otherwise.';

const UNUSED_JOURNAL =
  'meta/_journal.json names none of these scripts, so that Drizzle’s migrator does not run them; the options layout and transaction of the configuration say what does.';

/** The project that a script or rollback belongs to, with it alone to be reported on; undefined if none is recognised. */
export function sqlProjectOfFile(tree: FileTree, file: string, evidence: string): FoundProject | undefined {
  // The outermost first, as in a search.
  for (const folder of ancestors(parentOf(file)).slice(0, MAXIMUM_DEPTH).toReversed()) {
    const project = sqlProjectAt(tree, folder, evidence);
    if (project === undefined) continue;
    const entry = layoutOf(project.layout)
      .migrations(tree, folder)
      .entries.find(({ forward, rollback }) => forward === file || rollback === file);
    const only = entry?.forward;
    if (only !== undefined) return { ...project, only: [only] };
  }
  return undefined;
}

/** How far below its project's folder a script may lie. */
const MAXIMUM_DEPTH = 4;

/** The project of which a folder holds one migration, or all rollbacks; undefined if it is no such folder. */
export function sqlProjectOfInnerFolder(
  tree: FileTree,
  folder: string,
  evidence: string,
): FoundProject | undefined {
  if (folder === '') return undefined;
  const names = new Set(tree.list(folder).map(({ name }) => name));
  const script = names.has('up.sql') ? 'up.sql' : isDrizzleFolder(tree, folder) ? 'migration.sql' : undefined;
  if (script !== undefined) return sqlProjectOfFile(tree, child(folder, script), evidence);
  return isRollbackFolder(nameOf(folder)) ? sqlProjectAt(tree, parentOf(folder), evidence) : undefined;
}
