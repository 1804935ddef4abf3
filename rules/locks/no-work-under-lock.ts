import {
  defineRule,
  displayName,
  displayNames,
  hasSlowWork,
  hasWrittenSystemCatalogBefore,
  isLastOfTransaction,
  joinsEmptyTable,
  lockedTables,
  locksOnUsedTables,
  locksWidenedBy,
  loopReads,
  moveFix,
  operationsOfStatement,
  slowWorkOnUsedTables,
  type Catalog,
  type CreateTableAs,
  type Effect,
  type HeldLock,
  type Insert,
  type NoOptions,
  type ObjectName,
  type Operation,
  type RuleContext,
} from 'migration-lint';

const messages = {
  readsWait: {
    what: 'While {{work}}, nobody can read or write {{tables}}: the lock of an earlier statement lasts until the transaction ends.',
    help: 'Move {{moved}} into {{place}}',
  },
  writesWait: {
    what: 'While {{work}}, nobody can write to {{tables}}: the lock of an earlier statement lasts until the transaction ends.',
    help: 'Move {{moved}} into {{place}}',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-work-under-lock',
    summary: 'Disallow slow work while the transaction holds a lock that blocks an existing table',
    rationale:
      'PostgreSQL keeps a lock until the transaction ends, not until the statement does. ADD COLUMN takes ACCESS EXCLUSIVE for an ' +
      'instant when it is alone; with a CREATE INDEX, a validation or an unbatched UPDATE after it in the same transaction, nobody ' +
      'reads or writes the table until that is done as well. It is reported where the earlier lock blocks more than the slow ' +
      'statement’s own: a slow statement that blocks the table by itself is for other rules. Locks that only block writes count ' +
      'where a quick statement took them (CREATE TRIGGER, a key that is NOT VALID); LOCK TABLE is somebody’s will, unless it shuts ' +
      'out readers, too. Where another rule reports the slow statement itself (a plain CREATE INDEX, an unbatched UPDATE), this one ' +
      'is silent: the lock line there says what is held meanwhile. Of several slow statements under the same lock, the first is ' +
      'reported.',
    instead:
      'Let the quick statement commit before the slow one begins:\n\n```sql\n-- migration 1\nALTER TABLE users ADD COLUMN verified boolean;\n```\n\n' +
      '```sql\n-- migration 2, alone in its file\nCREATE INDEX CONCURRENTLY users_verified_idx ON users (verified);\n```',
    whenNotToUse: 'For tables so small that the work takes no time anybody notices.',
    policy: ['IX6', 'BF5'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'files' },
    sizeMatters: true,
    // Their lock line names the locks that are held meanwhile.
    yieldsTo: [
      'no-blocking-not-null',
      'no-blocking-partition-change',
      'no-blocking-refresh',
      'no-cluster',
      'no-concurrent-in-transaction',
      'no-enum-value-removal',
      'no-domain-constraint',
      'no-exclusion-constraint',
      'no-identity-column',
      'no-inline-constraint',
      'no-nullable-primary-key',
      'no-serial-column',
      'no-stored-generated-column',
      'no-table-rewrite',
      'no-type-change',
      'no-unbatched-write',
      'no-vacuum-full',
      'no-validate-in-same-transaction',
      'no-volatile-default',
      'require-backfill-before-not-null',
      'require-batch-commit',
      'require-concurrent-index',
      'require-concurrent-reindex',
      'require-not-valid-check',
      'require-not-valid-foreign-key',
      'require-partitioned-index-steps',
      'require-primary-key-using-index',
      'require-unique-using-index',
    ],
    messages,
    examples: {
      bad: [
        {
          title: 'a deploy that the runner makes one transaction',
          runner: 'drizzle',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE logs (id int PRIMARY KEY);'],
          sql: ['ALTER TABLE users ADD COLUMN note text;', 'DELETE FROM logs;'],
          reports: ['readsWait'],
        },
        {
          title: 'a materialized view that was dropped for the change, and is made anew',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author int); CREATE MATERIALIZED VIEW authors AS SELECT users.id FROM users JOIN posts ON author = users.id;',
          ],
          sql: 'ALTER TABLE users ADD COLUMN note text;\nDROP MATERIALIZED VIEW authors;\nCREATE MATERIALIZED VIEW authors AS SELECT users.id, note FROM users JOIN posts ON author = users.id;',
          reports: ['readsWait'],
          proof: { lock: { users: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'a materialized view over a new table that has got its rows',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, name text); CREATE TABLE old_notes (author int);',
          ],
          sql: 'CREATE TABLE notes (author int REFERENCES users);\nINSERT INTO notes SELECT author FROM old_notes LIMIT 10;\nCREATE MATERIALIZED VIEW names AS SELECT name FROM users JOIN notes ON users.id = author;',
          reports: ['writesWait'],
        },
        {
          title: 'several slow statements under one lock: the first is reported',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE logs (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN note text;\nDELETE FROM logs;\nUPDATE logs SET id = id + 1;\nCREATE INDEX logs_id_idx ON logs (id);',
          reports: ['readsWait'],
        },
        {
          title: 'a column, then its index: reads wait for the whole build',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD COLUMN verified boolean DEFAULT false;\nCREATE INDEX idx_users_verified ON users (verified);',
          reports: ['readsWait'],
          proof: { lock: { users: 'ACCESS EXCLUSIVE' }, scans: ['users'] },
        },
        {
          title: 'a column, and every row updated',
          history: ['CREATE TABLE financials (id int PRIMARY KEY, currency text);'],
          sql: 'ALTER TABLE financials ADD COLUMN currency_code text;\nUPDATE financials SET currency_code = upper(currency) WHERE currency_code IS NULL;\nALTER TABLE financials ALTER COLUMN currency_code SET NOT NULL;',
          reports: ['readsWait'],
          fixed: {
            scripts: [
              'ALTER TABLE financials ADD COLUMN currency_code text;',
              'UPDATE financials SET currency_code = upper(currency) WHERE currency_code IS NULL;',
              'ALTER TABLE financials ALTER COLUMN currency_code SET NOT NULL;',
            ],
          },
          proof: {
            rows: "INSERT INTO financials VALUES (1, 'eur');",
            lock: { financials: 'ACCESS EXCLUSIVE' },
            scans: ['financials'],
          },
        },
        {
          title: 'the other table is locked',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE logs (id int PRIMARY KEY, at date);',
          ],
          sql: 'ALTER TABLE users ADD COLUMN note text;\nDELETE FROM logs;',
          reports: ['readsWait'],
          fixed: { scripts: ['ALTER TABLE users ADD COLUMN note text;', 'DELETE FROM logs;'] },
          proof: {
            rows: 'INSERT INTO logs VALUES (1);',
            lock: { users: 'ACCESS EXCLUSIVE', logs: 'ROW EXCLUSIVE' },
            scans: ['logs'],
          },
        },
        {
          title: 'a trigger that writes twice, then the backfill: writes wait',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, name text, full_name text); CREATE FUNCTION copy_name() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.full_name := NEW.name; RETURN NEW; END $$;',
          ],
          sql: 'CREATE TRIGGER copy_name BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION copy_name();\nUPDATE users SET full_name = name;',
          reports: ['writesWait'],
          proof: {
            rows: "INSERT INTO users VALUES (1, 'a');",
            lock: { users: 'SHARE ROW EXCLUSIVE' },
            scans: ['users'],
          },
        },
        {
          title: 'a key that is checked in the transaction that added it unchecked',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author int);',
          ],
          sql: 'ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users (id) NOT VALID;\nALTER TABLE posts VALIDATE CONSTRAINT posts_author_fkey;',
          reports: ['writesWait'],
          proof: {
            rows: 'INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1, 1);',
            lock: { posts: 'SHARE ROW EXCLUSIVE', users: 'SHARE ROW EXCLUSIVE' },
          },
        },
        {
          title: 'in a DO block, row by row',
          history: ['CREATE TABLE users (id int PRIMARY KEY, slug text);'],
          sql: "DO $$\nDECLARE u record;\nBEGIN\n  ALTER TABLE users ADD COLUMN handle text;\n  FOR u IN SELECT id FROM users LOOP\n    UPDATE users SET handle = 'u' || u.id WHERE id = u.id;\n  END LOOP;\nEND $$;",
          reports: ['readsWait'],
          proof: { lock: { users: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'an INSERT in a loop over a table: the work is the loop’s',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE languages (id int PRIMARY KEY); CREATE TABLE spoken (user_id int, language_id int);',
          ],
          sql: 'DO $$\nDECLARE u record;\nBEGIN\n  ALTER TABLE users ADD COLUMN bio text;\n  FOR u IN SELECT id FROM users LOOP\n    INSERT INTO spoken (user_id, language_id) SELECT u.id, languages.id FROM languages;\n  END LOOP;\nEND $$;',
          reports: ['readsWait'],
          proof: { lock: { users: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'statements that goose sends together, without a transaction of its own',
          runner: 'goose',
          withoutTransaction: true,
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE logs (id int PRIMARY KEY);'],
          sql: '-- +goose StatementBegin\nALTER TABLE users ADD COLUMN note text;\nDELETE FROM logs;\n-- +goose StatementEnd',
          reports: ['readsWait'],
        },
        {
          title: 'a renamed table: the lock follows it',
          history: ['CREATE TABLE "User" (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE "User" RENAME TO users;\nCREATE INDEX users_email_idx ON users (email);',
          reports: ['readsWait'],
          proof: { lock: { User: 'ACCESS EXCLUSIVE' }, scans: ['User'] },
        },
      ],
      good: [
        {
          title: 'an index beside a required column: the table has no rows, or the migration fails',
          history: ['CREATE TABLE runs (id int PRIMARY KEY); CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN note text;\nALTER TABLE runs ADD COLUMN kind text NOT NULL;\nALTER TABLE runs ADD CONSTRAINT kinds CHECK (kind IS NOT NULL);\nALTER TABLE users ADD COLUMN other text;',
          proof: { lock: { runs: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'work after the lock of such a table',
          history: ['CREATE TABLE runs (id int PRIMARY KEY); CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE runs ADD COLUMN kind text NOT NULL;\nDELETE FROM users;',
        },
        {
          title: 'the slow statement in a migration of its own',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'ALTER TABLE users ADD COLUMN verified boolean DEFAULT false;',
          ],
          sql: 'CREATE INDEX CONCURRENTLY idx_users_verified ON users (verified);',
        },
        {
          title: 'where the runner commits each statement',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD COLUMN verified boolean DEFAULT false;\nCREATE INDEX idx_users_verified ON users (verified);',
        },
        {
          title: 'a table that the same migration created',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN plan_id int;\nCREATE TABLE plans (id int PRIMARY KEY, name text);\nCREATE INDEX plans_name_idx ON plans (name);\nUPDATE plans SET name = upper(name);',
        },
        {
          title: 'the key of such a table: it has no rows to check',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN note text;\nCREATE TABLE notes (user_id int);\nALTER TABLE notes ADD CONSTRAINT u FOREIGN KEY (user_id) REFERENCES users (id);',
          proof: { rows: 'INSERT INTO users SELECT generate_series(1, 1000);', scans: [] },
        },
        {
          title: 'a materialized view over such a table, joined with one that holds rows',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: 'CREATE TABLE notes (id int PRIMARY KEY, author int NOT NULL REFERENCES users);\nCREATE VIEW note_view AS SELECT notes.id, name FROM notes JOIN users ON users.id = author;\nCREATE MATERIALIZED VIEW note_mview AS SELECT * FROM note_view;',
          proof: { rows: 'INSERT INTO users SELECT generate_series(1, 1000);', scans: [] },
        },
        {
          title: 'one row, after a column',
          history: ['CREATE TABLE settings (id int PRIMARY KEY, value text);'],
          sql: "ALTER TABLE settings ADD COLUMN kind text;\nUPDATE settings SET kind = 'a' WHERE id = 1;\nINSERT INTO settings VALUES (2, 'x', 'b');",
        },
        {
          title: 'a statement that blocks the table by itself: for other rules',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD COLUMN note text;\nALTER TABLE users ALTER COLUMN email SET NOT NULL;',
          proof: { lock: { users: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'two indexes: each blocks writes by itself',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text, name text); CREATE TABLE posts (id int);',
          ],
          sql: 'CREATE INDEX users_email_idx ON users (email);\nCREATE INDEX users_name_idx ON users (name);\nCREATE INDEX posts_id_idx ON posts (id);',
          proof: { lock: { users: 'SHARE', posts: 'SHARE' } },
        },
        {
          title: 'the work first, the lock last',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text, mail text);'],
          sql: 'UPDATE users SET mail = email;\nALTER TABLE users ALTER COLUMN mail SET DEFAULT NULL;',
        },
        {
          title: 'indexes that the transaction has switched off: they must be rebuilt in it',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: "ALTER TABLE users ADD COLUMN mail text;\nUPDATE pg_index SET indisready = false WHERE indrelid = 'users'::regclass;\nUPDATE users SET mail = 'm' WHERE id = 1;\nUPDATE pg_index SET indisready = true WHERE indrelid = 'users'::regclass;\nREINDEX TABLE users;",
          proof: { rows: 'INSERT INTO users VALUES (1);', lock: { users: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'a table that was dropped, or emptied, before',
          history: [
            'CREATE TABLE old (id int); CREATE TABLE users (id int, email text); CREATE TABLE cache (id int);',
          ],
          sql: 'DROP TABLE old;\nUPDATE users SET email = lower(email);\nTRUNCATE cache;\nCREATE INDEX cache_id_idx ON cache (id);',
        },
        {
          title:
            'a required key to a table that has no rows, or the migration fails: it stops at the first row',
          history: [
            'CREATE TABLE sources (id int PRIMARY KEY); CREATE TABLE users (id int PRIMARY KEY, source_id int NOT NULL);',
          ],
          sql: 'ALTER TABLE users ADD COLUMN note text;\nALTER TABLE sources ADD COLUMN channel text NOT NULL;\nALTER TABLE users ADD FOREIGN KEY (source_id) REFERENCES sources;',
          proof: { rows: 'INSERT INTO users VALUES (1, 1);', error: '23503' },
        },
        {
          title: 'a copy under a lock that somebody wants, and that readers do not wait for',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'LOCK TABLE users IN SHARE MODE;\nCREATE TABLE users_copy AS SELECT * FROM users;',
          proof: { lock: { users: 'SHARE' } },
        },
        {
          title: 'a lock that ROLLBACK TO released',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'BEGIN;\nSAVEPOINT a;\nALTER TABLE users ADD COLUMN x int;\nROLLBACK TO SAVEPOINT a;\nUPDATE users SET email = lower(email);\nCOMMIT;',
        },
        {
          title: 'batches that commit each',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'DO $$\nBEGIN\n  ALTER TABLE users ADD COLUMN mail text;\n  COMMIT;\n  LOOP\n    UPDATE users SET mail = email WHERE id IN (SELECT id FROM users WHERE mail IS NULL AND email IS NOT NULL LIMIT 1000);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND $$;',
          proof: {
            rows: "INSERT INTO users SELECT n, 'x' FROM generate_series(1, 10) AS n;",
            query: { sql: 'SELECT count(*) FROM users WHERE mail IS NULL', rows: [['0']] },
          },
        },
      ],
    },
  },
  on: {
    Operation(operation, context) {
      const { deploy, effectsOf, heldLocks, report } = context;
      if (operation.run === 'called' || !isSlow(operation, context)) return;
      const together = operationsOfStatement(operation.statement, deploy);
      if (together.find((other) => other === operation || isSlow(other, context)) !== operation) return;
      const others = locksOnUsedTables(heldLocks(operation)).filter(
        ({ since }) => since.statement !== operation.statement,
      );
      const widened = locksWidenedBy(
        together.flatMap((other) => effectsOf(other)),
        others,
      );
      const reads = widened.filter(({ lock }) => lock === 'ACCESS EXCLUSIVE');
      const locks = reads.length > 0 ? reads : widened.filter((held) => isQuick(held, context));
      if (locks.length === 0) return;
      const [held] = locks;
      report({
        messageId: reads.length > 0 ? 'readsWait' : 'writesWait',
        at: operation,
        data: {
          work: workOf(operation, context),
          tables: lockedTables(locks),
          ...moveOf(operation, locks, context),
        },
        ...(held !== undefined && { once: held.since.statement }),
        ...(madeAnew(operation, context) === undefined && { fix: moveFix([operation], context) }),
        related: locks.slice(0, RELATED).map(({ relation, lock, since }) => ({
          at: since,
          label: `takes ${lock} on ${displayName(relation)}`,
        })),
      });
    },
  },
});

/** How many of the statements that took the locks are shown. */
const RELATED = 3;

type Context = RuleContext<typeof messages, NoOptions>;

function isSlow(operation: Operation, context: Context): boolean {
  return slowEffect(operation, context) !== undefined;
}

/** The slow work of an operation on a table that holds rows. */
function slowEffect(operation: Operation, context: Context): Effect | undefined {
  // Indexes that the deploy has switched off must be rebuilt where they are.
  if (operation.kind === 'Reindex' && hasWrittenSystemCatalogBefore(operation, context.deploy))
    return undefined;
  if (operation.kind === 'CreateMaterializedView' && joinsEmptyTable(operation.query, operation, context))
    return undefined;
  return slowWorkOnUsedTables(operation, context)[0];
}

/** What to move, and where to. */
function moveOf(
  operation: Operation,
  locks: readonly HeldLock[],
  context: Context,
): { readonly moved: string; readonly place: string } {
  const anew = madeAnew(operation, context);
  if (anew === undefined) {
    const isLast = isLastOfTransaction(operation, context);
    const moved = isLast ? 'this statement' : 'this statement and what follows it';
    return { moved, place: placeFor(operation, context) };
  }
  const isOne = new Set(locks.map(({ since }) => since.statement)).size === 1;
  const name = displayName(anew);
  return {
    // Of several statements that take the same lock the first is known: all of them have to go.
    moved: isOne ? 'what takes the lock' : 'what takes these locks',
    place: `a migration of its own, before this one, if that works while ${name} is still there. The drop of ${name} and this statement belong together: in two transactions, whatever reads ${name} in between fails with 42P01.`,
  };
}

/** The table or view that an operation makes again, after its own transaction dropped it. */
function madeAnew(
  operation: Operation,
  { catalog, catalogBefore, migration, transactionOf }: Context,
): ObjectName | undefined {
  if (operation.kind !== 'CreateMaterializedView' && operation.kind !== 'CreateTableAs') return undefined;
  const name = operation.kind === 'CreateTableAs' ? operation.table : operation.view;
  const transaction = transactionOf(operation);
  const first = migration.operations.find((other) => transactionOf(other) === transaction);
  if (first === undefined) return undefined;
  const isThere = (schema: Catalog): boolean =>
    schema.table(name) !== undefined || schema.view(name) !== undefined;
  return isThere(catalogBefore(first)) && !isThere(catalog) ? name : undefined;
}

/** Where a statement begins with no lock held. */
function placeFor(operation: Operation, { project: { runner }, transactionOf }: Context): string {
  const isDeploys = runner.oneTransactionPerDeploy === true && transactionOf(operation).kind === 'runner';
  if (isDeploys)
    return `a migration of a later deploy: ${runner.label} runs all pending migrations in one transaction.`;
  return transactionOf(operation).kind === 'implicit' && runner.name === 'goose'
    ? '`-- +goose StatementBegin` and `-- +goose StatementEnd` of its own, after the others: it then begins with no lock held.'
    : 'a migration of its own, after this one: it then begins with no lock held.';
}

/** Whether what took a lock lets go at once when it is alone. */
function isQuick({ since }: HeldLock, context: Context): boolean {
  return since.kind !== 'LockTable' && !hasSlowWork(since, context);
}

/** What takes its time, as a clause. */
function workOf(operation: Operation, context: Context): string {
  const effect = slowEffect(operation, context);
  if (effect === undefined) return '';
  const table = displayName(effect.relation);
  if (operation.kind === 'Insert' || operation.kind === 'CreateTableAs') return insertionOf(operation, table);
  // Which of the tables below is read whole is up to the planner.
  if (operation.kind === 'CreateMaterializedView' || operation.kind === 'RefreshMaterializedView')
    return `${displayName(operation.view)} is filled`;
  if (operation.kind === 'Delete') return `any number of rows of ${table} is deleted`;
  if (operation.kind === 'Update' || operation.kind === 'Merge')
    return `any number of rows of ${table} is changed`;
  switch (effect.work) {
    case 'rewrite':
      return `${table} is rewritten`;
    case 'index build':
      return `an index on ${table} is built`;
    case 'rows':
    case 'scan':
    case 'metadata':
      return `${table} is read from end to end`;
    default:
      return effect.work satisfies never;
  }
}

/** What fills a table, as a clause; in a loop over a query, how often is up to that. */
function insertionOf(operation: Insert | CreateTableAs, source: string): string {
  const turns = operation.loop === undefined ? [] : loopReads(operation.loop);
  const target = displayName(operation.table);
  return turns.length > 0
    ? `rows are inserted into ${target} for each row of ${displayNames(turns, 'tables').join(', ')}`
    : `any number of rows of ${source} is copied into ${target}`;
}
