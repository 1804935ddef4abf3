import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { overlayTree } from '../../../src/input/files/overlay-tree.ts';
import { layoutOfProject } from '../../../src/input/layouts/layouts.ts';
import type { FileTree } from '../../../src/input/files/types.ts';
import type { CustomLayout, FoundProject, LayoutName } from '../../../src/input/layouts/types.ts';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { sourceOf } from '../../../src/input/text/decode.ts';
import type { Migration } from '../../../src/lint/project.ts';
import { placeSplit } from '../../../src/repair/place/place-split.ts';
import type { Placed, PlaceOutcome, PlaceScene } from '../../../src/repair/place/types.ts';
import type { Piece, Split } from '../../../src/repair/split/types.ts';

export const NOW = new Date('2026-01-02T03:04:05Z');
const CUSTOM: CustomLayout = { up: 'do/{version}-{name}.sql', down: 'undo/{version}*.sql' };

/** A migration in the form of a layout: its files below the folder, by its version, its name and its scripts. */
type Files = (version: string, name: string, up: string, down: string | undefined) => Record<string, string>;

const file = (path: string, text: string | undefined): Record<string, string> =>
  text === undefined ? {} : { [path]: text };

export const LAYOUT_FILES: Readonly<Record<LayoutName, Files>> = {
  prisma: (version, name, up, down) => ({
    ...file(`${version}_${name}/migration.sql`, up),
    ...file(`${version}_${name}/down.sql`, down),
    ...file(`${version}_${name}/README.md`, 'why'),
  }),
  numbered: (version, name, up, down) => ({
    ...file(`sql/${version}_${name}.sql`, up),
    ...file(`rollback/${version}_rollback.sql`, down),
  }),
  supabase: (version, name, up, down) => ({
    ...file(`${version}_${name}.sql`, up),
    ...file(`rollbacks/${version}_${name}.sql`, down),
  }),
  drizzle: (version, name, up, down) => ({
    ...file(`${version}_${name}.sql`, up),
    ...file(`${version}_${name}.down.sql`, down),
    ...file(`meta/${version}_snapshot.json`, `{"of": "${version}"}`),
  }),
  'golang-migrate': (version, name, up, down) => ({
    ...file(`${version}_${name}.up.sql`, up),
    ...file(`${version}_other_name.down.sql`, down),
  }),
  diesel: (version, name, up, down) => ({
    ...file(`${version}_${name}/up.sql`, up),
    ...file(`${version}_${name}/down.sql`, down),
  }),
  sqlx: (version, name, up, down) => ({
    ...file(`${version}_${name}.up.sql`, up),
    ...file(`${version}_${name}.down.sql`, down),
  }),
  dbmate: (version, name, up, down = '') =>
    file(`${version}_${name}.sql`, `-- migrate:up\n${up}\n-- migrate:down\n${down}`),
  goose: (version, name, up, down) =>
    file(
      `${version}_${name}.sql`,
      `-- +goose Up\n${up}${down === undefined ? '' : `\n-- +goose Down\n${down}`}`,
    ),
  flyway: (version, name, up, down) => ({
    ...file(`x/V${version}__${name}.sql`, up),
    ...file(`x/V${version}__${name}.sql.conf`, 'placeholderReplacement=false\n'),
    ...file(`x/U${version}__${name}.sql`, down),
  }),
  plain: (version, name, up, down) => ({
    ...file(`${version}-${name}.sql`, up),
    ...file(`${version}-rollback.sql`, down),
  }),
  custom: (version, name, up, down) => ({
    ...file(`do/${version}-${name}.sql`, up),
    ...file(`undo/${version}-away.sql`, down),
  }),
};

export const LAYOUTS = Object.keys(LAYOUT_FILES) as LayoutName[];

/** A project in memory: migrations by their versions, the first so many of them applied. */
export function projectOf(
  layout: LayoutName,
  versions: readonly string[],
  applied: number,
  withRollbacks = true,
): { readonly scene: PlaceScene; readonly ids: readonly string[] } {
  const found: FoundProject = {
    layout,
    ...(layout === 'custom' && { custom: CUSTOM }),
    folder: 'db/migrations',
    schema: undefined,
    evidence: 'test',
    packageFolder: '',
    provider: 'postgresql',
  };
  const files: Record<string, string> = {};
  const tags: unknown[] = [];
  for (const [index, version] of versions.entries()) {
    const name = `add_t${index}`;
    const down = withRollbacks ? `DROP TABLE t${index};\n` : undefined;
    const made = LAYOUT_FILES[layout](version, name, `CREATE TABLE t${index} (id int);\n`, down);
    for (const [path, text] of Object.entries(made)) files[`db/migrations/${path}`] = text;
    tags.push({
      idx: index,
      version: '7',
      when: 1_700_000_000_000 + index,
      tag: `${version}_${name}`,
      breakpoints: true,
    });
  }
  if (layout === 'drizzle')
    files['db/migrations/meta/_journal.json'] = JSON.stringify({
      version: '7',
      dialect: 'postgresql',
      entries: tags,
    });
  const tree = memoryTree(files);
  const ids = idsOf(tree, found);
  const scene = {
    tree,
    found,
    pending: new Set(ids.slice(applied)),
    now: NOW,
    conventions: { nameConvention: 'snake-case', draftsFolder: 'migration-drafts' },
  } as const;
  return { scene, ids };
}

export function idsOf(tree: FileTree, found: FoundProject): readonly string[] {
  return layoutOfProject(found)
    .migrations(tree, found.folder)
    .entries.map(({ id }) => id);
}

/** The files as an outcome leaves them. */
export function treeAfter({ tree }: PlaceScene, outcome: PlaceOutcome): FileTree {
  return overlayTree(
    tree,
    new Map(
      [...placed(outcome).files].map(
        ([path, text]) => [path, text === undefined ? undefined : Buffer.from(text)] as const,
      ),
    ),
  );
}

export function textAt(tree: FileTree, path: string): string | undefined {
  const bytes = tree.read(path);
  return bytes && Buffer.from(bytes).toString('utf8');
}

/** @throws {Error} for a refusal. */
export function placed(outcome: PlaceOutcome): Placed {
  if (outcome.kind === 'refused') throw new Error(outcome.reason);
  return outcome;
}

export const piece = (sql: string, more: Partial<Piece> = {}): Piece => ({
  sql,
  name: 'more',
  outsideTransaction: false,
  rollback: undefined,
  ...more,
});

/** Splits a migration of a project. */
export function splitUp(
  scene: PlaceScene,
  id: string,
  pieces: Split['pieces'],
  more: Partial<Split> = {},
): PlaceOutcome {
  const layout = layoutOfProject(scene.found);
  const entry = layout.migrations(scene.tree, scene.found.folder).entries.find((one) => one.id === id);
  const text = textAt(scene.tree, entry?.forward ?? '')?.replace(/^\ufeff/, '') ?? '';
  const script = parseScript(
    sourceOf(entry?.forward ?? '', text),
    [],
    layout.part?.(text, 'forward')?.within,
  );
  const migration = { ...entry, script } as unknown as Migration;
  return placeSplit({ migration, pieces, drafts: [], ...more }, scene);
}
