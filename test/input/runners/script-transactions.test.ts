import { beforeAll, describe, expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import type { FoundProject, LayoutName } from '../../../src/input/layouts/types.ts';
import { runnerOf, type RunnerOptions } from '../../../src/input/runners/runner-of.ts';
import { scriptTransactions, sendModeOf } from '../../../src/input/runners/script-transactions.ts';
import type { Runner } from '../../../src/input/runners/types.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { sourceOf } from '../../../src/input/text/decode.ts';
import { statementsOf, textOf } from './statements.ts';

beforeAll(loadParser);

const runner = (
  layout: LayoutName,
  options: RunnerOptions = {},
  files: Record<string, string> = {},
): Runner => {
  const found: FoundProject = {
    layout,
    folder: 'db/migrations',
    schema: undefined,
    evidence: '',
    packageFolder: '',
    provider: undefined,
  };
  return runnerOf(memoryTree(files), found, options);
};

describe('runnerOf', () => {
  it.each<[LayoutName, string, string | undefined]>([
    ['golang-migrate', 'one query', undefined],
    ['diesel', 'one transaction', 'one query'],
    ['sqlx', 'one transaction', 'one query'],
    ['dbmate', 'one transaction', 'one query'],
    ['goose', 'one transaction of statements', 'statement by statement'],
    ['flyway', 'one transaction if possible', 'statement by statement'],
    ['supabase', 'pipeline', undefined],
    ['drizzle', 'one transaction of statements', undefined],
    ['numbered', 'one transaction', undefined],
    ['plain', 'one query', undefined],
    ['custom', 'one query', undefined],
  ])('knows how %s sends a file', (layout, mode, modeWithoutTransaction) => {
    const found = runner(layout);
    expect([found.mode, found.modeWithoutTransaction]).toEqual([mode, modeWithoutTransaction]);
    expect(found.oneTransactionPerDeploy).toBe(layout === 'drizzle' ? true : undefined);
    expect(found.assumed ?? false).toBe(['numbered', 'plain', 'custom'].includes(layout));
  });

  it.each([
    ['deploy', { mode: 'one transaction', oneTransactionPerDeploy: true }],
    ['file', { mode: 'one transaction' }],
    ['query', { mode: 'one query' }],
    ['statement', { mode: 'statement by statement' }],
  ] as const)('takes the user’s word: %s', (transaction, expected) => {
    expect(runner('drizzle', { transaction })).toEqual({
      name: 'drizzle',
      label: 'Drizzle',
      assumed: false,
      ...expected,
    });
  });

  it.each([
    ['flyway.conf', 'flyway.mixed=true\n', { mode: 'one transaction unless refused' }],
    ['flyway.toml', '[flyway]\nmixed = true\n', { mode: 'one transaction unless refused' }],
    ['db/flyway.toml', '[flyway]\ngroup = true', { oneTransactionPerDeploy: true }],
    ['conf/flyway.conf', 'flyway.executeInTransaction = false', { mode: 'statement by statement' }],
    ['flyway.conf', '# flyway.mixed=true', { mode: 'one transaction if possible' }],
  ])('reads %s: %s', (file, text, expected) => {
    expect(runner('flyway', {}, { [file]: text })).toMatchObject(expected);
  });
});

describe('sendModeOf', () => {
  it('follows what the script asks for', () => {
    const script = { statements: statementsOf('SELECT 1') };
    expect(sendModeOf(runner('diesel'), script, true)).toBe('one query');
    expect(sendModeOf(runner('supabase'), script, true)).toBe('pipeline');
  });

  it('is a transaction where a file asks Flyway for one', () => {
    const script = { statements: statementsOf('VACUUM') };
    expect(sendModeOf(runner('flyway'), script)).toBe('one transaction if possible');
    expect(sendModeOf(runner('flyway'), script, false)).toBe('one transaction of statements');
  });

  it('falls back to one query where Prisma cannot read a statement, and nowhere else', () => {
    const script = { statements: statementsOf('SELECT 1; LOCK TABLE t') };
    const splitting = runner('prisma', { prisma: '7.4' });
    expect(sendModeOf(splitting, script)).toBe('one query');
    expect(sendModeOf(splitting, { statements: statementsOf('SELECT 1') })).toBe('statement by statement');
    expect(sendModeOf(runner('goose'), script, true)).toBe('statement by statement');
  });
});

describe('scriptTransactions with Drizzle', () => {
  const shown = (text: string, options: RunnerOptions = {}): string[] =>
    scriptTransactions(runner('drizzle', options), parseScript(sourceOf('0000_a.sql', text))).map(
      ({ kind, statements }) => `${kind}[${statements.map(textOf).join('; ')}]`,
    );
  const MARK = '--> statement-breakpoint';

  it('sends what lies between two breakpoints as one query', () => {
    expect(
      shown(`COMMIT;${MARK}\nSELECT 1;${MARK}\nSELECT 2; SELECT 3;\n${MARK}\n${MARK}\nSELECT 4;`),
    ).toEqual([
      'runner[COMMIT]',
      'autocommit[SELECT 1]',
      'implicit[SELECT 2; SELECT 3]',
      'autocommit[SELECT 4]',
    ]);
    expect(shown('COMMIT; SELECT 1')).toEqual(['runner[COMMIT]', 'implicit[SELECT 1]']);
  });

  it('does what the user says of another migrator', () => {
    expect(shown('SELECT 1; SELECT 2', { transaction: 'statement' })).toEqual([
      'autocommit[SELECT 1]',
      'autocommit[SELECT 2]',
    ]);
  });
});

describe('scriptTransactions with goose', () => {
  const shown = (text: string): string[] => {
    const script = parseScript(sourceOf('1_a.sql', text));
    return scriptTransactions(runner('goose'), script, true).map(
      ({ kind, statements }) => `${kind}[${statements.map(textOf).join('; ')}]`,
    );
  };

  it.each<[string, string, string[]]>([
    [
      'ends a query at a semicolon that ends a line',
      'SELECT 1;\nSELECT 2;\n',
      ['autocommit[SELECT 1]', 'autocommit[SELECT 2]'],
    ],
    [
      'takes two statements on a line for one query',
      'SELECT 1; SELECT 2;\n',
      ['implicit[SELECT 1; SELECT 2]'],
    ],
    [
      'passes over a comment at the end of the line',
      'SELECT 1; -- one\nSELECT 2;',
      ['autocommit[SELECT 1]', 'autocommit[SELECT 2]'],
    ],
    [
      'takes a marked block for one query',
      'SELECT 0;\n-- +goose StatementBegin\nSELECT 1;\nSELECT 2;\n-- +goose StatementEnd\nSELECT 3;\n-- +goose StatementBegin\nSELECT 4;\n-- +goose statementend\n',
      [
        'autocommit[SELECT 0]',
        'implicit[SELECT 1; SELECT 2]',
        'autocommit[SELECT 3]',
        'autocommit[SELECT 4]',
      ],
    ],
    [
      'parts two blocks',
      '-- +goose StatementBegin\r\nSELECT 1;\r\n-- +goose StatementEnd\r\n-- +goose StatementBegin\r\nSELECT 2;\r\n-- +goose StatementEnd\r\n',
      ['autocommit[SELECT 1]', 'autocommit[SELECT 2]'],
    ],
  ])('%s', (_, text, expected) => {
    expect(shown(text)).toEqual(expected);
  });
});
