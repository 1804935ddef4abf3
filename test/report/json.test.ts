import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { json } from '../../src/report/json.ts';
import { finding, migration, placeOf, project, report, source } from '../support/report.ts';
import { drawnReport, sampleReport } from '../support/sample-report.ts';
import { schemaErrors } from '../support/json-schema.ts';

const read = (path: string): string => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
const schema = JSON.parse(read('json-format.schema.json')) as Record<string, unknown>;

describe('json', () => {
  it('writes every kind of finding', async () => {
    await expect(json(sampleReport)).toMatchFileSnapshot('../golden/sample.json');
  });

  it('keeps to its schema', () => {
    expect(schemaErrors(JSON.parse(json(sampleReport)), schema)).toEqual([]);
    expect(schemaErrors(JSON.parse(json(report([]))), schema)).toEqual([]);
  });

  it('has a schema that refuses what is not the format', () => {
    const text = json(sampleReport);
    const broken: readonly (readonly [string, string, string])[] = [
      ['"line": 2', '"line": 0', 'minimum'],
      ['"severity": "error"', '"severity": "fatal"', 'enum'],
      ['"online": false', '"online": "no"', 'type'],
      ['"messageId"', '"messageID"', 'required'],
      ['"version": 1,', '"version": 2,', 'const'],
    ];
    for (const [right, wrong, complaint] of broken) {
      const errors = schemaErrors(JSON.parse(text.replace(right, wrong)), schema);
      expect(errors.join('\n')).toContain(complaint);
    }
  });

  it('is what its documentation shows', () => {
    const example = /```json\n([^]*?)```/.exec(read('json-format.md'))?.[1] ?? '';
    expect(schemaErrors(JSON.parse(example), schema)).toEqual([]);
    expect(JSON.parse(example)).toEqual(JSON.parse(json(drawnReport)));
  });

  it('counts columns in UTF-16 units from 1, the end exclusive, also after CR LF', () => {
    const file = source('a.sql', '-- 1\r\n/*😀é*/ DROP a,\r\n  DROP b;');
    const found = findingOf(placeOf(file, 'DROP a,\r\n  DROP b'));
    expect(found).toMatchObject({ line: 2, column: 9, endLine: 3, endColumn: 9 });
  });

  it('gives null for the place of a finding that has none', () => {
    expect(findingOf(undefined)).toMatchObject({ line: null, column: null, endLine: null, endColumn: null });
  });

  it('escapes what would steer a terminal, without changing it', () => {
    const message = 'a \u001b[31m \u009b31m \u202e \u2028 \u007f';
    const text = json(report([project({ findings: [finding({ message })] })]));
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\u2028\u202e]/u);
    expect(text).toContain(String.raw`\u001b[31m \u009b31m \u202e \u2028 \u007f`);
    expect(JSON.stringify(JSON.parse(text))).toContain(JSON.stringify(message));
  });

  it('has no times, so that equal runs give equal texts', () => {
    expect(json({ ...sampleReport, duration: 1 })).toBe(json({ ...sampleReport, duration: 2 }));
  });
});

function findingOf(place: ReturnType<typeof placeOf> | undefined): unknown {
  const text = json(report([project({ judged: [migration('a', [finding({ place })])] })]));
  return (JSON.parse(text) as { projects: { migrations: { findings: unknown[] }[] }[] }).projects[0]
    ?.migrations[0]?.findings[0];
}
