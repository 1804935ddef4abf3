import {
  columnExistedBefore,
  defineRule,
  displayName,
  draftDropFix,
  isSameObject,
  lastFillOf,
  mostHoursBetween,
  newNameOf,
  quoteIdentifier,
  shortList,
  versionMoment,
  type DropColumn,
  type DropTable,
  type HistoryStep,
  type Migration,
  type Operation,
  type Project,
  type Replacement,
  type RuleContext,
} from 'migration-lint';

const messages = {
  columnInMigration: {
    what: 'Dropping {{old}} of {{table}} in the migration that fills {{new}} with the values breaks the code that still runs: its queries fail with 42703 until the new code is everywhere. And whoever rolls the code back finds the values gone.',
    help: 'Move the drop into a migration of a later release, when no process reads or writes what it drops.',
  },
  columnReplaced: {
    what: 'Dropping {{old}} of {{table}} and adding it anew in the migration that fills {{new}} with the values leaves the code that still runs without them: it reads and writes the new {{old}}, without an error, until the new code is everywhere. And whoever rolls the code back finds the values gone.',
    help: 'Move the drop into a migration of a later release, when no process reads or writes what it drops, and add what is to have its name after that.',
  },
  columnTakenOver: {
    what: 'Dropping {{old}} of {{table}} in the migration that fills {{new}} with the values, and giving its name to another column, may lose what running code writes in between. From then on this code reads and writes the other column, without an error, until the new code is everywhere. And whoever rolls the code back finds the old values gone.',
    help: 'Move the drop into a migration of a later release, when no process reads or writes what it drops, and give the name to another column after that.',
  },
  tableInMigration: {
    what: 'Dropping {{old}} in the migration that fills {{new}} with the rows breaks the code that still runs (42P01), and may lose rows that this code writes between the copy and the drop.',
    help: 'Let the code write to both tables, and move the drop into a migration of a later release, when no process uses {{old}} any more.',
  },
  tableSwapped: {
    what: 'Dropping {{old}} right after copying it to {{new}} may lose rows that running code writes in between: the copy does not block its writes.',
    help: 'Change {{old}} with ALTER TABLE where that is enough. Else keep both tables in step with a trigger, copy in batches, and drop the old one in a later release.',
  },
  inDeploy: {
    what: 'Dropping {{old}} in the deploy whose {{filledBy}} fills {{new}} with the values breaks the code that still runs, and loses what this code writes after the copy.',
    help: 'Keep this migration back for a later release, when no process reads or writes {{old}} any more.',
  },
  tooSoon: {
    what: '{{old}} is dropped {{elapsed}} after {{filledBy}} filled {{new}} with the values; the soak time is {{soak}} hours.',
    help: 'Deploy this migration once the code that does without {{old}} has run for {{soak}} hours: until then somebody may have to roll it back.',
  },
} as const;

