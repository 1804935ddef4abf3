import {
  columnExistedBefore,
  contractClaim,
  defineRule,
  quoteIdentifier,
  savedCopies,
  type DropColumn,
  type DropTable,
  type NoOptions,
  type RuleContext,
} from 'migration-lint';

const HELP =
  'Check where its values are now. If a script outside of the migrations has copied them, say so above the statement: -- migration-lint-disable-next-statement no-contract-without-expand -- which script. Else add the new one, write to both, copy in batches, and drop {{old}} in a later release.';

const messages = {
  noExpandInName: {
    what: 'The name of {{migration}} speaks of “{{claim}}”, but no migration has added and filled what takes the place of {{old}}: dropping it loses its values.',
    help: HELP,
  },
  noExpandInComment: {
    what: 'The comment says “{{claim}}”, but no migration has added and filled what takes the place of {{old}}: dropping it loses its values.',
    help: HELP,
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-contract-without-expand',
    summary:
      'Disallow a drop that is called the end of a replacement when the history has no beginning of it',
    rationale:
      'A migration that says «contract», «replaced by» or «copied to» assures its reviewers that the values are somewhere else. If no ' +
      'migration has put them there, the sentence is wrong, or the copy was made by hand, perhaps not in every environment.',
    instead:
      'Put the whole replacement into migrations: the expand, the copy in batches, and the drop in a later release.\n\n' +
      '```sql\nALTER TABLE users ADD COLUMN display_name text;\n```\n\n```sql\nUPDATE users SET display_name = username WHERE id BETWEEN 1 AND 10000 AND display_name IS NULL;\n```\n\n' +
      '```sql\nALTER TABLE users DROP COLUMN username;\n```',
    whenNotToUse: 'Where backfills always run outside of the migrations.',
    policy: ['EC8'],
    presets: ['recommended'],
    severity: 'warning',
    yieldsTo: ['no-disguised-rename', 'no-early-contract'],
    messages,
    examples: {
      bad: [
        {
          title: 'the last phase of three, of which the first two are missing',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: '-- Phase 3: contract\nALTER TABLE users DROP COLUMN username;',
          reports: ['noExpandInComment'],
        },
        {
          title: 'a new column, but nothing was copied',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text);',
            'ALTER TABLE users ADD COLUMN nick text;',
          ],
          sql: '-- username was replaced by nick.\nALTER TABLE users DROP COLUMN username;',
          reports: ['noExpandInComment'],
          proof: {
            rows: "INSERT INTO users VALUES (1, 'ada');",
            query: { sql: 'SELECT nick FROM users', rows: [[null]] },
          },
        },
        {
          title: 'a table that the name calls renamed',
          history: ['CREATE TABLE gradings (id int PRIMARY KEY, value int);'],
          name: 'rename_gradings_to_scores',
          sql: 'DROP TABLE gradings;',
          reports: ['noExpandInName'],
        },
      ],
      good: [
        {
          title: 'the copy is in the history',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text);',
            'ALTER TABLE users ADD COLUMN nick text; UPDATE users SET nick = username;',
          ],
          sql: '-- Contract: username was replaced by nick.\nALTER TABLE users DROP COLUMN username;',
        },
        {
          title: 'the values were saved in another table',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, bio text);',
            'CREATE TABLE profiles AS SELECT id AS user_id, bio FROM users;',
          ],
          sql: '-- copied to profiles\nALTER TABLE users DROP COLUMN bio;',
        },
        {
          title: 'a drop that claims nothing',
          history: ['CREATE TABLE users (id int PRIMARY KEY, fax text);'],
          name: 'remove_fax_from_users',
          sql: '-- nobody has one\nALTER TABLE users DROP COLUMN fax;',
        },
        {
          title: 'contracts are what the business is about',
          history: ['CREATE TABLE contracts (id int PRIMARY KEY, fax text);'],
          name: 'drop_contract_fax',
          sql: 'ALTER TABLE contracts DROP COLUMN fax;',
        },
        {
          title: 'the reason of an acknowledgement is no claim',
          history: ['CREATE TABLE users (id int PRIMARY KEY, branch text);'],
          sql: '-- migration-lint-disable-next-statement no-data-loss -- empty since users moved to branch_code\nALTER TABLE users DROP COLUMN branch;',
        },
        {
          title: 'Prisma’s own warning is no claim',
          history: ['CREATE TABLE users (id int PRIMARY KEY, fax text);'],
          sql: '/*\n  Warnings:\n\n  - You are about to drop the column `fax` on the `users` table. All the data in the column will be lost.\n\n*/\n-- AlterTable\nALTER TABLE users DROP COLUMN fax;',
        },
      ],
    },
  },
  on: { DropColumn: judge, DropTable: judge },
});

function judge(operation: DropColumn | DropTable, context: RuleContext<typeof messages, NoOptions>): void {
  const { catalog, existedBeforeDeploy, history, migration, report } = context;
  const existed = existedBeforeDeploy(operation.table);
  if (existed === undefined || operation.run === 'called') return;
  const claim = contractClaim(operation, migration);
  if (claim === undefined) return;
  const column = operation.kind === 'DropColumn' ? operation.column : undefined;
  if (column !== undefined && !columnExistedBefore(existed, catalog.table(operation.table), column)) return;
  const replacement = history.replacementOf(operation.table, column, operation);
  if (replacement?.ties.some(({ kind }) => kind !== 'shape') === true) return;
  if (savedCopies(operation.table, column, { history, catalog, operation }).length > 0) return;
  const old = column === undefined ? operation.table : quoteIdentifier(column);
  const at = { operation, part: column === undefined ? 'table' : 'column' } as const;
  if (claim.in === 'comment')
    report({ messageId: 'noExpandInComment', at, data: { old, claim: claim.text } });
  else report({ messageId: 'noExpandInName', at, data: { old, claim: claim.text, migration: migration.id } });
}
