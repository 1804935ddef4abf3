import {
  columnBefore,
  columnExistedBefore,
  defineRule,
  differsInEachRow,
  indexKeyText,
  isFailure,
  isIndexThere,
  isWithoutRows,
  mayRemoveDuplicates,
  operationsOfKind,
  provesNotNull,
  quoteIdentifier,
  runsBefore,
  uniqueIndexWithin,
  usesColumn,
  wasUniqueBefore,
  type AddConstraint,
  type CreateIndex,
  type NoOptions,
  type RuleContext,
  type Table,
  type UniqueKey,
} from 'migration-lint';

const messages = {
  unchecked: {
    what: '{{table}} may hold the same {{columns}} twice{{among}}: {{name}} then fails with 23505, and no migration has looked for duplicates or removed them.',
    help: 'Before it, in a migration of its own, remove the duplicates, or stop with a reason: a DO block that RAISEs an EXCEPTION if SELECT {{columns}} FROM {{table}}{{where}} GROUP BY {{columns}} HAVING count(*) > 1 finds any.',
  },
  leavesInvalid: {
    what: '{{table}} may hold the same {{columns}} twice{{among}}: building {{name}} CONCURRENTLY then fails with 23505 and leaves an invalid index behind. No migration has looked for duplicates or removed them.',
    help: 'Before it, in a migration of its own, remove the duplicates, or stop with a reason: a DO block that RAISEs an EXCEPTION if SELECT {{columns}} FROM {{table}}{{where}} GROUP BY {{columns}} HAVING count(*) > 1 finds any.',
  },
} as const;

type Context = RuleContext<typeof messages, NoOptions>;

