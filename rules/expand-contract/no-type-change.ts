import {
  changeTypeFix,
  columnBefore,
  columnExistedBefore,
  defineRule,
  displayNames,
  hasUsers,
  quoteIdentifier,
  typeChangeOf,
  typeText,
  type AlterColumnType,
  type Column,
  type MessageValue,
  type NoOptions,
  type ObjectName,
  type RuleContext,
  type Table,
  type TypeChange,
  type TypeName,
} from 'migration-lint';

const EXPAND =
  'Add {{newColumn}} {{to}}, write to both, fill it in batches, switch the reads, and drop {{oldColumn}} in a later release.';

const messages = {
  rewrites: {
    what: 'Changing {{table}}.{{column}} from {{from}} to {{to}} rewrites all of {{table}} and its indexes under ACCESS EXCLUSIVE.{{more}} Nobody can read or write it until that is done.',
    help: EXPAND,
  },
  widensInteger: {
    what: 'Changing {{table}}.{{column}} from {{from}} to {{to}} rewrites all of {{table}} and its indexes under ACCESS EXCLUSIVE.{{more}} Nobody can read or write it until that is done.',
    help: 'Add {{newColumn}} {{to}}, keep it in step with a trigger, fill it in batches, build its unique index CONCURRENTLY if it is a key, switch the code over, and drop {{oldColumn}} in a later release. Columns that refer to it go first, the same way.',
  },
  convertsTimes: {
    what: 'Changing {{table}}.{{column}} from {{from}} to {{to}} with a USING rewrites all of {{table}} and its indexes under ACCESS EXCLUSIVE.{{more}} Nobody can read or write it until that is done.',
    help: "If the values are in UTC, SET LOCAL timezone = 'UTC' in the same transaction and leave USING out: then no row is rewritten, and only indexes on {{column}} are built again. Else add {{newColumn}} {{to}} and fill it in batches with AT TIME ZONE.",
  },
  swapsEnum: {
    what: 'Moving {{table}}.{{column}} from the enum {{from}} to {{to}} rewrites all of {{table}} and its indexes under ACCESS EXCLUSIVE.{{more}} Nobody can read or write it until that is done.',
    help: 'To add values, ALTER TYPE {{from}} ADD VALUE rewrites nothing. To be rid of one, stop writing it and keep it in the type, or add {{newColumn}} {{newType}}, fill it in batches, and drop {{oldColumn}} in a later release.',
  },
  extendsEnum: {
    what: 'Moving {{table}}.{{column}} from the enum {{from}} to {{to}} rewrites all of {{table}} and its indexes under ACCESS EXCLUSIVE.{{more}} Nobody can read or write it until that is done.',
    help: 'Keep the enum and add the values to it: ALTER TYPE {{from}} ADD VALUE rewrites nothing.',
  },
  rebuildsIndexes: {
    what: 'Changing {{table}}.{{column}} from {{from}} to {{to}} rebuilds the indexes of {{table}} that use {{column}} under ACCESS EXCLUSIVE: nobody can read or write it until that is done.',
    help: 'Drop these indexes CONCURRENTLY first, change the type, which then is done at once, and create them CONCURRENTLY again.',
  },
  scans: {
    what: 'Changing {{table}}.{{column}} from {{from}} to {{to}} reads all of {{table}} under ACCESS EXCLUSIVE to validate its CHECK again: nobody can read or write it until that is done.',
    help: 'Drop the CHECK and change the type in one migration, which then is done at once; add the CHECK as NOT VALID, and VALIDATE it in the next migration.',
  },
  dependsOnTimeZone: {
    what: 'Changing {{table}}.{{column}} from {{from}} to {{to}} rewrites all of {{table}} under ACCESS EXCLUSIVE, unless the time zone of the session is UTC.{{more}} The values are converted in that time zone, whichever it is.',
    help: "If the values are in UTC, SET LOCAL timezone = 'UTC' in the same transaction before it: then no row is rewritten, and only indexes on {{column}} are built again. Else add {{newColumn}} {{to}} and fill it in batches with AT TIME ZONE.",
  },
  refused: {
    what: 'PostgreSQL refuses to change the type of {{table}}.{{column}} (0A000): it is used by {{dependants}}.',
    help: 'Drop what is built on the column, change the type and create it again, in one transaction. Or add {{newColumn}} {{to}} and move over to that.',
  },
  lacksCast: {
    what: 'PostgreSQL refuses to change {{table}}.{{column}} from {{from}} to {{to}} (42804): there is no cast that it makes by itself. With a USING it would rewrite all of {{table}} under ACCESS EXCLUSIVE.',
    help: EXPAND,
  },
  lacksDefaultCast: {
    what: 'PostgreSQL refuses to change {{table}}.{{column}} from {{from}} to {{to}} (42804): it cannot cast the column’s default, which USING does not convert. Without the default it would rewrite all of {{table}} under ACCESS EXCLUSIVE.',
    help: EXPAND,
  },
  breaksForeignKey: {
    what: 'PostgreSQL refuses to change {{table}}.{{column}} from {{from}} to {{to}} (42804): the foreign key {{key}} cannot compare {{to}} with the column of {{other}}.',
    help: 'Change both sides by expand and contract: add a column of the new type to both tables, fill them in batches, add the foreign key over the new ones as NOT VALID, and drop the old ones in a later release.',
  },
} as const;

