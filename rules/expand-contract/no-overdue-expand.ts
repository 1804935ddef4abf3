import { defineRule, overdueAge, quoteIdentifier, type Replacement } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-overdue-expand',
    summary: 'Disallow a replacement that was begun and never finished',
    rationale:
      'While the old column and the new one are both there, every write has to keep them equal, every reader has to know which one to ' +
      'trust, and one forgotten write makes them differ. The longer that lasts, the fewer people know what was meant.',
    instead:
      'Finish it: see that the new one holds every value, that nothing uses the old one, and drop that.\n\n' +
      '```sql\nSELECT count(*) FROM users WHERE display_name IS DISTINCT FROM username;\n```\n\n```sql\nALTER TABLE users DROP COLUMN username;\n```',
    whenNotToUse:
      'Where the drop of the old column is optional. A pair that stays on purpose belongs into `keep`.',
    policy: ['EC8'],
    presets: ['strict'],
    severity: 'warning',
    options: {
      days: {
        type: 'integer',
        default: 30,
        minimum: 0,
        convention: 'overdueDays',
        description:
          'How many days an expand may stay without its contract, by the version of its migration.',
      },
      keep: {
        type: 'strings',
        default: [],
        description: 'Old columns (`table.column`) and tables that stay beside their replacement on purpose.',
      },
    },
    messages: {
      openColumn: {
        what: '{{new}} takes the place of {{old}} on {{table}} since {{expand}}, {{days}} days ago, and {{old}} is still there.',
        help: 'Switch the last readers and writers to {{new}} and drop {{old}}. If both shall stay, add "{{key}}" to the option keep.',
      },
      openTable: {
        what: '{{new}} takes the place of {{old}} since {{expand}}, {{days}} days ago, and {{old}} is still there.',
        help: 'Switch the last readers and writers to {{new}} and drop {{old}}. If both shall stay, add "{{key}}" to the option keep.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a new column, filled from the old one two months ago',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'ALTER TABLE users ADD COLUMN email_v2 text; UPDATE users SET email_v2 = lower(email);',
            'CREATE TABLE posts (id int PRIMARY KEY);',
          ],
          sql: 'CREATE TABLE tags (id int PRIMARY KEY);',
          reports: ['openColumn'],
        },
        {
          title: 'kept in step by a trigger for a week, where three days are agreed on',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text);',
            'ALTER TABLE users ADD COLUMN nick text;\nCREATE FUNCTION both_names() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.nick := NEW.username; RETURN NEW; END $$;\nCREATE TRIGGER both_names BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION both_names();',
          ],
          hoursBetween: 168,
          options: { days: 3 },
          sql: 'CREATE TABLE tags (id int PRIMARY KEY);',
          reports: ['openColumn'],
        },
        {
          title: 'the old table of a swap of names',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, name text);',
            'CREATE TABLE users_v2 (id bigint PRIMARY KEY, name text); INSERT INTO users_v2 SELECT id, name FROM users;',
            'ALTER TABLE users RENAME TO users_old; ALTER TABLE users_v2 RENAME TO users;',
          ],
          sql: 'CREATE TABLE tags (id int PRIMARY KEY);',
          now: '2025-02-01',
          reports: ['openTable'],
        },
      ],
      good: [
        {
          title: 'finished',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'ALTER TABLE users ADD COLUMN email_v2 text; UPDATE users SET email_v2 = email;',
            'ALTER TABLE users DROP COLUMN email;',
          ],
          sql: 'CREATE TABLE tags (id int PRIMARY KEY);',
        },
        {
          title: 'finished by this deploy',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'ALTER TABLE users ADD COLUMN email_v2 text; UPDATE users SET email_v2 = email;',
            'CREATE TABLE posts (id int PRIMARY KEY);',
          ],
          sql: 'ALTER TABLE users DROP COLUMN email;',
        },
        {
          title: 'begun last week',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'ALTER TABLE users ADD COLUMN email_v2 text; UPDATE users SET email_v2 = email;',
          ],
          hoursBetween: 168,
          sql: 'CREATE TABLE tags (id int PRIMARY KEY);',
        },
        {
          title: 'given up again',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'ALTER TABLE users ADD COLUMN email_v2 text; UPDATE users SET email_v2 = email;',
            'ALTER TABLE users DROP COLUMN email_v2;',
          ],
          sql: 'CREATE TABLE tags (id int PRIMARY KEY);',
        },
        {
          title: 'copies and derived columns that stay for ever',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, name text, created_at date, email text, price int); CREATE TABLE posts (id int PRIMARY KEY, user_id int);',
            'ALTER TABLE users ADD COLUMN seen_at date, ADD COLUMN email_lower text, ADD COLUMN original_price int; ALTER TABLE posts ADD COLUMN user_name text;',
            'UPDATE users SET seen_at = created_at, email_lower = lower(email), original_price = price; UPDATE posts SET user_name = u.name FROM users u WHERE u.id = posts.user_id;',
          ],
          sql: 'CREATE TABLE tags (id int PRIMARY KEY);',
        },
        {
          title: 'both stay on purpose',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'ALTER TABLE users ADD COLUMN email_v2 text; UPDATE users SET email_v2 = email;',
            'CREATE TABLE posts (id int PRIMARY KEY);',
          ],
          options: { keep: ['users.email'] },
          sql: 'CREATE TABLE tags (id int PRIMARY KEY);',
        },
      ],
    },
  },
  on: {
    Project({ migrations }, { history, now, options, report }) {
      const versionOf = (index: number): string | undefined => migrations[index]?.version;
      for (const replacement of history.replacements()) {
        const days = overdueAge(replacement, { versionOf, now, days: options.days });
        const key = keyOf(replacement);
        if (days === undefined || options.keep.includes(key)) continue;
        const { expand, new: new_, old } = replacement;
        const at = expand.operation;
        const common = { expand: expand.id, days, key };
        if (old.column === undefined || new_.column === undefined)
          report({ messageId: 'openTable', at, data: { ...common, old: old.table, new: new_.table } });
        else {
          const names = { old: quoteIdentifier(old.column), new: quoteIdentifier(new_.column) };
          report({ messageId: 'openColumn', at, data: { ...common, ...names, table: old.table } });
        }
      }
    },
  },
});

/** The old one as the option `keep` names it: without quotes, `public.` left out. */
function keyOf({ old: { table, column } }: Replacement): string {
  const { schema, name } = table;
  return [schema === 'public' ? undefined : schema, name, column]
    .filter((part) => part !== undefined)
    .join('.');
}
