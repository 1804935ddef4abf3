import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { Replay } from '../../../src/lint/replay.ts';
import type { Migration } from '../../../src/lint/project.ts';
import { rollbackFiles } from '../../../src/repair/rollback/rollback-files.ts';
import { RUNNERS, exampleProject } from '../../../src/testing/example-project.ts';

beforeAll(loadParser);

function judged(sql: string, changes: Partial<Migration> = {}): Migration {
  const [source] = exampleProject({ title: '', sql }).source.migrations;
  if (source === undefined) throw new Error('no migration');
  const replay = new Replay({ postgresVersion: 15, runner: RUNNERS.plain });
  return { ...replay.judge(source).migration, rollbackPath: 'down.sql', ...changes };
}

const project = { runner: RUNNERS.plain, postgresVersion: 15 };
const nothing = (): boolean => false;

describe('the files of a rollback', () => {
  it('are where the layout wants them', () => {
    const written = rollbackFiles(judged("CREATE TYPE mood AS ENUM ('ok')"), project, nothing);
    expect(written).toMatchObject({ kind: 'files', files: [{ path: 'down.sql' }] });
    expect(written.kind === 'files' && written.files[0]?.text).toMatch(/\n\nDROP TYPE IF EXISTS mood;\n$/);
  });

  it('are a section of the file where the tool keeps both scripts in one', () => {
    const text = '-- +goose Up\nCREATE TABLE a (id int);\n';
    const migration = judged(text);
    const path = migration.script?.source.path ?? '';
    const written = rollbackFiles({ ...migration, rollbackPath: path }, project, () => true);
    const file = written.kind === 'files' ? written.files[0] : undefined;
    expect(file?.text.startsWith(`${text}\n-- +goose Down\n-- Rollback of`)).toBe(true);
    expect(file?.text).toContain('-- +goose StatementBegin\nDO $rollback$');
  });

  it.each([
    ['an applied migration', { state: 'applied' } as const, nothing, 'is applied'],
    ['a migration that has one', { hasRollback: true }, nothing, 'has a rollback'],
    ['a place that is taken', {}, (): boolean => true, 'down.sql is there already'],
    ['a script that runs again and again', { repeats: true } as const, nothing, 'run again'],
  ])('are not written for %s', (_, changes, exists, reason) => {
    const written = rollbackFiles(judged('CREATE TABLE a (id int)', changes), project, exists);
    expect(written).toMatchObject({ kind: 'refused', reason: expect.stringContaining(reason) });
  });
});
