import {
  addedForeignKeys,
  cascadeReach,
  defineRule,
  definitionPlace,
  isSameForeignKey,
  isSameObject,
  provesNotNull,
  quoteIdentifier,
  uniqueIndexWithin,
  type AddColumn,
  type AddConstraint,
  type CreateTable,
  type ForeignKey,
  type RuleContext,
  type Table,
} from 'migration-lint';

const messages = {
  deletes: {
    what: 'Deleting a row of {{references}} deletes, because of {{constraint}}, every row of {{table}} that refers to it, in the same transaction, however many they are.',
    help: 'If {{table}} may really go along, say so with a directive and a reason. Else use {{instead}}.',
  },
  deletesFurther: {
    what: 'Deleting a row of {{references}} deletes, because of {{constraint}}, {{rows}} of {{table}} that refers to it, and from there on rows of {{further}}, in the same transaction, however many they are.',
    help: 'If all of them may really go along, say so with a directive and a reason. Else use {{instead}}.',
  },
  updates: {
    what: 'Changing a key of {{references}} changes, because of {{constraint}}, every row of {{table}} that refers to it, in the same transaction.',
    help: 'Keys that never change need no ON UPDATE CASCADE: leave it out.',
  },
} as const;

const options = {
  onUpdate: {
    type: 'boolean',
    default: false,
    description: 'Whether ON UPDATE CASCADE counts as well. Prisma writes it on every key.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-cascading-foreign-key',
    summary: 'Disallow foreign keys with `ON DELETE CASCADE`',
    rationale:
      'With ON DELETE CASCADE one DELETE of one row can take any number of rows of other tables along: nobody asks, nothing ' +
      'counts them, and all of them stay locked until the transaction ends. Often that is what is meant; each is to be looked at once. ' +
      'Where the columns of the key are unique and the table cascades no further, one row goes at most, and the rule is silent.',
    instead:
      'Refuse the delete, and delete what belongs to it first, on purpose:\n\n' +
      '```sql\nALTER TABLE posts ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE RESTRICT NOT VALID;\n```\n\n' +
      'Or accept it with a directive that says why.',
    whenNotToUse: 'Where rows that belong to another row shall always go with it.',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'warning',
    options,
    messages,
    examples: {
      bad: [
        {
          title: 'a new table',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users ON DELETE CASCADE);',
          reports: ['deletes'],
          proof: {
            query: {
              sql: "SELECT confdeltype FROM pg_constraint WHERE conname = 'posts_author_fkey'",
              rows: [['c']],
            },
          },
        },
        {
          title: 'a required column, for which SET NULL is no way out',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE posts (id int PRIMARY KEY, author int NOT NULL REFERENCES users ON DELETE CASCADE);',
          reports: ['deletes'],
          proof: {
            afterwards: {
              sql: 'ALTER TABLE posts DROP CONSTRAINT posts_author_fkey, ADD FOREIGN KEY (author) REFERENCES users ON DELETE SET NULL; INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1, 1); DELETE FROM users',
              error: '23502',
            },
          },
        },
        {
          title: 'from table to table',
          history: [
            'CREATE TABLE "User" (id int PRIMARY KEY); CREATE TABLE "Post" (id int PRIMARY KEY, author int); CREATE TABLE "Comment" (id int PRIMARY KEY, post int REFERENCES "Post" ON DELETE CASCADE);',
          ],
          sql: 'ALTER TABLE "Post" ADD CONSTRAINT "Post_author_fkey" FOREIGN KEY (author) REFERENCES "User" (id) ON DELETE CASCADE ON UPDATE CASCADE;',
          reports: ['deletesFurther'],
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_constraint WHERE conrelid IN ('\"Post\"'::regclass, '\"Comment\"'::regclass) AND confdeltype = 'c'",
              rows: [['2']],
            },
          },
        },
        {
          title: 'one row at most, but any number from there on',
          history: [
            'CREATE TABLE posts (id int PRIMARY KEY); CREATE TABLE threads (id int PRIMARY KEY); CREATE TABLE comments (id int PRIMARY KEY, thread int REFERENCES threads ON DELETE CASCADE);',
          ],
          sql: 'ALTER TABLE threads ADD COLUMN post int UNIQUE REFERENCES posts ON DELETE CASCADE;',
          reports: ['deletesFurther'],
        },
        {
          title: 'a new column',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE posts ADD COLUMN author int REFERENCES users ON DELETE CASCADE;',
          reports: ['deletes'],
          proof: {
            query: {
              sql: "SELECT confdeltype FROM pg_constraint WHERE conname = 'posts_author_fkey'",
              rows: [['c']],
            },
          },
        },
        {
          title: 'ON UPDATE CASCADE, where that counts',
          options: { onUpdate: true },
          history: ['CREATE TABLE users (email text PRIMARY KEY);'],
          sql: 'CREATE TABLE posts (author text REFERENCES users ON UPDATE CASCADE);',
          reports: ['updates'],
        },
      ],
      good: [
        {
          title: 'a column that is unique: one row goes at most',
          history: ['CREATE TABLE post (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE post_aggregates (id int PRIMARY KEY, post_id int REFERENCES post ON DELETE CASCADE, UNIQUE (post_id));',
          proof: {
            rows: 'INSERT INTO post VALUES (1);',
            afterwards: { sql: 'INSERT INTO post_aggregates VALUES (1, 1), (2, 1)', error: '23505' },
          },
        },
        {
          title: 'a unique index that comes later in the migration',
          history: ['CREATE TABLE "Template" (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE "Meta" (id int PRIMARY KEY, template int);\nALTER TABLE "Meta" ADD CONSTRAINT "Meta_template_fkey" FOREIGN KEY (template) REFERENCES "Template" (id) ON DELETE CASCADE;\nCREATE UNIQUE INDEX "Meta_template_key" ON "Meta" (template);',
        },
        {
          title: 'what Prisma writes for a required relation',
          history: ['CREATE TABLE "User" (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE "Post" (author int NOT NULL);\nALTER TABLE "Post" ADD CONSTRAINT "Post_author_fkey" FOREIGN KEY (author) REFERENCES "User" (id) ON DELETE RESTRICT ON UPDATE CASCADE;',
        },
        {
          title: 'SET NULL',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE posts (author int REFERENCES users ON DELETE SET NULL);',
        },
        {
          title: 'a key that cascaded before, added anew',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (author int CONSTRAINT posts_author_fkey REFERENCES users ON DELETE CASCADE);',
          ],
          sql: 'ALTER TABLE posts DROP CONSTRAINT posts_author_fkey;\nALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE NOT VALID;',
        },
        {
          title: 'a temporary table',
          sql: 'CREATE TEMPORARY TABLE a (id int PRIMARY KEY);\nCREATE TEMPORARY TABLE b (a int REFERENCES a ON DELETE CASCADE);',
        },
      ],
    },
  },
  on: { AddConstraint: judge, AddColumn: judge, CreateTable: judge },
});

