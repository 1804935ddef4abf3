import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { harnessProject, scriptOf, type HarnessLayout } from './layouts.ts';
import { readExpectations, type FileExpectations, type StatementExpectation } from './expectations.ts';

/** The folder of all fixtures. */
export const FIXTURES = fixturesAbove(dirname(fileURLToPath(import.meta.url)));

/** The generated pages are made by a bundle of this file, which lies elsewhere than its source. */
function fixturesAbove(folder: string): string {
  const fixtures = join(folder, 'fixtures');
  if (existsSync(join(fixtures, 'README.md'))) return `${fixtures}/`;
  if (folder === dirname(folder)) throw new Error('there is no folder fixtures above');
  return fixturesAbove(dirname(folder));
}

/** A migration of a fixture as its files say it, read without the linter. */
export interface FixtureMigration {
  readonly id: string;
  readonly state: 'applied' | 'pending';
  /** The bytes that production runs; of an edited or deleted migration, those that it ran. */
  readonly bytes: Buffer | undefined;
  readonly text: string | undefined;
  readonly expected: FileExpectations;
  /** Path of the forward script, from the fixture's folder. */
  readonly path: string | undefined;
  /** Expectations in the rollback script. */
  readonly inRollback: readonly StatementExpectation[];
}

/** The migrations of one database in a fixture. */
export interface FixtureProject {
  /** From the fixture's folder. */
  readonly folder: string;
  readonly layout: 'prisma' | 'plain' | HarnessLayout;
  readonly mode: 'one query' | 'statement by statement';
  readonly migrations: readonly FixtureMigration[];
}

/** `expect.json`: what no comment in a file can say. */
export interface ExpectFile {
  /** The layout, where it is neither Prisma's nor a folder `migrations` of plain files. */
  readonly layout?: HarnessLayout;
  /** Texts of applied migrations that have changed or gone since: path → text as it was applied. */
  readonly base?: Readonly<Record<string, string>>;
  /** What else goes out with the pending migrations. */
  readonly changedFiles?: readonly string[];
  /** Findings by migration id; `rule:7` also gives the line. */
  readonly migrations?: Readonly<Record<string, readonly string[]>>;
  /** Migrations folders of other databases, which must be named as such and left alone: folder → database. */
  readonly ignored?: Readonly<Record<string, string>>;
  /** Pending migrations that PostgreSQL is not given, and why. */
  readonly notRun?: Readonly<Record<string, string>>;
}

export interface Fixture {
  readonly name: string;
  readonly folder: string;
  readonly expect: ExpectFile;
  readonly projects: readonly FixtureProject[];
}

