import {
  columnExistedBefore,
  defineRule,
  isEmptyOrFails,
  isSameObject,
  isTableSaved,
  quoteIdentifier,
  replaceDroppedColumnFix,
  replacementColumn,
  replacementTable,
  savedCopies,
  typeText,
  type Origin,
  type Project,
  type Table,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-disguised-rename',
    summary: 'Disallow dropping and adding what is really a rename',
    rationale:
      'Prisma Migrate cannot know that a field was renamed: it writes DROP COLUMN and ADD COLUMN. The same happens to a model’s table, and ' +
      'to a column whose type it cannot cast. PostgreSQL does as it is told: the old values are gone, the new column is empty.',
    instead:
      'If it is a rename in the Prisma schema only, keep the column: `displayName String @map("username")`, and no migration is needed. ' +
      'Else expand, backfill, contract:\n\n```sql\n-- migration 1\nALTER TABLE users ADD COLUMN display_name text;\n```\n\n' +
      '```sql\n-- migration 2, in batches, after the code writes both\nUPDATE users SET display_name = username WHERE id BETWEEN 1 AND 10000 AND display_name IS NULL;\n```\n\n' +
      '```sql\n-- migration 3, in a later release\nALTER TABLE users DROP COLUMN username;\n```',
    whenNotToUse: 'Not at all, rather acknowledge the single case where nothing of the old values is wanted.',
    policy: ['EC7', 'BF7'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'unsafe', form: 'files' },
    messages: {
      failsOrLoses: {
        what: 'Dropping {{column}} while adding {{replacement}} looks like a rename. With rows in {{table}} this migration fails with 23502; without the NOT NULL it would lose the {{column}} of every row.',
        help: 'Expand first: add {{replacement}} without NOT NULL and write to both; backfill in batches; drop {{column}} in a later release.{{keep}}',
      },
      losesColumn: {
        what: 'Dropping {{column}} while adding {{replacement}} loses the {{column}} of every row of {{table}}.',
        help: 'Expand first: add {{replacement}} and write to both; backfill in batches; drop {{column}} in a later release.{{keep}}',
      },
      recreatesColumn: {
        what: 'Dropping {{column}} and adding it again as {{type}} loses the {{column}} of every row of {{table}}.',
        help: 'Add a column of another name, write to both, backfill in batches, and drop {{column}} in a later release. If PostgreSQL can cast the values, ALTER COLUMN {{column}} TYPE … USING keeps them.',
      },
      resetsColumn: {
        what: 'Dropping {{column}} and adding it again with the same type loses the {{column}} of every row of {{table}}.',
        help: 'Keep the column, and change what differs with ALTER COLUMN {{column}}, such as SET DEFAULT or SET NOT NULL. If the old values are to go, say so with an UPDATE.',
      },
      losesTable: {
        what: 'Dropping {{table}} while creating {{replacement}}, which has mostly the same columns, loses every row of {{table}}.',
        help: 'Create {{replacement}}, write to both, copy the rows in batches, and drop {{table}} in a later release.{{keep}}',
      },
      recreatesTable: {
        what: 'Dropping {{table}} and creating it again loses every row of it.',
        help: 'Change it with ALTER TABLE, or create the new table under another name, copy the rows, and drop the old one in a later release.',
      },
    },
    examples: {
      bad: [
        {
          title: 'the rename of a field, as Prisma writes it',
          history: [
            'CREATE TABLE "users" ("id" INTEGER NOT NULL, "username" TEXT, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));',
          ],
          sql: 'ALTER TABLE "users" DROP COLUMN "username",\nADD COLUMN     "display_name" TEXT;',
          reports: ['losesColumn'],
          fixed: {
            scripts: [
              '-- Expand: a trigger keeps display_name in step with username until the contract. That display_name is username renamed is a guess from their names: check it before this runs.\nALTER TABLE users ADD COLUMN display_name text;\nCREATE FUNCTION users_username_to_display_name() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  IF NEW.display_name IS DISTINCT FROM OLD.display_name THEN\n    NEW.username := NEW.display_name;\n  ELSIF NEW.display_name IS NULL OR NEW.username IS DISTINCT FROM OLD.username THEN\n    NEW.display_name := NEW.username;\n  END IF;\n  RETURN NEW;\nEND\n$$;\nCREATE TRIGGER users_username_to_display_name BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION users_username_to_display_name();',
              '-- It commits batch by batch, and can be started again: what is done is left alone.\nDO $$\nDECLARE\n  last_id users.id%TYPE;\n  next_id users.id%TYPE;\nBEGIN\n  SELECT id INTO last_id FROM users ORDER BY id LIMIT 1;\n  LOOP\n    SELECT id INTO next_id\n    FROM (SELECT id FROM users WHERE id >= last_id ORDER BY id LIMIT 10000) AS batch\n    ORDER BY id DESC LIMIT 1;\n    EXIT WHEN NOT FOUND;\n    UPDATE users SET display_name = username\n    WHERE id >= last_id AND id <= next_id AND display_name IS NULL AND username IS NOT NULL;\n    COMMIT;\n    EXIT WHEN next_id = last_id;\n    last_id := next_id;\n    PERFORM pg_sleep(0.1);\n  END LOOP;\nEND\n$$;',
            ],
            drafts: [
              '-- Contract: only once no running code reads or writes username. That display_name is username renamed is a guess from their names: check it before this runs.\nDROP TRIGGER users_username_to_display_name ON users;\nDROP FUNCTION users_username_to_display_name();\nALTER TABLE users DROP COLUMN username;',
            ],
          },
          proof: {
            rows: "INSERT INTO users VALUES (1, 'ada');",
            query: { sql: 'SELECT display_name FROM users', rows: [[null]] },
          },
        },
        {
          title: 'a required field, as Prisma writes it: the migration fails where the table has rows',
          history: [
            'CREATE TABLE "users" ("id" INTEGER NOT NULL, "username" TEXT NOT NULL, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));',
          ],
          sql: 'ALTER TABLE "users" DROP COLUMN "username",\nADD COLUMN     "display_name" TEXT NOT NULL;',
          reports: ['failsOrLoses'],
          proof: { rows: "INSERT INTO users VALUES (1, 'ada');", error: '23502' },
        },
        {
          title: 'to snake_case, several fields at once',
          history: [
            'CREATE TABLE "Session" ("id" TEXT PRIMARY KEY, "sessionToken" TEXT, "userId" TEXT, "expires" TIMESTAMP(3));',
          ],
          sql: 'ALTER TABLE "Session" DROP COLUMN "sessionToken",\nDROP COLUMN "userId",\nADD COLUMN "session_token" TEXT,\nADD COLUMN "user_id" TEXT;',
          reports: ['losesColumn', 'losesColumn'],
        },
        {
          title: 'another word, the only pair, one type',
          history: ['CREATE TABLE "Task" ("id" TEXT PRIMARY KEY, "finishedAt" TIMESTAMP(3));'],
          sql: 'ALTER TABLE "Task" DROP COLUMN "finishedAt",\nADD COLUMN     "completedAt" TIMESTAMP(3);',
          reports: ['losesColumn'],
        },
        {
          title: 'in two migrations of one deploy, and nothing copied between them',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: ['ALTER TABLE users ADD COLUMN user_name text;', 'ALTER TABLE users DROP COLUMN username;'],
          reports: ['losesColumn'],
        },
        {
          title: 'a type that Prisma cannot cast',
          history: [
            'CREATE TYPE "Role" AS ENUM (\'ADMIN\'); CREATE TABLE "Member" ("id" TEXT PRIMARY KEY, "role" TEXT NOT NULL);',
          ],
          sql: 'ALTER TABLE "Member" DROP COLUMN "role",\nADD COLUMN     "role" "Role";',
          reports: ['recreatesColumn'],
          proof: {
            rows: `INSERT INTO "Member" VALUES ('m', 'ADMIN');`,
            query: { sql: 'SELECT role FROM "Member"', rows: [[null]] },
          },
        },
        {
          title: 'the same type, only another default',
          history: ['CREATE TABLE modes (id int PRIMARY KEY, upvotes boolean DEFAULT false NOT NULL);'],
          sql: 'ALTER TABLE modes DROP COLUMN upvotes, ADD COLUMN upvotes bool DEFAULT true NOT NULL;',
          reports: ['resetsColumn'],
          proof: {
            rows: 'INSERT INTO modes VALUES (1, false);',
            query: { sql: 'SELECT upvotes FROM modes', rows: [['true']] },
          },
        },
        {
          title: 'the table of a many-to-many relation, which has no model',
          history: ['CREATE TABLE "_UserToTeam" ("A" TEXT NOT NULL, "B" TEXT NOT NULL);'],
          sql: 'DROP TABLE "_UserToTeam";\nCREATE TABLE "_UserToTeams" ("A" TEXT NOT NULL, "B" TEXT NOT NULL);',
          reports: ['losesTable'],
        },
        {
          title: 'a table that changes its name',
          history: [
            'CREATE TABLE "APIConnection" ("id" TEXT PRIMARY KEY, "title" TEXT, "createdAt" TIMESTAMP(3), "status" TEXT);',
          ],
          sql: 'DROP TABLE "APIConnection";\nCREATE TABLE "ApiConnection" ("id" TEXT PRIMARY KEY, "title" TEXT, "createdAt" TIMESTAMP(3), "status" TEXT, "clientId" TEXT);',
          reports: ['losesTable'],
        },
        {
          title: 'a table that is dropped and created again',
          history: ['CREATE TABLE "PasswordResetToken" ("id" SERIAL PRIMARY KEY, "token" TEXT);'],
          sql: 'DROP TABLE IF EXISTS "PasswordResetToken" CASCADE;\nCREATE TABLE "PasswordResetToken" ("id" SERIAL PRIMARY KEY, "token" TEXT, "expiry" TIMESTAMP(3));',
          reports: ['recreatesTable'],
        },
      ],
      good: [
        {
          title: 'the values are copied in between',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: 'ALTER TABLE users ADD COLUMN display_name text;\nUPDATE users SET display_name = lower(username);\nALTER TABLE users DROP COLUMN username;',
          proof: {
            rows: "INSERT INTO users VALUES (1, 'Ada');",
            query: { sql: 'SELECT display_name FROM users', rows: [['ada']] },
          },
        },
        {
          title: 'the contract of an earlier expand and backfill',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text);',
            'ALTER TABLE users ADD COLUMN display_name varchar(100);',
            'UPDATE users SET display_name = username WHERE display_name IS NULL;',
          ],
          sql: 'ALTER TABLE users DROP COLUMN username;',
        },
        {
          title: 'unrelated columns: one goes, another comes',
          history: ['CREATE TABLE users (id int PRIMARY KEY, is_active boolean);'],
          sql: 'ALTER TABLE users DROP COLUMN is_active, ADD COLUMN address text;',
        },
        {
          title: 'one of many, no names alike',
          history: ['CREATE TABLE observations (id int PRIMARY KEY, attributes jsonb);'],
          sql: 'ALTER TABLE observations DROP COLUMN attributes, ADD COLUMN prompt jsonb, ADD COLUMN usage jsonb, ADD COLUMN model text;',
        },
        {
          title: 'a reference that takes the place of a value, or of another reference',
          history: [
            'CREATE TABLE queues (id int PRIMARY KEY); CREATE TABLE projects (id int PRIMARY KEY); CREATE TABLE files (id int PRIMARY KEY, queue int, worker_id int REFERENCES queues);',
          ],
          sql: 'ALTER TABLE files DROP COLUMN queue, ADD COLUMN queue_id int;\nALTER TABLE files ADD CONSTRAINT files_queue_id_fkey FOREIGN KEY (queue_id) REFERENCES queues (id);\nALTER TABLE files DROP COLUMN worker_id, ADD COLUMN project_id int REFERENCES projects;',
        },
        {
          title: 'columns of different tables',
          history: [
            'CREATE TABLE jobs (id int PRIMARY KEY, queue_name text); CREATE TABLE instances (id int PRIMARY KEY);',
          ],
          sql: 'ALTER TABLE jobs DROP COLUMN queue_name;\nALTER TABLE instances ADD COLUMN queue_name text;',
        },
        {
          title: 'a table and a column of the same deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: [
            'ALTER TABLE users ADD COLUMN nick text;',
            'ALTER TABLE users DROP COLUMN nick, ADD COLUMN nickname text;',
          ],
        },
        {
          title: 'a table whose rows are copied over',
          history: ['CREATE TABLE gradings (id int PRIMARY KEY, name text, value int);'],
          sql: 'CREATE TABLE scores (id int PRIMARY KEY, name text, value int);\nINSERT INTO scores (id, name, value) SELECT id, name, value FROM gradings;\nDROP TABLE gradings;',
        },
        {
          title: 'another table of a many-to-many relation: they all have the same two columns',
          history: ['CREATE TABLE "_PostToTag" ("A" TEXT NOT NULL, "B" TEXT NOT NULL);'],
          sql: 'DROP TABLE "_PostToTag";\nCREATE TABLE "_AlbumToGenre" ("A" TEXT NOT NULL, "B" TEXT NOT NULL);',
        },
        {
          title: 'a generated column: its values are worked out again',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY, price int, gross int GENERATED ALWAYS AS (price * 2) STORED);',
          ],
          sql: 'ALTER TABLE orders DROP COLUMN gross, ADD COLUMN gross_price int GENERATED ALWAYS AS (price * 3) STORED;',
        },
      ],
    },
  },
  on: {
    DropColumn(op, context) {
      const { catalog, deploy, existedBeforeDeploy, history, project, report } = context;
      const existed = existedBeforeDeploy(op.table);
      const now = catalog.table(op.table);
      if (existed === undefined || op.run === 'called' || !columnExistedBefore(existed, now, op.column))
        return;
      const before = now?.columns.find(({ name }) => name === op.column);
      if (before?.generated !== undefined) return;
      const replacement = replacementColumn(op, existed, deploy);
      if (
        replacement === undefined ||
        savedCopies(op.table, op.column, { history, catalog, operation: op }).length > 0
      )
        return;
      const common = {
        at: op,
        related: [{ at: replacement, label: 'the probable new column' }],
        fix: replaceDroppedColumnFix(op, replacement, context),
        ...since(before?.origin),
      } as const;
      const data = { table: op.table, column: quoteIdentifier(op.column) };
      const { name, type } = replacement.column;
      const isSameType = before !== undefined && typeText(before.type) === typeText(type);
      const mayHoldRows = !isEmptyOrFails(op.table, op, context);
      if (!mayHoldRows && name !== op.column)
        report({
          ...common,
          messageId: 'failsOrLoses',
          data: { ...data, replacement: quoteIdentifier(name), keep: keepWords(project, 'column') },
        });
      else if (!mayHoldRows) return;
      else if (name === op.column && isSameType)
        report({ ...common, messageId: 'resetsColumn', data, fix: undefined });
      else if (name === op.column)
        report({
          ...common,
          messageId: 'recreatesColumn',
          data: { ...data, type: typeText(type.schema === 'public' ? { ...type, schema: undefined } : type) },
        });
      else
        report({
          ...common,
          messageId: 'losesColumn',
          data: { ...data, replacement: quoteIdentifier(name), keep: keepWords(project, 'column') },
        });
    },
    DropTable(op, { catalog, deploy, existedBeforeDeploy, history, project, report }) {
      const existed = existedBeforeDeploy(op.table);
      if (existed === undefined || op.run === 'called' || op.foreign) return;
      const replacement = replacementTable(op, existed, deploy);
      const now = { name: op.table, columns: existed.columns };
      if (replacement === undefined || isTableSaved(now, { history, catalog, operation: op })) return;
      const common = {
        at: { operation: op, part: 'table' },
        related: [{ at: { operation: replacement, part: 'table' }, label: 'the probable new table' }],
        ...since(existed.origin),
      } as const;
      if (isSameObject(replacement.table, op.table))
        report({ ...common, messageId: 'recreatesTable', data: { table: op.table } });
      else
        report({
          ...common,
          messageId: 'losesTable',
          data: {
            table: op.table,
            replacement: replacement.table,
            keep: isRelationTable(existed)
              ? keepRelation(project, op.table.name)
              : keepWords(project, 'table'),
          },
        });
    },
  },
});

/** How a tool with a schema of its own lets the name in the code change alone; empty for other tools. */
function keepWords({ layout }: Project, what: 'column' | 'table'): string {
  if (layout === 'prisma')
    return what === 'column'
      ? ' If only the field’s name changes, keep the column with @map.'
      : ' If only the model’s name changes, keep the table with @@map.';
  return layout === 'drizzle'
    ? ` If only its name in the code changes, keep the ${what}’s old name as the text in the schema.`
    : '';
}

/** Whether a table looks like that of an implicit many-to-many relation of Prisma: `_AToB` with the columns A and B. */
function isRelationTable({ name, columns }: Table): boolean {
  return name.name.startsWith('_') && columns.map((column) => column.name).join() === 'A,B';
}

/** Such a table has no model: it is named after the relation, which both of its fields can name. */
function keepRelation({ layout }: Project, table: string): string {
  return layout === 'prisma'
    ? ` If only a model’s or a field’s name changes, keep the table with @relation("${table.slice(1)}") on both sides.`
    : '';
}

/** Says from when on there is data; nothing, for what was there before the history. */
function since(origin: Origin | undefined): { readonly label?: string } {
  return origin === undefined || origin.migration < 0 ? {} : { label: `holds data since ${origin.id}` };
}