export default defineRule({
  meta: {
    name: 'no-unchecked-unique',
    summary: 'Require a look for duplicates before values of an existing table must be unique',
    rationale:
      'A UNIQUE constraint or index over rows that are there fails with 23505 at the first pair of equal values, after the whole ' +
      'table has been read; CREATE INDEX CONCURRENTLY leaves an invalid index behind. Prisma warns of it in a comment and goes on. Whether there ' +
      'are duplicates is known in production only: a check that fails before anything is built says so with a name and a reason. ' +
      'What counts: a DELETE or MERGE on the table or an UPDATE of the columns in a migration before, or a DO block of the deploy that raises an exception. ' +
      'Nothing is said of new columns, of tables that are empty, or where another unique index proves it already.',
    instead:
      'Look first, in a migration before:\n\n' +
      "```sql\nDO $$ BEGIN\n  IF EXISTS (SELECT FROM users GROUP BY email HAVING count(*) > 1) THEN\n    RAISE EXCEPTION 'users.email holds duplicates';\n  END IF;\nEND $$;\n```\n\n" +
      'then build:\n\n```sql\nCREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);\n```',
    whenNotToUse: 'Where duplicates are looked for outside of the migrations before each release.',
    policy: ['BF8'],
    presets: ['recommended'],
    severity: 'warning',
    messages,
    examples: {
      bad: [
        {
          title: 'a unique index, as Prisma generates it',
          history: ['CREATE TABLE "User" ("id" INT PRIMARY KEY, "email" TEXT);'],
          sql: 'CREATE UNIQUE INDEX "User_email_key" ON "User"("email");',
          reports: ['unchecked'],
          proof: { rows: `INSERT INTO "User" VALUES (1, 'a'), (2, 'a');`, error: '23505' },
        },
        {
          title: 'built concurrently',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (lower(email));',
          reports: ['leavesInvalid'],
          proof: {
            rows: "INSERT INTO users VALUES (1, 'a'), (2, 'A');",
            error: '23505',
            query: {
              sql: "SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_email_key'::regclass",
              rows: [['false']],
            },
          },
        },
        {
          title: 'constraints: UNIQUE, and a primary key of other columns',
          history: ['CREATE TABLE members (id int PRIMARY KEY, team int NOT NULL, login text NOT NULL);'],
          sql: 'ALTER TABLE members ADD CONSTRAINT login UNIQUE (login);\nALTER TABLE members DROP CONSTRAINT members_pkey, ADD PRIMARY KEY (team, login);',
          reports: ['unchecked'],
          proof: { rows: "INSERT INTO members VALUES (1, 1, 'a'), (2, 2, 'a');", error: '23505' },
        },
        {
          title: 'a new column whose default is the same in every row',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "ALTER TABLE users ADD COLUMN slug text NOT NULL DEFAULT '';\nCREATE UNIQUE INDEX users_slug_key ON users (slug);",
          reports: ['unchecked'],
          proof: { rows: 'INSERT INTO users VALUES (1), (2);', error: '23505' },
        },
        {
          title: 'unique among some rows does not prove it of all',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text, gone boolean); CREATE UNIQUE INDEX here ON users (email) WHERE NOT gone;',
          ],
          sql: 'CREATE UNIQUE INDEX users_email_key ON users (email);',
          reports: ['unchecked'],
          proof: { rows: "INSERT INTO users VALUES (1, 'a', true), (2, 'a', false);", error: '23505' },
        },
        {
          title: 'a partial index, which compares only rows of its WHERE',
          history: ['CREATE TABLE runs (id int PRIMARY KEY, chat int NOT NULL, finished_at date);'],
          sql: 'CREATE UNIQUE INDEX active ON runs (chat) WHERE finished_at IS NULL;',
          reports: ['unchecked'],
          proof: { rows: 'INSERT INTO runs VALUES (1, 1), (2, 1);', error: '23505' },
        },
        {
          title: 'rows with NULL are never equal',
          history: ['CREATE TABLE documents (id int PRIMARY KEY, "metaId" int);'],
          sql: 'CREATE UNIQUE INDEX meta ON documents ("metaId");',
          reports: ['unchecked'],
          proof: {
            rows: 'INSERT INTO documents VALUES (1, NULL), (2, NULL), (3, 7);',
            query: {
              sql: 'SELECT "metaId" FROM documents GROUP BY "metaId" HAVING count(*) > 1',
              rows: [[null]],
            },
          },
        },
        {
          title: 'unless they count as equal',
          postgres: 15,
          history: ['CREATE TABLE documents (id int PRIMARY KEY, meta int);'],
          sql: 'ALTER TABLE documents ADD CONSTRAINT meta UNIQUE NULLS NOT DISTINCT (meta);',
          reports: ['unchecked'],
          proof: { rows: 'INSERT INTO documents VALUES (1, NULL), (2, NULL);', error: '23505' },
        },
        {
          title: 'one value for all rows is no cleanup',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, slug text);',
            "UPDATE users SET slug = 'none' WHERE slug IS NULL;",
          ],
          sql: 'ALTER TABLE users ADD UNIQUE (slug);',
          reports: ['unchecked'],
          proof: { rows: "INSERT INTO users VALUES (1, 'none'), (2, 'none');", error: '23505' },
        },
      ],
      good: [
        {
          title: 'a partitioned table alone: its partitions’ indexes are built and attached later',
          history: [
            'CREATE TABLE events (n int, at date) PARTITION BY RANGE (at); CREATE TABLE events_rest PARTITION OF events DEFAULT;',
          ],
          sql: 'ALTER TABLE ONLY events ADD CONSTRAINT events_key UNIQUE (n, at);\nCREATE UNIQUE INDEX events_idx ON ONLY events (at, n);',
          proof: {
            rows: "INSERT INTO events VALUES (1, '2024-05-05'), (1, '2024-05-05');",
            scans: [],
          },
        },
        {
          title: 'duplicates were removed in a migration before',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'DELETE FROM users a USING users b WHERE a.email = b.email AND a.id > b.id;',
          ],
          sql: 'CREATE UNIQUE INDEX users_email_key ON users (email);',
        },
        {
          title: 'a check that can fail, in the same deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: [
            "DO $$ BEGIN\n  IF EXISTS (SELECT FROM users GROUP BY email HAVING count(*) > 1) THEN\n    RAISE EXCEPTION 'duplicates';\n  END IF;\nEND $$;",
            'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);',
          ],
        },
        {
          title: 'the same with ASSERT',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'DO $$ BEGIN\n  ASSERT NOT EXISTS (SELECT FROM users GROUP BY email HAVING count(*) > 1);\nEND $$;\nALTER TABLE users ADD UNIQUE (email);',
          proof: { rows: "INSERT INTO users VALUES (1, 'a'), (2, 'a');", error: 'P0004' },
        },
        {
          title: 'values that were made different',
          history: ['CREATE TABLE users (id int PRIMARY KEY, slug text);'],
          sql: "UPDATE users SET slug = slug || '-' || id WHERE id IN (SELECT max(id) FROM users GROUP BY slug HAVING count(*) > 1);\nALTER TABLE users ADD UNIQUE (slug);",
        },
        {
          title: 'a new column: all NULL, or a value of its own in each row',
          history: ['CREATE TABLE users (id int PRIMARY KEY, team int);'],
          sql: 'ALTER TABLE users ADD COLUMN email text, ADD COLUMN key uuid DEFAULT gen_random_uuid(), ADD COLUMN number serial;\nCREATE UNIQUE INDEX a ON users (email);\nCREATE UNIQUE INDEX b ON users (key);\nALTER TABLE users ADD UNIQUE (team, number);\nCREATE UNIQUE INDEX c ON users (team, email);',
          proof: { rows: 'INSERT INTO users VALUES (1, 1), (2, 1);' },
        },
        {
          title: 'a new column with a fresh value in each row, or another table’s',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE cards (id int PRIMARY KEY, user_id int);',
          ],
          sql: "ALTER TABLE users ADD COLUMN token text, ADD COLUMN slug text, ADD COLUMN card int;\nUPDATE users SET token = gen_random_uuid()::text;\nUPDATE users SET slug = 'u' || id;\nUPDATE users SET card = cards.id FROM cards WHERE cards.user_id = users.id;\nALTER TABLE users ADD UNIQUE (token), ADD UNIQUE (slug), ADD UNIQUE (card);",
          proof: { rows: 'INSERT INTO users VALUES (1), (2);' },
        },
        {
          title: 'an index over rows that a new column chooses',
          history: ['CREATE TABLE runs (id int PRIMARY KEY, chat int);'],
          sql: "ALTER TABLE runs ADD COLUMN status text;\nCREATE UNIQUE INDEX active ON runs (chat) WHERE status = 'active';",
          proof: { rows: 'INSERT INTO runs VALUES (1, 1), (2, 1);' },
        },
        {
          title: 'a new required column: the table is empty, or the migration fails there',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN email text NOT NULL;\nCREATE UNIQUE INDEX users_email_key ON users (email);',
        },
        {
          title: 'more columns than what is unique already',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE, team int);'],
          sql: 'CREATE UNIQUE INDEX a ON users (email, team);\nCREATE UNIQUE INDEX b ON users (id, team);',
        },
        {
          title: 'what was unique until this migration, under another name or with a column more',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text, team int); CREATE UNIQUE INDEX old ON users (email);',
          ],
          sql: 'DROP INDEX old;\nCREATE UNIQUE INDEX a ON users (email);\nCREATE UNIQUE INDEX b ON users (email, team);',
        },
        {
          title: 'an index that is there',
          history: [
            'CREATE TABLE users (id int, email text); CREATE UNIQUE INDEX users_email_key ON users (email);',
          ],
          sql: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;\nCREATE UNIQUE INDEX IF NOT EXISTS users_email_key ON users (email);',
        },
        {
          title: 'a table of the same deploy, and one that was emptied',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE TABLE teams (id int);\nCREATE UNIQUE INDEX a ON teams (id);\nTRUNCATE users;\nCREATE UNIQUE INDEX b ON users (email);',
        },
        {
          title: 'an index that is not unique',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE INDEX a ON users (email);',
        },
      ],
    },
  },
  on: {
    CreateIndex(op, context) {
      if (!op.unique || op.run === 'called') return;
      if (isIndexThere(op, context.catalog)) return;
      const columns = op.elements.map(({ column }) => column);
      const texts = op.elements.map(indexKeyText);
      judge(
        op,
        { columns, nullsNotDistinct: op.nullsNotDistinct, texts, name: op.name, isPrimary: false },
        context,
      );
    },
    AddConstraint(op, context) {
      const { constraint } = op;
      if ((constraint.type !== 'unique' && constraint.type !== 'primary key') || op.run === 'called') return;
      // WITHOUT OVERLAPS refuses values that overlap, too; that is not looked for here.
      if (constraint.usingIndex !== undefined || constraint.withoutOverlaps === true) return;
      const { columns, name, nullsNotDistinct, type } = constraint;
      const key = { columns, nullsNotDistinct, texts: columns.map(quoteIdentifier), name };
      judge(op, { ...key, isPrimary: type === 'primary key' }, context);
    },
  },
});