/** Names of all fixtures. */
export const fixtureNames = (): string[] =>
  readdirSync(FIXTURES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** Reads a fixture: which migrations it has, which are applied, and what is expected of each. */
export function readFixture(name: string): Fixture {
  const folder = join(FIXTURES, name);
  const expect = existsSync(join(folder, 'expect.json'))
    ? (JSON.parse(readFileSync(join(folder, 'expect.json'), 'utf8')) as ExpectFile)
    : {};
  const { appliedThrough } = JSON.parse(readFileSync(join(folder, '.migrationlintrc.json'), 'utf8')) as {
    appliedThrough: string;
  };
  const projects =
    expect.layout === undefined
      ? migrationFolders(folder)
          .filter((path) => expect.ignored?.[path] === undefined)
          .map((path) => readProject(folder, path, appliedThrough, expect))
      : [readLayout(folder, expect.layout, appliedThrough)];
  return { name, folder, expect, projects };
}

function readLayout(root: string, layout: HarnessLayout, appliedThrough: string): FixtureProject {
  const { folder, scripts } = harnessProject(root, layout);
  const last = [...scripts.keys()].indexOf(appliedThrough);
  if (last < 0) throw new Error(`${root}: no migration ${appliedThrough}`);
  const migrations = [...scripts].map(([id, { forward, rollback }], index): FixtureMigration => {
    const text = decode(fileBytes(root, forward));
    const script = text === undefined ? undefined : scriptOf(layout, text, 'up');
    const back = scriptOf(layout, decode(fileBytes(root, rollback)) ?? '', 'down');
    return {
      id,
      path: forward,
      state: index <= last ? 'applied' : 'pending',
      bytes: script === undefined ? undefined : Buffer.from(script),
      text: script,
      expected: readExpectations(forward ?? id, script ?? ''),
      inRollback: readExpectations(rollback ?? id, back).statements,
    };
  });
  return { folder, layout, mode: 'one query', migrations };
}

function migrationFolders(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const prisma = files.filter((path) => basename(path) === 'migration_lock.toml').map(dirname);
  return prisma.length > 0 ? prisma.sort() : ['migrations'];
}

function readProject(
  root: string,
  folder: string,
  appliedThrough: string,
  expect: ExpectFile,
): FixtureProject {
  const layout = existsSync(join(root, folder, 'migration_lock.toml')) ? 'prisma' : 'plain';
  const paths = layout === 'prisma' ? prismaFiles(root, folder, expect) : plainFiles(root, folder);
  const ids = [...paths.keys()].sort((a, b) => a.localeCompare(b));
  const last = ids.indexOf(appliedThrough);
  if (last < 0) throw new Error(`${root}: no migration ${appliedThrough}`);
  const migrations = ids.map((id, index): FixtureMigration => {
    const { forward, rollback } = paths.get(id) ?? {};
    const state = index <= last ? 'applied' : 'pending';
    const was = forward === undefined ? undefined : expect.base?.[forward];
    const bytes = was === undefined ? fileBytes(root, forward) : Buffer.from(was);
    const text = bytes && decode(bytes);
    return {
      id,
      path: forward,
      state,
      bytes,
      text,
      expected: readExpectations(forward ?? id, text ?? ''),
      inRollback: readExpectations(rollback ?? id, decode(fileBytes(root, rollback)) ?? '').statements,
    };
  });
  return { folder, layout, mode: layout === 'prisma' ? prismaMode(root, folder) : 'one query', migrations };
}

type ScriptPaths = Map<
  string,
  { readonly forward: string | undefined; readonly rollback: string | undefined }
>;

function prismaFiles(root: string, folder: string, expect: ExpectFile): ScriptPaths {
  const onDisk = readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const gone = Object.keys(expect.base ?? {})
    .filter((path) => path.startsWith(`${folder}/`))
    .map((path) => basename(dirname(path)));
  return new Map(
    [...new Set([...onDisk, ...gone])].map((id) => {
      const path = (name: string): string => `${folder}/${id}/${name}`;
      const inBase = expect.base?.[path('migration.sql')] !== undefined;
      const forward =
        inBase || existsSync(join(root, path('migration.sql'))) ? path('migration.sql') : undefined;
      const rollback = existsSync(join(root, path('rollback.sql'))) ? path('rollback.sql') : undefined;
      return [id, { forward, rollback }] as const;
    }),
  );
}

function plainFiles(root: string, folder: string): ScriptPaths {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.sql'));
  const ids = names.filter((name) => !name.endsWith('.down.sql')).map((name) => basename(name, '.sql'));
  return new Map(
    ids.map((id) => {
      const rollback = [`${id}.down.sql`, `rollback/${id.split('_')[0]}_rollback.sql`]
        .map((path) => `${folder}/${path}`)
        .find((path) => existsSync(join(root, path)));
      return [id, { forward: `${folder}/${id}.sql`, rollback }] as const;
    }),
  );
}

/** From Prisma 7.4 on a file is split into statements that commit one by one. */
function prismaMode(root: string, folder: string): FixtureProject['mode'] {
  let at = join(root, folder);
  while (!existsSync(join(at, 'package.json'))) at = dirname(at);
  const { devDependencies } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as {
    devDependencies: { prisma: string };
  };
  const [major = 0, minor = 0] = (devDependencies.prisma.match(/\d+/g) ?? []).map(Number);
  return major > 7 || (major === 7 && minor >= 4) ? 'statement by statement' : 'one query';
}

const fileBytes = (root: string, path: string | undefined): Buffer | undefined =>
  path !== undefined && existsSync(join(root, path)) ? readFileSync(join(root, path)) : undefined;

/** The text of UTF-8 or, with its byte-order mark, UTF-16; undefined for what is neither. */
function decode(bytes: Buffer | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const label = bytes[0] === 0xff ? 'utf-16le' : bytes[0] === 0xfe ? 'utf-16be' : 'utf-8';
  try {
    const text = new TextDecoder(label, { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
