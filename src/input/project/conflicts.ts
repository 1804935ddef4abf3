import type { LayoutName } from '../layouts/types.ts';
import { versionKey } from '../layouts/version-key.ts';
import { Lexer } from '../sql/lexer.ts';
import { scriptText } from './read-script.ts';
import type { Conflicts, ReadMigration } from './types.ts';

/** What decides about the places of migrations besides themselves. */
export interface ConflictScene {
  readonly layout: LayoutName;
  /** Which of two ids the runner applies first. */
  readonly compare: (a: string, b: string) => number;
  /** Of Drizzle: the `when` of each tag in the journal; undefined where there is none. */
  readonly whens: ReadonlyMap<string, number> | undefined;
}

/**
 * Finds what of migrations goes against others: versions that are there twice, places that have passed, and applied ones that come
 * again under another name.
 *
 * @param migrations in replay order.
 * @returns by the id of the migration that is in the way; of two with one version the later one. Scripts that the tool
 *   repeats have no place, and are left out.
 */
export function conflictsOf(
  migrations: readonly ReadMigration[],
  scene: ConflictScene,
): ReadonlyMap<string, Conflicts> {
  const found = new Map<string, Conflicts>();
  const add = (id: string, conflicts: Conflicts): void => {
    found.set(id, { ...found.get(id), ...conflicts });
  };
  const placed = migrations.filter(({ repeats }) => repeats !== true);
  for (const [id, conflicts] of sameVersions(placed, scene.layout)) add(id, conflicts);
  for (const [id, renamedFrom] of renamed(placed)) add(id, { renamedFrom });
  for (const [id, passedBy] of passed(placed, scene)) add(id, { passedBy });
  return found;
}

function sameVersions(
  migrations: readonly ReadMigration[],
  layout: LayoutName,
): readonly (readonly [string, Conflicts])[] {
  // Drizzle's journal numbers its migrations itself, and the name is only a name.
  if (layout === 'drizzle') return [];
  const first = new Map<string, ReadMigration>();
  return migrations.flatMap((migration) => {
    const { version } = migration;
    if (version === '' || migration.change === 'deleted') return [];
    const key = versionKey(layout, version);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, migration);
    if (earlier === undefined || earlier.id === migration.id) return [];
    const copy = sqlOf(migration) !== '' && sqlOf(migration) === sqlOf(earlier);
    return [[migration.id, { sameVersionAs: earlier.id, ...(copy && { copy: true }) }] as const];
  });
}

/** Pending migrations with the SQL of a deleted one. */
function renamed(migrations: readonly ReadMigration[]): readonly (readonly [string, string])[] {
  const gone = new Map(
    migrations.filter(({ change }) => change === 'deleted').map((deleted) => [sqlOf(deleted), deleted.id]),
  );
  gone.delete('');
  if (gone.size === 0) return [];
  return migrations.flatMap((migration) => {
    const from = migration.state === 'pending' ? gone.get(sqlOf(migration)) : undefined;
    return from === undefined ? [] : [[migration.id, from] as const];
  });
}

/** Pending migrations whose place is before the last applied one. */
function passed(
  migrations: readonly ReadMigration[],
  { layout, compare, whens }: ConflictScene,
): readonly (readonly [string, string])[] {
  const isLater = (a: string, b: string): boolean =>
    whens === undefined ? compare(a, b) > 0 : (whens.get(a) ?? -Infinity) > (whens.get(b) ?? -Infinity);
  let last: ReadMigration | undefined;
  for (const migration of migrations) {
    if (migration.state === 'applied' && (last === undefined || isLater(migration.id, last.id)))
      last = migration;
  }
  if (last === undefined) return [];
  const { id: lastId, version } = last;
  return migrations.flatMap((migration) => {
    const { id } = migration;
    const isSame =
      whens === undefined && versionKey(layout, migration.version) === versionKey(layout, version);
    const isUnknown = whens !== undefined && !whens.has(id);
    if (migration.state !== 'pending' || isSame || isUnknown || isLater(id, lastId)) return [];
    return [[id, lastId] as const];
  });
}

/** What a script does: its text without comments and layout. Empty for one that could not be read. */
function sqlOf({ forward }: ReadMigration): string {
  if (forward === undefined || forward.problems.length > 0) return '';
  const lexer = new Lexer(scriptText(forward));
  const tokens: string[] = [];
  while (lexer.next()) {
    if (lexer.kind !== 'line-comment' && lexer.kind !== 'block-comment') tokens.push(lexer.value);
  }
  return tokens.join(' ');
}
