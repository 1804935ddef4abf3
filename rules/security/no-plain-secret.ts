import {
  defineRule,
  quoteIdentifier,
  writtenSecrets,
  type NoOptions,
  type RuleContext,
  type SecretOperation,
} from 'migration-lint';

const messages = {
  password: {
    what: 'The password of {{role}} stands in the migration: everybody who reads the repository, a build log or the server’s log can log in with it.',
    help: 'Take it out and set it outside of migrations (psql’s \\password, or the platform’s secret store). Once pushed, it is known: change it.',
  },
  verifier: {
    what: 'The SCRAM verifier of {{role}}’s password stands in the migration: whoever reads it can try passwords against it without asking the server.',
    help: 'Take it out and set the password outside of migrations.',
  },
  connection: {
    what: 'A connection string with its password stands in the migration: everybody who reads the repository or a log can log in with it.',
    help: 'Take the password out: keep it in a password file of the server, or make the connection outside of migrations. Once pushed, it is known: change it.',
  },
  other: {
    what: 'A secret ({{word}}) stands in the migration: everybody who reads the repository or a log has it.',
    help: 'Take it out and set it outside of migrations, from the platform’s secret store. Once pushed, it is known: change it.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-plain-secret',
    summary: 'Disallow passwords and keys in migrations',
    rationale:
      'A migration lies in the repository for ever, goes through build logs and, on an error, into the server’s log. A password in it is ' +
      'known to everybody who ever sees one of those, and is the same in every environment. PostgreSQL stores a SCRAM verifier whatever ' +
      'is written; to write the verifier is better than the password, but it can still be attacked offline, and an md5 hash is as good as ' +
      'the password itself. Looked at are roles, subscriptions, servers and user mappings, dblink, settings of a role or database whose name ends ' +
      'in password, secret, token or key, and Supabase’s vault. Placeholders such as `${APP_PASSWORD}` are right. Reports show asterisks in place of the secret.',
    instead:
      "Create the role without a password, and set it where secrets live:\n\n```sql\nCREATE ROLE app LOGIN;\n```\n\n```\npsql -c '\\password app'\n```",
    policy: ['IX7'],
    presets: ['recommended'],
    severity: 'error',
    messages,
    examples: {
      bad: [
        {
          title: 'a role’s password',
          sql: "CREATE ROLE app LOGIN PASSWORD 'correct-horse';",
          reports: ['password'],
          proof: {
            query: {
              sql: "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'app'",
              rows: [['true']],
            },
          },
        },
        {
          title: 'in a DO block, because CREATE USER knows no IF NOT EXISTS',
          sql: "DO $$ BEGIN\n  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN\n    CREATE USER app WITH ENCRYPTED PASSWORD 'correct-horse';\n  END IF;\nEND $$;",
          reports: ['password'],
        },
        {
          title: 'a changed password, and an md5 hash, which is as good',
          history: ['CREATE ROLE app;'],
          sql: "ALTER ROLE app PASSWORD 'battery-staple';\nALTER USER app WITH PASSWORD 'md5d2b5a8c0d6e1f3a4b5c6d7e8f9a0b1c2';",
          reports: ['password', 'password'],
        },
        {
          title: 'a SCRAM verifier',
          sql: "CREATE ROLE app PASSWORD 'SCRAM-SHA-256$4096:YrtNlhFUx5m53S1JdmNvTA==$ZcabwD2V45wqcfXUM8tWRIIB7pG9xvtaMzLVsC8IqVg=:d4LIdBQbAJqSBsM8YfGTKuEJ42mq9QMxYK0a6u4RtA8=';",
          reports: ['verifier'],
          proof: {
            query: {
              sql: "SELECT left(rolpassword, 42) FROM pg_authid WHERE rolname = 'app'",
              rows: [['SCRAM-SHA-256$4096:YrtNlhFUx5m53S1JdmNvTA=']],
            },
          },
        },
        {
          title: 'a subscription’s connection',
          sql: "CREATE SUBSCRIPTION orders CONNECTION 'host=db user=copy password=correct-horse dbname=shop' PUBLICATION orders WITH (connect = false);",
          reports: ['connection'],
        },
        {
          title: 'a user mapping',
          sql: "CREATE USER MAPPING FOR app SERVER archive OPTIONS (user 'app', password 'correct-horse');",
          reports: ['other'],
        },
        {
          title: 'dblink',
          sql: "SELECT dblink_connect('archive', 'postgresql://app:correct-horse@archive/shop');",
          reports: ['connection'],
        },
        {
          title: 'a setting that holds a key',
          sql: 'ALTER DATABASE postgres SET "app.settings.jwt_secret" TO \'correct-horse\';',
          reports: ['other'],
        },
        {
          title: 'a secret for the vault, in the open on its way there',
          sql: "SELECT vault.create_secret('correct-horse', 'stripe_key');",
          reports: ['other'],
        },
      ],
      good: [
        { title: 'a role without a password', sql: 'CREATE ROLE app LOGIN;\nALTER ROLE app PASSWORD NULL;' },
        {
          title: 'a placeholder',
          runner: 'flyway',
          sql: "CREATE ROLE app LOGIN PASSWORD '${app_password}';",
        },
        {
          title: 'the empty password, with which nobody can log in',
          sql: "CREATE ROLE app LOGIN PASSWORD '';",
          proof: {
            query: { sql: "SELECT rolpassword FROM pg_authid WHERE rolname = 'app'", rows: [[null]] },
          },
        },
        {
          title: 'a connection without a password',
          sql: "CREATE SUBSCRIPTION orders CONNECTION 'host=db user=copy passfile=/etc/pgpass dbname=shop' PUBLICATION orders WITH (connect = false);",
        },
        {
          title: 'other settings and options',
          sql: "ALTER ROLE app SET statement_timeout = '5s';\nALTER DATABASE postgres SET password_encryption = 'scram-sha-256';\nCREATE USER MAPPING FOR app SERVER archive OPTIONS (user 'app');",
        },
        {
          title: 'a column of that name',
          sql: "CREATE TABLE users (id int, password text NOT NULL DEFAULT 'none');",
        },
      ],
    },
  },
  on: {
    CreateRole: (operation, context) => judge(operation, context),
    AlterRole: (operation, context) => judge(operation, context),
    ClusterWide: (operation, context) => judge(operation, context),
    Select: (operation, context) => judge(operation, context),
    Other: (operation, context) => judge(operation, context),
  },
});

function judge(operation: SecretOperation, { report }: RuleContext<typeof messages, NoOptions>): void {
  for (const { kind, at } of writtenSecrets(operation)) {
    switch (kind) {
      case 'password':
      case 'verifier': {
        const role = 'role' in operation ? quoteIdentifier(operation.role) : 'a role';
        const severity = kind === 'verifier' ? { severity: 'warning' as const } : {};
        report({ messageId: kind, at, ...severity, data: { role } });
        break;
      }
      case 'connection':
        report({ messageId: 'connection', at });
        break;
      case 'option':
      case 'setting':
      case 'vault': {
        const word = at.source.text.slice(at.span.start, at.span.end);
        report({ messageId: 'other', at, data: { word } });
        break;
      }
      default:
        kind satisfies never;
    }
  }
}
