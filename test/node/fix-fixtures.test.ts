import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../src/input/sql/parser.ts';
import type { Engine } from '../../src/verify/engines/types.ts';
import { fixtureNames, readFixture } from '../harness/fixture.ts';
import {
  type Built,
  buildProjects,
  findingsOf,
  schemaDifferences,
  withCopy,
  withFixed,
} from '../support/fixed-project.ts';
import { sharedEngine } from '../verify/project.ts';

const TIMEOUT = 240_000;
let engine: Engine;
let end: () => Promise<void>;

beforeAll(async () => {
  await loadParser();
  ({ engine, end } = await sharedEngine({ seconds: 15, extensions: ['uuid-ossp', 'pgcrypto'] }));
}, TIMEOUT);
afterAll(() => end());

const preludeOf = (folder: string): readonly { readonly path: string; readonly sql: string }[] => {
  const path = join(folder, 'prelude.sql');
  return existsSync(path) ? [{ path: 'prelude.sql', sql: readFileSync(path, 'utf8') }] : [];
};

/**
 * What a fixture's history makes of an empty database without the migrations that PostgreSQL refuses: what it refuses as a whole it may
 * take in part, once it is split.
 */
async function withoutRefused(
  folder: string,
  prelude: ReturnType<typeof preludeOf>,
): Promise<{ readonly without: readonly string[]; readonly before: readonly Built[] }> {
  const without: string[] = [];
  for (;;) {
    const before = await withCopy(folder, without, (cwd) => buildProjects(cwd, {}, engine, prelude));
    const refused = before.flatMap((built) => built.refused);
    if (refused.length === 0) return { without, before };
    // A tool that keeps a list of its migrations misses the file: it does nothing before and after.
    if (refused.every((path) => without.includes(path))) return { without, before };
    without.push(...refused);
  }
}

describe.each(fixtureNames())('%s', (name) => {
  const { folder } = readFixture(name);

  it(
    'has only findings without a fix after --fix --unsafe-fixes, and a second run changes nothing',
    async () => {
      await withFixed(folder, { unsafe: true }, async ({ first, second }) => {
        expect(second.changes.map(({ path }) => path)).toEqual([]);
        expect(
          [...first.notes, ...first.refused].filter((note) => note.includes('bug of migration-lint')),
        ).toEqual([]);
        const left = findingsOf(first.lint).filter(
          ({ fix }) => fix !== undefined && fix.safety !== 'display-only',
        );
        // A fix that cannot be made here is refused with the reason.
        const unexplained = left.filter(
          ({ migration }) =>
            ![...first.notes, ...first.refused].some(
              (note) => migration !== undefined && note.includes(migration),
            ),
        );
        expect(unexplained.map(({ rule, migration }) => `${migration ?? ''}: ${rule}`)).toEqual([]);
      });
    },
    TIMEOUT,
  );

  it(
    'has the same schema after the safe fixes, and no worse findings',
    async () => {
      const prelude = preludeOf(folder);
      const { without, before } = await withoutRefused(folder, prelude);
      await withFixed(
        folder,
        { unsafe: false, without },
        async ({ first, second, cwd, drafts, before: found }) => {
          expect(second.changes.map(({ path }) => path)).toEqual([]);
          const after = await buildProjects(cwd, { drafts }, engine, prelude);
          expect(after.map((built, index) => schemaDifferences(before[index] ?? built, built))).toEqual(
            before.map(() => []),
          );
          const errors = (findings: readonly { readonly severity: string }[]): number =>
            findings.filter(({ severity }) => severity === 'error').length;
          expect(errors(findingsOf(first.lint))).toBeLessThanOrEqual(errors(found));
        },
      );
    },
    TIMEOUT,
  );
});
