import {
  defineRule,
  displayName,
  isInBody,
  missingObjects,
  quoteIdentifier,
  type Migration,
  type MissingObject,
  type Operation,
  type OperationKind,
  type RuleContext,
} from 'migration-lint';

const messages = {
  unknown: {
    what: 'There is no {{object}} when this runs: PostgreSQL stops here with {{code}}.',
    help: 'No migration up to here creates it. {{hint}}',
  },
  otherCase: {
    what: 'There is no {{object}}, only {{actual}}: PostgreSQL folds unquoted names to lower case, and stops here with {{code}}.',
    help: 'Write {{actual}}, exactly so.',
  },
  gone: {
    what: 'There is no {{object}} any more: {{migration}} dropped it. PostgreSQL stops here with {{code}}.',
    help: 'Take this out, or name what has taken its place.',
  },
  renamed: {
    what: 'There is no {{object}} any more: {{migration}} renamed it to {{actual}}. PostgreSQL stops here with {{code}}.',
    help: 'Write {{actual}}.',
  },
  tooEarly: {
    what: 'There is no {{object}} yet when this runs: {{migration}} creates it further on. PostgreSQL stops here with {{code}}.',
    help: 'Move this behind the statement that creates it.',
  },
} as const;

type Context = RuleContext<typeof messages, Record<string, never>>;

/** The kinds of operations that name something that must be there. */
const KINDS = [
  'CreateTable',
  'CreateTableAs',
  'DropTable',
  'RenameTable',
  'AddColumn',
  'DropColumn',
  'RenameColumn',
  'AlterColumnType',
  'SetDefault',
  'DropDefault',
  'SetNotNull',
  'DropNotNull',
  'SetExpression',
  'DropExpression',
  'AddIdentity',
  'AlterIdentity',
  'DropIdentity',
  'AlterColumnStorage',
  'AddConstraint',
  'AlterConstraint',
  'ValidateConstraint',
  'DropConstraint',
  'RenameConstraint',
  'SetTableOptions',
  'SetPersistence',
  'SetTriggerState',
  'SetRowSecurity',
  'SetReplicaIdentity',
  'ClusterOn',
  'SetInheritance',
  'AttachPartition',
  'DetachPartition',
  'CreateIndex',
  'DropIndex',
  'RenameIndex',
  'AlterIndex',
  'Reindex',
  'AddEnumValue',
  'RenameEnumValue',
  'AlterDomain',
  'AlterCompositeType',
  'DropType',
  'RenameType',
  'AlterSequence',
  'DropSequence',
  'CreateView',
  'DropView',
  'CreateMaterializedView',
  'DropMaterializedView',
  'RefreshMaterializedView',
  'DropFunction',
  'CreateTrigger',
  'DropTrigger',
  'CreateRule',
  'CreatePolicy',
  'AlterPolicy',
  'DropPolicy',
  'Rename',
  'SetSchema',
  'ChangeOwner',
  'CommentOn',
  'Grant',
  'Insert',
  'Update',
  'Delete',
  'Merge',
  'Truncate',
  'Copy',
  'Select',
  'LockTable',
  'Cluster',
  'Vacuum',
  'Analyze',
  'CreateStatistics',
] as const satisfies readonly OperationKind[];

