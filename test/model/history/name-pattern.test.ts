import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isFirstName,
  matchesNamePattern,
  nameConventions,
  snakeCase,
} from '../../../src/model/history/name-pattern.ts';

describe('matchesNamePattern', () => {
  it.each([
    ['add_email_to_users', 'add_{column}_to_{table}', true],
    ['add-email-to-users', 'add_{column}_to_{table}', true],
    ['add_email_to_users', 'add-{column}-to-{table}', true],
    ['add_first_name_to_client_kpis', 'add_{column}_to_{table}', true],
    ['add_to_users', 'add_{column}_to_{table}', false],
    ['add_email_to', 'add_{column}_to_{table}', false],
    ['add_to_to_to_to', 'add_{column}_to_{table}', true],
    ['v12_add_x', 'v{number}_{what}', true],
    ['v_add_x', 'v{number}_{what}', false],
    ['Add_email', '{what}_{more}', false],
    ['add__email', '{what}_{more}', false],
    ['add', '{what}_{more}', false],
    ['plans', 'plans', true],
    ['', '{what}', false],
  ])('%s by %s: %s', (name, pattern, expected) => {
    expect(matchesNamePattern(name, pattern)).toBe(expected);
  });

  it('agrees with a regular expression', () => {
    const word = fc.constantFrom('a', 'b', 'to');
    const part = fc.oneof(word, fc.constant('{x}'));
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 7 }),
        fc.array(part, { minLength: 1, maxLength: 5 }),
        (words, parts) => {
          const expression = parts.map((one) => (one === '{x}' ? '[a-z0-9]+(?:_[a-z0-9]+)*' : one)).join('_');
          const name = words.join('_');
          expect(matchesNamePattern(name, parts.join('_'))).toBe(new RegExp(`^${expression}$`).test(name));
        },
      ),
    );
  });

  it('does not go back and forth over a pattern of many placeholders', () => {
    const name = Array.from({ length: 120 }, () => 'a').join('_');
    const pattern = [...Array.from({ length: 60 }, () => '{x}'), 'b'].join('_');
    expect(matchesNamePattern(name, pattern)).toBe(false);
  });
});

describe('nameConventions', () => {
  it.each(Object.entries(nameConventions))('%s takes its own example', (_, { example, patterns, digits }) => {
    const name = digits === undefined ? example : example.slice(digits + 1);
    expect(patterns.some((pattern) => matchesNamePattern(name, pattern))).toBe(true);
  });
});

describe('isFirstName', () => {
  it.each([
    ['init', true],
    ['initial_schema', true],
    ['squashed_migrations', true],
    ['initiatives', false],
    ['', false],
  ])('%s: %s', (name, expected) => {
    expect(isFirstName(name)).toBe(expected);
  });
});

it('snakeCase', () => {
  expect(snakeCase('AddInvoicePDF')).toBe('add_invoice_pdf');
  expect(snakeCase('Add_Account-Flags')).toBe('add_account_flags');
});
