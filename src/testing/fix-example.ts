import assert from 'node:assert/strict';
import { memoryTree } from '../input/files/memory-tree.ts';
import type { FileTree } from '../input/files/types.ts';
import { layoutOfProject } from '../input/layouts/layouts.ts';
import type { FoundProject, LayoutName, MigrationEntry, NewPlace } from '../input/layouts/types.ts';
import { readProject } from '../input/project/read-project.ts';
import type { ReadFile, ReadMigration, ReadProject } from '../input/project/types.ts';
import { loadParser } from '../input/sql/parser.ts';
import { DEFAULT_CONVENTIONS } from '../lint/conventions.ts';
import type { BadExample, Example } from '../lint/examples.ts';
import type { Rule } from '../lint/rule.ts';
import { lintProject, type LintResult } from '../lint/run.ts';
import { enableRules } from '../lint/settings.ts';
import { fixPass } from '../repair/fix/fix-pass.ts';
import { exampleProject } from './example-project.ts';

/** What fixes have made of an example. */
export interface FixedExample {
  /** The pending migrations' scripts, in order. */
  readonly scripts: readonly string[];
  /** Their rollback scripts; empty for one that has none. */
  readonly rollbacks: readonly string[];
  /** Of each of them, whether it asks its tool for no transaction. */
  readonly withoutTransaction: readonly (true | undefined)[];
  /** The scripts of the drafts, without the words above them. */
  readonly drafts: readonly string[];
  /** The ids of the pending migrations. */
  readonly ids: readonly string[];
  /** False if something still changed in the last pass. */
  readonly isStable: boolean;
  /** What the fixes made: their titles. */
  readonly made: readonly string[];
  /** Why fixes were not made. */
  readonly refused: readonly string[];
  /** What is found before and after all fixes. */
  readonly before: LintResult;
  readonly after: LintResult;
}

/** As many passes as a run makes. */
const PASSES = 10;

/** The folder of an example's migrations. */
const FOLDER = 'db/migrations';

/**
 * Writes an example as files, in the layout of its runner, and lets the fixes of rules change them until nothing changes any more.
 *
 * @param rules whose fixes are made, unsafe ones too.
 * @returns undefined for an example that is more than its scripts: files that were edited or deleted, stray ones, a missing script.
 */
export async function fixExample(
  rules: readonly Rule[],
  example: Example,
): Promise<FixedExample | undefined> {
  await loadParser();
  const start = exampleFiles(example);
  return start === undefined ? undefined : new Fixing(rules, example, start).run();
}

interface ExampleFiles {
  readonly files: Readonly<Record<string, string>>;
  readonly found: FoundProject;
  /** The last migration of the history. */
  readonly appliedThrough: string | undefined;
}

class Fixing {
  readonly #rules: readonly Rule[];
  readonly #example: Example;
  readonly #start: ExampleFiles;
  readonly #files: Map<string, string>;
  readonly #made: string[] = [];
  readonly #refused = new Set<string>();

  constructor(rules: readonly Rule[], example: Example, start: ExampleFiles) {
    this.#rules = rules;
    this.#example = example;
    this.#start = start;
    this.#files = new Map(Object.entries(start.files));
  }

