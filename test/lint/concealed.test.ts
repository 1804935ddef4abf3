import { beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.ts';
import { loadParser } from '../../src/input/sql/parser.ts';
import type { Finding } from '../../src/lint/finding.ts';
import { lintProject } from '../../src/lint/run.ts';
import { reporters } from '../../src/report/formats.ts';
import { exampleProject } from '../../src/testing/example-project.ts';
import { effectsJson } from '../../src/report/effects-json.ts';
import { effectsText } from '../../src/report/effects-text.ts';
import { effectsReport } from '../support/traced.ts';
import { PLAIN, migration, project, report } from '../support/report.ts';

const USERS = 'CREATE TABLE users (id int PRIMARY KEY, email text);';
const SQL = [
  'CREATE INDEX users_email_idx ON users (email);',
  "CREATE ROLE app LOGIN PASSWORD 'correct-horse';",
  'GRANT SELECT ON users TO PUBLIC;',
].join('\n');

function lint(sql: string, names: readonly string[]): readonly Finding[] {
  const { source, runner, now } = exampleProject({
    title: '',
    history: [USERS],
    sql,
  });
  const enabled = rules
    .filter(({ meta }) => names.includes(meta.name))
    .map((rule) => ({ rule, severity: rule.meta.severity, options: {} }));
  return lintProject(source, { rules: enabled, known: rules, runner, postgresVersion: 15, now }).findings;
}

const NAMES = ['no-plain-secret', 'no-public-grant', 'require-concurrent-index'];

beforeAll(() => loadParser());

describe('a secret', () => {
  it.each(Object.entries(reporters))(
    'stands in no %s report, neither on its line nor beside another',
    (_, format) => {
      const findings = lint(SQL, NAMES);
      expect(findings.map(({ rule }) => rule).sort()).toEqual(NAMES);
      const text = format(report([project({ judged: [migration('a', findings)] })]), PLAIN);
      expect(text).toContain('no-plain-secret');
      expect(text).not.toContain('correct-horse');
    },
  );

  it('leaves the columns of its line where they are', () => {
    const [first] = lint(SQL, ['no-plain-secret']);
    expect(first?.place?.source.text).toBe(SQL.replace('correct-horse', '*'.repeat(13)));
    const { start = 0, end = 0 } = first?.place?.span ?? {};
    expect(SQL.slice(start, end)).toBe('PASSWORD');
  });

  it('may go over several lines', () => {
    const [first] = lint("CREATE ROLE app PASSWORD 'correct\n-horse';", ['no-plain-secret']);
    expect(first?.place?.source.text).toBe("CREATE ROLE app PASSWORD '*******\n******';");
  });

  it('is concealed also where a directive takes the finding back', () => {
    const directive = '-- migration-lint-disable-next-statement no-plain-secret -- of the test server';
    const findings = lint(SQL.replace('CREATE ROLE', `${directive}\nCREATE ROLE`), NAMES);
    expect(findings.map(({ rule }) => rule).sort()).toEqual(['no-public-grant', 'require-concurrent-index']);
    for (const { place } of findings) expect(place?.source.text).not.toContain('correct-horse');
  });

  it('is concealed also where the rule is off', () => {
    const [first] = lint(SQL, ['require-concurrent-index']);
    expect(first?.place?.source.text).toBe(SQL.replace('correct-horse', '*'.repeat(13)));
  });

  it.each([[effectsText], [effectsJson]])('stands in no list of effects', async (write) => {
    const report = await effectsReport({ title: '', history: [USERS], sql: SQL });
    expect(write(report, PLAIN)).not.toContain('correct-horse');
  });

  it('leaves files without one as they are', () => {
    const sql = 'CREATE INDEX users_email_idx ON users (email);';
    expect(lint(sql, NAMES).map(({ place }) => place?.source.text)).toEqual([sql]);
  });
});
