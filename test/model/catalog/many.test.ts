import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

const t = { schema: 'public', name: 't' };

function listed(count: number, text: (number: number) => string): string {
  return Array.from({ length: count }, (_, number) => text(number)).join();
}

describe('a table with too many columns', () => {
  const full = `CREATE TABLE t (${listed(1600, (number) => `c${number} int`)});`;

  it('gets no more, as in PostgreSQL (54011)', () => {
    const replay = createReplay();
    replay.run(`${full} ALTER TABLE t ADD COLUMN more serial; ALTER TABLE t ADD COLUMN IF NOT EXISTS c1 int`);
    expect(replay.catalog().table(t)?.columns.length).toBe(1600);
    expect([...replay.catalog().sequences()]).toEqual([]);
  });

  it('does not come to be', () => {
    const replay = createReplay();
    replay.run(`CREATE TABLE t (${listed(1601, (number) => `c${number} int`)})`);
    expect(replay.catalog().table(t)).toBeUndefined();
  });
});

describe('the number of a default name', () => {
  const times = (count: number, statement: string): string => `${statement};`.repeat(count);

  function indexNames(sql: string): readonly string[] {
    const replay = createReplay();
    replay.run(`CREATE TABLE t (a int); ${sql}`);
    return (replay.catalog().table(t)?.indexes ?? []).map((index) => index.name);
  }

  it('is the first free one, however many there are', () => {
    const names = indexNames(times(30, 'CREATE INDEX ON t (a)'));
    expect(names).toEqual(Array.from({ length: 30 }, (_, at) => (at === 0 ? 't_a_idx' : `t_a_idx${at}`)));
  });

  it('is taken again after DROP, RENAME and ROLLBACK', () => {
    const many = times(30, 'CREATE INDEX ON t (a)');
    expect(indexNames(`${many} DROP INDEX t_a_idx12; CREATE INDEX ON t (a)`).at(-1)).toBe('t_a_idx12');
    expect(indexNames(`${many} ALTER INDEX t_a_idx20 RENAME TO x; CREATE INDEX ON t (a)`).at(-1)).toBe(
      't_a_idx20',
    );
    const undone = indexNames(
      `${times(15, 'CREATE INDEX ON t (a)')} BEGIN; ${many} ROLLBACK; CREATE INDEX ON t (a)`,
    );
    expect(undone.at(-1)).toBe('t_a_idx15');
  });

  it('of a constraint is taken again after DROP and RENAME', () => {
    const constraintNames = (sql: string): string | undefined => {
      const replay = createReplay();
      replay.run(`CREATE TABLE t (a int); ${sql}`);
      return replay.catalog().table(t)?.constraints.at(-1)?.name;
    };
    for (const [check, label] of [
      ['ALTER TABLE t ADD CHECK (a > 0)', 'check'],
      ['ALTER TABLE t ADD UNIQUE (a)', 'key'],
    ] as const) {
      const many = times(30, check);
      expect(constraintNames(many)).toBe(`t_a_${label}29`);
      expect(constraintNames(`${many} ALTER TABLE t DROP CONSTRAINT t_a_${label}12; ${check}`)).toBe(
        `t_a_${label}12`,
      );
      expect(constraintNames(`${many} ALTER TABLE t RENAME CONSTRAINT t_a_${label}20 TO x; ${check}`)).toBe(
        `t_a_${label}20`,
      );
    }
  });

  it('is taken again when a table or a domain with the name is dropped', () => {
    const many = times(30, 'CREATE INDEX ON t (a)');
    const dropped = `CREATE TABLE t_a_idx12 (); CREATE TYPE t_a_idx14 AS (x int); ${many}
      DROP TABLE t_a_idx12; CREATE INDEX ON t (a); DROP TYPE t_a_idx14; CREATE INDEX ON t (a)`;
    expect(indexNames(dropped).slice(-2)).toEqual(['t_a_idx12', 't_a_idx14']);
  });
});

describe('tables with two parents in each of many generations', () => {
  it('have their columns changed once each', () => {
    const replay = createReplay();
    const generations = Array.from(
      { length: 40 },
      (_, at) =>
        `CREATE TABLE a${at + 1} () INHERITS (a${at}, b${at}); CREATE TABLE b${at + 1} () INHERITS (a${at}, b${at});`,
    );
    replay.run(`CREATE TABLE a0 (a int); CREATE TABLE b0 (a int); ${generations.join(' ')}
      ALTER TABLE a0 ALTER a TYPE bigint; ALTER TABLE a0 ALTER a SET DEFAULT 1`);
    const columns = [...replay.catalog().tables()].map((table) => table.columns[0]);
    expect(columns.filter((column) => column?.type.name === 'bigint').length).toBe(81);
    expect(columns.filter((column) => column?.default?.text === '1').length).toBe(81);
  });
});