/** In words, after “In every row it …”. */
const LOSSES = {
  'rounds numbers': 'rounds the number',
  'cuts text': 'cuts off the end of a longer text',
  'cuts time': 'cuts off a part of the time',
  'drops the time zone': 'drops the time zone and keeps the wall-clock time of the session that runs it',
  'ignores the old value': 'throws the old value away, since USING does not look at it',
} as const;

type Context = RuleContext<typeof messages, NoOptions>;

export default defineRule({
  meta: {
    name: 'no-type-change',
    summary: 'Disallow changing a column’s type in place where it rewrites or reads the table, or fails',
    rationale:
      'ALTER COLUMN … TYPE takes ACCESS EXCLUSIVE, and most changes then write the whole table and all its indexes anew, for hours on a ' +
      'large table, while nobody can read or write it. Foreign keys are checked again, which locks the tables on the other side, too. ' +
      'Where only a CHECK is validated again or an index built again, the lock is the same and its time grows with the table as well, ' +
      'so it is no less an error. Running code meets a column of another type from one moment to the next. PostgreSQL makes some ' +
      'changes free, and the rule is silent on them: varchar to a longer varchar or to text, numeric to more digits with the same ' +
      'scale, timestamp to more digits of a second, cidr to inet, varbit to a longer one.',
    instead:
      'Expand, backfill, contract; for the classic, a key that runs out of integers:\n\n' +
      '```sql\n-- migration 1\nALTER TABLE events ADD COLUMN id_new bigint;\n-- and a trigger that sets id_new with every INSERT and UPDATE\n```\n\n' +
      '```sql\n-- migration 2, again and again until no row is left\nUPDATE events SET id_new = id WHERE id BETWEEN 1 AND 10000;\n```\n\n' +
      '```sql\n-- migration 3\nCREATE UNIQUE INDEX CONCURRENTLY events_id_new_key ON events (id_new);\n```\n\n' +
      'Then the code moves over, and a later release drops the old column.',
    whenNotToUse: 'For tables so small that writing them anew takes no time anybody notices.',
    policy: ['EC3'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'unsafe', form: 'files' },
    yieldsTo: ['no-enum-value-removal'],
    sizeMatters: ['rewrites', 'widensInteger', 'swapsEnum', 'extendsEnum', 'rebuildsIndexes', 'scans'],
    messages,
    examples: {
      bad: [
        {
          title: 'the classic: a key runs out of integers',
          history: [
            'CREATE TABLE events (id int PRIMARY KEY, name text); CREATE TABLE clicks (event_id int REFERENCES events);',
          ],
          sql: 'ALTER TABLE events ALTER COLUMN id TYPE bigint;',
          reports: ['widensInteger'],
          proof: {
            lock: { events: 'ACCESS EXCLUSIVE', clicks: 'ACCESS EXCLUSIVE' },
            rewrites: ['events'],
            scans: ['clicks', 'events'],
            rows: "INSERT INTO events VALUES (1, 'a'); INSERT INTO clicks VALUES (1);",
          },
        },
        {
          title: 'what Prisma generates for a String that becomes an Int, with a USING',
          history: ['CREATE TABLE "User" ("id" TEXT PRIMARY KEY, "score" TEXT NOT NULL);'],
          sql: 'ALTER TABLE "User" ALTER COLUMN "score" SET DATA TYPE INTEGER USING "score"::integer;',
          reports: ['rewrites'],
          fixed: {
            scripts: [
              '-- Expand: a trigger keeps score_new in step with score until the contract.\nALTER TABLE "User" ADD COLUMN score_new integer;\nCREATE FUNCTION "User_score_to_score_new"() RETURNS trigger LANGUAGE plpgsql AS $$\n#variable_conflict use_column\nBEGIN\n  BEGIN\n    NEW.score_new := (SELECT "score"::integer FROM (SELECT NEW.*) AS "User");\n  EXCEPTION WHEN data_exception THEN\n    -- Running code must not fail: what has no value is found before the columns change places.\n    NEW.score_new := NULL;\n  END;\n  RETURN NEW;\nEND\n$$;\nCREATE TRIGGER "User_score_to_score_new" BEFORE INSERT OR UPDATE ON "User" FOR EACH ROW EXECUTE FUNCTION "User_score_to_score_new"();',
              '-- It commits batch by batch, and can be started again: what is done is left alone.\nDO $$\nDECLARE\n  last_id "User".id%TYPE;\n  next_id "User".id%TYPE;\nBEGIN\n  SELECT id INTO last_id FROM "User" ORDER BY id LIMIT 1;\n  LOOP\n    SELECT id INTO next_id\n    FROM (SELECT id FROM "User" WHERE id >= last_id ORDER BY id LIMIT 10000) AS batch\n    ORDER BY id DESC LIMIT 1;\n    EXIT WHEN NOT FOUND;\n    UPDATE "User" SET score_new = "score"::integer\n    WHERE id >= last_id AND id <= next_id AND score_new IS NULL;\n    COMMIT;\n    EXIT WHEN next_id = last_id;\n    last_id := next_id;\n    PERFORM pg_sleep(0.1);\n  END LOOP;\nEND\n$$;',
            ],
            drafts: [
              '-- Only once every row has a value in score_new, and no running code leaves it out: from now on PostgreSQL refuses rows without.\nALTER TABLE "User" ADD CONSTRAINT "User_score_new_not_null_check" CHECK (score_new IS NOT NULL) NOT VALID;',
              'ALTER TABLE "User" VALIDATE CONSTRAINT "User_score_new_not_null_check";\nALTER TABLE "User" ALTER COLUMN score_new SET NOT NULL;\nALTER TABLE "User" DROP CONSTRAINT "User_score_new_not_null_check";\nALTER TABLE "User" ALTER COLUMN score DROP NOT NULL;',
              '-- Contract: score_new takes the place of score, in one transaction. Only once all running code can read and write the new type.\nDO $$\nBEGIN\n  IF EXISTS (SELECT FROM "User" WHERE score IS NOT NULL AND score_new IS NULL) THEN\n    RAISE EXCEPTION \'rows are left whose value has no counterpart of the new type\';\n  END IF;\nEND\n$$;\nDROP TRIGGER "User_score_to_score_new" ON "User";\nDROP FUNCTION "User_score_to_score_new"();\nALTER TABLE "User" DROP COLUMN score;\nALTER TABLE "User" RENAME COLUMN score_new TO score;',
            ],
          },
          proof: {
            rows: `INSERT INTO "User" VALUES ('u', '1');`,
            lock: { User: 'ACCESS EXCLUSIVE' },
            rewrites: ['User'],
            afterwards: { sql: `SELECT FROM "User" WHERE "score" = '1'::text`, error: '42883' },
          },
        },
        {
          title: 'a number that becomes a text: code can write it, but not look for it',
          history: ['CREATE TABLE "Document" ("id" INT PRIMARY KEY, "folderId" INT);'],
          sql: 'ALTER TABLE "Document" ALTER COLUMN "folderId" SET DATA TYPE TEXT;',
          reports: ['rewrites'],
          proof: {
            rows: 'INSERT INTO "Document" VALUES (1, 1);',
            rewrites: ['Document'],
            query: { sql: 'INSERT INTO "Document" VALUES (2, 2::int) RETURNING "folderId"', rows: [['2']] },
            afterwards: { sql: 'SELECT FROM "Document" WHERE "folderId" = 1::int', error: '42883' },
          },
        },
        {
          title: 'a column that the migration has just renamed: code knows its old name alone',
          history: ['CREATE TABLE users (id int PRIMARY KEY, icon bytea);'],
          sql: 'ALTER TABLE users RENAME COLUMN icon TO avatar;\nALTER TABLE users ALTER COLUMN avatar TYPE text;',
          reports: ['rewrites'],
          proof: { rewrites: ['users'] },
        },
        {
          title: 'a shorter varchar: longer values stop it',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(5);',
          reports: ['rewrites'],
          proof: { rows: "INSERT INTO users VALUES (1, 'Amanda');", error: '22001' },
        },
        {
          title: 'a change that rounds every value',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, price numeric(10, 4));'],
          sql: 'ALTER TABLE orders ALTER COLUMN price TYPE numeric(10, 2);',
          reports: ['rewrites'],
          proof: {
            rows: 'INSERT INTO orders VALUES (1, 1.2345);',
            rewrites: ['orders'],
            query: { sql: 'SELECT price FROM orders', rows: [['1.23']] },
          },
        },
        {
          title: 'an enum made anew, as Prisma does it',
          history: [
            `CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN', 'ROOT'); CREATE TABLE users (id int PRIMARY KEY, role "Role" NOT NULL DEFAULT 'USER');`,
          ],
          sql: `CREATE TYPE "Role_new" AS ENUM ('USER', 'ADMIN');\nALTER TABLE users ALTER COLUMN role DROP DEFAULT;\nALTER TABLE users ALTER COLUMN role TYPE "Role_new" USING (role::text::"Role_new");`,
          reports: ['swapsEnum'],
          proof: { lock: { users: 'ACCESS EXCLUSIVE' }, rewrites: ['users'] },
        },
        {
          title: 'an enum that is renamed, made anew under its name with one value more, and dropped',
          history: [
            "CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE TABLE users (id int PRIMARY KEY, mood mood);",
          ],
          sql: "ALTER TYPE mood RENAME TO mood__;\nCREATE TYPE mood AS ENUM ('ok', 'sad', 'glad');\nALTER TABLE users ALTER COLUMN mood TYPE mood USING mood::text::mood;\nDROP TYPE mood__;",
          reports: ['extendsEnum'],
          proof: { lock: { users: 'ACCESS EXCLUSIVE' }, rewrites: ['users'] },
        },
        {
          title: 'a value that the new enum lacks stops it',
          history: [
            "CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE TABLE users (id int PRIMARY KEY, mood mood);",
          ],
          sql: "CREATE TYPE mood_new AS ENUM ('ok');\nALTER TABLE users ALTER COLUMN mood TYPE mood_new USING mood::text::mood_new;",
          reports: ['swapsEnum'],
          proof: { rows: "INSERT INTO users VALUES (1, 'sad');", error: '22P02' },
        },
        {
          title: 'an index that computes with the column is built again',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email varchar(50)); CREATE INDEX users_email_low ON users (lower(email));',
          ],
          sql: 'ALTER TABLE users ALTER COLUMN email TYPE text;',
          reports: ['rebuildsIndexes'],
          proof: { lock: { users: 'ACCESS EXCLUSIVE' }, rewrites: [], scans: ['users'] },
        },
        {
          title: 'a CHECK is validated again',
          history: ["CREATE TABLE users (id int PRIMARY KEY, email varchar(50) CHECK (email <> ''));"],
          sql: 'ALTER TABLE users ALTER COLUMN email TYPE varchar(100);',
          reports: ['scans'],
          proof: { lock: { users: 'ACCESS EXCLUSIVE' }, rewrites: [], scans: ['users'] },
        },
        {
          title: 'a time zone for timestamps',
          history: ['CREATE TABLE events (id int PRIMARY KEY, at timestamp);'],
          sql: "SET LOCAL timezone = 'Europe/Berlin';\nALTER TABLE events ALTER COLUMN at TYPE timestamptz;",
          reports: ['dependsOnTimeZone'],
          proof: { rewrites: ['events'] },
        },
        {
          title: 'a USING that computes makes PostgreSQL rewrite even where the time zone is UTC',
          history: ['CREATE TABLE events (id int PRIMARY KEY, at timestamp);'],
          sql: "SET LOCAL timezone = 'UTC';\nALTER TABLE events ALTER COLUMN at TYPE timestamptz USING at AT TIME ZONE 'UTC';",
          reports: ['convertsTimes'],
          proof: { lock: { events: 'ACCESS EXCLUSIVE' }, rewrites: ['events'] },
        },
        {
          title: 'the time zone being UTC, an index on the column: it is built again',
          history: [
            'CREATE TABLE events (id int PRIMARY KEY, at timestamp); CREATE INDEX events_at_idx ON events (at);',
          ],
          sql: "SET LOCAL timezone = 'UTC';\nALTER TABLE events ALTER COLUMN at TYPE timestamptz;",
          reports: ['rebuildsIndexes'],
          proof: { lock: { events: 'ACCESS EXCLUSIVE' }, rewrites: [] },
        },
        {
          title: 'a view is built on the column, however free the change would be',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email varchar(50)); CREATE VIEW emails AS SELECT email FROM users;',
          ],
          sql: 'ALTER TABLE users ALTER COLUMN email TYPE text;',
          reports: ['refused'],
          proof: { error: '0A000' },
        },
        {
          title: 'no cast, a default without one, a foreign key between two types',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, likes text, tags text DEFAULT '{}', user_id int REFERENCES users);",
          ],
          sql: 'ALTER TABLE posts ALTER COLUMN likes TYPE int;\nALTER TABLE posts ALTER COLUMN tags TYPE jsonb USING tags::jsonb;\nALTER TABLE posts ALTER COLUMN user_id TYPE text;',
          reports: ['lacksCast', 'lacksDefaultCast', 'breaksForeignKey'],
          proof: { error: '42804' },
        },
        {
          title: 'the default alone stops it',
          history: ["CREATE TABLE posts (id int PRIMARY KEY, tags text DEFAULT '{}');"],
          sql: 'ALTER TABLE posts ALTER COLUMN tags TYPE jsonb USING tags::jsonb;',
          reports: ['lacksDefaultCast'],
          proof: { error: '42804' },
        },
        {
          title: 'the foreign key alone stops it',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users);',
          ],
          sql: 'ALTER TABLE posts ALTER COLUMN user_id TYPE text;',
          reports: ['breaksForeignKey'],
          proof: { error: '42804' },
        },
        {
          title: 'arrays are rewritten whatever they hold, and so is a domain that checks its values',
          history: [
            'CREATE DOMAIN email AS text CHECK (position(chr(64) IN VALUE) > 0); CREATE TABLE users (id int PRIMARY KEY, email text, tags varchar(10)[]);',
          ],
          sql: 'ALTER TABLE users ALTER COLUMN tags TYPE text[];\nALTER TABLE users ALTER COLUMN email TYPE email;',
          reports: ['rewrites', 'rewrites'],
          proof: { rewrites: ['users'] },
        },
      ],
      good: [
        {
          title:
            'beside a required column without a value: the table is empty, or nothing of the migration stays',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, note text);'],
          sql: 'ALTER TABLE orders ADD COLUMN total int NOT NULL;\nALTER TABLE orders ALTER COLUMN id TYPE bigint;',
          proof: { rows: 'INSERT INTO orders VALUES (1);', error: '23502' },
        },
        {
          title: 'what PostgreSQL does at once',
          history: [
            'CREATE DOMAIN plain AS text; CREATE TABLE users (id int PRIMARY KEY, a varchar(10), b varchar(10), c numeric(10, 2), d timestamp(3), e cidr, f text, g text);',
          ],
          sql: 'ALTER TABLE users ALTER COLUMN a TYPE varchar(20), ALTER COLUMN b TYPE text, ALTER COLUMN c TYPE numeric(12, 2), ALTER COLUMN d TYPE timestamp(6), ALTER COLUMN e TYPE inet, ALTER COLUMN f TYPE varchar, ALTER COLUMN g TYPE plain;',
          proof: { lock: { users: 'ACCESS EXCLUSIVE' }, rewrites: [], scans: [] },
        },
        {
          title: 'the type that it has, as generated migrations say it again',
          history: ['CREATE TABLE users (id int PRIMARY KEY, age int);'],
          sql: 'ALTER TABLE users ALTER COLUMN age SET DATA TYPE INTEGER;',
          proof: { rewrites: [], scans: [] },
        },
        {
          title: 'timestamps, the time zone being UTC',
          history: ['CREATE TABLE events (id int PRIMARY KEY, at timestamp);'],
          sql: "SET LOCAL timezone = 'UTC';\nALTER TABLE events ALTER COLUMN at TYPE timestamptz;",
          proof: { rewrites: [], scans: [] },
        },
        {
          title: 'the same with a USING that is the column and nothing more',
          history: ['CREATE TABLE events (id int PRIMARY KEY, at timestamp);'],
          sql: "SET timezone = 'UTC';\nALTER TABLE events ALTER COLUMN at TYPE timestamptz USING at;",
          proof: { rewrites: [], scans: [] },
        },
        {
          title: 'a table or a column of the same deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE posts (id int PRIMARY KEY);\nALTER TABLE posts ALTER COLUMN id TYPE bigint;\nALTER TABLE users ADD COLUMN age int;\nALTER TABLE users ALTER COLUMN age TYPE bigint;',
        },
        {
          title: 'a table that was just emptied',
          history: ['CREATE TABLE jobs (id int PRIMARY KEY);'],
          sql: 'TRUNCATE jobs;\nALTER TABLE jobs ALTER COLUMN id TYPE bigint;',
        },
        {
          title: 'a view that was dropped first',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email varchar(50)); CREATE VIEW emails AS SELECT email FROM users;',
          ],
          sql: 'DROP VIEW emails;\nALTER TABLE users ALTER COLUMN email TYPE text;\nCREATE VIEW emails AS SELECT email FROM users;',
          proof: { rewrites: [], scans: [] },
        },
        {
          title: 'the first step instead',
          history: ['CREATE TABLE events (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE events ADD COLUMN id_new bigint;',
          proof: { rewrites: [], scans: [] },
        },
        {
          title: 'a type that no migration explains',
          history: ['CREATE TABLE items (id int PRIMARY KEY, embedding vector(768));'],
          sql: 'ALTER TABLE items ALTER COLUMN embedding TYPE halfvec(768);',
        },
      ],
    },
  },
  on: {
    AlterColumnType(op, context) {
      const { catalog, existedBeforeDeploy } = context;
      const existed = existedBeforeDeploy(op.table);
      const table = catalog.table(op.table);
      const column = table?.columns.find(({ name }) => name === op.column);
      if (existed === undefined || table === undefined || column === undefined || op.run === 'called') return;
      if (column.certainty !== 'certain' || !columnExistedBefore(existed, table, op.column)) return;
      const change = typeChangeOf(op, table, column, catalog);
      if (change !== undefined) reportChange(op, change, asKnown(column, existed, table, context), context);
    },
  },
});

