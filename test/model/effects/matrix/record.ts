import type { Observation } from '../../../../src/verify/trace/observation.ts';
import { existsIn, matrixStatements } from './run-matrix.ts';
import type { MatrixStatement } from './types.ts';

/** What some versions did; what they did not is left out. */
interface Observed extends Partial<Observation> {
  readonly versions: readonly number[];
}

/** What real servers did, as `npm run test:postgres -- --record` writes it down. */
export interface MatrixRecord {
  readonly about: string;
  /** Major version → the server's own version. */
  readonly servers: Readonly<Record<string, string>>;
  readonly statements: readonly {
    readonly group: string;
    readonly sql: string;
    readonly after?: string;
    readonly observed: readonly Observed[];
  }[];
}

/** Looks up what a major version did with a statement; undefined if it was not asked. */
export type Recorded = (
  group: string,
  statement: MatrixStatement,
  version: number,
) => Observation | undefined;

/** @returns the look-up in a record. */
export function recorded(record: MatrixRecord): Recorded {
  const known = new Map(record.statements.map((one) => [keyOf(one.group, one), one.observed]));
  return (group, statement, version) => {
    const found = known.get(keyOf(group, statement))?.find(({ versions }) => versions.includes(version));
    if (found === undefined) return undefined;
    const { locks, indexLocks, rewritten, indexed, scanned } = { ...NOTHING, ...found };
    return { locks, indexLocks, rewritten, indexed, scanned };
  };
}

const NOTHING: Observation = { locks: {}, indexLocks: {}, rewritten: [], indexed: [], scanned: [] };

function keyOf(group: string, { sql, after }: Pick<MatrixStatement, 'sql' | 'after'>): string {
  return `${group}\0${sql}\0${after ?? ''}`;
}

const ABOUT =
  'What real servers did with the statements beside this file. Written by `npm run test:postgres -- --record`; docs/effects.md shows it.';

/**
 * A record's text, one line a statement; versions that did the same stand together.
 *
 * @param look up every statement of every version of `servers`; what was not observed is left out.
 */
export function recordText(servers: MatrixRecord['servers'], look: Recorded): string {
  const versions = Object.keys(servers).map(Number);
  const lines = matrixStatements().map(({ group, statement }) => {
    const observed = new Map<string, number[]>();
    for (const version of versions) {
      const observation = look(group.title, statement, version);
      if (observation === undefined || !existsIn(statement, version)) continue;
      const text = JSON.stringify(withoutNothing(observation)).slice(1, -1);
      observed.set(text, [...(observed.get(text) ?? []), version]);
    }
    const { sql, after } = statement;
    const head = JSON.stringify({ group: group.title, sql, ...(after === undefined ? {} : { after }) });
    const all = [...observed].map(
      ([text, own]) => `{${[`"versions":${JSON.stringify(own)}`, text].filter(Boolean).join(',')}}`,
    );
    return `${head.slice(0, -1)},"observed":[${all.join(',')}]}`;
  });
  const head = `{\n"about": ${JSON.stringify(ABOUT)},\n"servers": ${JSON.stringify(servers)},\n`;
  return `${head}"statements": [\n${lines.join(',\n')}\n]\n}\n`;
}

function withoutNothing(observation: Observation): Partial<Observation> {
  return Object.fromEntries(Object.entries(observation).filter(([, fact]) => Object.keys(fact).length > 0));
}
