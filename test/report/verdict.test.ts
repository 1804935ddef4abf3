import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/lint/finding.ts';
import type { ProjectReport } from '../../src/report/types.ts';
import { verdictOf } from '../../src/report/verdict.ts';
import { finding, migration, project, report } from '../support/report.ts';

const error = finding();
const warning = finding({ severity: 'warning' });
const info = finding({ severity: 'info' });

function judged(...perMigration: (readonly Finding[])[]): Pick<ProjectReport, 'judged'> {
  return { judged: perMigration.map((findings, index) => migration(String(index), findings)) };
}

describe('verdictOf', () => {
  it.each<[string, ProjectReport[]]>([
    ['1 error in 1 of 3 pending migrations', [project(judged([error], [], []))]],
    ['2 errors in 1 of 1 pending migration', [project(judged([error, error]))]],
    [
      '2 errors in 2 of 3 pending migrations · 1 warning · 2 infos',
      [project(judged([error, info], [error, warning], [info]))],
    ],
    ['1 warning in 1 of 2 pending migrations · 1 info', [project(judged([warning], [info]))]],
    ['2 infos in 1 of 2 pending migrations', [project(judged([info, info], []))]],
    [
      '1 error in 1 of 2 migrations',
      [project({ ...judged([error], []), wholeHistory: true, base: 'whole history' })],
    ],
    [
      '1 error in 1 of 2 pending migrations, 2 elsewhere',
      [project({ ...judged([error], []), findings: [error, error] })],
    ],
    ['1 error outside the 2 pending migrations', [project({ ...judged([], []), findings: [error] })]],
    ['1 error, nothing pending', [project({ findings: [error] })]],
    ['2 errors in 2 of 3 pending migrations', [project(judged([error])), project(judged([error], []))]],
    ['3 pending migrations in 2 projects, nothing found', [project(judged([])), project(judged([], []))]],
    ['nothing pending in 2 projects, nothing found', [project(), project()]],
    ['1 pending migration, nothing found · 1 note', [project({ ...judged([]), notes: ['Something.'] })]],
  ])('says %s', (text, projects) => {
    expect(verdictOf(report(projects)).text).toBe(text);
  });

  it.each([
    [140, '0.14 s'],
    [9_994, '9.99 s'],
    [9_996, '10.0 s'],
    [61_250, '61.3 s'],
  ])('tells %d ms as %s', (duration, text) => {
    expect(verdictOf(report([project(judged([error]))], { duration })).text).toBe(
      `1 error in 1 of 1 pending migration · ${text}`,
    );
  });
});
