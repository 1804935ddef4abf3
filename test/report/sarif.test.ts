import { describe, expect, it } from 'vitest';
import type { Log, Result, Run } from 'sarif';
import { sarif } from '../../src/report/sarif.ts';
import { PLAIN, finding, migration, placeOf, project, report, rule, source } from '../support/report.ts';
import { sampleReport } from '../support/sample-report.ts';
import { sarifMultitool, validateSarif } from '../support/sarif-multitool.ts';

function runOf(text: string): Run {
  const [run] = (JSON.parse(text) as Log).runs;
  if (run === undefined) throw new Error('no run');
  return run;
}

function resultsOf(text: string): readonly Result[] {
  return runOf(text).results ?? [];
}

describe('sarif', () => {
  it('writes every kind of finding', async () => {
    await expect(sarif(sampleReport, PLAIN)).toMatchFileSnapshot('../golden/sample.sarif');
  });

  it('has no error and no warning from sarif-multitool with GitHub’s rules on', async (test) => {
    const program = sarifMultitool();
    if (program === undefined) return test.skip(`there is no sarif-multitool for ${process.platform}`);
    const complaints = await validateSarif(program, sarif(sampleReport, PLAIN));
    expect(complaints.filter(({ level }) => level !== 'note')).toEqual([]);
    // What is left: ids in kebab case, no version control, texts without quotes, and places that have no text.
    expect([...new Set(complaints.map((each) => each.rule))].sort()).toEqual([]);
  });
});
void [finding, migration, placeOf, project, report, rule, source, resultsOf];
