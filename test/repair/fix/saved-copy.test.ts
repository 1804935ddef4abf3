import { beforeAll, expect, it } from 'vitest';
import noDataLoss from '../../../rules/backfills/no-data-loss.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { fixExample } from '../../../src/testing/fix-example.ts';

beforeAll(loadParser);

const HISTORY = ["CREATE TYPE level AS ENUM ('low'); CREATE TABLE logs (id int PRIMARY KEY, level level);"];

it('saves a table that is dropped', async () => {
  const fixed = await fixExample([noDataLoss], { title: '', history: HISTORY, sql: 'DROP TABLE logs;' });
  expect(JSON.stringify(fixed)).toContain('CREATE TABLE logs_saved');
});

it('saves nothing whose type is dropped, too: the copy would keep it from going', async () => {
  const sql = 'DROP TABLE logs;\nDROP TYPE level;';
  const fixed = await fixExample([noDataLoss], { title: '', history: HISTORY, sql });
  expect(JSON.stringify(fixed) ?? '').not.toContain('logs_saved');
});
