import type { Catalog } from '../../model/catalog/types.ts';
import { falseClaim } from '../../model/history/borne-out.ts';
import { claimsOf } from '../../model/history/name-claims.ts';
import { matchesNamePattern, nameConventions } from '../../model/history/name-pattern.ts';
import { namesOfChanges } from '../../model/history/names-of-changes.ts';
import { isVagueName } from '../../model/history/vague-name.ts';
import { objectNames } from '../../model/operations/object-names.ts';
import type { Conventions } from '../conventions.ts';
import type { FixRequest } from '../fix.ts';
import type { Migration, Project } from '../project.ts';

/** What a name is chosen by; the context of a rule's listener for migrations is one. */
export interface NamingScene {
  readonly catalog: Catalog;
  readonly catalogAfter: Catalog;
  readonly project: Project;
  readonly conventions: Conventions;
}

/** First words that say that rows change. */
const DATA_VERBS: ReadonlySet<string> = new Set(['migrate', 'backfill', 'populate', 'seed', 'fill', 'clean']);

/**
 * The fix that gives a pending migration a name made of what it does: one that follows the team's convention, says something, and says
 * nothing that is not so.
 *
 * @param patterns what the name has to follow; the patterns of the convention by default.
 * @returns undefined where there is no such name: the migration does too much, or cannot be read whole.
 */
export function renameByChanges(
  migration: Migration,
  scene: NamingScene,
  patterns: readonly string[] = nameConventions[scene.conventions.nameConvention].patterns,
): FixRequest | undefined {
  const { script, operations } = migration;
  if (script === undefined || script.problems.length > 0 || !mayBeRenamed(migration)) return undefined;
  const objects = objectNames(operations);
  const claims = { operations, before: scene.catalog, after: scene.catalogAfter };
  const name = namesOfChanges(operations).find(
    (one) =>
      patterns.some((pattern) => matchesNamePattern(one, pattern)) &&
      !(isVagueName(one) && isVagueName(one, objects)) &&
      claimsOf(one, DATA_VERBS).every((claim) => falseClaim(claim, claims) === undefined),
  );
  return name === undefined ? undefined : renameTo(migration, name, scene);
}

/** The fix that gives a pending migration another name, written with `-` where those of the project are. */
export function renameTo(
  migration: Migration,
  name: string,
  { project }: Pick<NamingScene, 'project'>,
): FixRequest | undefined {
  if (!mayBeRenamed(migration)) return undefined;
  const written = usesHyphens(project) ? name.replaceAll('_', '-') : name;
  if (written === migration.name || isTaken(written, migration, project)) return undefined;
  return { kind: 'rename migration', safety: 'safe', title: `renames it to ${written}`, name: written };
}

/** The fix that gives a pending migration a version with which it comes after all that is applied, and else where it runs. */
export function renumber(migration: Migration): FixRequest | undefined {
  return mayBeRenamed(migration)
    ? { kind: 'rename migration', safety: 'safe', title: 'gives it the next version', version: 'next' }
    : undefined;
}

function mayBeRenamed({ state, repeats }: Migration): boolean {
  return state === 'pending' && repeats !== true;
}

function usesHyphens({ migrations }: Project): boolean {
  const count = (separator: string): number =>
    migrations.filter(({ name }) => name.includes(separator)).length;
  return count('-') > count('_');
}

/** Two of one name can be told apart by their versions, and yet nobody would know which one is meant. */
function isTaken(name: string, { id }: Migration, { migrations }: Project): boolean {
  return migrations.some((other) => other.id !== id && other.name === name);
}
