import type { Finding } from './finding.ts';
import type { Migration } from './project.ts';
import type { Rule } from './rule.ts';

/** The finding for a rule that threw: a mistake of the rule, not of the migration. */
export function failedRule(rule: Rule, migration: Migration, error: unknown): Omit<Finding, 'fingerprint'> {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    rule: 'failed-rule',
    messageId: 'threw',
    severity: 'error',
    message: `The rule ${rule.meta.name} failed on ${migration.id}: ${reason}.`,
    help: `Nothing is known of what ${rule.meta.name} would have found here. Please report it with the migration's text; until it is mended, set the rule to "off".`,
    data: { rule: rule.meta.name, reason },
    place: undefined,
    path: migration.path,
    label: undefined,
    related: [],
    migration: migration.id,
    effects: [],
  };
}
