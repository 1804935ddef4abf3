import {
  defineRule,
  displayName,
  isSameObject,
  missingInSwap,
  operationsOfKind,
  operationsOn,
  quoteIdentifier,
  runsBefore,
  sameTableIn,
  shortList,
  type NoOptions,
  type ObjectName,
  type Operation,
  type RenameTable,
  type RuleContext,
  type SetSchema,
} from 'migration-lint';

const messages = {
  breaksCode: {
    what: 'Renaming {{table}} to {{newName}} breaks the running code: its queries that name {{table}} fail with 42P01 until the new code is everywhere.',
    help: 'In the same transaction{{when}}, CREATE VIEW {{table}} AS SELECT {{columns}} FROM {{newName}}: old code reads and writes through it. Drop the view in a later release. Or keep the name in the database.',
  },
  breaksClient: {
    what: 'Renaming {{table}} to {{newName}} breaks the running code: Prisma Client’s queries name {{table}} and fail with 42P01 until the new code is everywhere.',
    help: 'To rename the model alone, keep the table and write @@map("{{plainTable}}") in the Prisma schema. To rename the table, CREATE VIEW {{table}} AS SELECT {{columns}} FROM {{newName}} in the same transaction{{when}}, and drop the view in a later release.',
  },
  leavesGap: {
    what: 'Renaming {{table}} to {{newName}} breaks the running code until something else has the name {{table}}: that comes in another transaction, and until then its queries fail with 42P01.',
    help: 'Put the rename and what takes the old name into one transaction: BEGIN and COMMIT around both, or one migration where the runner sends it as one.',
  },
  swapsUnequal: {
    what: '{{newTable}} takes the name {{table}}, but it lacks {{missing}} of the table that had it ({{old}} now): running code goes on with less than before.',
    help: 'Make the new table with LIKE {{old}} INCLUDING ALL, add foreign keys, incoming ones, too, and policies, keep it in step with a trigger from before the copy until the swap, and swap the names then.',
  },
  movesTable: {
    what: 'Moving {{table}} to the schema {{newSchema}} breaks the running code: its queries that look for {{table}} in {{schema}} fail with 42P01 until the new code is everywhere.',
    help: 'In the same transaction, CREATE VIEW {{table}} AS SELECT * FROM the moved table: old code reads and writes through it. Drop the view in a later release.',
  },
} as const;

type Context = RuleContext<typeof messages, NoOptions>;