  run(): FixedExample {
    const before = this.#lint();
    let isStable = false;
    for (let pass = 0; pass < PASSES && !isStable; pass++) isStable = !this.#pass();
    const { migrations } = this.#read();
    const pending = migrations.filter(({ state }) => state === 'pending');
    const drafts = [...this.#files].filter(
      ([path]) => !path.startsWith(`${FOLDER}/`) && path.endsWith('.sql') && !path.endsWith('.rollback.sql'),
    );
    return {
      scripts: pending.map(({ forward }) => textOf(forward)),
      rollbacks: pending.map(({ rollback }) => textOf(rollback)),
      withoutTransaction: pending.map(({ forward }) =>
        forward?.withoutTransaction === true ? true : undefined,
      ),
      drafts: drafts.map(([, text]) => text.replace(/^(?:--.*\n)+\n/, '')),
      ids: pending.map(({ id }) => id),
      isStable,
      made: this.#made,
      refused: [...this.#refused],
      before,
      after: this.#lint(),
    };
  }

  #tree(): FileTree {
    return memoryTree(Object.fromEntries(this.#files));
  }

  #read(): ReadProject {
    const { found, appliedThrough } = this.#start;
    const base = { kind: 'revision', label: 'main', commit: '0'.repeat(40), appliedThrough } as const;
    return readProject(this.#tree(), found, { base });
  }

  #lint(): LintResult {
    const example = this.#example;
    const { runner, now } = exampleProject(example);
    const options = example.options ?? {};
    const own = new Map(this.#rules.map(({ meta }) => [meta.name, { severity: undefined, options }]));
    const isOne = this.#rules.length === 1;
    return lintProject(this.#read(), {
      rules: enableRules(this.#rules, 'recommended', isOne ? own : new Map()),
      known: this.#rules,
      runner,
      postgresVersion: example.postgres ?? 15,
      postgresAssumed: example.postgres === undefined,
      now,
      changedFiles: example.changedFiles,
    });
  }

  /** @returns whether it changed anything. */
  #pass(): boolean {
    const { findings, judged, project } = this.#lint();
    const pending = new Set(judged.filter(({ state }) => state === 'pending').map(({ id }) => id));
    const { now } = exampleProject(this.#example);
    const conventions = DEFAULT_CONVENTIONS;
    const pass = fixPass({
      findings,
      judged,
      project,
      unsafe: true,
      pending,
      textOf: (path) => this.#files.get(path),
      conventions,
      place: { tree: this.#tree(), found: this.#start.found, pending, now, conventions },
    });
    for (const [path, text] of pass.files)
      if (text === undefined) this.#files.delete(path);
      else this.#files.set(path, text);
    this.#made.push(...pass.fixed.map(({ title }) => title));
    for (const reason of pass.refused) this.#refused.add(reason);
    return pass.fixed.length > 0;
  }
}

function textOf(file: ReadFile | undefined): string {
  return file?.source.text.slice(file.within?.start ?? 0, file.within?.end) ?? '';
}

/** The files of an example; undefined for one that needs more. */
function exampleFiles(example: Example): ExampleFiles | undefined {
  if (example.edited !== undefined || example.strays !== undefined || example.withoutScript === true)
    return undefined;
  const { source, runner } = exampleProject(example);
  const found = foundAs(runner.name);
  const layout = layoutOfProject(found);
  // Scripts lie in a folder of their own there.
  const files: Record<string, string> = found.layout === 'numbered' ? { [`${FOLDER}/sql/.gitkeep`]: '' } : {};
  let after: MigrationEntry | undefined;
  let appliedThrough: string | undefined;
  for (const migration of source.migrations) {
    const wanted = { name: migration.name, isExact: true, after, now: timeOf(migration.version) };
    if (migration.forward === undefined) return undefined;
    const place = layout.newPlace?.(memoryTree(files), FOLDER, wanted) ?? firstPlace(migration.name);
    const written = place.files({
      forward: migration.forward.source.text,
      rollback: migration.rollback?.source.text,
      withoutTransaction: migration.forward.withoutTransaction === true,
    });
    const ids = migration.state === 'applied' ? place : asNamed(place, migration, found);
    for (const { path, text } of written) files[path.replace(place.id, () => ids.id)] = text;
    const { entries } = layout.migrations(memoryTree(files), FOLDER);
    after = entries.find(({ id }) => id === ids.id);
    // The history stands for all before its last migration.
    if (after === undefined || entries.at(-1) !== after) return undefined;
    if (migration.state === 'applied') appliedThrough = ids.id;
  }
  return { files, found, appliedThrough };
}

/** The ids that a migration of an example has in its layout, where those are a version and a name. */
function asNamed(
  { id, version }: NewPlace,
  migration: ReadMigration,
  { layout }: FoundProject,
): { readonly id: string; readonly version: string } {
  const isPlain = layout !== 'drizzle' && layout !== 'diesel' && id.startsWith(version);
  if (!isPlain || id === migration.id) return { id, version };
  const separator = migration.version === '' ? '' : '_';
  return {
    id: migration.name === '' ? migration.version : `${migration.version}${separator}${migration.name}`,
    version: migration.version,
  };
}

/** Where the first migration of a layout goes whose names only its other migrations show. */
function firstPlace(name: string): NewPlace {
  const id = `0001_${name}`;
  return {
    id,
    version: '0001',
    files: ({ forward }) => [{ path: `${FOLDER}/${id}.sql`, text: forward }],
  };
}

function timeOf(version: string): Date {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(version)?.map(Number) ?? [];
  return new Date(Date.UTC(year ?? 2025, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0));
}

function foundAs(layout: LayoutName): FoundProject {
  return {
    layout,
    folder: FOLDER,
    schema: undefined,
    evidence: 'an example',
    packageFolder: '',
    provider: 'postgresql',
  };
}

/**
 * Compares what a rule's own fixes make of a bad example with what the example says, and checks that they end, leave SQL that parses,
 * and mend what they say that they mend.
 *
 * @throws {assert.AssertionError} if they differ, with both sides.
 */
export async function checkFixed(rule: Rule, example: BadExample<string>): Promise<void> {
  const fixed = await fixExample([rule], example);
  if (fixed === undefined) {
    assert.equal(example.fixed, undefined, 'an example that is more than its scripts is not fixed here');
    return;
  }
  checkLaws(fixed);
  const { fixed: expected } = example;
  if (expected === undefined) return;
  if (typeof expected === 'string') assert.deepEqual(fixed.scripts.map(trimmed), [trimmed(expected)]);
  else if ('id' in expected)
    assert.ok(fixed.ids.includes(expected.id), `${expected.id} is not among ${fixed.ids.join(', ')}`);
  else if ('rollback' in expected)
    assert.deepEqual(fixed.rollbacks.slice(0, 1).map(trimmed), [trimmed(expected.rollback)]);
  else {
    assert.deepEqual(fixed.scripts.map(trimmed), expected.scripts.map(trimmed));
    assert.deepEqual(fixed.drafts.map(trimmed), (expected.drafts ?? []).map(trimmed));
  }
}

const trimmed = (text: string): string => text.trim();

function checkLaws({ isStable, before, after, made, refused }: FixedExample): void {
  assert.ok(isStable, `after ${PASSES} passes fixes still change what others have made`);
  const couldNotBeRead = ({ judged }: LintResult): number =>
    judged.reduce((sum, { script }) => sum + (script?.problems.length ?? 0), 0);
  assert.ok(couldNotBeRead(after) <= couldNotBeRead(before), 'SQL does not parse after its fixes');
  const fixable = ({ findings }: LintResult): number =>
    findings.filter(({ fix }) => fix !== undefined && fix.safety !== 'display-only').length;
  const left = after.findings.length;
  assert.ok(
    refused.length > 0 || left <= before.findings.length - fixable(before),
    `${left} findings are left of ${before.findings.length}, of which ${fixable(before)} had a fix (${made.join('; ')})`,
  );
  assert.ok(refused.length > 0 || fixable(after) === 0, 'a finding that is left still has a fix');
}
