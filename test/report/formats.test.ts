import { describe, expect, it } from 'vitest';
import { reporters } from '../../src/report/formats.ts';
import { PLAIN, report } from '../support/report.ts';
import { sampleReport } from '../support/sample-report.ts';

describe.each(Object.entries(reporters))('%s', (name, reporter) => {
  it('ends with one line feed', () => {
    expect(reporter(sampleReport, PLAIN)).toMatch(/\S\n$/);
    expect(reporter(report([]), PLAIN)).toMatch(/\S\n$/);
  });

  it('colours only what is for people', () => {
    const colored = reporter(sampleReport, { color: true, width: 100 });
    expect(colored.includes('\u001b[')).toBe(name === 'stylish');
  });
});