export default defineRule({
  meta: {
    name: 'no-rename-table',
    summary: 'Disallow renaming an existing table',
    rationale:
      'The rename itself is quick, but code and schema never change at the same moment: from its commit until the last old process is ' +
      'gone, every query that names the table fails with 42P01, and rolling the code back does the same the other way round. A view ' +
      'of the old name, created in the same transaction, lets old code read and write on. A swap of two names in one transaction ' +
      'is accepted as well, if the new table has what the old one had (columns, keys, defaults, checks, indexes, policies, incoming foreign ' +
      'keys) and was kept in step with its writes. CREATE TABLE AS copies rows and nothing else: inserts then get no id, duplicates ' +
      'are let in, and what was written between the copy and the swap is lost.',
    instead:
      'Leave a view behind, in the same transaction:\n\n```sql\nBEGIN;\nALTER TABLE users RENAME TO people;\nCREATE VIEW users AS SELECT * FROM people;\nCOMMIT;\n```\n\n' +
      'and drop it when no code names it any more:\n\n```sql\nDROP VIEW users;\n```\n\n' +
      'Or rename nothing in the database: in Prisma’s schema, `model Person { … @@map("users") }` renames the model alone.',
    whenNotToUse: 'Where nothing reads the table while the migration and the release run.',
    policy: ['EC2'],
    presets: ['recommended'],
    severity: 'error',
    messages,
    examples: {
      bad: [
        {
          title: 'a table of an earlier migration',
          history: ['CREATE TABLE "User" ("id" TEXT PRIMARY KEY);'],
          sql: 'ALTER TABLE "User" RENAME TO "Person";',
          reports: ['breaksClient'],
          proof: {
            lock: { User: 'ACCESS EXCLUSIVE' },
            afterwards: { sql: 'SELECT * FROM "User"', error: '42P01' },
          },
        },
        {
          title: 'with a runner that is not Prisma’s, in a schema',
          runner: 'plain',
          history: ['CREATE SCHEMA app; CREATE TABLE app.users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE IF EXISTS app.users RENAME TO people;',
          reports: ['breaksCode'],
          proof: { afterwards: { sql: 'SELECT * FROM app.users', error: '42P01' } },
        },
        {
          title: 'a table that no migration created: it was there before them',
          sql: 'ALTER TABLE users RENAME TO people;',
          reports: ['breaksClient'],
        },
        {
          title: 'under a condition',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "DO $$ BEGIN\n  IF to_regclass('people') IS NULL THEN\n    ALTER TABLE users RENAME TO people;\n  END IF;\nEND $$;",
          reports: ['breaksClient'],
          proof: { lock: { users: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'with a renamed column, which a view has to give its old name',
          runner: 'diesel',
          history: ['CREATE TABLE post_tag (id int PRIMARY KEY, tag_id int);'],
          sql: 'ALTER TABLE post_tag RENAME COLUMN tag_id TO community_tag_id;\nALTER TABLE post_tag RENAME TO post_community_tag;',
          reports: ['breaksCode'],
          proof: { afterwards: { sql: 'SELECT tag_id FROM post_community_tag', error: '42703' } },
        },
        {
          title: 'a swap with a bare copy: no key, no NOT NULL, no default, nothing in step',
          history: [
            'CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL);',
            'CREATE TABLE users_v2 AS SELECT * FROM users;',
          ],
          sql: 'BEGIN;\nALTER TABLE users RENAME TO users_old;\nALTER TABLE users_v2 RENAME TO users;\nCOMMIT;',
          reports: ['swapsUnequal'],
          proof: {
            query: { sql: 'INSERT INTO users (name) VALUES (NULL) RETURNING id', rows: [[null]] },
          },
        },
        {
          title: 'a swap with an equal table that nothing keeps in step',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);',
            'CREATE TABLE users_v2 (LIKE users INCLUDING ALL); INSERT INTO users_v2 SELECT * FROM users;',
          ],
          sql: 'ALTER TABLE users RENAME TO users_old;\nALTER TABLE users_v2 RENAME TO users;',
          reports: ['swapsUnequal'],
        },
        {
          title: 'a new table under the old name, without the rows',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: 'ALTER TABLE users RENAME TO users_old;\nCREATE TABLE users (id bigint PRIMARY KEY, name text);',
          reports: ['swapsUnequal'],
        },
        {
          title: 'a view of the old name that comes in another transaction',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users RENAME TO people;\nCREATE VIEW users AS SELECT * FROM people;',
          reports: ['leavesGap'],
        },
        {
          title: 'another schema',
          history: ['CREATE SCHEMA app; CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users SET SCHEMA app;',
          reports: ['movesTable'],
          proof: { afterwards: { sql: 'SELECT * FROM users', error: '42P01' } },
        },
      ],
      good: [
        {
          title: 'a view of the old name in the same transaction: old code writes through it',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: 'ALTER TABLE users RENAME TO people;\nCREATE VIEW users AS SELECT * FROM people;',
          proof: {
            query: { sql: "INSERT INTO users VALUES (1, 'a') RETURNING id", rows: [['1']] },
          },
        },
        {
          title: 'a view that gives a renamed column its old name: old code writes through it, too',
          history: ['CREATE TABLE post_tag (id int PRIMARY KEY, tag_id int);'],
          sql: 'ALTER TABLE post_tag RENAME COLUMN tag_id TO community_tag_id;\nALTER TABLE post_tag RENAME TO post_community_tag;\nCREATE VIEW post_tag AS SELECT id, community_tag_id AS tag_id FROM post_community_tag;',
          proof: {
            query: { sql: 'INSERT INTO post_tag (id, tag_id) VALUES (1, 2) RETURNING tag_id', rows: [['2']] },
          },
        },
        {
          title: 'a moved table with a view of the old name',
          history: ['CREATE SCHEMA app; CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: 'ALTER TABLE users SET SCHEMA app;\nCREATE VIEW users AS SELECT * FROM app.users;',
        },
        {
          title: 'a swap with an equal table that a trigger keeps in step',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);',
            'CREATE TABLE users_v2 (LIKE users INCLUDING ALL);\n' +
              'CREATE FUNCTION copy_user() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n' +
              '  INSERT INTO users_v2 (id, name) VALUES (NEW.id, NEW.name) ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name;\n' +
              '  RETURN NEW;\nEND $$;\n' +
              'CREATE TRIGGER copy AFTER INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION copy_user();',
            'INSERT INTO users_v2 SELECT * FROM users ON CONFLICT DO NOTHING;',
          ],
          sql: 'BEGIN;\nALTER TABLE users RENAME TO users_old;\nALTER TABLE users_v2 RENAME TO users;\nCOMMIT;',
        },
        {
          title: 'renamed, made anew and filled in one transaction: writers wait all the time',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);'],
          sql: 'ALTER TABLE users RENAME TO users_old;\nCREATE TABLE users (LIKE users_old INCLUDING ALL);\nINSERT INTO users SELECT * FROM users_old;\nDROP TABLE users_old;',
          proof: {
            rows: "INSERT INTO users VALUES (1, 'a');",
            query: { sql: 'SELECT id, name FROM users', rows: [['1', 'a']] },
          },
        },
        {
          title: 'a table created in the same deploy',
          sql: ['CREATE TABLE users (id int PRIMARY KEY);', 'ALTER TABLE users RENAME TO people;'],
        },
        {
          title: 'there and back again',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users RENAME TO users_busy;\nALTER TABLE users_busy RENAME TO users;',
        },
        {
          title: 'a temporary table',
          sql: 'CREATE TEMP TABLE chosen (a int);\nALTER TABLE chosen RENAME TO taken;',
        },
        {
          title: 'a partition: queries name its parent',
          history: [
            'CREATE TABLE logs (at date) PARTITION BY RANGE (at); CREATE TABLE logs_now PARTITION OF logs DEFAULT;',
          ],
          sql: 'ALTER TABLE logs_now RENAME TO logs_2024;',
        },
        {
          title: 'an index or a sequence: no query names it',
          history: ['CREATE TABLE users (id serial PRIMARY KEY);'],
          sql: 'ALTER INDEX users_pkey RENAME TO people_pkey;\nALTER SEQUENCE users_id_seq RENAME TO people_id_seq;\nALTER TABLE people_pkey RENAME TO person_pkey;\nALTER TABLE people_id_seq RENAME TO person_id_seq;',
        },
        {
          title: 'a table that is dropped in the same deploy: that is another matter',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users RENAME TO users_old;\nDROP TABLE users_old;',
        },
      ],
    },
  },
  on: {
    RenameTable(op, context) {
      if (op.run === 'called') return;
      if (judgeTakeover(op, context)) return;
      const { project, report } = context;
      const table = renamedName(op, context);
      if (table === undefined) return;
      const newName = { ...op.table, name: op.newName };
      const at = { operation: op, part: 'table' } as const;
      const found = successorOf(op, table, context);
      if (found?.same === true) {
        if (found.operation.kind === 'CreateTable' || found.operation.kind === 'CreateTableAs')
          judgeSwap(op, newName, table, context);
        return;
      }
      if (found !== undefined) return report({ messageId: 'leavesGap', at, data: { table, newName } });
      const data = { table, newName, ...viewOf(op, context) };
      if (project.runner.name === 'prisma')
        report({ messageId: 'breaksClient', at, data: { ...data, plainTable: table.name } });
      else report({ messageId: 'breaksCode', at, data });
    },
    SetSchema(op, context) {
      if (op.objectType !== 'table' || op.run === 'called') return;
      const table = renamedName({ ...op, table: op.object }, context, op);
      if (table === undefined) return;
      const found = successorOf(op, table, context);
      if (found?.same === true) return;
      const at = { operation: op, part: 'name' } as const;
      const schema = quoteIdentifier(table.schema ?? 'public');
      const data = { table, schema, newSchema: quoteIdentifier(op.newSchema) };
      context.report({ messageId: 'movesTable', at, data });
    },
  },
});

