import type { Place, SourceText } from '../../src/input/text/types.ts';
import type { Finding } from '../../src/lint/finding.ts';
import type { MigrationClass } from '../../src/model/history/migration-class.ts';
import { defineRule, type Rule } from '../../src/lint/rule.ts';
import type { MigrationReport, ProjectReport, Report, ReporterOptions } from '../../src/report/types.ts';

/** Plain text for a wide terminal: what most tests want. */
export const PLAIN: ReporterOptions = { color: false, width: 120 };

/** A source as it is read from a file. */
export function source(path: string, text: string): SourceText {
  return { path, text, encoding: 'utf-8', byteOrderMark: false };
}

/** The place of a text in a source, the n-th one (from 0). @throws {Error} if it is not there. */
export function placeOf(file: SourceText, needle: string, nth = 0): Place {
  let start = -1;
  for (let found = 0; found <= nth; found++) {
    start = file.text.indexOf(needle, start + 1);
    if (start < 0) throw new Error(`${JSON.stringify(needle)} is not in ${file.path}`);
  }
  return { source: file, span: { start, end: start + needle.length } };
}

/** A finding with everything that a test does not care about filled in. */
export function finding(given: Partial<Finding> = {}): Finding {
  return {
    rule: 'no-disguised-rename',
    messageId: 'renames',
    severity: 'error',
    message: "Dropping username while adding display_name loses every user's username.",
    help: 'Expand first: add display_name and write to both; backfill in batches; drop username in a later release.',
    data: { old: 'username', new: 'display_name' },
    place: undefined,
    path: given.place?.source.path ?? 'prisma/migrations/20251121093000_rename_username/migration.sql',
    label: undefined,
    related: [],
    migration: '20251121093000_rename_username',
    effects: [],
    fingerprint: '0123456789abcdef0123456789abcdef',
    ...given,
  };
}

/** A judged migration with its findings; its path is theirs. */
export function migration(
  id: string,
  findings: readonly Finding[] = [],
  classification?: MigrationClass,
): MigrationReport {
  return { id, path: `prisma/migrations/${id}/migration.sql`, findings, classification };
}

/** A project with everything that a test does not care about filled in: a Prisma project with three pending migrations. */
export function project(given: Partial<ProjectReport> = {}): ProjectReport {
  const judged = given.judged ?? [];
  return {
    folder: 'prisma/migrations',
    layout: 'prisma',
    runner: 'Prisma 6.19',
    transactions: 'a file is one query: a transaction, unless it is a single statement',
    postgresVersion: 15,
    postgresAssumed: true,
    base: 'base origin/main',
    wholeHistory: false,
    migrations: 434,
    findings: [],
    suppressed: [],
    notes: [],
    ...given,
    judged,
  };
}

/** A report over projects, its summary counted from them. */
export function report(projects: readonly ProjectReport[], given: Partial<Report> = {}): Report {
  const judged = projects.flatMap((each) => each.judged);
  const findings = [...judged, ...projects].flatMap((each) => each.findings);
  const count = (severity: Finding['severity']): number =>
    findings.filter((each) => each.severity === severity).length;
  return {
    version: '0.1.0',
    projects,
    rules: [],
    summary: {
      errors: count('error'),
      warnings: count('warning'),
      infos: count('info'),
      judged: judged.length,
      judgedWithErrors: judged.filter((each) => each.findings.some(({ severity }) => severity === 'error'))
        .length,
    },
    duration: undefined,
    ...given,
  };
}

/** A rule that reports nothing, for what formats say of rules. */
export function rule(name: string, given: Partial<Rule['meta']> = {}): Rule {
  return {
    on: {},
    meta: {
      ...defineRule({
        meta: {
          name,
          summary: 'Disallow `DROP COLUMN` with `ADD COLUMN` where it is a rename',
          rationale: 'The data of the old column is **lost**, and running code still reads it.',
          instead: 'Expand first:\n\n```sql\nALTER TABLE users ADD COLUMN display_name text;\n```',
          policy: ['EC7'],
          presets: ['recommended'],
          severity: 'error',
          messages: {
            renames: {
              what: "Dropping {{old}} while adding {{new}} loses every user's {{old}}.",
              help: 'Expand first: add {{new}} and write to both.',
            },
          },
          examples: {
            bad: [{ title: 'a rename', sql: 'SELECT 1', reports: ['renames'] }],
            good: [{ title: 'no rename', sql: 'SELECT 1' }],
          },
        },
        on: {},
      }).meta,
      ...given,
    },
  };
}
