import type { Log } from 'sarif';
import { describe, expect, it } from 'vitest';
import type { SourceText } from '../../src/input/text/types.ts';
import { verifySarif } from '../../src/report/verify-sarif.ts';
import { verifyText } from '../../src/report/verify-text.ts';
import type { VerifyReport } from '../../src/report/verify-types.ts';
import type { VerifiedMigration, VerifyFinding } from '../../src/verify/types.ts';

const source: SourceText = {
  path: 'migrations/00002_x.sql',
  text: '-- +goose Up\nALTER TABLE a ADD x int;\n-- +goose Down\nSELECT 1;\n',
  encoding: 'utf-8',
  byteOrderMark: false,
};
const start = source.text.indexOf('SELECT');

function finding(id: VerifyFinding['id'], more: Partial<VerifyFinding> = {}): VerifyFinding {
  const common = { severity: 'info', message: 'It is so.', help: 'Do this.', details: [] } as const;
  return { id, ...common, path: source.path, place: undefined, ...more };
}

function migration(
  id: string,
  outcome: 'proven' | 'refuted',
  findings: readonly VerifyFinding[],
): VerifiedMigration {
  return {
    id,
    path: `migrations/${id}.sql`,
    verdicts: [
      { check: 'applies', outcome: 'proven', reason: undefined, findings: [] },
      { check: 'rolls back', outcome, reason: undefined, findings },
    ],
    duration: 0,
  };
}

function reportOf(migrations: readonly VerifiedMigration[]): VerifyReport {
  return {
    version: '1.0.0',
    duration: undefined,
    projects: [
      {
        context: {
          folder: 'migrations',
          layout: 'goose',
          runner: 'goose',
          transactions: 'one transaction a file',
          postgresVersion: 18,
          postgresAssumed: false,
          base: 'applied through 1',
          wholeHistory: false,
          migrations: 3,
          notes: [],
        },
        verification: {
          engine: { label: 'PostgreSQL 18.6 (PGlite)', version: '18.6', major: 18 },
          migrations,
          prefix: { applied: 0, cached: 0 },
          notes: [],
        },
      },
    ],
  };
}

const options = { color: false, width: 100 };

describe('the report of verify', () => {
  it('says in one line which rollbacks bring columns back in another order', () => {
    const order = (id: string): VerifiedMigration =>
      migration(id, 'proven', [finding('rollback-changes-column-order', { details: ['a', 'b'] })]);
    const text = verifyText(reportOf(['1', '2', '3', '4', '5'].map(order)), options);
    expect(text.replaceAll(/\s+/gu, ' ')).toContain(
      'The rollbacks of 1, 2, 3, 2 more bring columns back in another order: only SELECT *',
    );
    expect(text.match(/another order/gu)).toHaveLength(1);
    expect(text).not.toContain('It is so.');
    expect(text).toContain('1.sql  applies ✔ · rolls back ✔\n');
    expect(verifyText(reportOf([migration('1', 'proven', [])]), options)).not.toContain('another order');
  });

  it('gives GitHub the line at which a rollback begins that is wrong as a whole', () => {
    const begins = { source, span: { start, end: start + 8 } };
    const wrong = finding('rollback-incomplete', { severity: 'error', begins });
    const log = JSON.parse(verifySarif(reportOf([migration('00002_x', 'refuted', [wrong])]), options)) as Log;
    const [location] = log.runs[0]?.results?.[0]?.locations ?? [];
    expect(location?.physicalLocation).toMatchObject({
      artifactLocation: { uri: source.path },
      region: { startLine: 4 },
    });
  });
});