const options = {
  soakHours: {
    type: 'integer',
    default: 24,
    minimum: 0,
    convention: 'soakHours',
    description: 'How many hours must lie between the versions of the last copy and of the drop.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-early-contract',
    summary: 'Disallow dropping a column or table in the release that fills its replacement',
    rationale:
      'Between the copy and the drop lies the moment when every process has the new code. Until then the old code reads the old column ' +
      '(42703 once it is gone) and writes to it: what it writes after the copy is lost with the drop. Whoever has to roll the code back ' +
      'needs the old column, too.',
    instead:
      'Three releases. Add the new column, and let the code write both:\n\n```sql\nALTER TABLE users ADD COLUMN display_name text;\n```\n\n' +
      'Copy in batches, and switch the reads:\n\n```sql\nUPDATE users SET display_name = username WHERE id BETWEEN 1 AND 10000 AND display_name IS NULL;\n```\n\n' +
      'Drop the old column when the code of the second release has run long enough that nobody rolls it back:\n\n```sql\nALTER TABLE users DROP COLUMN username;\n```',
    whenNotToUse:
      'Where nothing else uses the table while the migrations run. The versions of migrations say when they were written, not when they ' +
      'were deployed: a team that deploys rarely sets `soakHours` to 0, and only the migrations of one deploy are compared.',
    policy: ['EC4'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    yieldsTo: ['no-disguised-rename'],
    options,
    messages,
    examples: {
      bad: [
        {
          title: 'add, copy and drop in one file',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: 'ALTER TABLE users ADD COLUMN display_name text;\nUPDATE users SET display_name = username;\nALTER TABLE users DROP COLUMN username;',
          reports: ['columnInMigration'],
          fixed: {
            scripts: [
              'ALTER TABLE users ADD COLUMN display_name text;\nUPDATE users SET display_name = username;',
            ],
            drafts: [
              '-- Contract: only once no running code reads or writes username.\nALTER TABLE users DROP COLUMN username;',
            ],
          },
          proof: {
            rows: "INSERT INTO users VALUES (1, 'ada');",
            afterwards: { sql: 'SELECT username FROM users', error: '42703' },
          },
        },
        {
          title: 'the values move over to a column that has been there as long',
          history: ['CREATE TABLE users (id int PRIMARY KEY, fax text, phone text);'],
          sql: 'UPDATE users SET phone = fax WHERE phone IS NULL;\nALTER TABLE users DROP COLUMN fax;',
          reports: ['columnInMigration'],
        },
        {
          title: 'in two migrations of one deploy',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text);',
            'ALTER TABLE users ADD COLUMN display_name text;',
          ],
          sql: [
            'UPDATE users SET display_name = username WHERE display_name IS NULL;',
            'ALTER TABLE users DROP COLUMN username;',
          ],
          reports: ['inDeploy'],
        },
        {
          title: 'a trigger keeps both in step, but since this deploy only',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: [
            'ALTER TABLE users ADD COLUMN display_name text;\nCREATE FUNCTION both_names() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.display_name := NEW.username; RETURN NEW; END $$;\nCREATE TRIGGER both_names BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION both_names();',
            'DROP TRIGGER both_names ON users;\nALTER TABLE users DROP COLUMN username;',
          ],
          reports: ['inDeploy'],
        },
        {
          title: 'two hours after the copy',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text);',
            'ALTER TABLE users ADD COLUMN display_name text; UPDATE users SET display_name = username;',
          ],
          hoursBetween: 2,
          sql: 'ALTER TABLE users DROP COLUMN username;',
          reports: ['tooSoon'],
        },
        {
          title: 'two weeks after the copy, where four are agreed on',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text);',
            'ALTER TABLE users ADD COLUMN display_name text; UPDATE users SET display_name = username;',
          ],
          hoursBetween: 336,
          options: { soakHours: 672 },
          sql: 'ALTER TABLE users DROP COLUMN username;',
          reports: ['tooSoon'],
        },
        {
          title: 'a table copied and dropped in one file',
          history: ['CREATE TABLE gradings (id int PRIMARY KEY, name text, value int);'],
          sql: 'CREATE TABLE scores (id int PRIMARY KEY, name text, value int);\nINSERT INTO scores (id, name, value) SELECT id, name, value FROM gradings;\nDROP TABLE gradings;',
          reports: ['tableInMigration'],
          proof: { afterwards: { sql: 'SELECT * FROM gradings', error: '42P01' } },
        },
        {
          title: 'a new table takes the old one’s name',
          history: ['CREATE TABLE scores (id int PRIMARY KEY, value int);'],
          sql: 'CREATE TABLE new_scores (id bigint PRIMARY KEY, value int);\nINSERT INTO new_scores (id, value) SELECT id, value FROM scores;\nDROP TABLE scores;\nALTER TABLE new_scores RENAME TO scores;',
          reports: ['tableSwapped'],
          proof: { lock: { scores: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'several columns move to another table: one finding',
          history: ['CREATE TABLE users (id int PRIMARY KEY, bio text, city text);'],
          sql: 'CREATE TABLE profiles (user_id int PRIMARY KEY, bio text, city text);\nINSERT INTO profiles (user_id, bio, city) SELECT id, bio, city FROM users;\nALTER TABLE users DROP COLUMN bio, DROP COLUMN city;',
          reports: ['columnInMigration'],
          proof: { afterwards: { sql: 'SELECT city FROM users', error: '42703' } },
        },
        {
          title: 'the same name again, but each statement in a transaction of its own',
          history: ['CREATE TABLE users (id int PRIMARY KEY, score int);'],
          runner: 'prisma-7.4',
          sql: 'ALTER TABLE users ADD COLUMN score_new bigint;\nUPDATE users SET score_new = score;\nALTER TABLE users DROP COLUMN score;\nALTER TABLE users RENAME COLUMN score_new TO score;',
          reports: ['columnTakenOver'],
        },
        {
          title: 'an older column takes its name',
          history: ['CREATE TABLE people (id int PRIMARY KEY, inbox text, shared_inbox text);'],
          sql: 'UPDATE people SET shared_inbox = inbox WHERE shared_inbox IS NULL;\nALTER TABLE people DROP COLUMN inbox;\nALTER TABLE people RENAME COLUMN shared_inbox TO inbox;',
          reports: ['columnTakenOver'],
          proof: {
            rows: "INSERT INTO people VALUES (1, 'own', 'shared'), (2, 'own', NULL);",
            query: { sql: 'SELECT inbox FROM people ORDER BY id', rows: [['shared'], ['own']] },
          },
        },
        {
          title: 'a name that becomes a reference',
          history: [
            'CREATE TABLE authors (id int PRIMARY KEY, name text UNIQUE); CREATE TABLE posts (id int PRIMARY KEY, author_name text);',
          ],
          sql: 'ALTER TABLE posts ADD COLUMN author_id int REFERENCES authors;\nUPDATE posts p SET author_id = a.id FROM authors a WHERE a.name = p.author_name;\nALTER TABLE posts DROP COLUMN author_name;',
          reports: ['columnInMigration'],
        },
        {
          title: 'a column of the same name comes back in the same transaction',
          history: ['CREATE TABLE users (id int PRIMARY KEY, role text);'],
          sql: 'ALTER TABLE users ADD COLUMN org_role text;\nUPDATE users SET org_role = role;\nALTER TABLE users DROP COLUMN role;\nALTER TABLE users ADD COLUMN role text;',
          reports: ['columnReplaced'],
          proof: {
            rows: "INSERT INTO users VALUES (1, 'admin');",
            query: { sql: 'SELECT role FROM users', rows: [[null]] },
          },
        },
        {
          title: 'of a table that the migration has renamed before',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: 'ALTER TABLE users RENAME TO people;\nALTER TABLE people ADD COLUMN display_name text;\nUPDATE people SET display_name = username;\nALTER TABLE people DROP COLUMN username;',
          reports: ['columnInMigration'],
        },
        {
          title: 'a table copied, swapped and dropped in one file',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: 'CREATE TABLE users_v2 (LIKE users INCLUDING ALL);\nINSERT INTO users_v2 SELECT * FROM users;\nALTER TABLE users RENAME TO users_old;\nALTER TABLE users_v2 RENAME TO users;\nDROP TABLE users_old;',
          reports: ['tableSwapped'],
        },
      ],
      good: [
        {
          title: 'in a later release',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text);',
            'ALTER TABLE users ADD COLUMN display_name text;',
            'UPDATE users SET display_name = username WHERE display_name IS NULL;',
          ],
          hoursBetween: 24,
          sql: 'ALTER TABLE users DROP COLUMN username;',
        },
        {
          title: 'two hours after the copy, where versions say nothing of the deploys',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text);',
            'ALTER TABLE users ADD COLUMN display_name text; UPDATE users SET display_name = username;',
          ],
          hoursBetween: 2,
          options: { soakHours: 0 },
          sql: 'ALTER TABLE users DROP COLUMN username;',
        },
        {
          title: 'what this deploy added, it may drop',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: [
            'ALTER TABLE users ADD COLUMN nick text;',
            'ALTER TABLE users ADD COLUMN nickname text; UPDATE users SET nickname = nick; ALTER TABLE users DROP COLUMN nick;',
          ],
        },
        {
          title: 'a change of type in one transaction, under one lock',
          history: ['CREATE TABLE users (id int PRIMARY KEY, score int);'],
          sql: 'ALTER TABLE users ADD COLUMN score_new bigint;\nUPDATE users SET score_new = score;\nALTER TABLE users DROP COLUMN score;\nALTER TABLE users RENAME COLUMN score_new TO score;',
          proof: {
            lock: { users: 'ACCESS EXCLUSIVE' },
            rows: 'INSERT INTO users VALUES (1, 7);',
            query: { sql: 'SELECT score FROM users', rows: [['7']] },
          },
        },
        {
          title: 'a saved copy is no replacement',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: 'CREATE TABLE users_backup AS SELECT id, username FROM users;\nALTER TABLE users DROP COLUMN username;',
        },
        {
          title: 'a sum of several columns replaces none of them',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, price int, quantity int);'],
          sql: 'ALTER TABLE orders ADD COLUMN total int;\nUPDATE orders SET total = price * quantity;\nALTER TABLE orders DROP COLUMN quantity;',
        },
      ],
    },
  },
  on: {
    Migration(migration, context) {
      // The history is worked out for those that drop something only.
      if (!migration.operations.some(({ kind }) => kind === 'DropColumn' || kind === 'DropTable')) return;
      for (const drops of groupsOf(dropsOf(migration, context), migration, context)) {
        const [first] = drops;
        if (first !== undefined) judge(first, drops, migration, context);
      }
    },
  },
});

