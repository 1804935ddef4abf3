import type { Example, ExampleRunner } from '../lint/examples.ts';
import type { ReadFile, ReadMigration, ReadProject } from '../input/project/types.ts';
import { layoutOf } from '../input/layouts/layouts.ts';
import { conflictsOf } from '../input/project/conflicts.ts';
import { strayRollbacks, strayScripts } from '../input/project/stray-scripts.ts';
import type { Runner } from '../input/runners/types.ts';

/** The runners of the examples. */
export const RUNNERS: Readonly<Record<ExampleRunner, Runner>> = {
  'prisma-6': { name: 'prisma', label: 'Prisma 6.19', mode: 'one query' },
  'prisma-7.4': { name: 'prisma', label: 'Prisma 7.4', mode: 'statement by statement' },
  plain: { name: 'plain', label: 'plain SQL files', mode: 'one query', assumed: true },
  wrapping: { name: 'numbered', label: 'a runner that wraps each file', mode: 'one transaction' },
  goose: {
    name: 'goose',
    label: 'goose',
    mode: 'one transaction of statements',
    modeWithoutTransaction: 'statement by statement',
  },
  'golang-migrate': { name: 'golang-migrate', label: 'golang-migrate', mode: 'one query' },
  diesel: {
    name: 'diesel',
    label: 'Diesel',
    mode: 'one transaction',
    modeWithoutTransaction: 'one query',
  },
  sqlx: { name: 'sqlx', label: 'SQLx', mode: 'one transaction', modeWithoutTransaction: 'one query' },
  dbmate: { name: 'dbmate', label: 'dbmate', mode: 'one transaction', modeWithoutTransaction: 'one query' },
  supabase: { name: 'supabase', label: 'Supabase', mode: 'pipeline' },
  flyway: {
    name: 'flyway',
    label: 'Flyway',
    mode: 'one transaction if possible',
    modeWithoutTransaction: 'statement by statement',
    locksInTransaction: true,
  },
  drizzle: {
    name: 'drizzle',
    label: 'Drizzle',
    mode: 'one transaction of statements',
    oneTransactionPerDeploy: true,
  },
};

const HOUR = 3_600_000;
/** When an example's first pending migration was made. */
const PENDING = Date.UTC(2025, 0, 1);
/** Between two migrations of an example's history: nobody calls that early. */
const A_MONTH = 24 * 30;

/** Makes a project of an example: its history applied, its SQL pending, all of it one deploy. */
export function exampleProject(example: Example): {
  readonly source: ReadProject;
  readonly runner: Runner;
  readonly now: Date;
} {
  const scripts = typeof example.sql === 'string' ? [example.sql] : example.sql;
  const runner = RUNNERS[example.runner ?? 'prisma-6'];
  const versions = typeof example.version === 'string' ? [example.version] : (example.version ?? []);
  const { name } = example;
  const names = typeof name === 'string' ? scripts.map(() => name) : (name ?? []);
  const before = example.history ?? [];
  const hours = example.hoursBetween ?? A_MONTH;
  const history = before.map((sql, index) => {
    const time = new Date(PENDING - (before.length - index) * hours * HOUR);
    return appliedMigration(sql, versionOf(time), index, example);
  });
  const pending = scripts.map((sql, index) => {
    const time = new Date(PENDING + index * 24 * HOUR);
    return pendingMigration(sql, versions[index] ?? versionOf(time), names[index] ?? 'change', example);
  });
  const migrations = [...history, ...pending];
  const { name: layout } = runner;
  const conflicts = conflictsOf(migrations, {
    layout,
    compare: (a, b) => layoutOf(layout).compare(a, b),
    whens: undefined,
  });
  const strays = (example.strays ?? []).map((one) => `prisma/migrations/${one}`);
  const now = new Date(example.now ?? PENDING + scripts.length * 24 * HOUR);
  const source: ReadProject = {
    found: {
      layout: example.runner === 'plain' ? 'plain' : 'prisma',
      folder: 'prisma/migrations',
      schema: undefined,
      evidence: 'an example',
      packageFolder: '',
      provider: 'postgresql',
    },
    base: { kind: 'revision', label: 'main', commit: '0'.repeat(40) },
    migrations: migrations.map((migration) => {
      const own = conflicts.get(migration.id);
      return own === undefined ? migration : { ...migration, conflicts: own };
    }),
    strays: [],
    strayScripts: strayScripts(layout, strays, new Set()),
    orphanRollbacks: [
      ...strayRollbacks(layout, strays, new Set()).map((path) => ({ path, deleted: undefined })),
      ...migrations.flatMap(({ id, change, rollbackFile }) =>
        change === 'deleted' && rollbackFile !== undefined ? [{ path: rollbackFile, deleted: id }] : [],
      ),
    ],
  };
  return { source, runner, now };
}

/** The version that Prisma gives a migration made at a time: `20250101000000`. */
function versionOf(time: Date): string {
  return time.toISOString().replaceAll(/[-T:]/g, '').slice(0, 14);
}

function appliedMigration(sql: string, version: string, index: number, example: Example): ReadMigration {
  const migration = readMigration(version, `step_${index + 1}`, sql, 'applied');
  const withRollback =
    example.projectHasRollbacks === true
      ? {
          ...migration,
          rollback: file(`${migration.path}/rollback.sql`, ''),
          rollbackFile: `${migration.path}/rollback.sql`,
        }
      : migration;
  const text = example.edited?.[index];
  if (text === undefined) return withRollback;
  if (text === null) return { ...withRollback, change: 'deleted' };
  return { ...withRollback, change: 'edited', current: file(`${migration.path}/migration.sql`, text).source };
}

function pendingMigration(sql: string, version: string, name: string, example: Example): ReadMigration {
  const plain = readMigration(version, name, sql, 'pending');
  const migration: ReadMigration =
    example.withoutScript === true
      ? { ...plain, forward: undefined, missingScript: `${plain.path}/migration.sql` }
      : example.withoutTransaction === true && plain.forward !== undefined
        ? { ...plain, forward: { ...plain.forward, withoutTransaction: true } }
        : plain;
  if (example.rollback === undefined) return migration;
  const rollbackFile = `${migration.path}/rollback.sql`;
  return { ...migration, rollback: file(rollbackFile, example.rollback), rollbackFile };
}

function readMigration(
  version: string,
  name: string,
  sql: string,
  state: 'applied' | 'pending',
): ReadMigration {
  const id = `${version}_${name}`;
  const path = `prisma/migrations/${id}`;
  return {
    id,
    version,
    name,
    state,
    why: 'an example',
    path,
    forward: file(`${path}/migration.sql`, sql),
    rollback: undefined,
    change: 'none',
    current: undefined,
  };
}

function file(path: string, text: string): ReadFile {
  return { source: { path, text, encoding: 'utf-8', byteOrderMark: false }, problems: [] };
}
