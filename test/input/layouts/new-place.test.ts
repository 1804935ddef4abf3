import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { layoutOf } from '../../../src/input/layouts/layouts.ts';
import type {
  CustomLayout,
  Layout,
  LayoutName,
  NewFile,
  NewScripts,
} from '../../../src/input/layouts/types.ts';

const NOW = new Date('2026-01-02T03:04:05Z');
const SCRIPTS: NewScripts = {
  forward: "CREATE TABLE a (x text DEFAULT ';');\nDO $$\nBEGIN\n  PERFORM 1;\nEND $$;\n",
  rollback: 'DROP TABLE a;',
  withoutTransaction: false,
};
const CUSTOM: CustomLayout = { up: 'do/{version}-{name}.sql', down: 'undo/{version}*.sql' };

/** For each layout how a project of some versions looks: version → its files. */
const PROJECTS: Readonly<Record<LayoutName, (version: string, withRollback: boolean) => readonly string[]>> =
  {
    prisma: (version, undo) => [`${version}_a_b/migration.sql`, ...(undo ? [`${version}_a_b/down.sql`] : [])],
    numbered: (version, undo) => [
      `sql/${version}_a_b.sql`,
      ...(undo ? [`rollback/${version}_rollback.sql`] : []),
    ],
    supabase: (version, undo) => [`${version}_a_b.sql`, ...(undo ? [`down/${version}_a_b.sql`] : [])],
    drizzle: (version) => [`${version}_a_b/migration.sql`],
    'golang-migrate': (version, undo) => [
      `${version}_a_b.up.sql`,
      ...(undo ? [`${version}_a_b.down.sql`] : []),
    ],
    diesel: (version, undo) => [`${version}_a_b/up.sql`, ...(undo ? [`${version}_a_b/down.sql`] : [])],
    sqlx: (version, undo) => [`${version}_a_b.up.sql`, ...(undo ? [`${version}_a_b.down.sql`] : [])],
    dbmate: (version) => [`${version}_a_b.sql`],
    goose: (version) => [`${version}_a_b.sql`],
    flyway: (version, undo) => [`x/V${version}__a_b.sql`, ...(undo ? [`x/U${version}__a_b.sql`] : [])],
    plain: (version, undo) => [`${version}-a-b.sql`, ...(undo ? [`${version}-rollback-a-b.sql`] : [])],
    custom: (version, undo) => [`do/${version}-a-b.sql`, ...(undo ? [`undo/${version}.sql`] : [])],
  };
const LAYOUTS = Object.keys(PROJECTS) as LayoutName[];

const treeOf = (paths: readonly string[], files: readonly NewFile[] = []): ReturnType<typeof memoryTree> =>
  memoryTree({
    ...Object.fromEntries(paths.map((path) => [`m/${path}`, ''])),
    ...Object.fromEntries(files.map(({ path, text }) => [path, text])),
  });

/** A script as it stands in a file, without what the layout put around its statements. */
function scriptIn(layout: Layout, text: string, role: 'forward' | 'rollback'): string {
  const part = layout.part?.(text, role);
  return (part === undefined ? text : text.slice(part.within.start, part.within.end))
    .replaceAll(/^(?:--> statement-breakpoint|-- \+goose Statement\w+|-- no-transaction)\n/gm, '')
    .trim();
}

