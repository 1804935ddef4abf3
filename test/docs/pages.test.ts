import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.ts';
import { presets } from '../../rules/presets.ts';
import { clauseGroups } from '../../scripts/pages/clauses.ts';
import { mistakes } from '../../scripts/pages/mistakes.ts';
import { peerGroups } from '../../scripts/pages/peer-checks.ts';
import { isPresetName, presetConfiguration } from '../../src/config/presets.ts';
import { validateConfiguration } from '../../src/config/validate.ts';
import { rulesOf } from '../harness/compare.ts';
import { readFixture } from '../harness/fixture.ts';

const names = new Set(rules.map(({ meta }) => meta.name));
const clauses = clauseGroups.flatMap((group) => group.clauses);

describe('the policy', () => {
  it('has every clause that a rule names', () => {
    const ids = new Set(clauses.map(({ id }) => id));
    const unknown = rules.flatMap(({ meta }) => meta.policy.filter((id) => !ids.has(id)));
    expect(unknown).toEqual([]);
  });

  it.each(clauses.map((clause) => [clause.id, clause] as const))(
    '%s is kept, or says by what',
    (id, clause) => {
      const keepers = rules.filter(({ meta }) => meta.policy.includes(id));
      expect(keepers.length > 0 || clause.elsewhere !== undefined).toBe(true);
    },
  );

  it.each(mistakes.map((mistake) => [`${mistake.policy}: ${mistake.example}`, mistake] as const))(
    'the mistake %s is caught, or says why not',
    (_, { caught, left }) => {
      expect(Object.values(caught).flat().length > 0 || left !== undefined).toBe(true);
      for (const [place, expected] of Object.entries(caught)) {
        const [fixture = '', migration = ''] = place.split('/');
        expect(expected, place).not.toEqual([]);
        expect(rulesOf(readFixture(fixture), migration), place).toEqual(
          expect.arrayContaining([...expected]),
        );
      }
    },
  );
});

describe('the checks of other tools', () => {
  it.each(peerGroups.flatMap(({ checks }) => checks.map((check) => [check.check, check] as const)))(
    '%s has rules that there are, or a reason',
    (_, check) => {
      expect(check.rules.filter((name) => !names.has(name))).toEqual([]);
      expect(check.rules.length > 0 || check.instead !== undefined).toBe(true);
    },
  );
});

describe('presets', () => {
  it.each(Object.keys(presets))('%s is a valid configuration', (name) => {
    if (!isPresetName(name)) throw new Error(name);
    const value = presetConfiguration(name, rules, presets);
    expect(validateConfiguration(value, rules).problems).toEqual([]);
  });
});