/** Every statement names things; one function hears them all. */
export default defineRule({
  meta: {
    name: 'no-unknown-object',
    summary: 'Disallow naming a table, column, index, constraint or type that does not exist then',
    rationale:
      'All migrations are replayed, so that the schema is known at each statement. What names something that is not there, since ' +
      'it is misspelt, was dropped earlier, or comes only later, fails when it is deployed. Nothing is claimed where the history ' +
      'could not be read whole, or did not begin with an empty database.',
    instead:
      'Write the name as it is. Names without quotes are folded to lower case: a table that Prisma made of the model `User` is ' +
      '`"User"`, with its quotes.\n\n```sql\nALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id");\n```',
    policy: ['HS7'],
    presets: ['recommended'],
    severity: 'error',
    messages,
    examples: {
      bad: [
        {
          title: 'the table that Prisma made is "User"',
          history: ['CREATE TABLE "User" (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users (id));',
          reports: ['unknown'],
          proof: { error: '42P01' },
        },
        {
          title: 'a name in mixed case without quotes',
          history: ['CREATE TABLE "Account" (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE Account ADD COLUMN email text;',
          reports: ['otherCase'],
          proof: { error: '42P01' },
        },
        {
          title: 'a column in mixed case without quotes',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, "createdAt" timestamp);'],
          sql: 'CREATE INDEX ON orders (createdAt);',
          reports: ['otherCase'],
          proof: { error: '42703' },
        },
        {
          title: 'an index on a column that is gone',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'ALTER TABLE users DROP COLUMN email;',
          ],
          sql: 'CREATE INDEX idx_users_email ON users (email);',
          reports: ['gone'],
          proof: { error: '42703' },
        },
        {
          title: 'a table under its old name',
          history: ['CREATE TABLE people (id int PRIMARY KEY);', 'ALTER TABLE people RENAME TO users;'],
          sql: 'ALTER TABLE people ADD COLUMN email text;',
          reports: ['renamed'],
          proof: { error: '42P01' },
        },
        {
          title: 'a table that the same deploy creates later',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, tag_id int REFERENCES tags (id));\nCREATE TABLE tags (id int PRIMARY KEY);',
          reports: ['tooEarly'],
          proof: { error: '42P01' },
        },
        {
          title: 'columns of INSERT, UPDATE and a CHECK',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: "INSERT INTO users (id, nam) VALUES (1, 'a');\nUPDATE users SET nmae = 'b' WHERE ident = 1;\nALTER TABLE users ADD CHECK (nome <> '') NOT VALID;",
          reports: ['unknown', 'unknown', 'unknown', 'unknown'],
          proof: { error: '42703' },
        },
        {
          title: 'a constraint under another name',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE);'],
          sql: 'ALTER TABLE users DROP CONSTRAINT users_email_unique;',
          reports: ['unknown'],
          proof: { error: '42704' },
        },
        {
          title: 'an index that went with its column',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);\nCREATE INDEX users_email ON users (email);',
            'ALTER TABLE users DROP COLUMN email;',
          ],
          sql: 'DROP INDEX users_email;',
          reports: ['unknown'],
          proof: { error: '42704' },
        },
        {
          title: 'an enum in another case',
          history: ['CREATE TYPE "Status" AS ENUM (\'new\'); CREATE TABLE t (id int);'],
          sql: 'ALTER TABLE t ADD COLUMN status Status;',
          reports: ['otherCase'],
          proof: { error: '42704' },
        },
        {
          title: 'a function, a trigger, a policy, a view, a comment',
          history: ['CREATE TABLE t (id int);'],
          sql: "DROP FUNCTION f();\nDROP TRIGGER g ON t;\nDROP POLICY p ON t;\nDROP VIEW v;\nCOMMENT ON COLUMN t.ident IS 'the key';",
          reports: ['unknown', 'unknown', 'unknown', 'unknown', 'unknown'],
          proof: { error: '42883' },
        },
      ],
      good: [
        {
          title: 'an index of another schema: the connection may have a search_path of its own',
          history: [
            'CREATE SCHEMA app; CREATE TABLE app.users (id int PRIMARY KEY, email text); CREATE INDEX by_email ON app.users (email);',
          ],
          sql: 'DROP INDEX by_email;',
        },
        {
          title: 'IF EXISTS',
          history: ['CREATE TABLE t (id int);'],
          sql: 'DROP TABLE IF EXISTS u;\nALTER TABLE t DROP COLUMN IF EXISTS c;\nALTER TABLE IF EXISTS u ADD COLUMN c int;\nDROP INDEX IF EXISTS i;',
          proof: {},
        },
        {
          title: 'a history that began with a database of its own',
          history: ['ALTER TABLE accounts ADD COLUMN plan text;'],
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users (id));',
        },
        {
          title: 'the first migration of all: nobody knows what was there before',
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users (id));',
        },
        {
          title: 'schemas of the platform',
          history: ['CREATE TABLE profiles (id uuid PRIMARY KEY);'],
          sql: "ALTER TABLE profiles ADD FOREIGN KEY (id) REFERENCES auth.users (id);\nINSERT INTO storage.buckets (id, name) VALUES ('a', 'a');",
        },
        {
          title: 'the system’s own tables',
          history: ['CREATE TABLE t (id int);'],
          sql: 'SELECT count(*) FROM pg_class;\nSELECT * FROM information_schema.tables;\nSELECT ctid FROM t;',
          proof: {},
        },
        {
          title: 'a table that a built string may have made',
          history: [
            "CREATE TABLE t (id int);\nDO $$ BEGIN EXECUTE format('CREATE TABLE %I (id int)', 'u'); END $$;",
          ],
          sql: 'ALTER TABLE u ADD COLUMN c int;',
          proof: {},
        },
        {
          title: 'in a DO block that asks first',
          history: ['CREATE TABLE t (id int);'],
          sql: "DO $$ BEGIN IF EXISTS (SELECT FROM pg_tables WHERE tablename = 'u') THEN ALTER TABLE u ADD COLUMN c int; END IF; END $$;",
          proof: {},
        },
        {
          title: 'in a function’s body, which is looked at when it is called',
          history: ['CREATE TABLE t (id int);'],
          sql: 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM u; END $$;',
          proof: {},
        },
        {
          title: 'temporary tables, CTEs, variables and whole rows',
          history: ['CREATE TABLE t (id int, n int);'],
          sql: 'CREATE TEMPORARY TABLE batch AS SELECT id FROM t;\nDELETE FROM t WHERE id IN (SELECT id FROM batch);\nWITH big AS (SELECT id FROM t) UPDATE t SET n = 1 FROM big WHERE t.id = big.id;\nDO $$ DECLARE wanted int := 1; BEGIN UPDATE t SET n = wanted WHERE id = wanted; END $$;\nDELETE FROM t WHERE t IS NULL;',
          proof: {},
        },
        {
          title: 'CTEs that change rows and read one another',
          history: ['CREATE TABLE t (id int, n int);\nCREATE TABLE u (id int);'],
          sql: 'WITH old AS (SELECT id FROM t), gone AS (DELETE FROM t USING old WHERE t.id = old.id RETURNING t.id), kept AS (INSERT INTO u SELECT id FROM gone RETURNING id)\nUPDATE t SET n = 1 FROM kept WHERE t.id = kept.id;',
          proof: {},
        },
        {
          title: 'another search_path, another schema',
          history: ['CREATE SCHEMA shop;\nCREATE TABLE shop.orders (id int);'],
          sql: 'SET search_path TO shop, public;\nALTER TABLE orders ADD COLUMN c int;\nALTER TABLE shop.orders ADD COLUMN d int;',
          proof: {},
        },
        {
          title: 'a column that the same ALTER TABLE adds',
          history: ['CREATE TABLE t (id int);'],
          sql: 'ALTER TABLE t ADD CHECK (a > b), ADD COLUMN a int CHECK (a > b), ADD COLUMN b int;',
          proof: {},
        },
        {
          title: 'names that PostgreSQL gave',
          history: [
            'CREATE TABLE t (id serial PRIMARY KEY, a int UNIQUE, b int REFERENCES t (id), CHECK (a > b));\nCREATE INDEX ON t (b);',
          ],
          sql: 'ALTER TABLE t DROP CONSTRAINT t_b_fkey, DROP CONSTRAINT t_check;\nDROP INDEX t_b_idx;\nALTER SEQUENCE t_id_seq RESTART;\nALTER INDEX t_a_key RENAME TO t_a;\nALTER TABLE t DROP CONSTRAINT t_a;',
          proof: {},
        },
        {
          title: 'types of PostgreSQL and of extensions',
          history: ['CREATE TABLE t (id int);'],
          sql: 'ALTER TABLE t ADD COLUMN place geometry, ADD COLUMN mail citext, ADD COLUMN span int4range, ADD COLUMN list t[];',
        },
        {
          title: 'a table dropped and created again',
          history: ['CREATE TABLE t (id int);', 'DROP TABLE t;\nCREATE TABLE t (id int, c int);'],
          sql: 'CREATE INDEX ON t (c);',
          proof: {},
        },
      ],
    },
  },
  on: Object.fromEntries(KINDS.map((kind) => [kind, judge])),
});