describe.each(LAYOUTS)('newPlace of %s', (name) => {
  const layout = layoutOf(name, CUSTOM);
  const project = PROJECTS[name];

  it('finds a place that reads back as what was asked for', () => {
    const numbers = fc.integer({ min: 1, max: 300 }).map((number) => String(number).padStart(4, '0'));
    const times = fc
      .date({ min: new Date('2019-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().replaceAll(/\D/g, '').slice(0, 14));
    const close = fc.integer({ min: 0, max: 9 }).map((second) => `2024123123595${second}`);
    const versions = fc.oneof(
      fc.uniqueArray(numbers, { maxLength: 6 }),
      fc.uniqueArray(fc.oneof(times, close), { maxLength: 6 }),
    );
    const words = fc.constantFrom('add email', 'Scale DOWN', 'rollback_prices', 'clean_up', '2fa', '', 'é-x');
    fc.assert(
      fc.property(
        versions,
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        fc.option(fc.nat(), { nil: undefined }),
        words,
        fc.boolean(),
        (present, undone, which, what, withoutTransaction) => {
          const paths = present.flatMap((version, index) => project(version, undone[index] === true));
          if (name === 'numbered') paths.push('sql/.keep');
          const before = layout.migrations(treeOf(paths), 'm').entries;
          const after = which === undefined ? undefined : before[which % before.length];
          const place = layout.newPlace?.(treeOf(paths), 'm', { name: what, after, now: NOW });
          const position = after === undefined ? before.length : before.indexOf(after) + 1;
          if (place === undefined) {
            expect(position, 'there is always room at the end').toBeLessThan(before.length);
            return;
          }
          const files = place.files({ ...SCRIPTS, withoutTransaction });
          const tree = treeOf(paths, files);
          const { entries } = layout.migrations(tree, 'm');
          const expected = before.map(({ id }) => id);
          expected.splice(position, 0, place.id);
          expect(entries.map(({ id }) => id)).toEqual(expected);
          const [previous, next] = [before[position - 1], before[position]];
          if (previous !== undefined) expect(layout.compare(previous.id, place.id)).toBeLessThan(0);
          if (next !== undefined) expect(layout.compare(place.id, next.id)).toBeLessThan(0);

          const entry = entries[position];
          expect(entry?.version).toBe(place.version);
          for (const [role, path] of [
            ['forward', entry?.forward],
            ['rollback', entry?.rollback],
          ] as const) {
            const text = Buffer.from(tree.read(path ?? '') ?? '').toString();
            expect(scriptIn(layout, text, role)).toBe((SCRIPTS[role] ?? '').trim());
            // A file without sections asks nothing of a runner that nobody knows.
            if (layout.part !== undefined && !['plain', 'numbered', 'custom'].includes(name)) {
              expect(layout.part(text, role)?.withoutTransaction).toBe(withoutTransaction);
            }
          }
          if (name === 'diesel' || name === 'flyway') {
            expect(entry?.withoutTransaction).toBe(withoutTransaction ? true : undefined);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('newPlace', () => {
  const idOf = (
    name: LayoutName,
    paths: readonly string[],
    after?: string,
    what = 'add email',
  ): string | undefined => {
    const layout = layoutOf(name, CUSTOM);
    const tree = treeOf(paths);
    const entry = layout.migrations(tree, 'm').entries.find(({ id }) => id === after);
    return layout.newPlace?.(tree, 'm', { name: what, after: entry, now: NOW })?.id;
  };
  const writes = (
    name: LayoutName,
    paths: readonly string[],
    scripts: Partial<NewScripts> = {},
  ): Readonly<Record<string, string>> => {
    const place = layoutOf(name, CUSTOM).newPlace?.(treeOf(paths), 'm', {
      name: 'x',
      after: undefined,
      now: NOW,
    });
    const files = place?.files({
      forward: 'SELECT 1;',
      rollback: 'SELECT 2;',
      withoutTransaction: false,
      ...scripts,
    });
    return Object.fromEntries(files?.map(({ path, text }) => [path.slice(2), text]) ?? []);
  };

  it.each<[LayoutName, string[], string | undefined, string | undefined]>([
    ['prisma', [], undefined, '20260102030405_add_email'],
    ['prisma', ['0_init/migration.sql'], undefined, '20260102030405_add_email'],
    ['prisma', ['20991231235959_a/migration.sql'], undefined, '21000101000000_add_email'],
    [
      'prisma',
      ['20240228235959_a/migration.sql', '20240229000001_b/migration.sql'],
      '20240228235959_a',
      '20240229000000_add_email',
    ],
    ['plain', [], undefined, '0001_add_email'],
    ['plain', ['7-a-b.sql', '9-c-d.sql'], '7-a-b', '8-add-email'],
    ['plain', ['0007_a.sql', '0008_b.sql'], '0007_a', undefined],
    ['plain', ['0007_a.sql', '0007_b.sql'], '0007_a', undefined],
    ['plain', ['V1__a_b.sql'], undefined, 'V2__add_email'],
    ['plain', ['2024_01_31_a.sql'], undefined, '2026_01_02_add_email'],
    ['plain', ['2026_01_31_a.sql'], undefined, '2026_02_01_add_email'],
    ['plain', ['999_a.sql'], undefined, '1000_add_email'],
    ['plain', ['a.sql'], undefined, 'add_email'],
    ['plain', ['b.sql'], undefined, undefined],
    ['plain', ['0001_a.sql', 'hotfix.sql'], undefined, undefined],
    ['golang-migrate', ['000001_a.up.sql'], undefined, '000002_add_email'],
    ['golang-migrate', ['1700000000_a.up.sql'], undefined, '1767323045_add_email'],
    ['sqlx', ['20240101999999_a.sql'], undefined, '20240102000000_add_email'],
    ['dbmate', ['9_a.sql'], undefined, undefined],
    ['diesel', [], undefined, '2026-01-02-030405_add_email'],
    ['diesel', ['2024-01-31-235959-0003_a/up.sql'], undefined, '2026-01-02-030405-0000_add_email'],
    [
      'diesel',
      ['2024-01-31-235959_a/up.sql', '2024-02-01-000001_b/up.sql'],
      '2024-01-31-235959_a',
      '2024-02-01-000000_add_email',
    ],
    ['flyway', [], undefined, 'V1__add_email'],
    ['flyway', ['V1_9__a.sql', 'R__views.sql'], undefined, 'V1_10__add_email'],
    ['flyway', ['V2__a.sql', 'V3__b.sql'], 'V2__a', 'V2.1__add_email'],
    ['flyway', ['V2__a.sql', 'V2_1__b.sql', 'V3__c.sql'], 'V2__a', 'V2.0.1__add_email'],
    ['flyway', ['V1__a.sql', 'R__views.sql'], 'R__views', undefined],
    ['flyway', ['V1__a.sql', 'U2__gone.sql'], undefined, 'V3__add_email'],
    ['golang-migrate', ['1_a.up.sql', '2_gone.down.sql', '003.sql'], undefined, '4_add_email'],
    ['goose', ['00001_a.sql', '00002_b.go'], undefined, '00003_add_email'],
    ['drizzle', ['meta/_journal.json'], undefined, '0000_add_email'],
  ])('%s %j after %s: %s', (name, paths, after, expected) => {
    expect(idOf(name, paths, after)).toBe(expected);
  });

  it('puts rollbacks where the project has them', () => {
    expect(Object.keys(writes('plain', ['1_a.sql', 'rollback/1_a.sql']))).toEqual([
      '2_x.sql',
      'rollback/2_x.sql',
    ]);
    expect(Object.keys(writes('plain', ['1_a.up.sql', '1_a.down.sql']))).toEqual([
      '2_x.up.sql',
      '2_x.down.sql',
    ]);
    expect(Object.keys(writes('plain', ['1_a.sql', '1_a_ROLLBACK.sql']))).toEqual([
      '2_x.sql',
      '2_x_ROLLBACK.sql',
    ]);
    expect(Object.keys(writes('plain', ['0005_a.sql', 'rollback_0005.sql']))).toEqual([
      '0006_x.sql',
      'rollback_0006.sql',
    ]);
    expect(Object.keys(writes('plain', ['1_a.sql', 'undo/1_drop_it.sql']))).toEqual([
      '2_x.sql',
      'undo/2_x.sql',
    ]);
    expect(Object.keys(writes('prisma', ['20240101000000_a/migration.sql']))).toEqual([
      '20260102030405_x/migration.sql',
      '20260102030405_x/rollback.sql',
    ]);
    expect(Object.keys(writes('numbered', ['sql/0001_a.sql']))).toEqual([
      'sql/0002_x.sql',
      'rollback/0002_rollback.sql',
    ]);
    expect(Object.keys(writes('supabase', ['20240101000000_a.sql']))).toEqual([
      '20260102030405_x.sql',
      'rollbacks/20260102030405_x.sql',
    ]);
  });

  it('marks scripts that run without a transaction as the tool wants it', () => {
    const alone = { withoutTransaction: true };
    expect(writes('sqlx', ['1_a.sql'], { ...alone, rollback: undefined })).toEqual({
      '2_x.sql': '-- no-transaction\nSELECT 1;\n',
    });
    expect(writes('dbmate', ['1_a.sql'], { ...alone, rollback: undefined })).toEqual({
      '20260102030405_x.sql':
        '-- migrate:up transaction:false\nSELECT 1;\n\n-- migrate:down transaction:false\n',
    });
    expect(writes('goose', ['1_a.sql'], { ...alone, forward: 'SELECT 1' })).toEqual({
      '2_x.sql': '-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n\n-- +goose Down\nSELECT 2;\n',
    });
    expect(writes('diesel', ['1_a/up.sql'], alone)).toMatchObject({
      '2026-01-02-030405_x/metadata.toml': 'run_in_transaction = false\n',
    });
    expect(writes('flyway', ['V1__a.sql'], alone)).toEqual({
      'V2__x.sql': 'SELECT 1;\n',
      'V2__x.sql.conf': 'executeInTransaction=false\n',
      'U2__x.sql': 'SELECT 2;\n',
      'U2__x.sql.conf': 'executeInTransaction=false\n',
    });
  });

  it('puts marks around statements that goose would cut', () => {
    const forward =
      "/* a;\n b */ SELECT 1; SELECT 2;\nDO $$ BEGIN\n  PERFORM 1;\nEND $$; -- done\nSELECT '\n;\n' /* end */";
    expect(writes('goose', ['1_a.sql'], { forward, rollback: undefined })['2_x.sql']).toBe(
      [
        '-- +goose Up',
        '-- +goose StatementBegin',
        '/* a;',
        ' b */ SELECT 1;',
        '-- +goose StatementEnd',
        ' SELECT 2;',
        '-- +goose StatementBegin',
        'DO $$ BEGIN',
        '  PERFORM 1;',
        'END $$;',
        '-- +goose StatementEnd',
        ' -- done',
        '-- +goose StatementBegin',
        "SELECT '",
        ';',
        "' /* end */;",
        '-- +goose StatementEnd',
        '',
      ].join('\n'),
    );
  });
});
