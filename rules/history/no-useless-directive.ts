import { defineRule, otherRuleFix, withoutRuleFix } from 'migration-lint';

const history = ['CREATE TABLE users (id int PRIMARY KEY, branch text);'];

export default defineRule({
  meta: {
    name: 'no-useless-directive',
    summary: 'Disallow directives that suppress nothing',
    rationale:
      'A directive that names a rule which does not exist, or which finds nothing there any more, looks like a decision and is none: ' +
      'the next reader believes that a hazard was weighed. One whose last day has passed asks for its decision to be made again.',
    instead:
      'Remove it, or correct the rule’s name. If the reason still holds after its last day, give it a new one:\n\n' +
      '```sql\n-- migration-lint-disable-next-statement no-data-loss -- empty since the move to branch_code until 2027-06-30\n' +
      'ALTER TABLE "accounts" DROP COLUMN "branch";\n```',
    policy: ['BF7'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'edits' },
    messages: {
      unused: {
        what: 'This directive suppresses nothing: {{rule}} reports nothing there.',
        help: 'Remove {{rule}} from it.',
      },
      unknown: {
        what: 'This directive suppresses nothing: there is no rule {{rule}}.',
        help: 'Correct the name; `migration-lint --list-rules` names all rules.',
      },
      misspelt: {
        what: 'This directive suppresses nothing: there is no rule {{rule}}. Did you mean {{nearest}}?',
        help: 'Write {{nearest}} in its place.',
      },
      wholeMigration: {
        what: 'This directive does not suppress {{rule}}: what it finds is about the whole migration, not about this statement.',
        help: 'Acknowledge it for the file: -- migration-lint-disable-file {{rule}} -- why it is right.',
      },
      noStatement: {
        what: 'This directive suppresses nothing: no statement begins after it.',
        help: 'Put it on a line of its own above the statement, not inside it, or use -disable-file for the whole file.',
      },
      expired: {
        what: 'This directive counted until {{until}}, and what it suppressed is reported again.',
        help: 'Look at the reason again: mend the statement, or give the directive a later day.',
      },
    },
    examples: {
      bad: [
        {
          title: 'the rule finds nothing there',
          history,
          sql: '-- migration-lint-disable-next-statement no-useless-directive -- nobody reads branch\nALTER TABLE users ADD COLUMN city text;',
          reports: ['unused'],
          fixed: 'ALTER TABLE users ADD COLUMN city text;',
        },
        {
          title: 'a misspelt rule',
          history,
          sql: '-- migration-lint-disable-next-statement no-date-loss -- nobody reads branch\nALTER TABLE users DROP COLUMN branch;',
          reports: ['unknown'],
        },
        {
          title: 'a rule’s name with a slip of the pen',
          history,
          sql: '-- migration-lint-disable-next-statement no-useles-directive -- nobody reads branch\nALTER TABLE users DROP COLUMN branch;',
          reports: ['misspelt'],
          fixed: 'ALTER TABLE users DROP COLUMN branch;',
        },
        {
          title: 'behind the last statement',
          history,
          sql: 'ALTER TABLE users DROP COLUMN branch;\n-- migration-lint-disable-next-statement no-useless-directive -- nobody reads branch',
          reports: ['noStatement'],
        },
        {
          title: 'its last day has passed',
          history,
          now: '2025-02-01',
          sql: '-- migration-lint-disable-next-statement no-useless-directive -- nobody reads branch until 2025-01-31\nALTER TABLE users DROP COLUMN branch;',
          reports: ['expired'],
        },
        {
          title: 'in the body of a DO block',
          history,
          sql: 'DO $$\nBEGIN\n  -- migration-lint-disable-next-statement no-date-loss -- nobody reads branch\n  ALTER TABLE users DROP COLUMN branch;\nEND $$;',
          reports: ['unknown'],
        },
      ],
      good: [
        {
          title: 'no directive, only a comment that speaks of one',
          history,
          sql: '-- see the page about migration-lint-disable-file\nALTER TABLE users ADD COLUMN city text;',
        },
      ],
    },
  },
  on: {
    Directive(directive, { report }) {
      const { rules, until, problem } = directive;
      if (problem === 'no statement') report({ messageId: 'noStatement', at: directive });
      if (problem === 'expired')
        report({ messageId: 'expired', at: directive, data: { until: until ?? '' } });
      // What is not written like a directive has to be mended first.
      if (problem === 'form') return;
      for (const { name: rule, state, nearest } of rules) {
        if (state === 'unknown' && nearest === undefined)
          report({ messageId: 'unknown', at: directive, data: { rule } });
        else if (state === 'unknown')
          report({
            messageId: 'misspelt',
            at: directive,
            data: { rule, nearest: nearest ?? '' },
            fix: otherRuleFix(directive, rule, nearest ?? ''),
          });
        if (problem !== undefined) continue;
        if (state === 'unused')
          report({
            messageId: 'unused',
            at: directive,
            data: { rule },
            fix: withoutRuleFix(directive, rule),
          });
        if (state === 'whole migration')
          report({ messageId: 'wholeMigration', at: directive, data: { rule } });
      }
    },
  },
});