type Context = RuleContext<typeof messages, typeof options>;

/** A drop, what replaces it, and the last step that gave that its values. */
interface Drop {
  readonly operation: DropColumn | DropTable;
  readonly replacement: Replacement;
  readonly filled: HistoryStep;
}

/** The drops of a migration that end a replacement, each once: of several replacements the surest. */
function dropsOf(
  { index }: Migration,
  { catalogBefore, existedBeforeDeploy, history }: Context,
): readonly Drop[] {
  const found = new Map<Operation, Drop>();
  for (const replacement of history.replacementsIn(index)) {
    const operation = replacement.contract?.operation;
    const filled = lastFillOf(replacement);
    if (replacement.contract?.migration !== index || filled === undefined) continue;
    if ((operation?.kind !== 'DropColumn' && operation?.kind !== 'DropTable') || operation.run === 'called')
      continue;
    const known = found.get(operation);
    if (known !== undefined && weight(known.replacement) >= weight(replacement)) continue;
    const existed = existedBeforeDeploy(operation.table, operation);
    if (existed === undefined) continue;
    const now = catalogBefore(operation).table(operation.table);
    if (operation.kind === 'DropTable' || columnExistedBefore(existed, now, operation.column))
      found.set(operation, { operation, replacement, filled });
  }
  return [...found.values()];
}

