import { defineRule, directiveFormFix } from 'migration-lint';

const history = ['CREATE TABLE users (id int PRIMARY KEY, branch text);'];

export default defineRule({
  meta: {
    name: 'no-unexplained-directive',
    summary: 'Require directives to be written in their form, with a reason',
    rationale:
      'A directive takes a finding back for good. Whoever reads the migration later, in an incident perhaps, needs to know why that was ' +
      'right; without a reason, or written in a form that is not understood, it suppresses nothing.',
    instead:
      'Write the reason behind the rule, and where it only holds for a time, until when:\n\n' +
      '```sql\n-- migration-lint-disable-next-statement no-data-loss -- empty since the move to branch_code\n' +
      'ALTER TABLE "accounts" DROP COLUMN "branch";\n```',
    policy: ['BF7'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'edits' },
    messages: {
      noReason: {
        what: 'This directive suppresses nothing: it does not say why.',
        help: 'Write the reason behind two hyphens: -- {{form}}.',
      },
      form: {
        what: 'This directive suppresses nothing: it is not written like one.',
        help: 'Its form is -- {{form}}; for all of a file, -disable-file.',
      },
      noSuchDay: {
        what: 'This directive suppresses nothing: it counts until “{{until}}”, and that is no day.',
        help: 'End the reason with the last day that it counts on, as in: until 2027-06-30. If it counts for good, say it without “until”.',
      },
    },
    examples: {
      bad: [
        {
          title: 'another linter’s form, with its reason, of a rule that there is',
          history: ['CREATE TABLE users (id int PRIMARY KEY, branch text);'],
          sql: '-- migration-lint-disable-next-line no-unexplained-directive -- nobody reads branch\nALTER TABLE users DROP COLUMN branch;',
          reports: ['form'],
          fixed:
            '-- migration-lint-disable-next-statement no-unexplained-directive -- nobody reads branch\nALTER TABLE users DROP COLUMN branch;',
        },
        {
          title: 'no reason',
          history,
          sql: '-- migration-lint-disable-next-statement no-data-loss\nALTER TABLE users DROP COLUMN branch;',
          reports: ['noReason'],
        },
        {
          title: 'another linter’s form',
          history,
          sql: '-- migration-lint-disable-next-line no-data-loss -- nobody reads branch\nALTER TABLE users DROP COLUMN branch;',
          reports: ['form'],
        },
        {
          title: 'words that are near it',
          history,
          sql: '-- migration-lint-ignore no-data-loss\n-- Migration-Lint-Disable-Next-Statement no-data-loss -- empty\n-- migration_lint-disable-file no-data-loss -- empty\n-- migration-lint disable-file no-data-loss -- empty\nALTER TABLE users DROP COLUMN branch;',
          reports: ['form', 'form', 'form', 'form'],
        },
        {
          title: 'no rule',
          history,
          sql: '-- migration-lint-disable-file\nALTER TABLE users DROP COLUMN branch;',
          reports: ['form'],
        },
        {
          title: 'a day that does not exist',
          history,
          sql: '-- migration-lint-disable-file no-data-loss -- nobody reads branch until 2025-02-30\nALTER TABLE users DROP COLUMN branch;',
          reports: ['noSuchDay'],
        },
        {
          title:
            'times that are not written as a day: taken for a part of the reason, they would count for ever',
          history,
          sql: '-- migration-lint-disable-file no-data-loss -- nobody reads branch until 31.12.2026\n-- migration-lint-disable-file no-lost-constraint -- nobody reads branch until the end of June\nALTER TABLE users DROP COLUMN branch;',
          reports: ['noSuchDay', 'noSuchDay'],
        },
      ],
      good: [
        {
          title: 'a reason',
          history,
          sql: '-- migration-lint-disable-next-statement no-data-loss -- nobody reads branch\nALTER TABLE users DROP COLUMN branch;',
        },
        {
          title: 'a reason, and until when it holds',
          history,
          sql: '/* migration-lint-disable-file no-data-loss, no-lost-constraint -- nobody reads branch until 2025-12-31 */\nALTER TABLE users DROP COLUMN branch;',
        },
        {
          title: '“until” without a time',
          history,
          sql: '-- migration-lint-disable-file no-data-loss -- nobody reads branch until the audit is over\nALTER TABLE users DROP COLUMN branch;',
        },
        {
          title: 'comments that only speak of them',
          history,
          sql: '-- no migration-lint-disable-file here\n-- migration-lint ignores this table\n-- migration-lint: see the page about directives\nSELECT 1;',
        },
      ],
    },
  },
  on: {
    Directive(directive, { report }) {
      const { problem, rules, scope, until } = directive;
      const names = rules.length === 0 ? 'rule' : rules.map(({ name }) => name).join(', ');
      const kind = scope === 'file' ? 'file' : 'next-statement';
      const form = `migration-lint-disable-${kind} ${names} -- reason`;
      if (problem === 'reason') report({ messageId: 'noReason', at: directive, data: { form } });
      if (problem === 'form')
        report({ messageId: 'form', at: directive, data: { form }, fix: directiveFormFix(directive) });
      if (problem === 'date') report({ messageId: 'noSuchDay', at: directive, data: { until: until ?? '' } });
    },
  },
});