/** A column as running code knows it. */
type Known = Pick<Column, 'name' | 'type'>;

/** The column just before this change, under the names that code knows: it and its type can be renamed in the deploy. */
function asKnown(
  { name, type }: Column,
  existed: Table,
  now: Table,
  { catalog, catalogBeforeDeploy }: Context,
): Known {
  const old = columnBefore(existed, now, name);
  if (old === undefined) return { name, type };
  const isSame = catalogBeforeDeploy.type(nameOf(old.type))?.origin === catalog.type(nameOf(type))?.origin;
  return { name: old.name, type: isSame && catalog.type(nameOf(type)) !== undefined ? old.type : type };
}

const nameOf = ({ schema, name }: TypeName): ObjectName => ({ schema, name });

function reportChange(op: AlterColumnType, change: TypeChange, known: Known, context: Context): void {
  const { report } = context;
  const at = { operation: op, part: 'type' } as const;
  const data = {
    table: op.table,
    column: quoteIdentifier(op.column),
    // After a rename in the deploy the new name is free, and code knows the old one alone.
    newColumn: quoteIdentifier(known.name === op.column ? `${op.column}_new` : op.column),
    oldColumn: quoteIdentifier(known.name),
    from: shownType(known.type),
    to: shownType(change.to),
  };
  if (change.refusal !== undefined) return reportRefusal(at, data, change.refusal, context);
  if (!hasUsers(op.table, op, context)) return;
  const { table, column, from, to, newColumn, oldColumn } = data;
  const more = moreAbout(op, change, known, context);
  if (change.dependsOnTimeZone)
    return report({ messageId: 'dependsOnTimeZone', at, data: { ...data, more }, severity: 'warning' });
  switch (change.work) {
    case 'none':
      return;
    case 'scan':
      return report({ messageId: 'scans', at, data: { table, column, from, to } });
    case 'index build':
      return report({ messageId: 'rebuildsIndexes', at, data: { table, column, from, to } });
    case 'rewrite': {
      const fix = changeTypeFix(op, context);
      if (change.enumSwap !== undefined) {
        const swap = { table, column, from, to: from === to ? 'a new one of that name' : to, more };
        if (change.enumSwap.keepsAll) return report({ messageId: 'extendsEnum', at, data: swap, fix });
        return report({
          messageId: 'swapsEnum',
          at,
          data: { ...swap, newColumn, oldColumn, newType: to },
          fix,
        });
      }
      if (change.isTimeZoneChange)
        return report({ messageId: 'convertsTimes', at, data: { ...data, more }, fix });
      if (isWiderInteger(change))
        return report({ messageId: 'widensInteger', at, data: { ...data, more }, fix });
      return report({ messageId: 'rewrites', at, data: { ...data, more }, fix });
    }
    default:
      change.work satisfies never;
  }
}

