import {
  addedForeignKeys,
  defineRule,
  definitionPlace,
  hasNullCheck,
  provesNotNull,
  quoteIdentifier,
  type AddColumn,
  type AddConstraint,
  type CreateTable,
  type NoOptions,
  type RuleContext,
} from 'migration-lint';

const messages = {
  nullable: {
    what: '{{constraint}} does not say that each row of {{table}} refers to one of {{references}}: {{columns}} may be NULL, and NULL is not checked.',
    help: 'Make {{columns}} NOT NULL. Where rows may refer to nothing, ON DELETE SET NULL says so, if a row is to stay when what it refers to is deleted; else acknowledge this with a reason.',
  },
  partly: {
    what: '{{constraint}} checks nothing in rows where {{columns}} is NULL, whatever the other columns hold: such a row of {{table}} can refer to what is not there.',
    help: 'Make {{columns}} NOT NULL, or write MATCH FULL.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-nullable-foreign-key',
    summary: 'Disallow a foreign key over columns that may be NULL',
    rationale:
      'A foreign key does not look at rows where its column is NULL. If every row belongs to another, only NOT NULL says so; if some ' +
      'do not, ON DELETE SET NULL says that. Over several columns it is worse: by default (MATCH SIMPLE) one NULL switches the ' +
      'check off for all of them.',
    instead:
      'Say what is meant:\n\n```sql\nCREATE TABLE posts (\n  id int PRIMARY KEY,\n  author_id int NOT NULL REFERENCES users (id),\n  editor_id int REFERENCES users (id) ON DELETE SET NULL\n);\n```',
    whenNotToUse: 'Where optional relations are common and everybody reads a column without NOT NULL as one.',
    policy: ['IX4'],
    presets: [],
    severity: 'warning',
    messages,
    examples: {
      bad: [
        {
          title: 'a new table',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, "authorId" int REFERENCES users);\nINSERT INTO posts VALUES (1, NULL);',
          reports: ['nullable'],
          proof: { query: { sql: 'SELECT count(*) FROM posts', rows: [['1']] } },
        },
        {
          title: 'one of two columns',
          history: ['CREATE TABLE seats (room int, seat int, PRIMARY KEY (room, seat));'],
          sql: 'CREATE TABLE bookings (id int PRIMARY KEY, room int NOT NULL, seat int, FOREIGN KEY (room, seat) REFERENCES seats);\nINSERT INTO bookings VALUES (1, 77, NULL);',
          reports: ['partly'],
          proof: { query: { sql: 'SELECT count(*) FROM bookings', rows: [['1']] } },
        },
        {
          title: 'a CHECK that NULL passes',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE posts (author int CHECK (author > 0) REFERENCES users);\nINSERT INTO posts VALUES (NULL);',
          reports: ['nullable'],
          proof: { query: { sql: 'SELECT count(*) FROM posts', rows: [['1']] } },
        },
        {
          title: 'a column of an earlier migration',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author int);',
          ],
          sql: 'ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users NOT VALID;',
          reports: ['nullable'],
          proof: { afterwards: { sql: 'INSERT INTO posts VALUES (1, 5);', error: '23503' } },
        },
      ],
      good: [
        {
          title: 'NOT NULL, at once or later in the deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE posts (author int NOT NULL REFERENCES users, editor int REFERENCES users);\nALTER TABLE posts ALTER COLUMN editor SET NOT NULL;',
        },
        {
          title: 'ON DELETE SET NULL',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE posts (author int REFERENCES users ON DELETE SET NULL);',
        },
        {
          title: 'a column that is added to an existing table: it begins as NULL',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE posts ADD COLUMN author int;\nALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users NOT VALID;',
        },
        {
          title: 'MATCH FULL',
          history: ['CREATE TABLE seats (room int, seat int, PRIMARY KEY (room, seat));'],
          sql: 'CREATE TABLE bookings (room int NOT NULL, seat int, FOREIGN KEY (room, seat) REFERENCES seats MATCH FULL);',
          proof: { afterwards: { sql: 'INSERT INTO bookings VALUES (77, NULL);', error: '23503' } },
        },
        {
          title: 'a CHECK that proves it',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE posts (author int CHECK (author IS NOT NULL) REFERENCES users);',
        },
        {
          title: 'a CHECK that says when each may be NULL',
          history: ['CREATE TABLE posts (id int PRIMARY KEY); CREATE TABLE comments (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE inbox (post int REFERENCES posts, comment int REFERENCES comments, CHECK (num_nonnulls(post, comment) = 1));\nCREATE TABLE reports (post int REFERENCES posts, comment int REFERENCES comments, CHECK (post IS NOT NULL OR comment IS NOT NULL));',
          proof: { afterwards: { sql: 'INSERT INTO inbox VALUES (NULL, NULL);', error: '23514' } },
        },
        {
          title: 'both columns or none',
          history: ['CREATE TABLE seats (room int, seat int, PRIMARY KEY (room, seat));'],
          sql: 'CREATE TABLE bookings (room int, seat int, FOREIGN KEY (room, seat) REFERENCES seats, CHECK ((room IS NULL) = (seat IS NULL)));',
          proof: { afterwards: { sql: 'INSERT INTO bookings VALUES (77, NULL);', error: '23514' } },
        },
        {
          title: 'a table that no migration created',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users NOT VALID;',
        },
      ],
    },
  },
  on: { AddConstraint: judge, AddColumn: judge, CreateTable: judge },
});

function judge(
  operation: CreateTable | AddColumn | AddConstraint,
  context: RuleContext<typeof messages, NoOptions>,
): void {
  const { catalog, catalogAfter, catalogAfterDeploy, existedBeforeDeploy, report } = context;
  for (const { name, definition } of addedForeignKeys(operation, catalog, catalogAfter)) {
    if (definition.onDelete === 'set null') continue;
    const table = catalogAfterDeploy.table(operation.table);
    if (table?.certainty !== 'certain' || table.persistence === 'temporary') continue;
    const isKnown = definition.columns.every((column) => table.columns.some((one) => one.name === column));
    const nullable = definition.columns.filter((column) => !provesNotNull(table, column));
    if (!isKnown || nullable.length === 0) continue;
    // Where a CHECK counts them, somebody has said when they are NULL.
    if (nullable.every((column) => hasNullCheck(table, column))) continue;
    const old = existedBeforeDeploy(operation.table);
    const isNew = ({ origin }: { readonly origin: object }): boolean =>
      !old?.columns.some((column) => column.origin === origin);
    if (old !== undefined && table.columns.some((one) => nullable.includes(one.name) && isNew(one))) continue;
    const data = {
      constraint: quoteIdentifier(name),
      table: operation.table,
      columns: nullable.map((column) => quoteIdentifier(column)),
    };
    const at = { operation, place: definitionPlace(operation, definition) };
    const isPartly = nullable.length < definition.columns.length || definition.columns.length > 1;
    if (isPartly && definition.match === 'simple') report({ messageId: 'partly', at, data });
    else if (nullable.length === definition.columns.length)
      report({ messageId: 'nullable', at, data: { ...data, references: definition.references } });
  }
}
