import { defineRule, quoteIdentifier } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-disallowed-extension',
    summary: 'Disallow extensions that are not on the team’s list',
    rationale:
      'An extension runs code with the server’s privileges, has to be there on every server that the database may move to, and takes part ' +
      'in every upgrade of PostgreSQL. Managed platforms offer only some.',
    instead:
      'Agree on the extension, then add it to the option:\n\n```json\n"no-disallowed-extension": ["warning", { "allow": ["pgcrypto", "citext"] }]\n```',
    policy: ['IX4'],
    presets: [],
    severity: 'warning',
    options: {
      allow: {
        type: 'strings',
        default: ['plpgsql'],
        description: 'The extensions that may be created.',
      },
    },
    messages: {
      disallowed: {
        what: 'The team does not allow the extension {{extension}} (allowed: {{allowed}}).',
        help: 'Do without it, or add it to the option allow once everybody agrees.',
      },
    },
    examples: {
      bad: [
        {
          title: 'an extension that is not on the list',
          sql: 'CREATE EXTENSION IF NOT EXISTS dblink;',
          reports: ['disallowed'],
        },
        {
          title: 'with a list',
          sql: 'CREATE EXTENSION "uuid-ossp" WITH SCHEMA public;',
          options: { allow: ['pgcrypto', 'citext'] },
          reports: ['disallowed'],
        },
      ],
      good: [
        {
          title: 'one of the list',
          sql: 'CREATE EXTENSION IF NOT EXISTS pgcrypto;',
          options: { allow: ['pgcrypto'] },
        },
        { title: 'an update', sql: "ALTER EXTENSION dblink UPDATE TO '1.2';" },
      ],
    },
  },
  on: {
    CreateExtension(operation, { options, report }) {
      if (operation.run === 'called' || options.allow.includes(operation.name)) return;
      const allowed = options.allow.length === 0 ? 'none' : options.allow;
      report({
        messageId: 'disallowed',
        at: operation,
        data: { extension: quoteIdentifier(operation.name), allowed },
      });
    },
  },
});
