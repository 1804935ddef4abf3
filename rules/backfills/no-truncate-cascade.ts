import { defineRule, displayNames, isTableSaved, operationsOn, tablesLostByCascade } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-truncate-cascade',
    summary: 'Disallow `TRUNCATE … CASCADE` that empties other tables',
    rationale:
      'TRUNCATE … CASCADE empties every table that refers to the named one, then every table that refers to those, and so on: without a ' +
      'question, whatever ON DELETE says, under ACCESS EXCLUSIVE on all of them. A foreign key that somebody adds next year makes the ' +
      'same statement empty one table more.',
    instead:
      'Name each table that is meant to be emptied, so that PostgreSQL refuses where something was forgotten:\n\n' +
      '```sql\nTRUNCATE sessions, session_events;\n```',
    whenNotToUse: 'In migrations of databases that hold nothing of value.',
    policy: ['BF7'],
    presets: ['recommended'],
    severity: 'error',
    messages: {
      emptiesMore: {
        what: 'This TRUNCATE of {{table}} empties {{others}} as well, in all its rows: CASCADE follows every foreign key. No migration has copied them.',
        help: 'Name the tables that are meant to go, and leave CASCADE out: PostgreSQL then refuses (0A000) where one was forgotten.',
      },
    },
    examples: {
      bad: [
        {
          title: 'tables that refer to it, through one another',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author_id int REFERENCES users ON DELETE RESTRICT); CREATE TABLE likes (post_id int REFERENCES posts);',
          ],
          sql: 'TRUNCATE users CASCADE;',
          reports: ['emptiesMore'],
          proof: {
            rows: 'INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1, 1); INSERT INTO likes VALUES (1);',
            lock: { users: 'ACCESS EXCLUSIVE', posts: 'ACCESS EXCLUSIVE', likes: 'ACCESS EXCLUSIVE' },
            query: {
              sql: 'SELECT (SELECT count(*) FROM posts), (SELECT count(*) FROM likes)',
              rows: [['0', '0']],
            },
          },
        },
        {
          title: 'quoted names, in another schema, in a DO block',
          history: [
            'CREATE SCHEMA app; CREATE TABLE "User" (id int PRIMARY KEY); CREATE TABLE app."Post" (author int REFERENCES "User");',
          ],
          sql: 'DO $$ BEGIN\n  TRUNCATE TABLE "User" RESTART IDENTITY CASCADE;\nEND $$;',
          reports: ['emptiesMore'],
        },
      ],
      good: [
        {
          title: 'every table named',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (author_id int REFERENCES users);',
          ],
          sql: 'TRUNCATE users, posts CASCADE;\nTRUNCATE users, posts;',
        },
        {
          title: 'nothing refers to it',
          history: ['CREATE TABLE logs (id int PRIMARY KEY);'],
          sql: 'TRUNCATE logs CASCADE;',
        },
        {
          title: 'tables of the same deploy, and partitions of the table',
          history: [
            'CREATE TABLE logs (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE logs_1 PARTITION OF logs DEFAULT;',
          ],
          sql: 'CREATE TABLE lines (log_id int REFERENCES logs);\nTRUNCATE logs CASCADE;',
        },
        {
          title: 'copied before',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (author_id int REFERENCES users);',
            'CREATE TABLE posts_saved AS SELECT * FROM posts;',
          ],
          sql: 'TRUNCATE users CASCADE;',
        },
        {
          title: 'what a function will do when it is called',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (author_id int REFERENCES users);',
          ],
          sql: 'CREATE FUNCTION reset() RETURNS void LANGUAGE plpgsql AS $$ BEGIN\n  TRUNCATE users CASCADE;\nEND $$;',
        },
      ],
    },
  },
  on: {
    Truncate(operation, { catalog, deploy, existedBeforeDeploy, history, report }) {
      if (operation.behavior !== 'cascade') return;
      const others = tablesLostByCascade(operation, catalog)
        .filter(({ name, certainty, partitionOf }) => {
          const existed = existedBeforeDeploy(name);
          if (existed === undefined || certainty !== 'certain' || partitionOf !== undefined) return false;
          const isNamed = operationsOn(name, deploy).some(
            ({ kind, statement }) => kind === 'Truncate' && statement === operation.statement,
          );
          return (
            !isNamed && !isTableSaved({ name, columns: existed.columns }, { history, catalog, operation })
          );
        })
        .map(({ name }) => name);
      if (others.length === 0) return;
      const data = { table: operation.table, others: displayNames(others, 'tables') };
      report({ messageId: 'emptiesMore', at: { operation, part: 'cascade' }, data });
    },
  },
});
