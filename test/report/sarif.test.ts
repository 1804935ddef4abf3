import type { Log, Result, Run } from 'sarif';
import { describe, expect, it } from 'vitest';
import { lineHashes } from '../../src/report/sarif-fingerprint.ts';
import { sarif } from '../../src/report/sarif.ts';
import type { Finding } from '../../src/lint/finding.ts';
import type { ReporterOptions } from '../../src/report/types.ts';
import { PLAIN, finding, migration, placeOf, project, report, rule, source } from '../support/report.ts';
import { sampleReport } from '../support/sample-report.ts';
import { sarifMultitool, validateSarif } from '../support/sarif-multitool.ts';

function runOf(findings: readonly Finding[], options: ReporterOptions = PLAIN): Run {
  const text = sarif(report([project({ judged: [migration('a', findings)] })]), options);
  const [run] = (JSON.parse(text) as Log).runs;
  if (run === undefined) throw new Error('no run');
  return run;
}

function resultsOf(findings: readonly Finding[], options: ReporterOptions = PLAIN): readonly Result[] {
  return runOf(findings, options).results ?? [];
}

const uriOf = (result: Result | undefined): string | undefined =>
  result?.locations?.[0]?.physicalLocation?.artifactLocation?.uri;

describe('sarif', () => {
  it('writes every kind of finding', async () => {
    await expect(sarif(sampleReport, PLAIN)).toMatchFileSnapshot('../golden/sample.sarif');
  });

  it('says why a finding is only information', () => {
    const users = { relation: { schema: 'public', name: 'users' }, rows: 12, measured: '2026-11-20' };
    const lowered = { from: 'error', tables: [users] } as const;
    const [result] = resultsOf([finding({ severity: 'info', lowered })]);
    expect(result).toMatchObject({
      level: 'note',
      properties: {
        size: 'users is small: 12 rows by the statistics of 2026-11-20; on a larger table this is an error',
      },
    });
  });

  it('has no error and no warning from sarif-multitool with GitHub’s rules on', async (test) => {
    const program = sarifMultitool();
    if (program === undefined) return test.skip(`there is no sarif-multitool for ${process.platform}`);
    const [good, bad] = await Promise.all([
      validateSarif(program, sarif(sampleReport, PLAIN)),
      // That the check would notice: a result without a place, a rule without its help.
      validateSarif(
        program,
        sarif(sampleReport, PLAIN).replace('"locations"', '"codeFlows"').replaceAll('"help"', '"other"'),
      ),
    ]);
    expect(good.filter(({ level }) => level !== 'note')).toEqual([]);
    expect(bad.filter(({ level }) => level === 'error')).not.toEqual([]);
  });

  it('describes the rules that found something, by name, and no others', () => {
    const rules = [rule('no-b'), rule('team/no-c'), rule('no-a', { severity: 'info' }), rule('no-d')];
    const findings = ['team/no-c', 'no-b', 'no-a'].map((name) => finding({ rule: name }));
    const text = sarif(report([project({ judged: [migration('a', findings)] })], { rules }), PLAIN);
    const [run] = (JSON.parse(text) as Log).runs;
    const described = run?.tool.driver.rules ?? [];
    expect(described.map(({ id, name }) => [id, name])).toEqual([
      ['no-a', 'NoA'],
      ['no-b', 'NoB'],
      ['team/no-c', 'TeamNoC'],
    ]);
    expect(run?.results?.map(({ ruleIndex, ruleId }) => described[ruleIndex ?? -1]?.id === ruleId)).toEqual([
      true,
      true,
      true,
    ]);
    expect(described[0]?.defaultConfiguration?.level).toBe('note');
    expect(described[0]?.messageStrings?.['renames']?.text).toBe(
      "Dropping {0} while adding {1} loses every user's {0}. Expand first: add {1} and write to both.",
    );
  });

  it('has its results even where there are none', () => {
    expect(resultsOf([])).toEqual([]);
    expect(runOf([]).invocations).toEqual([
      { executionSuccessful: true, exitCode: 0, toolExecutionNotifications: [] },
    ]);
  });

  it('puts the worst first', () => {
    const levels = resultsOf([
      finding({ severity: 'info' }),
      finding({ severity: 'error', path: 'b' }),
      finding({ severity: 'warning' }),
      finding({ severity: 'error', path: 'a' }),
    ]).map((result) => `${result.level} ${uriOf(result)?.at(-1)}`);
    expect(levels).toEqual(['error a', 'error b', 'warning l', 'note l']);
  });

  it('makes one result of a rule’s findings on one line', () => {
    const file = source('a.sql', 'ALTER TABLE t DROP a, DROP b, DROP c;\nDROP TABLE a;');
    const at = (needle: string, given: Partial<Finding> = {}): Finding =>
      finding({
        place: placeOf(file, needle),
        message: `${needle}.`,
        help: '',
        fingerprint: needle,
        ...given,
      });
    const results = resultsOf([
      at('DROP b'),
      at('DROP a'),
      at('DROP c', { severity: 'warning' }),
      at('DROP TABLE a'),
    ]);
    expect(results.map(({ message }) => message.text)).toEqual([
      'DROP a. The same on this line in column [23](1) and [31](2).',
      'DROP TABLE a.',
    ]);
    expect(
      results[0]?.relatedLocations?.map(({ id, physicalLocation }) => [
        id,
        physicalLocation?.region?.startColumn,
      ]),
    ).toEqual([
      [1, 23],
      [2, 31],
    ]);
    expect(resultsOf([at('DROP a'), at('DROP b', { rule: 'other' })])).toHaveLength(2);
  });

  it('writes paths as URIs from the top of the repository', () => {
    const given = [finding({ path: 'db/größe 100%/a#b.sql' })];
    expect(uriOf(resultsOf(given)[0])).toBe('db/gr%C3%B6%C3%9Fe%20100%25/a%23b.sql');
    expect(uriOf(resultsOf(given, { ...PLAIN, rootPrefix: 'apps/web' })[0])).toBe(
      'apps/web/db/gr%C3%B6%C3%9Fe%20100%25/a%23b.sql',
    );
  });

  it('marks something even where a place is empty', () => {
    const file = source('a.sql', 'SELECT\n\nx');
    const regions = [0, 6, 7].map(
      (start) =>
        resultsOf([finding({ place: { source: file, span: { start, end: start } } })])[0]?.locations?.[0]
          ?.physicalLocation?.region,
    );
    expect(regions).toMatchObject([
      { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2, snippet: { text: 'S' } },
      { startLine: 1, startColumn: 6, endLine: 1, endColumn: 7, snippet: { text: 'T' } },
      { startLine: 2, startColumn: 1, endLine: 2, endColumn: 1 },
    ]);
  });

  it('leaves texts of megabytes out', () => {
    const file = source('a.sql', `INSERT INTO t VALUES (${'1'.repeat(100_000)});\nDROP TABLE t;\n`);
    const findings = ['INSERT', 'DROP TABLE t', file.text.slice(0, -16)].map((needle) =>
      finding({ rule: needle.slice(0, 4) + needle.length, place: placeOf(file, needle) }),
    );
    expect(JSON.stringify(resultsOf(findings)).length).toBeLessThan(5_000);
  });

  it('fingerprints the line as GitHub does, with the byte-order mark that we strip', () => {
    const file = source('a.sql', 'DROP TABLE a;\nDROP TABLE b;\n');
    const hashWith = (given: object): string | undefined => {
      const place = placeOf(file, 'DROP TABLE a');
      const [result] = resultsOf([finding({ place: { ...place, source: { ...file, ...given } } })]);
      return result?.partialFingerprints?.['primaryLocationLineHash'];
    };
    expect(hashWith({})).toBe(lineHashes(file.text)[0]);
    expect(hashWith({ byteOrderMark: true })).toBe(lineHashes(`\ufeff${file.text}`)[0]);
    expect(hashWith({ byteOrderMark: true, encoding: 'utf-16le' })).toBeUndefined();
  });

  it('says what could not be read beside the results', () => {
    const file = source('a.sql', 'SELEC 1;');
    const unreadable = finding({
      rule: 'no-syntax-error',
      place: placeOf(file, 'SELEC'),
      message: 'It is no SQL.',
    });
    const run = runOf([unreadable]);
    expect(run.results).toHaveLength(1);
    expect(run.invocations?.[0]).toMatchObject({
      executionSuccessful: true,
      exitCode: 1,
      toolExecutionNotifications: [
        { descriptor: { id: 'unreadable-sql' }, message: { text: 'It is no SQL.' }, locations: [{}] },
      ],
    });
  });

  it('says that a rule failed with the exit code', () => {
    expect(runOf([finding({ rule: 'failed-rule' })]).invocations?.[0]?.exitCode).toBe(2);
  });

  it('cuts what GitHub would refuse, and says so', () => {
    const many = Array.from({ length: 25_001 }, (_, index) =>
      finding({ severity: index === 25_000 ? 'error' : 'info', help: '', message: 'm.' }),
    );
    const run = runOf(many);
    expect(run.results).toHaveLength(25_000);
    expect(run.results?.[0]?.level).toBe('error');
    expect(run.invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text).toBe(
      'Only the worst 25000 of 25001 results are in this log.',
    );
  });
});