/** The name that running code knows the table by; undefined if it does not know it, or if it has it again after the deploy. */
function renamedName(
  { table }: Pick<RenameTable, 'table'>,
  { catalog, catalogAfterDeploy, existedBeforeDeploy }: Context,
  at?: SetSchema,
): ObjectName | undefined {
  const existed = existedBeforeDeploy(table, at);
  if (existed === undefined || existed.partitionOf !== undefined || existed.foreignServer !== undefined)
    return undefined;
  if (!isSameObject(existed.name, table)) return undefined;
  const now = catalog.table(table);
  const isBack = catalogAfterDeploy.table(table)?.origin === existed.origin;
  const isThere = now === undefined || sameTableIn(now, catalogAfterDeploy) !== undefined;
  return isBack || !isThere ? undefined : table;
}

/** What a view of the old name selects, so that old code finds the old names of columns as well; and when it can be made. */
function viewOf(
  op: RenameTable,
  { catalog, catalogAfterDeploy, deploy }: Context,
): { readonly columns: string; readonly when: string } {
  const newName = { ...op.table, name: op.newName };
  const renames = [...operationsOn(op.table, deploy), ...operationsOn(newName, deploy)].filter(
    (other) => other.kind === 'RenameColumn' && other.run !== 'called',
  );
  const oldNames = new Map<string, string>();
  for (const other of renames) {
    if (other.kind !== 'RenameColumn') continue;
    oldNames.set(other.newName, oldNames.get(other.column) ?? other.column);
    oldNames.delete(other.column);
  }
  const drops = [...operationsOn(op.table, deploy), ...operationsOn(newName, deploy)].some(
    (other) => other.kind === 'DropColumn' && other.run !== 'called',
  );
  // A view of all columns made earlier would stop their drop (2BP01).
  const when = drops ? ', once its columns are dropped (code that names those fails all the same)' : '';
  if (oldNames.size === 0) return { columns: '*', when };
  const final = catalogAfterDeploy.table(newName) ?? catalog.table(op.table);
  const texts = (final?.columns ?? []).map(({ name }) => {
    const old = oldNames.get(name);
    return old === undefined ? quoteIdentifier(name) : `${quoteIdentifier(name)} AS ${quoteIdentifier(old)}`;
  });
  const shown = texts.length <= 8 ? texts : ['…', ...texts.filter((text) => text.includes(' AS '))];
  return { columns: shown.join(', '), when: drops ? when : ', once its columns are renamed' };
}

