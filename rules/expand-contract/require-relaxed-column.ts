import {
  columnExistedBefore,
  columnNeededByInserts,
  defineRule,
  draftDropFix,
  quoteIdentifier,
  sameTableIn,
  type DropColumn,
  type Migration,
  type NoOptions,
  type RuleContext,
} from 'migration-lint';

const messages = {
  neverRelaxed: {
    what: 'Every INSERT into {{table}} must give a value for {{columns}}: code that does not write {{them}} fails with 23502 until the drop, and code that does fails with 42703 after it.',
    help: 'First ship ALTER TABLE {{table}} ALTER COLUMN … DROP NOT NULL (or a default) for {{columns}}; then the code that does without; then this drop.',
  },
  relaxedTooLate: {
    what: '{{columns}} of {{table}} must be given in every INSERT until this very deploy: code that does not write {{them}} fails with 23502 before the deploy, and code that does fails with 42703 after it.',
    help: 'Ship the step that relaxes {{columns}} now, then the code that does without, and this drop in a later release.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'require-relaxed-column',
    summary: 'Require that a required column is relaxed in a release before the one that drops it',
    rationale:
      'A column that is NOT NULL and has no default has to be named by every INSERT. The old code names it, the new code does not: while both ' +
      'are at work, one of them fails. Before the drop it is the new code (23502: null value in column), after the drop the old one ' +
      '(42703: column does not exist). There is no moment at which the drop is safe.',
    instead:
      'Relax the column in one release, with the code still writing it:\n\n```sql\nALTER TABLE users ALTER COLUMN fax DROP NOT NULL;\n```\n\n' +
      'Then deploy code that does not know it any more, and drop it in the next release:\n\n```sql\nALTER TABLE users DROP COLUMN fax;\n```',
    whenNotToUse:
      'Where the application is stopped for migrations, or where nothing but migrations inserts rows.',
    policy: ['EC10'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'files' },
    yieldsTo: ['no-disguised-rename'],
    messages,
    examples: {
      bad: [
        {
          title: 'a required column is dropped',
          history: ['CREATE TABLE users (id int PRIMARY KEY, fax text NOT NULL);'],
          sql: 'ALTER TABLE users DROP COLUMN fax;',
          reports: ['neverRelaxed'],
          proof: {
            beforehand: { sql: 'INSERT INTO users (id) VALUES (1)', error: '23502' },
            afterwards: { sql: "INSERT INTO users (id, fax) VALUES (2, '1')", error: '42703' },
          },
        },
        {
          title: 'the contract of a rename: the values are safe, the inserts are not',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text NOT NULL);',
            'ALTER TABLE users ADD COLUMN nick text; UPDATE users SET nick = username;',
            'ALTER TABLE users ALTER COLUMN nick SET NOT NULL;',
          ],
          sql: 'ALTER TABLE users DROP COLUMN username;',
          reports: ['neverRelaxed'],
          proof: { beforehand: { sql: "INSERT INTO users (id, nick) VALUES (1, 'ada')", error: '23502' } },
        },
        {
          title: 'a default that was taken away again',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY, plan text NOT NULL DEFAULT 'free');",
            'ALTER TABLE users ALTER COLUMN plan DROP DEFAULT;',
          ],
          sql: 'ALTER TABLE users DROP COLUMN plan;',
          reports: ['neverRelaxed'],
          proof: { beforehand: { sql: 'INSERT INTO users (id) VALUES (1)', error: '23502' } },
        },
        {
          title: 'several of one table: one finding',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, fax text NOT NULL, telex text NOT NULL, pager text);',
          ],
          sql: 'ALTER TABLE users DROP COLUMN fax, DROP COLUMN telex, DROP COLUMN pager;',
          reports: ['neverRelaxed'],
          fixed: {
            scripts: [
              'ALTER TABLE users DROP COLUMN pager;\nALTER TABLE users ALTER COLUMN fax DROP NOT NULL;\n\nALTER TABLE users ALTER COLUMN telex DROP NOT NULL;',
            ],
            drafts: [
              '-- Contract: only once no running code reads or writes fax.\nALTER TABLE users DROP COLUMN fax;',
              '-- Contract: only once no running code reads or writes telex.\nALTER TABLE users DROP COLUMN telex;',
            ],
          },
          proof: { beforehand: { sql: "INSERT INTO users (id, fax) VALUES (1, '')", error: '23502' } },
        },
        {
          title: 'relaxed by the same deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY, fax text NOT NULL);'],
          sql: ['ALTER TABLE users ALTER COLUMN fax DROP NOT NULL;', 'ALTER TABLE users DROP COLUMN fax;'],
          reports: ['relaxedTooLate'],
          proof: { beforehand: { sql: 'INSERT INTO users (id) VALUES (1)', error: '23502' } },
        },
        {
          title: 'of a table that the migration has renamed before',
          history: ['CREATE TABLE users (id int PRIMARY KEY, fax text NOT NULL);'],
          sql: 'ALTER TABLE users RENAME TO people;\nALTER TABLE people DROP COLUMN fax;',
          reports: ['neverRelaxed'],
        },
      ],
      good: [
        {
          title: 'the column comes back with another type: no-type-change and no-disguised-rename judge that',
          history: ['CREATE TABLE users (id int PRIMARY KEY, tags text NOT NULL);'],
          sql: 'ALTER TABLE users ADD COLUMN tags_new text[];\nALTER TABLE users DROP COLUMN tags;\nALTER TABLE users RENAME COLUMN tags_new TO tags;',
        },
        {
          title: 'relaxed in an earlier release',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, fax text NOT NULL);',
            'ALTER TABLE users ALTER COLUMN fax DROP NOT NULL;',
          ],
          sql: 'ALTER TABLE users DROP COLUMN fax;',
          proof: {
            rows: 'INSERT INTO users (id) VALUES (1);',
            query: { sql: 'SELECT id FROM users', rows: [['1']] },
          },
        },
        {
          title: 'a default fills it',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY, fax text NOT NULL DEFAULT '', at timestamptz NOT NULL DEFAULT now());",
          ],
          sql: 'ALTER TABLE users DROP COLUMN fax, DROP COLUMN at;',
          proof: { rows: 'INSERT INTO users (id) VALUES (1);' },
        },
        {
          title: 'identity, serial and generated columns fill themselves',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, a serial NOT NULL, b int GENERATED ALWAYS AS IDENTITY, c int NOT NULL GENERATED ALWAYS AS (id + 1) STORED);',
          ],
          sql: 'ALTER TABLE users DROP COLUMN a, DROP COLUMN b, DROP COLUMN c;',
          proof: { rows: 'INSERT INTO users (id) VALUES (1);' },
        },
        {
          title: 'a trigger may fill it',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, slug text NOT NULL);\nCREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.slug := NEW.id; RETURN NEW; END $$;\nCREATE TRIGGER fill BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION fill();',
          ],
          sql: 'ALTER TABLE users DROP COLUMN slug;',
          proof: { rows: 'INSERT INTO users (id) VALUES (1);' },
        },
        {
          title: 'a nullable column, a new one, and one of a table that goes as well',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, fax text); CREATE TABLE logs (id int PRIMARY KEY, line text NOT NULL);',
          ],
          sql: [
            "ALTER TABLE users ADD COLUMN telex text NOT NULL DEFAULT ''; ALTER TABLE users ALTER COLUMN telex DROP DEFAULT;",
            'ALTER TABLE users DROP COLUMN fax, DROP COLUMN telex; ALTER TABLE logs DROP COLUMN line; DROP TABLE logs;',
          ],
        },
      ],
    },
  },
  on: {
    Migration(migration, context) {
      for (const drops of requiredDrops(migration, context)) {
        const [first] = drops;
        if (first === undefined) continue;
        const { operation } = first;
        const columns = drops.map((drop) => quoteIdentifier(drop.operation.column));
        const data = { table: operation.table, columns, them: columns.length === 1 ? 'it' : 'them' };
        const messageId = first.isRelaxed ? 'relaxedTooLate' : 'neverRelaxed';
        const fix = draftDropFix(
          drops.map((drop) => drop.operation),
          context,
        );
        context.report({ messageId, at: { operation, part: 'column' }, data, fix });
      }
    },
  },
});

