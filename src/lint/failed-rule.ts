import type { FindingDraft } from './finding.ts';
import type { Migration } from './project.ts';
import type { Rule } from './rule.ts';

/** The finding for a rule that threw on a migration, once or more often: a mistake of the rule, not of the migration. */
export function failedRule(rule: Rule, migration: Migration, error: unknown): FindingDraft {
  const reason = reasonOf(error);
  const place = rule.placeOf?.(error);
  const at = place === undefined ? '' : ` It threw at ${place} of the plugin.`;
  const of = rule.plugin === undefined ? '' : ` of the plugin ${rule.plugin}`;
  const to = rule.plugin === undefined ? '' : ` to the authors of ${rule.plugin}`;
  return {
    rule: 'failed-rule',
    messageId: 'threw',
    severity: 'error',
    message: `The rule ${rule.meta.name}${of} failed on ${migration.id}: ${reason}.`,
    help: `Nothing is known of what ${rule.meta.name} would have found here.${at} Please report it${to} with the migration's text; until it is mended, set the rule to "off".`,
    data: { rule: rule.meta.name, reason },
    place: undefined,
    path: migration.path,
    label: undefined,
    related: [],
    migration: migration.id,
    effects: [],
  };
}

/** What was thrown, in words. Anything can be thrown, and not everything can be turned into a text. */
function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message.replace(/\.$/u, '');
  return typeof error === 'string' ? error : 'it threw something that is no error';
}
