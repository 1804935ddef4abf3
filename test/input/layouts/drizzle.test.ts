import { describe, expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { drizzleStatements } from '../../../src/input/layouts/drizzle-statements.ts';
import { drizzleLayout } from '../../../src/input/layouts/drizzle.ts';
import { listing } from './listing.ts';

const NOW = new Date('2026-01-02T03:04:05Z');
const journal = (...entries: readonly object[]): string =>
  JSON.stringify({ version: '7', dialect: 'postgresql', entries });
const entry = (idx: number, when: number, tag: string): object => ({
  idx,
  version: '7',
  when,
  tag,
  breakpoints: true,
});

describe('drizzleLayout', () => {
  it('follows the journal: its order, and nothing that it does not name', () => {
    const files = {
      'meta/_journal.json': journal(
        entry(0, 1, '0001_b'),
        entry(1, 2, '0000_a'),
        entry(2, 3, '0002_missing'),
      ),
      'meta/0000_snapshot.json': '{}',
      '0000_a.sql': '',
      '0001_b.sql': '',
      '0001_b.down.sql': '',
      '0003_never.sql': '',
      '0009_gone.down.sql': '',
      'schema.ts': '',
    };
    expect(listing(drizzleLayout, files)).toEqual({
      migrations: ['0001_b < 0001_b.down.sql', '0000_a', '0002_missing'],
      strays: ['0003_never.sql', '0009_gone.down.sql'],
    });
    const tree = memoryTree(files);
    expect(drizzleLayout.migrations(tree, '').entries.map(({ forward }) => forward)).toEqual([
      '0001_b.sql',
      '0000_a.sql',
      undefined,
    ]);
  });

  it('stops where the journal cannot be read, as Drizzle does', () => {
    const reading = (text: string) => () =>
      listing(drizzleLayout, { 'meta/_journal.json': text, '0000_a.sql': '' });
    expect(reading('{\n<<<<<<< HEAD\n')).toThrow(
      /^(?:\w+\/)?meta\/_journal.json is no journal of Drizzle: .*JSON/,
    );
    expect(reading('[]')).toThrow('it is no object');
    expect(reading('{"entries":{}}')).toThrow('its entries are no list');
    expect(listing(drizzleLayout, { 'meta/_journal.json': '{"entries":[1,{"tag":2}]}' }).migrations).toEqual(
      [],
    );
  });

  it('takes folders where there is no journal', () => {
    const files = [
      '20260102000000_b/migration.sql',
      '20260102000000_b/snapshot.json',
      '20260101000000_a/migration.sql',
      '20260101000000_a/down.sql',
      'empty/snapshot.json',
      'loose.sql',
    ];
    expect(listing(drizzleLayout, files)).toEqual({
      migrations: ['20260101000000_a < 20260101000000_a/down.sql', '20260102000000_b'],
      strays: ['loose.sql'],
    });
  });

  it('registers a new migration, with a later time than the last one even if the clock is behind', () => {
    const tree = memoryTree({
      'd/meta/_journal.json': journal(entry(0, 1000, '0000_a'), entry(1, NOW.getTime() + 5, '0001_b')),
      'd/0000_a.sql': '',
      'd/0001_b.sql': '',
    });
    const place = drizzleLayout.newPlace?.(tree, 'd', { name: 'add email', after: undefined, now: NOW });
    const files = place?.files({
      forward: 'CREATE TABLE a ();\nCREATE TABLE b ();\n',
      rollback: 'DROP TABLE a, b;',
      withoutTransaction: false,
    });
    expect(files?.map(({ path }) => path)).toEqual([
      'd/0002_add_email.sql',
      'd/0002_add_email.down.sql',
      'd/meta/_journal.json',
    ]);
    expect(files?.[0]?.text).toBe('CREATE TABLE a ();\n--> statement-breakpoint\nCREATE TABLE b ();\n');
    expect(JSON.parse(files?.[2]?.text ?? '')).toEqual({
      version: '7',
      dialect: 'postgresql',
      entries: [
        entry(0, 1000, '0000_a'),
        entry(1, NOW.getTime() + 5, '0001_b'),
        entry(2, NOW.getTime() + 6, '0002_add_email'),
      ],
    });
  });

  it('has no room between two numbers, and room between two timestamps', () => {
    const numbered = memoryTree({
      'meta/_journal.json': journal(entry(0, 1, '0000_a'), entry(1, 9, '0001_b')),
      '0000_a.sql': '',
      '0001_b.sql': '',
    });
    const after = drizzleLayout.migrations(numbered, '').entries[0];
    expect(drizzleLayout.newPlace?.(numbered, '', { name: 'x', after, now: NOW })).toBeUndefined();

    const timed = memoryTree({
      'meta/_journal.json': journal(entry(0, 1, '20260101000000_a'), entry(1, 9, '20260101000005_b')),
    });
    const first = drizzleLayout.migrations(timed, '').entries[0];
    const place = drizzleLayout.newPlace?.(timed, '', { name: 'x', after: first, now: NOW });
    const files = place?.files({ forward: '', rollback: undefined, withoutTransaction: false });
    expect(JSON.parse(files?.at(-1)?.text ?? '')).toMatchObject({
      entries: [
        entry(0, 1, '20260101000000_a'),
        entry(1, 8, '20260101000001_x'),
        entry(2, 9, '20260101000005_b'),
      ],
    });
  });
});

describe('drizzleStatements', () => {
  it.each([
    ['SELECT 1', 'SELECT 1'],
    ['', ''],
    ['-- nothing\n', '-- nothing\n'],
    ['SELECT 1; SELECT 2;', 'SELECT 1;\n--> statement-breakpoint\n SELECT 2;'],
    [
      "DO $$ BEGIN PERFORM 1; END $$;\n-- two\nSELECT ';';\n",
      "DO $$ BEGIN PERFORM 1; END $$;\n--> statement-breakpoint\n-- two\nSELECT ';';\n",
    ],
    ['SELECT 1;--> statement-breakpoint\nSELECT 2;', 'SELECT 1;--> statement-breakpoint\nSELECT 2;'],
  ])('%j', (sql, expected) => {
    expect(drizzleStatements(sql)).toBe(expected);
  });
});