interface Key extends UniqueKey {
  /** The columns and expressions as they must be typed. */
  readonly texts: readonly string[];
  readonly name: string | undefined;
  readonly isPrimary: boolean;
}

function judge(op: CreateIndex | AddConstraint, key: Key, context: Context): void {
  const { catalog, deploy, existedBeforeDeploy, history, report } = context;
  const existed = existedBeforeDeploy(op.table);
  const table = catalog.table(op.table);
  // With ONLY, a partitioned table gets an index without a row being looked at.
  if (table?.partitionBy !== undefined && context.effectsOf(op).every(({ work }) => work === 'metadata'))
    return;
  if (existed === undefined || table?.certainty !== 'certain' || existed.foreignServer !== undefined) return;
  const columns = key.columns.filter((name) => name !== undefined);
  const isKnown = columns.every((name) => columnOf(table, name)?.certainty === 'certain');
  if (
    !isKnown ||
    isRowless(op, existed, table) ||
    (!key.nullsNotDistinct && columns.some((name) => differsInEachRow(name, existed, op, context)))
  )
    return;
  if (uniqueIndexWithin(table, key) !== undefined || wasUniqueBefore(existed, table, key)) return;
  if (isWithoutRows(op.table, op, context)) return;
  const raises = operationsOfKind('Raise', deploy).some(
    (raise) => isFailure(raise) && runsBefore(raise, op, deploy),
  );
  if (raises) return;
  const isCleaned = [undefined, ...columns].some((name) =>
    history
      .writesOf(op.table, name, op)
      .some((write) => mayRemoveDuplicates(write, columnBefore(existed, table, name ?? '') !== undefined)),
  );
  const since = Math.max(...columns.map((name) => columnOf(table, name)?.origin.migration ?? 0), 0);
  if (isCleaned || history.ranUnread(since, op)) return;
  const isIndex = op.kind === 'CreateIndex';
  const messageId = isIndex && op.concurrently ? 'leavesInvalid' : 'unchecked';
  const kind = key.isPrimary ? 'the primary key' : isIndex ? 'the unique index' : 'the constraint';
  const name = key.name === undefined ? kind : `${kind} ${quoteIdentifier(key.name)}`;
  const among = op.kind === 'CreateIndex' && op.where !== undefined ? ` where ${op.where.text}` : '';
  const data = {
    table: op.table,
    columns: key.texts.join(', '),
    name,
    among,
    where: whereOf(op, key, table),
  };
  report({ messageId, at: op, data });
}

