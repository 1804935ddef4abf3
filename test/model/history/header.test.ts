import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import type { Script } from '../../../src/input/sql/types.ts';
import { saysDeliberatelyEmpty } from '../../../src/model/history/deliberately-empty.ts';
import { unansweredWarnings } from '../../../src/model/history/generated-warnings.ts';
import {
  headerContradictions,
  headerOf,
  isSameField,
  isUnfilled,
} from '../../../src/model/history/header.ts';

beforeAll(loadParser);

const script = (text: string): Script =>
  parseScript({ path: 'a.sql', text, encoding: 'utf-8', byteOrderMark: false });

const fields = (text: string): readonly string[] =>
  headerOf(script(text)).map(({ name, value }) => `${name}=${value}`);

describe('the header', () => {
  it('is made of the lines of comments before the first statement', () => {
    const text =
      '-- Purpose: a: b\n/*\n * Affected rows: ~10\n * no field here\n */\nSELECT 1; -- After: not\n-- Later: not';
    expect(fields(text)).toEqual(['Purpose=a: b', 'Affected rows=~10']);
  });

  it('points at its lines', () => {
    const [, second] = headerOf(script('-- A: 1\n/* x\n   Some field:   2  */\nSELECT 1;'));
    expect(second?.name).toBe('Some field');
    expect(second?.place.span).toEqual({ start: 13, end: 35 });
  });

  it('takes casts and sentences for no fields', () => {
    expect(fields('-- a::text\n-- This is what we do here now: x\nSELECT 1;')).toEqual([]);
  });

  it('names of fields are the same in any case and with any separator', () => {
    expect([isSameField('Affected rows', 'affected_rows'), isSameField('Date', 'Data')]).toEqual([
      true,
      false,
    ]);
  });

  it.each(['', '[Description]', '<why>', 'TODO', 'tbd.', '...', '…', 'YYYY-MM-DD', '?'])(
    '%j says nothing',
    (value) => {
      expect(isUnfilled({ name: 'a', value, place: headerPlace })).toBe(true);
    },
  );

  it.each(['none', '<5 seconds', '~10,000 users', 'todo list of users', '0'])(
    '%j says something',
    (value) => {
      expect(isUnfilled({ name: 'a', value, place: headerPlace })).toBe(false);
    },
  );
});

const headerPlace = {
  source: { path: 'a.sql', text: '', encoding: 'utf-8', byteOrderMark: false },
  span: { start: 0, end: 0 },
} as const;

describe('a header contradicts', () => {
  const migration = { id: '20250103120000_trim_names', name: 'trim_names', version: '20250103120000' };
  const said = (text: string, of: typeof migration = migration): readonly string[] =>
    headerContradictions(headerOf(script(`${text}\nSELECT 1;`)), of).map(({ actual }) => actual);

  it.each(['trim_names', 'trim-names', '20250103120000_trim_names.sql', 'Trims the names'])(
    'nothing by the name %s',
    (name) => {
      expect(said(`-- Migration: ${name}`)).toEqual([]);
    },
  );

  it('name, version and day', () => {
    expect(said('-- Migration: add_users\n-- Version: 0002\n-- Date: 2025-01-05')).toEqual([
      'trim_names',
      '20250103120000',
      '2025-01-03',
    ]);
  });

  it('no number with zeros before it, and no day beside', () => {
    const numbered = { id: '0007_a', name: 'a', version: '0007' };
    expect(said('-- Version: 7\n-- Date: 2025-01-05', numbered)).toEqual([]);
    expect(said('-- Date: 2025-01-02')).toEqual([]);
    expect(said('-- Date: 2025-01-04')).toEqual([]);
  });
});

describe('warnings', () => {
  const block = (body: string): string => `/*\n  Warnings:\n\n${body}\n*/\nSELECT 1;`;

  it('stay without an answer point by point', () => {
    const text = block('  - One.\n    -> done\n  - Two.\n\n  - Three.');
    expect(unansweredWarnings(script(text))?.points).toEqual(['Two.', 'Three.']);
    expect(unansweredWarnings(script(text.replaceAll('\n', '\r\n')))?.points).toEqual(['Two.', 'Three.']);
  });

  it('are answered, or are none', () => {
    expect(unansweredWarnings(script(block('  - One.\n    it is empty')))).toBeUndefined();
    expect(unansweredWarnings(script(block('')))).toBeUndefined();
    expect(unansweredWarnings(script('-- Warnings:\n-- - One\nSELECT 1;'))).toBeUndefined();
  });
});

it('an empty script can say that it is meant to be', () => {
  expect(saysDeliberatelyEmpty(script('-- Intentionally left blank'))).toBe(true);
  expect(saysDeliberatelyEmpty(script('-- This is an empty migration.'))).toBe(false);
});