function judge(operation: Operation, context: Context): void {
  if (operation.run !== 'now') return;
  const { catalog, catalogAfter, catalogBeforeDeploy, history, migration, deploy } = context;
  const inBody = operation.statement.span.start > 0 && isInBody(operation, migration.script);
  const scene = { catalog, catalogAfter, catalogBeforeDeploy, history, migration, deploy, inBody };
  for (const missing of missingObjects(operation, scene)) tell(operation, missing, context);
}

function tell(operation: Operation, missing: MissingObject, { report, migration, deploy }: Context): void {
  const { reference, departure, creation, near } = missing;
  const at = { operation, part: reference.part } as const;
  const data = { object: objectText(missing), code: reference.code };
  if (departure !== undefined) {
    const since = departure.migration === migration.index ? 'a statement before it' : departure.id;
    if (departure.newName === undefined)
      return report({ messageId: 'gone', at, data: { ...data, migration: since } });
    const actual = quoteIdentifier(departure.newName);
    return report({ messageId: 'renamed', at, data: { ...data, migration: since, actual } });
  }
  if (creation !== undefined)
    return report({
      messageId: 'tooEarly',
      at,
      data: { ...data, migration: ownerOf(creation, migration, deploy) },
      related: [{ at: creation, label: 'created only here' }],
    });
  const actual = near === undefined ? '' : quoteIdentifier(near.name);
  if (near?.differsInCase === true) return report({ messageId: 'otherCase', at, data: { ...data, actual } });
  const hint = near === undefined ? 'Mend the name, or create it first.' : `Did you mean ${actual}?`;
  report({ messageId: 'unknown', at, data: { ...data, hint } });
}

function objectText({ reference: { kind, name, member } }: MissingObject): string {
  if (member === undefined) return `${kind} ${displayName(name)}`;
  return `${kind} ${quoteIdentifier(member)} of ${displayName(name)}`;
}

function ownerOf(operation: Operation, migration: Migration, deploy: readonly Migration[]): string {
  if (migration.operations.includes(operation)) return 'a statement';
  return deploy.find(({ operations }) => operations.includes(operation))?.id ?? 'a migration';
}
