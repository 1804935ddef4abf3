import { beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../../../rules/index.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { exampleRoundTrips, mayNeverEnd } from '../../support/example-round-trips.ts';

beforeAll(loadParser);

describe('a generated rollback', () => {
  it('brings back the schema of the first bad example of every fifth rule, or says what it cannot bring back', async () => {
    const counts: Record<string, number> = {};
    const wrong: string[] = [];
    for (const { meta } of rules.filter((_, index) => index % 5 === 0)) {
      for (const example of meta.examples.bad.filter((one) => !mayNeverEnd(one)).slice(0, 1)) {
        for (const { outcome, differences, rollback } of await exampleRoundTrips(example)) {
          counts[outcome] = (counts[outcome] ?? 0) + 1;
          if (outcome === 'fails' || outcome === 'differs')
            wrong.push(`${meta.name}: ${example.title}: ${differences.join('; ')}\n${rollback.sql}`);
        }
      }
    }
    expect(wrong.join('\n\n')).toBe('');
    // A generator that claims a loss for everything would pass, too.
    expect(counts['exact']).toBeGreaterThan((counts['stated'] ?? 0) + (counts['raises'] ?? 0));
  }, 240_000);
});
