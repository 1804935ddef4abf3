import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commentedRefusal, sectionPart } from '../../src/input/layouts/commented-sections.ts';
import { folderWith, run } from './run.ts';

const TABLES = `CREATE TABLE users (id bigserial PRIMARY KEY, name text);
CREATE TABLE orders (id bigserial PRIMARY KEY, total integer NOT NULL DEFAULT 0);
`;
const GOOSE = {
  'migrations/20240101000000_init.sql': `-- +goose Up\n${TABLES}\n-- +goose Down\nDROP TABLE orders;\nDROP TABLE users;\n`,
};
const DBMATE = {
  'db/migrations/20240101000000_init.sql': `-- migrate:up\n${TABLES}\n-- migrate:down\nDROP TABLE orders;\nDROP TABLE users;\n`,
};

function section(text: string, role: 'forward' | 'rollback'): string {
  const within = sectionPart(text, role)?.within;
  return within === undefined ? '' : text.slice(within.start, within.end).trim();
}

describe('a rollback that --fix completes', () => {
  it('gets the marks that goose needs, though the section has marks already', async () => {
    const down = [
      '-- +goose StatementBegin',
      'ALTER TABLE orders ADD COLUMN total integer NOT NULL DEFAULT 0;',
      '-- +goose StatementEnd',
    ];
    const up = 'ALTER TABLE orders DROP COLUMN total;\nALTER TABLE users ADD COLUMN nick text;';
    const folder = folderWith({
      ...GOOSE,
      'migrations/20240102000000_drop.sql': `-- +goose Up\n${up}\n\n-- +goose Down\n${down.join('\n')}\n`,
    });
    const { err } = await run(folder, [
      '--applied-through',
      '20240101000000',
      '--only',
      'no-incomplete-rollback',
      '--fix',
      '--unsafe-fixes',
    ]);
    expect(err).toContain('adds what it does not undo');
    const text = readFileSync(join(folder, 'migrations/20240102000000_drop.sql'), 'utf8');
    expect(commentedRefusal(text, 'rollback')).toBeUndefined();
    const rollback = section(text, 'rollback');
    expect(rollback).toMatch(/StatementBegin\nDO [^]*\n-- \+goose StatementEnd/);
    expect(rollback).toMatch(/^ALTER TABLE [^\n]*users DROP COLUMN [^\n]*nick;$/m);
  });
});

describe.each([
  ['goose', GOOSE, 'migrations'],
  ['dbmate', DBMATE, 'db/migrations'],
] as const)('plan --write, with both scripts in one file as %s has them', (_, files, migrations) => {
  it.each([
    ['type', 'orders.total', 'bigint'],
    ['rename', 'users.name', 'full_name'],
  ])('plan %s: each file holds its statements and what undoes them', async (...args) => {
    const folder = folderWith(files);
    const { code, err } = await run(folder, ['plan', ...args, '--write']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const written = readdirSync(join(folder, migrations))
      .filter((name) => !name.endsWith('_init.sql'))
      .map((name) => [name, readFileSync(join(folder, migrations, name), 'utf8')] as const);
    expect(written.length).toBeGreaterThan(1);
    for (const [, text] of written) {
      expect(commentedRefusal(text) ?? commentedRefusal(text, 'rollback')).toBeUndefined();
      expect(section(text, 'forward')).toMatch(/ALTER TABLE|CREATE|UPDATE/);
      expect(section(text, 'rollback')).toMatch(/;/);
    }
    const [, backfill = ''] = written.find(([name]) => name.includes('backfill')) ?? [];
    expect(section(backfill, 'forward')).toContain('UPDATE');
    expect(section(backfill, 'rollback')).toMatch(/^(?:-- Nothing to undo.*\n)?SELECT 1;$/);
  });
});