const weight = ({ certainty, values }: Replacement): number =>
  (certainty === 'certain' ? 2 : 0) + (values === 'kept' ? 1 : 0);

/** Columns of one table, and tables that become one, are one finding. */
function groupsOf(
  drops: readonly Drop[],
  migration: Migration,
  context: Context,
): readonly (readonly Drop[])[] {
  const groups = new Map<string, Drop[]>();
  for (const drop of drops) {
    if (isSwappedUnderLock(drop, migration, context)) continue;
    const { operation, replacement, filled } = drop;
    const { schema, name } = operation.kind === 'DropTable' ? replacement.new.table : operation.table;
    const back = comesBack(operation, migration);
    const key = `${operation.kind}\0${filled.migration}\0${schema ?? ''}\0${name}\0${back ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [drop]);
    else group.push(drop);
  }
  return [...groups.values()];
}

/**
 * A column that another takes the name of, all in one transaction: ADD COLUMN locks the table to the end, nobody writes in
 * between, and the name is there again when they go on. It is a change of type in place, which other rules judge.
 */
function isSwappedUnderLock(
  { operation, replacement: { expand, signs }, filled }: Drop,
  { index }: Migration,
  { transactionOf }: Context,
): boolean {
  if (operation.kind === 'DropTable' || !signs.includes('swapped') || expand.migration !== index)
    return false;
  const transaction = transactionOf(operation);
  const isOne = [expand.operation, filled.operation].every((other) => transactionOf(other) === transaction);
  return isOne && transaction.kind !== 'autocommit';
}

/** How a migration brings a column's name back after it has dropped the column: no query fails then. */
function comesBack(
  drop: DropColumn | DropTable,
  { operations }: Migration,
): 'columnReplaced' | 'columnTakenOver' | undefined {
  if (drop.kind === 'DropTable') return undefined;
  for (const other of operations.slice(operations.indexOf(drop) + 1)) {
    if (other.kind !== 'AddColumn' && other.kind !== 'RenameColumn') continue;
    if (other.run !== 'now' || !isSameObject(other.table, drop.table)) continue;
    if (other.kind === 'AddColumn' && other.column.name === drop.column) return 'columnReplaced';
    if (other.kind === 'RenameColumn' && other.newName === drop.column) return 'columnTakenOver';
  }
  return undefined;
}

function judge(first: Drop, drops: readonly Drop[], migration: Migration, context: Context): void {
  const {
    deploy,
    options: { soakHours },
    project,
    report,
  } = context;
  const { filled, operation, replacement } = first;
  const at = { operation, part: operation.kind === 'DropTable' ? 'table' : 'column' } as const;
  const related = [{ at: filled.operation, label: 'filled here' }];
  const data = { old: namesOf(drops, oldName), new: namesOf(drops, newName) };
  const fix = draftDropFix(
    drops.map((drop) => drop.operation),
    context,
  );
  if (filled.migration === migration.index) {
    if (operation.kind === 'DropColumn')
      return report({
        messageId: comesBack(operation, migration) ?? 'columnInMigration',
        at,
        related,
        data: { ...data, table: operation.table },
        fix,
      });
    const messageId = replacement.signs.includes('swapped') ? 'tableSwapped' : 'tableInMigration';
    return report({ messageId, at, related, data, fix });
  }
  const filledBy = filled.id;
  if (filled.migration >= (deploy[0]?.index ?? Infinity))
    return report({ messageId: 'inDeploy', at, related, data: { ...data, filledBy }, fix });
  const elapsed = elapsedTime(filled, migration.version, project, soakHours);
  if (elapsed === undefined) return undefined;
  return report({ messageId: 'tooSoon', at, data: { ...data, filledBy, elapsed, soak: soakHours }, fix });
}

const namesOf = (drops: readonly Drop[], nameOf: (drop: Drop) => string): readonly string[] =>
  shortList([...new Set(drops.map(nameOf))], 3);

const oldName = ({ operation }: Drop): string =>
  operation.kind === 'DropColumn' ? quoteIdentifier(operation.column) : displayName(operation.table);

function newName({ replacement }: Drop): string {
  const { table, column } = newNameOf(replacement);
  if (column === undefined) return displayName(table);
  const isMove = table.name !== replacement.old.table.name;
  return isMove ? `${displayName(table)}.${quoteIdentifier(column)}` : quoteIdentifier(column);
}

/** How much later than the fill the drop is, in words; undefined if that is long enough, or if nobody can tell. */
function elapsedTime(
  filled: HistoryStep,
  version: string,
  project: Project,
  soakHours: number,
): string | undefined {
  const earlier = project.migrations[filled.migration]?.version ?? '';
  const most = mostHoursBetween(earlier, version);
  const [from, until] = [versionMoment(earlier), versionMoment(version)];
  if (most === undefined || most >= soakHours || from === undefined || until === undefined) return undefined;
  const minutes = Math.max(0, Math.round((until - from) / 60_000));
  if (minutes < 60) return minutes === 1 ? 'a minute' : `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return hours === 1 ? 'an hour' : `${hours} hours`;
  return `${Math.round(hours / 24)} days`;
}
