import type { Pending } from './pending.ts';
import type { Rule, Target } from './rule.ts';

/**
 * One hazard on one operation is one finding: leaves out those that yield to another rule's on the same target, or that are said.
 *
 * A finding that is only information, because the table is small, takes nobody else's place: neither that of a rule whose
 * hazard does not depend on the size, nor that of the same rule's on a large table.
 */
export function withoutYielding(pending: readonly Pending[]): readonly Pending[] {
  const rulesAt = new Map<Target, Map<string, 'lowered' | 'whole'>>();
  for (const { rule, target, finding } of pending) {
    const names = rulesAt.get(target) ?? new Map<string, 'lowered' | 'whole'>();
    const { name } = rule.rule.meta;
    if (names.get(name) !== 'whole') names.set(name, finding.lowered === undefined ? 'whole' : 'lowered');
    rulesAt.set(target, names);
  }
  const yields = ({ rule: { rule }, target, finding }: Pending): boolean =>
    (rule.meta.yieldsTo ?? []).some((name) => {
      const other = rulesAt.get(target)?.get(name);
      return other === 'whole' || (other === 'lowered' && finding.lowered !== undefined);
    });
  const left = pending.filter((item) => !yields(item));
  const said = firstOfEach(left);
  return left.filter((item) => item.once === undefined || said.get(item.rule.rule)?.get(item.once) === item);
}

/** The findings that speak for all of their rule with the same `once`: the first, one on a large table before those on small ones. */
function firstOfEach(pending: readonly Pending[]): ReadonlyMap<Rule, ReadonlyMap<object, Pending>> {
  const said = new Map<Rule, Map<object, Pending>>();
  for (const item of pending) {
    const { rule, once, finding } = item;
    if (once === undefined) continue;
    const ofRule = said.get(rule.rule) ?? new Map<object, Pending>();
    const before = ofRule.get(once);
    const isWorse = before?.finding.lowered !== undefined && finding.lowered === undefined;
    if (before === undefined || isWorse) ofRule.set(once, item);
    said.set(rule.rule, ofRule);
  }
  return said;
}