type Context = RuleContext<typeof messages, typeof options>;

function judge(operation: CreateTable | AddColumn | AddConstraint, context: Context): void {
  const { catalog, catalogAfter, catalogAfterDeploy, existedBeforeDeploy, options: chosen, report } = context;
  for (const { name, definition } of addedForeignKeys(operation, catalog, catalogAfter)) {
    const { references } = definition;
    const table = catalogAfter.table(operation.table);
    if (table === undefined || table.persistence === 'temporary') continue;
    const at = { operation, place: definitionPlace(operation, definition) };
    const data = { constraint: quoteIdentifier(name), references, table: table.name };
    const old = existedBeforeDeploy(operation.table);
    if (definition.onDelete === 'cascade' && !isThere(definition, old, 'onDelete')) {
      const further = cascadeReach(table.name, catalogAfter).filter((one) => !isSameObject(one, references));
      const final = catalogAfterDeploy.table(table.name) ?? table;
      const isOne = uniqueIndexWithin(final, { columns: definition.columns, nullsNotDistinct: false });
      const rows = isOne === undefined ? 'every row' : 'the row';
      const instead = insteadFor(definition, final);
      if (further.length > 0)
        report({ messageId: 'deletesFurther', at, data: { ...data, rows, further, instead } });
      else if (isOne === undefined) report({ messageId: 'deletes', at, data: { ...data, instead } });
    } else if (chosen.onUpdate && definition.onUpdate === 'cascade' && !isThere(definition, old, 'onUpdate'))
      report({ messageId: 'updates', at, data });
  }
}

/** SET NULL sets all columns of the key: with one that is NOT NULL, each DELETE of a row that is referred to fails (23502). */
function insteadFor({ columns }: ForeignKey['definition'], table: Table): string {
  return columns.some((column) => provesNotNull(table, column))
    ? 'ON DELETE RESTRICT'
    : 'ON DELETE RESTRICT, or SET NULL';
}

/** Whether a table had such a key before the deploy, that cascades as well. */
function isThere(
  key: ForeignKey['definition'],
  table: Table | undefined,
  action: 'onDelete' | 'onUpdate',
): boolean {
  return (
    table?.constraints.some(
      ({ definition }) =>
        isSameForeignKey(definition, key) &&
        definition.type === 'foreign key' &&
        definition[action] === 'cascade',
    ) === true
  );
}