/** The rows that an index compares: those of its WHERE, and none with a NULL unless NULLs count as equal. */
function whereOf(op: CreateIndex | AddConstraint, key: Key, table: Table): string {
  const isNullable = (index: number): boolean => {
    const column = key.columns[index];
    return column === undefined || !provesNotNull(table, column);
  };
  const nulls =
    key.nullsNotDistinct || key.isPrimary ? [] : key.texts.filter((_, index) => isNullable(index));
  const conditions = nulls.map((text) => `${isSimple(text) ? text : `(${text})`} IS NOT NULL`);
  const own = op.kind === 'CreateIndex' ? op.where?.text : undefined;
  if (own !== undefined) conditions.unshift(conditions.length === 0 ? own : `(${own})`);
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

/** A name, a call, or what stands in brackets already. */
const isSimple = (text: string): boolean => /^("[^"]*"|\w+(\([^()]*\))?|\([^()]*\))$/.test(text);

const columnOf = (table: Table, name: string): Table['columns'][number] | undefined =>
  table.columns.find((column) => column.name === name);

/** Whether a partial index chooses its rows by a new column, which is NULL in all that were there. */
function isRowless(op: CreateIndex | AddConstraint, existed: Table, table: Table): boolean {
  const where = op.kind === 'CreateIndex' ? op.where : undefined;
  return table.columns.some(
    (column) => usesColumn(where, column.name) && !columnExistedBefore(existed, table, column.name),
  );
}
