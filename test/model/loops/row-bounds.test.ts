import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { isBoundedWrite, keysOf } from '../../../src/model/loops/row-bounds.ts';
import { inPublic, replayed } from '../history/read.ts';

beforeAll(loadParser);

const SCHEMA = `
  CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE, tenant int, slug text, status text, at date);
  CREATE UNIQUE INDEX users_tenant_slug ON users (tenant, slug);
  CREATE UNIQUE INDEX users_active_status ON users (status) WHERE status IS NOT NULL;
  CREATE TABLE teams (id int PRIMARY KEY, name text);`;

function isBounded(sql: string): boolean {
  const { migrations, catalogBefore } = replayed(SCHEMA, sql);
  const write = migrations[1]?.operations.find(({ kind }) => kind === 'Update' || kind === 'Delete');
  if (write?.kind !== 'Update' && write?.kind !== 'Delete') throw new Error('no write');
  return isBoundedWrite(write, catalogBefore(write));
}

const inLoop = (statement: string, declare = 'r record; n int := 0;'): string =>
  `DO $$ DECLARE ${declare} BEGIN FOR r IN SELECT * FROM teams LOOP ${statement}; END LOOP; END $$`;

describe('isBoundedWrite', () => {
  it.each([
    'UPDATE users SET slug = $$x$$ WHERE id = 5',
    'UPDATE users SET slug = $$x$$ WHERE 5 = id AND status IS NULL',
    'UPDATE users SET slug = $$x$$ WHERE email IN ($$a$$, $$b$$)',
    'UPDATE users SET slug = $$x$$ WHERE tenant = 1 AND slug = $$y$$',
    'UPDATE users SET slug = $$x$$ WHERE id BETWEEN 1 AND 1000',
    'UPDATE users SET slug = $$x$$ WHERE id > 1000 AND id <= 2000 AND slug IS NULL',
    'UPDATE users SET slug = $$x$$ WHERE at >= $$2024-01-01$$ AND at < $$2024-02-01$$',
    'DELETE FROM users WHERE false',
    'DELETE FROM users WHERE 1 = 2 AND status = $$x$$',
    'DELETE FROM users WHERE id IN (SELECT id FROM users WHERE status IS NULL LIMIT 100)',
    'DELETE FROM users WHERE ctid = ANY (ARRAY(SELECT ctid FROM users LIMIT 100))',
    'DELETE FROM users WHERE id IN (SELECT id FROM teams WHERE id = 3)',
    'DELETE FROM users USING (SELECT id FROM users LIMIT 10) AS b WHERE b.id = users.id',
    'WITH b AS (SELECT id FROM users LIMIT 10) DELETE FROM users USING b WHERE b.id = users.id',
    'WITH b AS (SELECT id FROM users LIMIT 10) DELETE FROM users WHERE id IN (SELECT id FROM b)',
    'UPDATE users SET slug = v.slug FROM (VALUES (1, $$a$$)) AS v (id, slug) WHERE v.id = users.id',
    'UPDATE users SET slug = $$x$$ FROM unnest(ARRAY[1, 2]) AS n WHERE n = users.id',
    'WITH gone AS (DELETE FROM users WHERE id = 1 RETURNING id) SELECT count(*) FROM gone',
    'DELETE FROM users WHERE CURRENT OF rows',
    inLoop('UPDATE users SET slug = r.name WHERE id = r.id'),
    inLoop('UPDATE users SET slug = r.name WHERE tenant = r.id'),
    inLoop('UPDATE users SET slug = r.name WHERE id > n AND id <= n + 1000'),
    inLoop('UPDATE users SET slug = r.name WHERE id BETWEEN n AND n + 999'),
  ])('bounds %s', (sql) => {
    expect(isBounded(sql)).toBe(true);
  });

  it.each([
    'UPDATE users SET slug = $$x$$',
    'UPDATE users SET slug = $$x$$ WHERE true',
    'UPDATE users SET slug = $$x$$ WHERE id = id',
    'UPDATE users SET slug = $$x$$ WHERE id > 0',
    'UPDATE users SET slug = $$x$$ WHERE id > 0 AND at < now()',
    'UPDATE users SET slug = $$x$$ WHERE status = $$x$$',
    'DELETE FROM users WHERE email LIKE $$%current of%$$',
    'DELETE FROM users WHERE email > $$in between$$',
    'DELETE FROM users WHERE id > 1 AND id > 2',
    'DELETE FROM users WHERE id < 1 AND 2 > id',
    'DELETE FROM users WHERE id > 1 AND tenant < 2',
    'UPDATE users SET slug = $$x$$ WHERE tenant = 1',
    'UPDATE users SET slug = $$x$$ WHERE id = 5 OR status = $$x$$',
    'UPDATE users SET slug = $$x$$ WHERE id NOT IN (1, 2)',
    'UPDATE users SET slug = $$x$$ FROM teams WHERE teams.id = users.tenant',
    'UPDATE users SET slug = v.slug FROM (VALUES (1, $$a$$)) AS v (id, slug)',
    'DELETE FROM users WHERE id IN (SELECT id FROM users WHERE status IS NULL)',
    'DELETE FROM users WHERE tenant IN (SELECT id FROM teams LIMIT 10)',
    'WITH b AS (SELECT id FROM users) DELETE FROM users USING b WHERE b.id = users.id',
    inLoop('UPDATE users SET slug = r.name WHERE slug IS NULL'),
    inLoop('UPDATE users SET slug = r.name WHERE tenant = 7'),
  ])('does not bound %s', (sql) => {
    expect(isBounded(sql)).toBe(false);
  });
});

describe('keysOf', () => {
  it('gives the columns of constraints and of unique indexes over all rows', () => {
    const { catalog } = replayed(SCHEMA);
    expect(keysOf(catalog.table(inPublic('users')))).toEqual(
      expect.arrayContaining([['id'], ['email'], ['tenant', 'slug']]),
    );
    expect(keysOf(catalog.table(inPublic('users')))).not.toContainEqual(['status']);
  });

  it('takes id for a key of a table that is not known', () => {
    expect(keysOf(undefined)).toContainEqual(['id']);
  });
});
