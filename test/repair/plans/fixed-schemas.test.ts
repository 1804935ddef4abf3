import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rules } from '../../../rules/index.ts';
import { fixExample } from '../../../src/testing/fix-example.ts';
import type { BadExample } from '../../../src/lint/examples.ts';
import { introspect, userSchemas } from '../../support/introspect.ts';
import { emptyDatabase, reset, type Database } from '../../support/pglite.ts';

let database: Database;
beforeAll(async () => {
  database = await emptyDatabase();
});
beforeEach(async () => reset(database));

const RULES = [
  'no-rename-column',
  'no-disguised-rename',
  'no-type-change',
  'no-required-column',
  'no-early-contract',
  'require-relaxed-column',
  'no-volatile-default',
  'no-unbatched-write',
];

const changed = new Set<string>();

interface Case {
  readonly name: string;
  readonly rule: (typeof rules)[number];
  readonly example: BadExample<string>;
}

const cases = rules.flatMap((rule): Case[] =>
  RULES.includes(rule.meta.name)
    ? rule.meta.examples.bad.map((example) => ({
        name: `${rule.meta.name}: ${example.title}`,
        rule,
        example,
      }))
    : [],
);

async function schemaAfter(scripts: readonly string[]): Promise<string | undefined> {
  await reset(database);
  try {
    for (const script of scripts) await database.exec(script);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return `${error.message} (${String(error.code)})`;
  }
  const schema = await introspect(database, await userSchemas(database));
  const tables = schema.tables.map((table) => ({
    ...table,
    columns: table.columns
      // The examples are for PostgreSQL 15, where NOT NULL has no name.
      .map((column) => ({ ...column, notNullConstraint: null }))
      .toSorted((a, b) => a.name.localeCompare(b.name)),
  }));
  return JSON.stringify({ ...schema, tables }, undefined, 1);
}

describe('with its drafts, a fixed migration ends in the schema of the original', () => {
  it.each(cases)('$name', async ({ rule, example }) => {
    const fixed = await fixExample([rule], example);
    const sql = typeof example.sql === 'string' ? [example.sql] : example.sql;
    const history = example.history ?? [];
    if (fixed === undefined || same(fixed.scripts, sql)) return;
    changed.add(rule.meta.name);
    const original = await schemaAfter([...history, ...sql]);
    const after = await schemaAfter([...history, ...fixed.scripts, ...fixed.drafts.map(filledIn)]);
    // What PostgreSQL refuses has no schema to compare with.
    if (original?.startsWith('{') === true) expect(after).toBe(original);
    else expect(after).toMatch(/^\{/);
  });
});

it('every one of these rules has an example that is fixed', () => {
  expect([...changed].toSorted()).toEqual(RULES.toSorted());
});

function same(one: readonly string[], other: readonly string[]): boolean {
  const plain = (texts: readonly string[]): string => texts.map((text) => text.trim()).join('\n');
  return plain(one) === plain(other);
}

/** A draft whose value somebody has chosen: without rows any does. */
function filledIn(draft: string): string {
  return draft.replace(/^ *RAISE EXCEPTION 'CHOOSE.*\n/m, '');
}