/** A type as people write it: the schema `public` left out. */
function shownType(type: TypeName): string {
  return typeText(type.schema === 'public' ? { ...type, schema: undefined } : type);
}

interface Names {
  readonly table: MessageValue;
  readonly column: string;
  readonly newColumn: string;
  readonly oldColumn: string;
  readonly from: string;
  readonly to: string;
}

function reportRefusal(
  at: { readonly operation: AlterColumnType; readonly part: 'type' },
  names: Names,
  refusal: NonNullable<TypeChange['refusal']>,
  { report }: Context,
): void {
  const { table, column, newColumn, from, to } = names;
  switch (refusal.why) {
    case 'dependants':
      return report({
        messageId: 'refused',
        at,
        data: { table, column, newColumn, to, dependants: refusal.dependants },
      });
    case 'no cast':
      return report({ messageId: 'lacksCast', at, data: { ...names } });
    case 'default':
      return report({ messageId: 'lacksDefaultCast', at, data: { ...names } });
    case 'foreign key': {
      const data = { table, column, from, to, key: quoteIdentifier(refusal.name), other: refusal.other };
      return report({ messageId: 'breaksForeignKey', at, data });
    }
    default:
      refusal satisfies never;
  }
}

const INTEGERS: readonly string[] = ['smallint', 'integer', 'bigint'];

