import {
  addedForeignKeys,
  cascadeReach,
  defineRule,
  isSameObject,
  quoteIdentifier,
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
    help: 'If {{table}} may really go along, say so with a directive and a reason. Else use ON DELETE RESTRICT, or SET NULL.',
  },
  deletesFurther: {
    what: 'Deleting a row of {{references}} deletes, because of {{constraint}}, every row of {{table}} that refers to it, and from there on rows of {{further}}, in the same transaction, however many they are.',
    help: 'If all of them may really go along, say so with a directive and a reason. Else use ON DELETE RESTRICT, or SET NULL.',
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
      'counts them, and all of them stay locked until the transaction ends. Often that is what is meant; each is to be looked at once.',
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
  const { catalog, catalogAfter, existedBeforeDeploy, options: chosen, report } = context;
  for (const { name, definition } of addedForeignKeys(operation, catalog, catalogAfter)) {
    const { references } = definition;
    const table = catalogAfter.table(operation.table);
    if (table === undefined || table.persistence === 'temporary') continue;
    const data = { constraint: quoteIdentifier(name), references, table: table.name };
    const old = existedBeforeDeploy(operation.table);
    if (definition.onDelete === 'cascade' && !isThere(definition, old, 'onDelete')) {
      const further = cascadeReach(table.name, catalogAfter).filter((one) => !isSameObject(one, references));
      if (further.length === 0) report({ messageId: 'deletes', at: operation, data });
      else report({ messageId: 'deletesFurther', at: operation, data: { ...data, further } });
    } else if (chosen.onUpdate && definition.onUpdate === 'cascade' && !isThere(definition, old, 'onUpdate'))
      report({ messageId: 'updates', at: operation, data });
  }
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
        definition.type === 'foreign key' &&
        definition[action] === 'cascade' &&
        isSameObject(definition.references, key.references) &&
        definition.columns.join('\0') === key.columns.join('\0'),
    ) === true
  );
}
