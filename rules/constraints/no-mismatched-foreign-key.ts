import {
  addedForeignKeys,
  defineRule,
  definitionPlace,
  keyTypeMatch,
  quoteIdentifier,
  typeText,
  type AddColumn,
  type AddConstraint,
  type Catalog,
  type Column,
  type CreateTable,
  type ForeignKey,
  type NoOptions,
  type ObjectName,
  type RuleContext,
} from 'migration-lint';

const messages = {
  incomparable: {
    what: '{{column}} of {{table}} is {{type}} and refers to {{referenced}} of {{references}}, which is {{referencedType}}: PostgreSQL cannot compare the two and refuses the foreign key (42804).',
    help: 'Make {{column}} {{referencedType}}.',
  },
  narrower: {
    what: '{{column}} of {{table}} is {{type}} and refers to {{referenced}} of {{references}}, which is {{referencedType}}: once its values outgrow {{type}}, rows that refer to them cannot be written (22003).',
    help: 'Make {{column}} {{referencedType}} as well.',
  },
  different: {
    what: '{{column}} of {{table}} is {{type}} and refers to {{referenced}} of {{references}}, which is {{referencedType}}: it works, but PostgreSQL has to compare across types, and not every value of the one has an equal in the other.',
    help: 'Make {{column}} {{referencedType}} as well, unless {{references}} is about to follow.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-mismatched-foreign-key',
    summary: 'Disallow a foreign key between columns of different types',
    rationale:
      'PostgreSQL only accepts a foreign key if it has an operator that compares the two types, such as integer and bigint; else it ' +
      'stops the migration with 42804. A frequent case: an id that Prisma calls `String @default(uuid())` is TEXT in the ' +
      'database, so that a UUID column cannot refer to it. Where it accepts different types, the mistake shows later: an ' +
      'integer that refers to a bigint holds until the ids pass 2147483647. Lengths count for nothing here, and text and ' +
      'varchar are alike.',
    instead:
      'Give the column the type of the one that it refers to:\n\n```sql\nCREATE TABLE posts (id bigint PRIMARY KEY, author_id bigint REFERENCES users (id));\n```',
    whenNotToUse: 'Where both sides are being changed to another type, one after the other.',
    policy: ['IX4'],
    presets: ['recommended'],
    severity: 'error',
    messages,
    examples: {
      bad: [
        {
          title: 'a UUID that refers to the TEXT of a Prisma id',
          history: ['CREATE TABLE users (id TEXT PRIMARY KEY);'],
          sql: 'CREATE TABLE user_preferences (\n  id SERIAL PRIMARY KEY,\n  user_id UUID REFERENCES users(id)\n);',
          reports: ['incomparable'],
          proof: { error: '42804' },
        },
        {
          title: 'a text that refers to a number',
          history: ['CREATE TABLE users (id serial PRIMARY KEY); CREATE TABLE posts (author varchar(20));'],
          sql: 'ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users NOT VALID;',
          reports: ['incomparable'],
          proof: { error: '42804' },
        },
        {
          title:
            'a number with digits behind the point that refers to one without: only the other way round it works',
          history: ['CREATE TABLE "User" (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE "Post" ("authorId" numeric(10, 0), FOREIGN KEY ("authorId") REFERENCES "User");',
          reports: ['incomparable'],
          proof: { error: '42804' },
        },
        {
          title: 'a domain is what it is made of',
          history: ['CREATE DOMAIN handle AS text; CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN invited_by handle REFERENCES users;',
          reports: ['incomparable'],
          proof: { error: '42804' },
        },
        {
          title: 'one of two columns',
          history: ['CREATE TABLE seats (room int, label text, PRIMARY KEY (room, label));'],
          sql: 'CREATE TABLE bookings (room int, seat int, FOREIGN KEY (room, seat) REFERENCES seats (room, label));',
          reports: ['incomparable'],
          proof: { error: '42804' },
        },
        {
          title: 'an integer that refers to a bigint',
          history: ['CREATE TABLE users (id bigserial PRIMARY KEY);'],
          sql: 'CREATE TABLE posts (id serial PRIMARY KEY, author_id int REFERENCES users (id));',
          reports: ['narrower'],
          proof: {
            query: {
              sql: 'SELECT count(*) FROM posts',
              rows: [['0']],
            },
            afterwards: {
              sql: 'INSERT INTO users VALUES (3000000000); INSERT INTO posts (author_id) SELECT id FROM users;',
              error: '22003',
            },
          },
        },
        {
          title: 'a bigint that refers to an integer',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (author_id bigint);'],
          sql: 'ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author_id) REFERENCES users (id) NOT VALID;',
          reports: ['different'],
          proof: {},
        },
      ],
      good: [
        {
          title: 'the same type, however it is written',
          history: [
            'CREATE TABLE users (id serial PRIMARY KEY); CREATE TABLE teams (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);',
          ],
          sql: 'CREATE TABLE posts (author int4 REFERENCES users, team int8 REFERENCES teams);',
          proof: {},
        },
        {
          title: 'text, varchar and varchar of another length',
          history: ['CREATE TABLE a (id text PRIMARY KEY); CREATE TABLE b (id varchar(36) PRIMARY KEY);'],
          sql: 'CREATE TABLE c (a varchar(191) REFERENCES a, b text REFERENCES b, d varchar(40) REFERENCES b);',
          proof: {},
        },
        {
          title: 'numbers and times of other precisions',
          history: [
            'CREATE TABLE a (id numeric(10, 2) PRIMARY KEY); CREATE TABLE b (at timestamp(3) PRIMARY KEY);',
          ],
          sql: 'CREATE TABLE c (a numeric REFERENCES a, b timestamp REFERENCES b);',
          proof: {},
        },
        {
          title: 'a domain over the same type',
          history: [
            'CREATE DOMAIN user_id AS int CHECK (VALUE > 0); CREATE TABLE users (id user_id PRIMARY KEY);',
          ],
          sql: 'CREATE TABLE posts (author int REFERENCES users);',
          proof: {},
        },
        {
          title: 'an enum',
          history: ["CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE moods (mood mood PRIMARY KEY);"],
          sql: 'CREATE TABLE days (mood mood REFERENCES moods);',
          proof: {},
        },
        {
          title: 'mended by the same deploy',
          history: ['CREATE TABLE users (id bigint PRIMARY KEY);'],
          sql: [
            'CREATE TABLE posts (author_id int REFERENCES users (id));',
            'ALTER TABLE posts ALTER COLUMN author_id TYPE bigint;',
          ],
          proof: {},
        },
        {
          title: 'a table that no migration created',
          sql: 'CREATE TABLE posts (author_id uuid REFERENCES auth_users (id));',
        },
        {
          title: 'a type that we do not know',
          history: ['CREATE TABLE places (point geography PRIMARY KEY);'],
          sql: 'CREATE TABLE shops (point text REFERENCES places);',
        },
        {
          title: 'in a function that nothing calls',
          history: ['CREATE TABLE users (id text PRIMARY KEY);'],
          sql: 'CREATE FUNCTION setup() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE posts (author uuid REFERENCES users); END $$;',
        },
      ],
    },
  },
  on: { AddConstraint: judge, AddColumn: judge, CreateTable: judge },
});

type Context = RuleContext<typeof messages, NoOptions>;

function judge(operation: CreateTable | AddColumn | AddConstraint, context: Context): void {
  const { catalog, catalogAfter } = context;
  for (const key of addedForeignKeys(operation, catalog, catalogAfter)) {
    if (key.certainty === 'certain') judgeKey(operation, key, context);
  }
}

function judgeKey(
  operation: CreateTable | AddColumn | AddConstraint,
  { definition }: ForeignKey,
  { catalogAfter, catalogAfterDeploy, report }: Context,
): void {
  const { columns, referencedColumns, references } = definition;
  for (const [index, name] of columns.entries()) {
    const [from, to] = [columnOf(operation.table, name), columnOf(references, referencedColumns[index])];
    const match = matchIn(catalogAfter, from, to);
    // What works can still be mended by the same deploy.
    if (
      match === undefined ||
      (match.kind !== 'incomparable' && matchIn(catalogAfterDeploy, from, to)?.kind !== match.kind)
    )
      continue;
    const data = {
      column: quoteIdentifier(name),
      table: operation.table,
      type: match.type,
      referenced: quoteIdentifier(referencedColumns[index] ?? ''),
      references,
      referencedType: match.referencedType,
    };
    const at = { operation, place: definitionPlace(operation, definition) };
    if (match.kind === 'incomparable') report({ messageId: 'incomparable', at, data });
    else report({ messageId: match.kind, at, data, severity: 'warning' });
  }
}

type FindColumn = (catalog: Catalog) => Column | undefined;

function columnOf(table: ObjectName, column: string | undefined): FindColumn {
  return (catalog) => catalog.table(table)?.columns.find(({ name }) => name === column);
}

interface Mismatch {
  readonly kind: 'narrower' | 'different' | 'incomparable';
  readonly type: string;
  readonly referencedType: string;
}

function matchIn(catalog: Catalog, find: FindColumn, findReferenced: FindColumn): Mismatch | undefined {
  const [column, referenced] = [find(catalog), findReferenced(catalog)];
  if (column?.certainty !== 'certain' || referenced?.certainty !== 'certain') return undefined;
  const kind = keyTypeMatch(column.type, referenced.type, catalog);
  if (kind === undefined || kind === 'same') return undefined;
  return { kind, type: typeText(column.type), referencedType: typeText(referenced.type) };
}
