import {
  columnExistedBefore,
  defineRule,
  operationsOn,
  quoteIdentifier,
  renameColumnFix,
  runsBefore,
  type Migration,
  type RenameColumn,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-rename-column',
    summary: 'Disallow renaming a column of an existing table',
    rationale:
      'The rename itself is quick, but code and schema never change at the same moment: from its commit until the last old process is ' +
      'gone, every query of the running code that names the column fails with 42703. Prisma Client names every mapped column in ' +
      'every query of its model. Rolling the code back has the same effect the other way round.',
    instead:
      'Expand, backfill, contract. Add the new column, and let the code write both:\n\n```sql\nALTER TABLE users ADD COLUMN display_name text;\n```\n\n' +
      'Copy the old values in batches, switch the reads, and drop the old column in a later release:\n\n```sql\nALTER TABLE users DROP COLUMN username;\n```\n\n' +
      'Or rename nothing in the database: in Prisma’s schema, `displayName String @map("username")` renames the field alone.',
    whenNotToUse: 'Where nothing reads the table while the migration and the release run.',
    policy: ['EC1'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'unsafe', form: 'files' },
    messages: {
      breaksCode: {
        what: 'Renaming {{table}}.{{column}} to {{newName}} breaks the running code: its queries that name {{column}} fail with 42703 until the new code is everywhere.',
        help: 'Add {{newName}}, write to both, backfill in batches, switch the reads, and drop {{column}} in a later release.',
      },
      switches: {
        what: 'Renaming {{table}}.{{column}} to {{newName}} and giving the name {{column}} to another column changes what the running code reads and writes, without an error: it goes on with the other one, and never sees {{newName}}.',
        help: 'Leave {{column}} as it is, and give the other column a name that no running code uses. At the end of a swap, keep both in step with a trigger until the rename, in one transaction, and acknowledge this.',
      },
      breaksClient: {
        what: 'Renaming {{table}}.{{column}} to {{newName}} breaks the running code: Prisma Client’s queries name {{column}} and fail with 42703 until the new code is everywhere.',
        help: 'To rename the field alone, keep the column and write @map("{{plainColumn}}") in the Prisma schema. To rename the column, add {{newName}}, write to both, backfill in batches, and drop {{column}} in a later release.',
      },
    },
    examples: {
      bad: [
        {
          title: 'the old name goes to a new column',
          history: ['CREATE TABLE users (id int PRIMARY KEY, description text);'],
          sql: 'ALTER TABLE users RENAME COLUMN description TO sidebar;\nALTER TABLE users ADD COLUMN description varchar(150);',
          reports: ['switches'],
          proof: {
            rows: "INSERT INTO users VALUES (1, 'long');",
            query: { sql: 'SELECT description FROM users', rows: [[null]] },
          },
        },
        {
          title: 'the old name goes to another column, as at the end of a swap',
          history: ['CREATE TABLE users (id int PRIMARY KEY, score int, score_new bigint);'],
          sql: 'ALTER TABLE users RENAME COLUMN score TO score_old;\nALTER TABLE users RENAME COLUMN score_new TO score;',
          reports: ['switches', 'breaksClient'],
          proof: {
            rows: 'INSERT INTO users VALUES (1, 5, 6);',
            query: { sql: 'SELECT score FROM users', rows: [['6']] },
          },
        },
        {
          title: 'a column of an earlier migration',
          history: ['CREATE TABLE "User" ("id" TEXT PRIMARY KEY, "username" TEXT NOT NULL);'],
          sql: 'ALTER TABLE "User" RENAME COLUMN "username" TO "displayName";',
          reports: ['breaksClient'],
          fixed: {
            scripts: [
              '-- Expand: a trigger keeps "displayName" in step with username until the contract.\nALTER TABLE "User" ADD COLUMN "displayName" text;\nCREATE FUNCTION "User_username_to_displayName"() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  IF NEW."displayName" IS DISTINCT FROM OLD."displayName" THEN\n    NEW.username := NEW."displayName";\n  ELSIF NEW."displayName" IS NULL OR NEW.username IS DISTINCT FROM OLD.username THEN\n    NEW."displayName" := NEW.username;\n  END IF;\n  RETURN NEW;\nEND\n$$;\nCREATE TRIGGER "User_username_to_displayName" BEFORE INSERT OR UPDATE ON "User" FOR EACH ROW EXECUTE FUNCTION "User_username_to_displayName"();\nALTER TABLE "User" ADD CONSTRAINT "User_displayName_not_null_check" CHECK ("displayName" IS NOT NULL) NOT VALID;',
              '-- It commits batch by batch, and can be started again: what is done is left alone.\nDO $$\nDECLARE\n  last_id "User".id%TYPE;\n  next_id "User".id%TYPE;\nBEGIN\n  SELECT id INTO last_id FROM "User" ORDER BY id LIMIT 1;\n  LOOP\n    SELECT id INTO next_id\n    FROM (SELECT id FROM "User" WHERE id >= last_id ORDER BY id LIMIT 10000) AS batch\n    ORDER BY id DESC LIMIT 1;\n    EXIT WHEN NOT FOUND;\n    UPDATE "User" SET "displayName" = username\n    WHERE id >= last_id AND id <= next_id AND "displayName" IS NULL;\n    COMMIT;\n    EXIT WHEN next_id = last_id;\n    last_id := next_id;\n    PERFORM pg_sleep(0.1);\n  END LOOP;\nEND\n$$;',
              'ALTER TABLE "User" VALIDATE CONSTRAINT "User_displayName_not_null_check";\nALTER TABLE "User" ALTER COLUMN "displayName" SET NOT NULL;\nALTER TABLE "User" DROP CONSTRAINT "User_displayName_not_null_check";\nALTER TABLE "User" ALTER COLUMN username DROP NOT NULL;',
            ],
            drafts: [
              '-- Contract: only once no running code reads or writes username.\nDROP TRIGGER "User_username_to_displayName" ON "User";\nDROP FUNCTION "User_username_to_displayName"();\nALTER TABLE "User" DROP COLUMN username;',
            ],
          },
          proof: {
            lock: { User: 'ACCESS EXCLUSIVE' },
            query: {
              sql: "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'User' AND column_name <> 'id'",
              rows: [['displayName']],
            },
            afterwards: { sql: 'SELECT "username" FROM "User"', error: '42703' },
          },
        },
        {
          title: 'the end of a swap: the new column takes the old one’s name',
          history: ['CREATE TABLE users (id int, id_new bigint);'],
          sql: 'ALTER TABLE users DROP COLUMN id;\nALTER TABLE users RENAME COLUMN id_new TO id;',
          reports: ['breaksClient'],
        },
        {
          title: 'with a runner that is not Prisma’s',
          runner: 'plain',
          history: ['CREATE SCHEMA app; CREATE TABLE app.users (id int PRIMARY KEY, username text);'],
          sql: 'ALTER TABLE IF EXISTS app.users RENAME username TO display_name;',
          reports: ['breaksCode'],
        },
        {
          title: 'under a condition',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: "DO $$ BEGIN\n  IF EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'username') THEN\n    ALTER TABLE users RENAME COLUMN username TO display_name;\n  END IF;\nEND $$;",
          reports: ['breaksClient'],
          proof: { lock: { users: 'ACCESS EXCLUSIVE' } },
        },
      ],
      good: [
        {
          title: 'a table created in the same deploy',
          sql: [
            'CREATE TABLE users (id int PRIMARY KEY, username text);',
            'ALTER TABLE users RENAME COLUMN username TO display_name;',
          ],
        },
        {
          title: 'a column added in the same deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: [
            'ALTER TABLE users ADD COLUMN username text;',
            'ALTER TABLE users RENAME COLUMN username TO display_name;',
          ],
        },
        {
          title: 'a temporary table',
          sql: 'CREATE TEMP TABLE chosen (a int);\nALTER TABLE chosen RENAME COLUMN a TO b;',
        },
        {
          title: 'a constraint or an index: no query names it',
          history: [
            'CREATE TABLE users (id int CONSTRAINT pk PRIMARY KEY, email text); CREATE INDEX i ON users (email);',
          ],
          sql: 'ALTER TABLE users RENAME CONSTRAINT pk TO users_pkey;\nALTER INDEX i RENAME TO users_email_idx;',
        },
        {
          title: 'the first step instead',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: 'ALTER TABLE users ADD COLUMN display_name text;',
        },
      ],
    },
  },
  on: {
    RenameColumn(op, context) {
      const { catalog, deploy, existedBeforeDeploy, project, report } = context;
      const existed = existedBeforeDeploy(op.table);
      if (existed === undefined || op.run === 'called') return;
      if (!columnExistedBefore(existed, catalog.table(op.table), op.column)) return;
      const at = { operation: op, part: 'column' } as const;
      const data = {
        table: op.table,
        column: quoteIdentifier(op.column),
        newName: quoteIdentifier(op.newName),
      };
      if (isNameTaken(op, deploy)) return report({ messageId: 'switches', at, data });
      const fix = renameColumnFix(op, context);
      if (project.runner.name === 'prisma')
        report({ messageId: 'breaksClient', at, data: { ...data, plainColumn: op.column }, fix });
      else report({ messageId: 'breaksCode', at, data, fix });
    },
  },
});

/** Whether the deploy then gives the old name to another column. */
function isNameTaken(op: RenameColumn, deploy: readonly Migration[]): boolean {
  return operationsOn(op.table, deploy).some((other) => {
    if (other.run === 'called' || !runsBefore(op, other, deploy)) return false;
    if (other.kind === 'AddColumn') return other.column.name === op.column;
    return other.kind === 'RenameColumn' && other.newName === op.column && other.column !== op.newName;
  });
}
