import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { dbmateLayout } from '../../../src/input/layouts/dbmate.ts';
import { gooseLayout } from '../../../src/input/layouts/goose.ts';
import { listing, partText } from './listing.ts';

describe('gooseLayout', () => {
  it('orders by number, and keeps the place of what it cannot read', () => {
    const tree = memoryTree({
      'm/00010_c.sql': '',
      'm/2_b.sql': '',
      'm/00003_backfill.go': '',
      'm/embed.go': '',
      'm/00003_backfill_test.go': '',
      'm/0_none.sql': '',
      'm/x_y.sql': '',
      'm/sub/4_d.sql': '',
    });
    const { entries, strays } = gooseLayout.migrations(tree, 'm');
    expect(
      entries.map(({ id, forward, rollback, unreadable }) => [id, forward, rollback, unreadable]),
    ).toEqual([
      ['2_b', 'm/2_b.sql', 'm/2_b.sql', undefined],
      ['00003_backfill', undefined, undefined, 'a Go program'],
      ['00010_c', 'm/00010_c.sql', 'm/00010_c.sql', undefined],
    ]);
    expect(strays).toEqual(['m/0_none.sql', 'm/x_y.sql']);
  });

  it.each([
    ['-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n', 'SELECT 1;\n', 'SELECT 2;\n'],
    ['-- header\r\n-- +goose Up\r\nSELECT 1;\r\n-- +goose Down\r\nSELECT 2;', 'SELECT 1;\r\n', 'SELECT 2;'],
    ['--+GOOSE UP\n', undefined, undefined],
    ['--+goose UP\nSELECT 1;\n-- -- +goose   down\n', 'SELECT 1;\n', ''],
    ['-- +goose Up', '', undefined],
    ['SELECT 1;', undefined, undefined],
    ['  -- +goose Up\nSELECT 1;', undefined, undefined],
    ['-- +goose Upwards\nSELECT 1;', undefined, undefined],
    ['-- the +goose Up\nSELECT 1;', undefined, undefined],
    [
      '-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n-- +goose StatementEnd\n',
      '-- +goose StatementBegin\nSELECT 1;\n-- +goose StatementEnd\n',
      undefined,
    ],
  ])('%j', (text, forward, rollback) => {
    expect(partText(gooseLayout, text, 'forward')).toBe(forward);
    expect(partText(gooseLayout, text, 'rollback')).toBe(rollback);
  });

  it.each([
    ['-- +goose NO TRANSACTION\n-- +goose Up\n', true],
    ['-- +goose Up\n-- +goose no transaction\r\n', true],
    ['-- +goose Up\n-- +goose Down\n-- +goose NO TRANSACTION\n', true],
    ['-- +goose Up\n-- NO TRANSACTION\n', false],
    ['-- +goose Up\n-- +goose NO  TRANSACTION\n', false],
  ])('%j asks for no transaction: %s', (text, expected) => {
    expect(gooseLayout.part?.(text, 'forward')?.withoutTransaction).toBe(expected);
  });
});

describe('dbmateLayout', () => {
  it('orders by the names’ bytes', () => {
    expect(
      listing(dbmateLayout, ['2_b.sql', '10_c.sql', '1.sql', '1-a.sql', 'schema.sql', 'x/3_d.sql']),
    ).toEqual({
      migrations: ['1-a < 1-a.sql', '1 < 1.sql', '10_c < 10_c.sql', '2_b < 2_b.sql'],
      strays: ['schema.sql'],
    });
  });

  it.each([
    ['-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n', 'SELECT 1;\n', 'SELECT 2;\n'],
    ['-- header\r\n-- migrate:up\r\nSELECT 1;\r\n\r\n-- migrate:down\r\n', 'SELECT 1;\r\n\r\n', ''],
    ['--migrate:up\nSELECT 1;', 'SELECT 1;', undefined],
    ['--\tmigrate:up transaction:false\nSELECT 1;\n--   migrate:down', 'SELECT 1;\n', ''],
    ['-- migrate:UP\nSELECT 1;', undefined, undefined],
    [' -- migrate:up\nSELECT 1;', undefined, undefined],
    ['-- migrate:upgrade\nSELECT 1;', undefined, undefined],
    ['-- migrate:up\n\n\n-- migrate:down\n', '\n\n', ''],
    ['-- migrate:up', '', undefined],
    ['SELECT 1;', undefined, undefined],
  ])('%j', (text, forward, rollback) => {
    expect(partText(dbmateLayout, text, 'forward')).toBe(forward);
    expect(partText(dbmateLayout, text, 'rollback')).toBe(rollback);
  });

  it('reads each section’s own options, from its line alone', () => {
    const text = '-- migrate:up foo:bar transaction:false\nx\n-- migrate:down\n-- transaction:false\n';
    expect(dbmateLayout.part?.(text, 'forward')?.withoutTransaction).toBe(true);
    expect(dbmateLayout.part?.(text, 'rollback')?.withoutTransaction).toBe(false);
    expect(dbmateLayout.part?.('-- migrate:up transaction:falsey\n', 'forward')?.withoutTransaction).toBe(
      false,
    );
    expect(dbmateLayout.part?.('-- migrate:up\ntransaction:false\n', 'forward')?.withoutTransaction).toBe(
      false,
    );
  });

  it('says what of a file with several sections it leaves out', () => {
    const text = '-- migrate:up\na\n-- migrate:down\nb\n-- migrate:up\nc\n-- migrate:down\nd\n';
    expect(partText(dbmateLayout, text, 'forward')).toBe('a\n');
    expect(partText(dbmateLayout, text, 'rollback')).toBe('b\n');
    expect(dbmateLayout.part?.(text, 'forward')?.unread).toBe(
      'Only the first of 2 sections `-- migrate:up` is read: not lines 5-6.',
    );
  });
});

describe.each([gooseLayout, dbmateLayout])('$name', (layout) => {
  it('gives parts inside the text that never overlap', () => {
    const line = fc.constantFrom(
      '-- +goose Up',
      '-- +goose Down',
      '-- +goose NO TRANSACTION',
      '-- migrate:up',
      '-- migrate:down',
      '-- migrate:down transaction:false',
      '--',
      'SELECT 1;',
      '',
    );
    const texts = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '')), { maxLength: 8 })
      .map((lines) => lines.flat().join(''));
    fc.assert(
      fc.property(texts, (text) => {
        const forward = layout.part?.(text, 'forward')?.within;
        const rollback = layout.part?.(text, 'rollback')?.within;
        for (const part of [forward, rollback]) {
          if (part === undefined) continue;
          expect(part.start).toBeGreaterThan(0);
          expect(part.start).toBeLessThanOrEqual(part.end);
          expect(part.end).toBeLessThanOrEqual(text.length);
        }
        if (forward !== undefined && rollback !== undefined) {
          expect(forward.end <= rollback.start || rollback.end <= forward.start).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
