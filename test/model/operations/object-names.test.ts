import { describe, expect, it } from 'vitest';
import { objectNames } from '../../../src/model/operations/object-names.ts';
import { first } from './read.ts';

describe('objectNames', () => {
  it.each([
    ['CreateTable', 'CREATE TABLE app.users (id int)', ['users']],
    ['AddColumn', 'ALTER TABLE users ADD COLUMN email text', ['users', 'email']],
    ['DropColumn', 'ALTER TABLE users DROP COLUMN email', ['users', 'email']],
    ['CreateEnum', "CREATE TYPE mood AS ENUM ('ok')", ['mood']],
    ['CreateIndex', 'CREATE INDEX i ON users (email, lower(name), city)', ['users', 'email', 'city']],
    ['CreateExtension', 'CREATE EXTENSION citext', []],
  ] as const)('%s: %s', (kind, sql, expected) => {
    expect(objectNames([first(kind, sql)])).toEqual(expected);
  });
});