/** What has the old name after a rename, and whether it got it in the same transaction. */
function successorOf(
  op: RenameTable | SetSchema,
  table: ObjectName,
  { deploy, transactionOf }: Context,
): { readonly operation: Operation; readonly same: boolean } | undefined {
  const takers: readonly Operation[] = [
    ...operationsOfKind('RenameTable', deploy).filter(
      (other) => other !== op && other.newName === table.name && other.table.schema === table.schema,
    ),
    ...operationsOfKind('CreateView', deploy).filter(({ view }) => isSameObject(view, table)),
    ...operationsOfKind('CreateTable', deploy).filter((other) => isSameObject(other.table, table)),
    ...operationsOfKind('CreateTableAs', deploy).filter((other) => isSameObject(other.table, table)),
  ];
  const operation = takers.find((taker) => taker.run !== 'called' && runsBefore(op, taker, deploy));
  if (operation === undefined) return undefined;
  return { operation, same: transactionOf(operation) === transactionOf(op) };
}

/** A rename to the name that another table has just given up. @returns whether it is one. */
function judgeTakeover(op: RenameTable, context: Context): boolean {
  const { catalogBefore, deploy, existedBeforeDeploy } = context;
  const taken = { ...op.table, name: op.newName };
  const given = operationsOfKind('RenameTable', deploy).findLast(
    (other) => isSameObject(other.table, taken) && runsBefore(other, op, deploy),
  );
  if (given === undefined || existedBeforeDeploy(taken, given) === undefined) return false;
  const isItself = catalogBefore(given).table(taken)?.origin === context.catalog.table(op.table)?.origin;
  if (isItself) return false;
  judgeSwap(op, { ...given.table, name: given.newName }, taken, context);
  return true;
}

function judgeSwap(op: RenameTable, old: ObjectName, taken: ObjectName, context: Context): void {
  const { catalogAfter, catalogAfterDeploy: final, heldLocks, history, report } = context;
  // A table that is made under the old name is there later than this operation.
  const after = catalogAfter.table(taken) === undefined ? final : catalogAfter;
  const missing = missingInSwap(old, taken, { history, final, after, heldLocks });
  if (missing.length === 0) return;
  const shown = shortList(missing, 5);
  const newTable = isSameObject(op.table, taken) ? 'A new table' : displayName(op.table);
  const data = { newTable, table: taken, old, missing: shown };
  report({ messageId: 'swapsUnequal', at: { operation: op, part: 'table' }, data });
}