function isWiderInteger({ from, to }: TypeChange): boolean {
  return INTEGERS.includes(from.name) && INTEGERS.indexOf(to.name) > INTEGERS.indexOf(from.name);
}

/** `a`, `a and b`, `a, b and c`. */
const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** What else the change does, as further sentences. */
function moreAbout(op: AlterColumnType, change: TypeChange, known: Known, { history }: Context): string {
  const { loss, misfit, failsRunningCode, failsWrites, checkedTables, enumSwap } = change;
  const isSaved = history.copiesOf(op.table, op.column, op).length > 0;
  const sentences: string[] = [];
  if (checkedTables.length > 0) {
    const names = displayNames(checkedTables, 'tables');
    sentences.push(`Its foreign keys are checked again, which locks ${listed(names)}, too.`);
  }
  if (loss !== undefined && !isSaved)
    sentences.push(
      `In every row it ${LOSSES[loss]}, without an error; no migration has copied the old values.`,
    );
  if (enumSwap !== undefined && enumSwap.missing.length > 0) {
    const values = enumSwap.missing.map((value) => `'${value}'`).join(' or ');
    sentences.push(`A row with ${values} stops it with 22P02.`);
  }
  if (misfit === '22001') sentences.push('A longer value stops it with 22001.');
  if (misfit === '22003') sentences.push('A number too great stops it with 22003.');
  // Running code does not know the new name of a column that the deploy renames.
  if (failsRunningCode && enumSwap === undefined && known.name === op.column) {
    const from = shownType(known.type);
    sentences.push(
      failsWrites
        ? `Running code that passes ${from} then fails with 42883 or 42804.`
        : `Running code that compares it with ${from} then fails with 42883.`,
    );
  }
  return sentences.map((sentence) => ` ${sentence}`).join('');
}
