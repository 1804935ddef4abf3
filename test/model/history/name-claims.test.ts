import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { falseClaim } from '../../../src/model/history/borne-out.ts';
import { claimsOf, isSameWord } from '../../../src/model/history/name-claims.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

const DATA = new Set(['migrate', 'backfill']);

describe('claimsOf', () => {
  it.each([
    [
      'add_company_size_to_client_kpi',
      [{ kind: 'adds', what: ['company', 'size'], to: ['client', 'kpi'], ofTable: false }],
    ],
    ['AddEmailToUsers', [{ kind: 'adds', what: ['email'], to: ['users'], ofTable: false }]],
    ['add-user-profile-table', [{ kind: 'adds', what: ['user', 'profile'], to: [], ofTable: false }]],
    ['create_audit_logs', [{ kind: 'adds', what: ['audit', 'logs'], to: [], ofTable: true }]],
    ['removed_fax_column_from_users', [{ kind: 'removes', what: ['fax'], from: ['users'], ofTable: false }]],
    ['drop_old_logs', [{ kind: 'removes', what: ['logs'], from: [], ofTable: true }]],
    [
      'rename_client_id_to_external_id_in_integrations',
      [{ kind: 'renames', what: ['client', 'id'], to: ['external', 'id', 'integrations'] }],
    ],
    ['add_index_tenant_id_client_kpis', [{ kind: 'indexes', what: ['tenant', 'id', 'client', 'kpis'] }]],
    ['create_coupon_indexes', [{ kind: 'indexes', what: [] }]],
    ['add_index_value_to_scores', [{ kind: 'adds', what: [], to: ['scores'], ofTable: false }]],
    ['enable_rls_financials', [{ kind: 'enables row security', what: ['financials'], all: false }]],
    ['enable_rls_all_tables', [{ kind: 'enables row security', what: [], all: true }]],
    ['backfill_country', [{ kind: 'changes data', what: ['country'] }]],
    [
      'add_a_to_b_and_drop_c_from_d',
      [
        { kind: 'adds', what: [], to: ['b'], ofTable: false },
        { kind: 'removes', what: ['c'], from: ['d'], ofTable: true },
      ],
    ],
  ])('%s', (name, claims) => {
    expect(claimsOf(name, DATA)).toEqual(claims);
  });

  it.each([
    'users_email',
    'init',
    'addons',
    'add',
    'update_plans',
    'fix_names',
    'make_email_required',
    'v1_0_69',
    '',
  ])('%s claims nothing that could be false', (name) => {
    expect(claimsOf(name, DATA)).toEqual([]);
  });
});

describe('isSameWord', () => {
  it.each([
    ['kpi', 'kpis'],
    ['property', 'properties'],
    ['status', 'statuses'],
    ['org', 'organization'],
    ['blocked', 'blocking'],
    ['recip', 'recipient'],
    ['execution', 'preexecutions'],
  ])('%s is %s', (a, b) => {
    expect([isSameWord(a, b), isSameWord(b, a)]).toEqual([true, true]);
  });

  it.each([
    ['users', 'posts'],
    ['email', 'fax'],
    ['id', 'ideas'],
    ['total', 'tenant'],
  ])('%s is not %s', (a, b) => {
    expect(isSameWord(a, b)).toBe(false);
  });
});

describe('falseClaim', () => {
  const why = (name: string, history: string, sql: string): string | undefined => {
    const replay = createReplay(15);
    replay.run(history);
    const before = replay.catalog();
    const operations = replay.run(sql).map(({ operation }) => operation);
    const scene = { operations, before, after: replay.catalog() };
    return claimsOf(name, DATA).flatMap((claim) => falseClaim(claim, scene)?.why ?? [])[0];
  };
  const SCHEMA = 'CREATE TABLE users (id int PRIMARY KEY, fax text); CREATE INDEX i ON users (fax);';

  it.each([
    ['add_email_to_users', 'ALTER TABLE users DROP fax', 'opposite'],
    ['remove_fax_from_users', 'ALTER TABLE users ADD email text', 'opposite'],
    ['add_total_to_invoices', 'ALTER TABLE users ADD email text', 'other object'],
    ['add_phone_to_users', 'ALTER TABLE users ADD email text', 'other column'],
    ['remove_phone_from_users', 'ALTER TABLE users DROP fax', 'other column'],
    ['create_invoices', 'CREATE TABLE posts (id int)', 'other object'],
    ['drop_invoices', 'DROP TABLE users', 'other object'],
    ['rename_fax_to_telefax', 'ALTER TABLE users ADD telefax text', 'other kind'],
    ['add_index_fax_users', 'ALTER TABLE users ADD telefax text', 'other kind'],
    ['add_index_total_invoices', 'CREATE INDEX ON users (fax)', 'other object'],
    ['enable_rls_users', 'CREATE POLICY p ON users USING (true)', 'other kind'],
    [
      'enable_rls_all_tables',
      'CREATE TABLE posts (id int); ALTER TABLE posts ENABLE ROW LEVEL SECURITY',
      'not all',
    ],
    ['migrate_fax_numbers', 'ALTER TABLE users ADD telefax text', 'other kind'],
    // Right, or not to be told.
    ['add_email_to_user', 'ALTER TABLE users ADD email_address text', undefined],
    ['add_billing', 'CREATE TABLE invoices (id int)', undefined],
    ['add_billing_to_users', 'ALTER TABLE users ADD plan text, ADD customer text', undefined],
    ['add_timestamps_to_users', 'ALTER TABLE users ADD created_at timestamptz', undefined],
    ['add_fax_to_invoices', 'ALTER TABLE users ADD fax2 text', undefined],
    ['drop_index_on_users', 'DROP INDEX i', undefined],
    ['add_users_and_posts', 'CREATE TABLE posts (id int); DROP TABLE users', undefined],
    ['rename_fax_to_telefax', 'ALTER TABLE users RENAME fax TO telefax', undefined],
    ['rename_fax_to_telefax', 'ALTER TABLE users ADD telefax text, DROP fax', undefined],
    ['enable_rls_users', 'ALTER TABLE users ENABLE ROW LEVEL SECURITY', undefined],
    ['enable_rls_all_tables', 'ALTER TABLE users ENABLE ROW LEVEL SECURITY', undefined],
    ['migrate_fax_numbers', "UPDATE users SET fax = '' WHERE id = 1", undefined],
    ['add_total_to_invoices', "SELECT 1; DO $$ BEGIN EXECUTE current_setting('a.b'); END $$", undefined],
    ['add_total_to_invoices', "SET lock_timeout = '1s'", undefined],
    ['add_total_to_invoices', '', undefined],
  ])('%s, and %s: %s', (name, sql, expected) => {
    expect(why(name, SCHEMA, sql)).toBe(expected);
  });
});
