import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RuleTester } from '../../src/testing/index.ts';
import noXmlColumn from './no-xml-column.ts';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

describe('the rule that CONTRIBUTING.md adds', () => {
  it('is the one tested here', () => {
    expect(read('../../CONTRIBUTING.md')).toContain(read('no-xml-column.ts').trimEnd());
  });
  new RuleTester({ test: it }).run(noXmlColumn);
});
