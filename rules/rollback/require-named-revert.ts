import {
  defineRule,
  differenceWords,
  notReverted,
  objectNames,
  revertClaim,
  shortList,
  type Migration,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-named-revert',
    summary: 'Require a migration that reverts another one to name it, and to undo it',
    rationale:
      '“Revert” alone tells neither a reviewer nor whoever reads the history after an incident which change was taken back, nor whether all ' +
      'of it was. Where the other migration is named, the schema after the revert is compared with the one before that migration.',
    instead:
      'Name it in the migration’s name or in its first comment, by id or version.\n\n' +
      '```sql\n-- 20251118090000_revert_add_product_badge/migration.sql\n-- Reverts: 20251117090000_add_product_badge\nALTER TABLE "Product" DROP COLUMN "badge";\n```',
    whenNotToUse: 'Where migrations are never reverted by others, only rolled back.',
    policy: ['RB6'],
    presets: ['strict', 'policy-b'],
    severity: 'warning',
    messages: {
      unnamed: {
        what: '{{migration}} says that it takes another migration back, and not which one.',
        help: 'Write the other one’s id into its first comment: -- Reverts: <version>_<name>. A pending migration can also be renamed.',
      },
      notUndone: {
        what: '{{migration}} says that it takes {{reverted}} back; after it {{differences}}.',
        help: 'Undo that as well, or say in the comment that it takes back only a part of {{reverted}}.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a name that says no more',
          name: 'revert_migration',
          history: ['CREATE TABLE products (id int PRIMARY KEY, badge text);'],
          sql: 'ALTER TABLE products DROP COLUMN badge;',
          reports: ['unnamed'],
        },
        {
          title: 'a comment that says no more',
          history: ['CREATE TABLE products (id int PRIMARY KEY, badge text);'],
          sql: '-- This migration reverts the last deployment.\nALTER TABLE products DROP COLUMN badge;',
          reports: ['unnamed'],
        },
        {
          title: 'one of two columns stays',
          name: 'revert_step_2',
          history: [
            'CREATE TABLE products (id int PRIMARY KEY);',
            'ALTER TABLE products ADD COLUMN badge text, ADD COLUMN color text;',
          ],
          sql: 'ALTER TABLE products DROP COLUMN badge;',
          reports: ['notUndone'],
          proof: { query: { sql: 'SELECT count(color) FROM products', rows: [['0']] } },
        },
        {
          title: 'the column comes back with another type, two migrations later',
          name: 'undo',
          history: [
            'CREATE TABLE products (id int PRIMARY KEY, price numeric(8,2) NOT NULL);',
            'ALTER TABLE products DROP COLUMN price;',
            'CREATE TABLE tags (id int PRIMARY KEY);',
          ],
          sql: '-- Reverts: 20241102000000_step_2\nALTER TABLE products ADD COLUMN price int;',
          reports: ['notUndone'],
          proof: {
            rows: '',
            query: {
              sql: "SELECT pg_typeof(price)::text FROM products UNION SELECT 'none'",
              rows: [['none']],
            },
          },
        },
      ],
      good: [
        {
          title: 'named by the other’s name, and undone',
          name: 'revert_step_2',
          history: [
            'CREATE TABLE products (id int PRIMARY KEY);',
            'ALTER TABLE products ADD COLUMN badge text;\nCREATE INDEX products_badge ON products (badge);',
            'ALTER TABLE products ADD COLUMN size int;',
          ],
          sql: 'ALTER TABLE products DROP COLUMN badge;',
          proof: { query: { sql: 'SELECT count(size) FROM products', rows: [['0']] } },
        },
        {
          title: 'named by id in a comment',
          name: 'revert_product_badge',
          history: [
            'CREATE TABLE products (id int PRIMARY KEY);',
            'ALTER TABLE products ADD COLUMN badge text;',
          ],
          sql: '-- Reverts 20241202000000_step_2: nobody uses it.\nALTER TABLE products DROP COLUMN badge;',
          proof: {},
        },
        {
          title: 'a part, said as such',
          name: 'revert_step_2',
          history: [
            'CREATE TABLE products (id int PRIMARY KEY);',
            'ALTER TABLE products ADD COLUMN badge text, ADD COLUMN color text;',
          ],
          sql: '-- Reverts step_2 partly: the color stays.\nALTER TABLE products DROP COLUMN badge;',
          proof: {},
        },
        {
          title: 'in the same deploy',
          name: ['add_badge', 'revert_add_badge'],
          history: ['CREATE TABLE products (id int PRIMARY KEY);'],
          sql: ['ALTER TABLE products ADD COLUMN badge text;', 'ALTER TABLE products DROP COLUMN badge;'],
          proof: {},
        },
        {
          title: 'a value of an enum cannot be taken back',
          name: 'revert_step_2',
          history: ["CREATE TYPE state AS ENUM ('a');", "ALTER TYPE state ADD VALUE 'b';"],
          sql: 'SELECT 1;',
          proof: {},
        },
        {
          title: 'what a built string may have done is not known',
          name: 'revert_step_2',
          history: [
            'CREATE TABLE products (id int PRIMARY KEY);',
            'ALTER TABLE products ADD COLUMN badge text;',
          ],
          sql: "DO $$ BEGIN EXECUTE format('ALTER TABLE products DROP COLUMN %I', 'badge'); END $$;",
          proof: {},
        },
        {
          title: 'a table called so',
          name: 'undo_log_add_user',
          history: ['CREATE TABLE undo_log (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE undo_log ADD COLUMN user_id int;',
          proof: {},
        },
      ],
    },
  },
  on: {
    Migration(migration, { project, report }) {
      const { id, index, script, name, reverts, catalogAfter } = migration;
      if (script === undefined) return;
      const { source, within } = script;
      const text = within === undefined ? source.text : source.text.slice(within.start, within.end);
      const claim = revertClaim({ name, text }, () => project.migrations.slice(0, index));
      if (claim === undefined || (claim.saidIn === 'name' && isAboutSuchTable(migration))) return;
      if (claim.named.length === 0)
        return report({ messageId: 'unnamed', at: migration, data: { migration: id } });
      if (reverts === undefined || claim.partial) return;
      const differences = notReverted(reverts, catalogAfter).map(differenceWords);
      if (differences.length === 0) return;
      report({
        messageId: 'notUndone',
        at: migration,
        data: { migration: id, reverted: reverts.id, differences: shortList(differences, 4, 'differences') },
      });
    },
  },
});

/** A name such as `undo_log_add_user` begins with a table's, and reverts nothing. */
const isAboutSuchTable = ({ operations }: Migration): boolean =>
  objectNames(operations).some((object) => /(?:^|_)(?:undo|revert|rollback)/iu.test(object));
