import type { Fixture } from './fixture.ts';

/** A finding as the fixtures see it. */
export interface SeenFinding {
  readonly rule: string;
  /** From the fixture's folder. */
  readonly path: string;
  /** From 1; undefined for a finding about a file or migration as a whole. */
  readonly line: number | undefined;
  readonly migration: string | undefined;
  readonly message: string;
}

/**
 * Compares what was reported with what is expected.
 *
 * @returns one line for each difference, by path: `missing path:line rule` and `extra path:line rule  message`.
 */
export function differences(fixture: Fixture, findings: readonly SeenFinding[]): string[] {
  const left = [...findings];
  const missing: string[] = [];
  const take = (test: (finding: SeenFinding) => boolean, expected: string): void => {
    const index = left.findIndex(test);
    if (index < 0) missing.push(`missing ${expected}`);
    else left.splice(index, 1);
  };
  for (const { rule, path, firstLine, lastLine } of statementExpectations(fixture)) {
    take(
      (seen) => seen.rule === rule && seen.path === path && within(seen.line, firstLine, lastLine),
      `${path}:${firstLine} ${rule}`,
    );
  }
  for (const { id, rule, line } of migrationExpectations(fixture)) {
    take(
      (seen) => seen.rule === rule && isAbout(seen, id) && (line === undefined || seen.line === line),
      `${id}${line === undefined ? '' : `:${line}`} ${rule}`,
    );
  }
  const extra = left.map(
    ({ rule, path, line, message }) =>
      `extra   ${path}${line === undefined ? '' : `:${line}`} ${rule}  ${message}`,
  );
  return [...missing, ...extra].sort((a, b) => (a.slice(8) < b.slice(8) ? -1 : 1));
}

/** A finding about an applied migration need not name it: its place does. */
const isAbout = ({ migration, path }: SeenFinding, id: string): boolean =>
  migration === id || (migration === undefined && path.split('/').includes(id));

const within = (line: number | undefined, first: number, last: number): boolean =>
  line !== undefined && line >= first && line <= last;

const statementExpectations = (fixture: Fixture) =>
  fixture.projects
    .flatMap(({ migrations }) => migrations)
    .flatMap(({ expected, inRollback }) => [...expected.statements, ...inRollback]);

function migrationExpectations(fixture: Fixture): { id: string; rule: string; line: number | undefined }[] {
  const inFiles = fixture.projects
    .flatMap(({ migrations }) => migrations)
    .flatMap(({ id, expected }) => expected.migration.map((rule) => ({ id, rule, line: undefined })));
  const inJson = Object.entries(fixture.expect.migrations ?? {}).flatMap(([id, rules]) =>
    rules.map((text) => {
      const [rule = '', line] = text.split(':');
      return { id, rule, line: line === undefined ? undefined : Number(line) };
    }),
  );
  return [...inFiles, ...inJson];
}

/** Every rule that is expected of a migration, sorted, each once. */
export function rulesOf(fixture: Fixture, id: string): string[] {
  const migration = fixture.projects.flatMap(({ migrations }) => migrations).find((one) => one.id === id);
  const names = [
    ...(migration?.expected.statements ?? []).map(({ rule }) => rule),
    ...(migration?.inRollback ?? []).map(({ rule }) => rule),
    ...migrationExpectations(fixture)
      .filter((expected) => expected.id === id)
      .map(({ rule }) => rule),
  ];
  return [...new Set(names)].sort();
}