/** A dropped column that INSERTs had to name before the deploy; `isRelaxed` if the deploy changed that before the drop. */
interface RequiredDrop {
  readonly operation: DropColumn;
  readonly isRelaxed: boolean;
}

/** Those of one table, and of one kind, together. */
function requiredDrops(
  { operations }: Migration,
  context: RuleContext<typeof messages, NoOptions>,
): Iterable<readonly RequiredDrop[]> {
  const groups = new Map<string, RequiredDrop[]>();
  for (const operation of operations) {
    if (operation.kind !== 'DropColumn') continue;
    const drop = requiredDrop(operation, context);
    if (drop === undefined) continue;
    const { schema, name } = operation.table;
    const key = `${schema ?? ''}\0${name}\0${drop.isRelaxed}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [drop]);
    else group.push(drop);
  }
  return groups.values();
}

function requiredDrop(
  operation: DropColumn,
  { catalogAfterDeploy, catalogBefore, existedBeforeDeploy }: RuleContext<typeof messages, NoOptions>,
): RequiredDrop | undefined {
  const existed = existedBeforeDeploy(operation.table, operation);
  const now = catalogBefore(operation).table(operation.table);
  if (existed?.certainty !== 'certain' || now === undefined || operation.run === 'called') return undefined;
  const isOld = columnExistedBefore(existed, now, operation.column);
  if (!isOld || columnNeededByInserts(existed, operation.column) === undefined) return undefined;
  // Without its table nobody inserts into it; a column that comes back under its name is a change of type.
  const last = sameTableIn(existed, catalogAfterDeploy);
  if (last === undefined) return undefined;
  if (last.columns.some(({ name }) => name === operation.column)) return undefined;
  return { operation, isRelaxed: columnNeededByInserts(now, operation.column) === undefined };
}
