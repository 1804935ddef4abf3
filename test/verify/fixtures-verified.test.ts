import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskTree } from '../../src/input/files/disk-tree.ts';
import { projectsFromPaths } from '../../src/input/project/projects-from-paths.ts';
import { readProject } from '../../src/input/project/read-project.ts';
import { runnerOf } from '../../src/input/runners/runner-of.ts';
import { loadParser } from '../../src/input/sql/parser.ts';
import { verifyChecks } from '../../src/node/verify-checks.ts';
import type { Engine } from '../../src/verify/engines/types.ts';
import type { VerifiedMigration } from '../../src/verify/types.ts';
import { verifyProject } from '../../src/verify/verify-project.ts';
import { fixtureNames, readFixture, type FixtureMigration } from '../harness/fixture.ts';
import { sharedEngine } from './project.ts';

const TIMEOUT = 240_000;
let engine: Engine;
let end: () => Promise<void>;

beforeAll(async () => {
  await loadParser();
  ({ engine, end } = await sharedEngine({ seconds: 15, extensions: ['uuid-ossp', 'pgcrypto'] }));
}, TIMEOUT);
afterAll(() => end());

/** Of the fixture with two hundred migrations, those that fail with what only running shows. */
const SAMPLE: Readonly<Record<string, ReadonlySet<string>>> = {
  'everything-broken': new Set([
    '20250606090000_add_accounts_locale',
    '20250609090000_backfill_payment_references',
    '20250623090000_number_payments',
    '20250625090000_add_payment_notes',
    '20250909090000_add_booking_holders',
    '20251104090000_add_crate_state_shipped',
  ]),
};

/** Verifies what a fixture has pending, or the sample of it, beside what its files say of it. */
async function verifyFixture(
  name: string,
): Promise<readonly { readonly expected: FixtureMigration; readonly verified: VerifiedMigration }[]> {
  const fixture = readFixture(name);
  const tree = diskTree(fixture.folder);
  const { appliedThrough: id } = JSON.parse(
    readFileSync(join(fixture.folder, '.migrationlintrc.json'), 'utf8'),
  ) as { appliedThrough: string };
  const sample = SAMPLE[name];
  const seen = [];
  for (const { folder, migrations } of fixture.projects) {
    const [found] = projectsFromPaths(tree, [folder]);
    if (found === undefined) throw new Error(`${name} has no project ${folder}`);
    const source = readProject(tree, found, { base: { kind: 'applied-through', id }, git: undefined });
    const wanted = new Set(['rows', 'backfills'] as const);
    const commented = new Set(migrations.filter(isCommented).map(({ id }) => id));
    const { migrations: verified } = await verifyProject({
      source,
      runner: runnerOf(tree, found),
      engine: () => Promise.resolve(engine),
      selects: ({ state, id }) => state === 'pending' && sample?.has(id) !== false,
      prelude: preludeOf(fixture.folder),
      // Loops are run only of those whose comments say something of them: that takes most of the time.
      checks: verifyChecks(source, { wanted, chosen: 2 }).map(({ name, run }) => ({
        name,
        run: (scene) =>
          name !== 'backfills' || commented.has(scene.migration.id) ? run(scene) : Promise.resolve([]),
      })),
      cache: undefined,
    });
    for (const one of verified) {
      const expected = migrations.find((migration) => migration.id === one.id);
      if (expected !== undefined) seen.push({ expected, verified: one });
    }
  }
  return seen;
}

function preludeOf(folder: string): readonly { readonly path: string; readonly sql: string }[] {
  try {
    return [{ path: 'prelude.sql', sql: readFileSync(join(folder, 'prelude.sql'), 'utf8') }];
  } catch {
    return [];
  }
}

const isCommented = ({ expected: { fails, leaves, endless } }: FixtureMigration): boolean =>
  fails !== undefined || leaves.some(({ count }) => count > 0) || endless;

/** What verify says of a migration that its comments have something to say of. */
function shown({ verdicts }: VerifiedMigration): string {
  const [finding] = verdicts
    .filter(({ outcome }) => outcome === 'refuted')
    .flatMap(({ findings }) => findings);
  if (finding === undefined)
    return verdicts.some(({ outcome }) => outcome === 'not run') ? 'not run' : 'nothing';
  const { id, code, place } = finding;
  return [id, code, place === undefined ? 'nowhere' : undefined]
    .filter((part) => part !== undefined)
    .join(' ');
}

/** What the comment of a migration lets expect, unless EXCEPTIONS says otherwise. */
function expectedOf({ expected: { fails, endless } }: FixtureMigration): RegExp {
  if (fails !== undefined) return new RegExp(`^migration-fails(?:-on-rows)? ${fails}$`, 'u');
  return endless ? /^(?:endless-loop|engine-died)$/u : /^rows-left$/u;
}

/** Migrations of which verify shows something else, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  // Rows with an empty text, which no sample row has.
  '20251116100000_backfill_missing_contact_numbers': 'nothing',
  // The loop before it leaves the rows, and is refuted for that; what it should have filled counts as filled here.
  '20251111100000_update_product_new_field_required': 'nothing',
  // A command of psql, which no runner sends.
  '20251020120000_add_user_locale': 'not run',
};

describe('verify shows what the files of the fixtures say', { timeout: TIMEOUT }, () => {
  it.each(fixtureNames().filter((name) => name.startsWith('policy-') || name in SAMPLE))(
    '%s',
    async (name) => {
      const wrong: string[] = [];
      for (const { expected, verified } of await verifyFixture(name)) {
        const { id } = verified;
        const is = shown(verified);
        const applies = verified.verdicts[0]?.outcome;
        const isRight = isCommented(expected)
          ? EXCEPTIONS[id] === undefined
            ? expectedOf(expected).test(is)
            : EXCEPTIONS[id] === is
          : applies === 'proven';
        if (!isRight) wrong.push(`${id}: ${is}, ${verified.verdicts[0]?.reason ?? ''}`);
      }
      expect(wrong).toEqual([]);
    },
  );
});
