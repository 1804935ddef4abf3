import { expect, it } from 'vitest';
import type { ReadFile, ReadMigration } from '../../src/input/project/types.ts';
import { rollbackPractice } from '../../src/lint/rollback-practice.ts';

const script: ReadFile = {
  source: { path: 'x.sql', text: '', encoding: 'utf-8', byteOrderMark: false },
  problems: [],
};

const migrations = (state: ReadMigration['state'], having: readonly boolean[]): readonly ReadMigration[] =>
  having.map((has, index) => ({
    id: String(index),
    version: String(index),
    name: '',
    state,
    why: '',
    path: '',
    forward: script,
    rollback: has ? script : undefined,
    change: 'none',
    current: undefined,
  }));

it('a rollback of a pending migration makes no practice where migrations are applied', () => {
  const applied = migrations('applied', [false, false]);
  const pending = migrations('pending', [true, true, true]);
  expect(rollbackPractice([...applied, ...pending])).toEqual({
    practised: false,
    shown: '0 of the 2 applied migrations have one',
  });
});

it('the last ten applied migrations tell', () => {
  const late = migrations('applied', [...Array<boolean>(90).fill(false), ...Array<boolean>(10).fill(true)]);
  expect(rollbackPractice(late)).toEqual({
    practised: true,
    shown: '10 of the last 10 applied migrations have one',
  });
  expect(rollbackPractice(migrations('applied', [true, false])).practised).toBe(false);
});

it('where nothing is applied, most of all migrations do', () => {
  expect(rollbackPractice(migrations('pending', [true, false, false])).practised).toBe(false);
  expect(rollbackPractice(migrations('pending', [true, true, false]))).toEqual({
    practised: true,
    shown: '2 of the 3 migrations have one',
  });
});
