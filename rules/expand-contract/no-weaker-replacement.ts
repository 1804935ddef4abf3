import {
  columnExistedBefore,
  defineRule,
  displayName,
  lostGuarantees,
  newNameOf,
  quoteIdentifier,
  shortList,
  type DropColumn,
  type DropTable,
  type LostGuarantee,
  type NoOptions,
  type Replacement,
  type RuleContext,
} from 'migration-lint';

const messages = {
  weaker: {
    what: '{{new}} replaces {{old}}, but lacks what {{old}} has: {{lost}}.',
    help: 'Give {{new}} the same before {{old}} goes: {{ways}}.',
  },
  tooNarrow: {
    what: '{{new}} is filled from {{old}}, but lacks {{lost}}: the copy fails at the first value that does not fit, or cuts it off.',
    help: 'Give {{new}} the type of {{old}}, and tighten it later if every value allows it.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-weaker-replacement',
    summary: 'Disallow a replacement that has lost what the old column or table guaranteed',
    rationale:
      'A column that takes another’s place has to be unique where that was unique, required where that was required, and wide enough for ' +
      'its values. Nobody misses a lost UNIQUE on the day of the drop; the duplicates come afterwards, and with them the constraint cannot be ' +
      'added any more.',
    instead:
      'Give the new column everything before the old one goes:\n\n```sql\nCREATE UNIQUE INDEX CONCURRENTLY users_nick_key ON users (nick);\n```\n\n' +
      '```sql\nALTER TABLE users ADD CONSTRAINT users_nick_key UNIQUE USING INDEX users_nick_key;\n' +
      'ALTER TABLE users ADD CONSTRAINT users_nick_not_null CHECK (nick IS NOT NULL) NOT VALID;\n```\n\n' +
      '```sql\nALTER TABLE users VALIDATE CONSTRAINT users_nick_not_null;\n```\n\n```sql\nALTER TABLE users ALTER COLUMN nick SET NOT NULL;\n```\n\n' +
      '```sql\nALTER TABLE users DROP COLUMN username;\n```',
    whenNotToUse: 'Where replacements are meant to loosen rules, and reviews look at it.',
    policy: ['EC8'],
    presets: ['recommended'],
    severity: 'warning',
    yieldsTo: ['no-rename-table'],
    messages,
    examples: {
      bad: [
        {
          title: 'a shorter type, and neither required nor unique any more',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text NOT NULL UNIQUE);',
            'ALTER TABLE users ADD COLUMN display_name varchar(100);',
            'UPDATE users SET display_name = username WHERE display_name IS NULL;',
          ],
          sql: 'ALTER TABLE users DROP COLUMN username;',
          reports: ['weaker'],
          proof: {
            query: {
              sql: "INSERT INTO users VALUES (1, 'ada'), (2, 'ada'), (3, NULL) RETURNING id",
              rows: [['1'], ['2'], ['3']],
            },
          },
        },
        {
          title: 'a copy into a shorter type, which fails',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD COLUMN email_new varchar(5);\nUPDATE users SET email_new = email;',
          reports: ['tooNarrow'],
          proof: { rows: "INSERT INTO users VALUES (1, 'ada@example.org');", error: '22001' },
        },
        {
          title: 'a new key without the sequence, and without the primary key',
          history: [
            'CREATE TABLE users (id serial PRIMARY KEY);',
            'ALTER TABLE users ADD COLUMN id_new bigint; UPDATE users SET id_new = id;',
          ],
          sql: 'ALTER TABLE users DROP COLUMN id;\nALTER TABLE users RENAME COLUMN id_new TO id;',
          reports: ['weaker'],
          proof: { query: { sql: 'INSERT INTO users DEFAULT VALUES RETURNING id', rows: [[null]] } },
        },
        {
          title: 'a copy of a table has its columns and nothing else',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL); CREATE INDEX users_name_idx ON users (name);',
            'CREATE TABLE users_v2 AS SELECT * FROM users;',
          ],
          sql: 'ALTER TABLE users RENAME TO users_old;\nALTER TABLE users_v2 RENAME TO users;',
          reports: ['weaker'],
          proof: { query: { sql: 'INSERT INTO users VALUES (NULL, NULL) RETURNING 1', rows: [['1']] } },
        },
        {
          title: 'a table that is filled and takes the place of another',
          history: [
            'CREATE TABLE product (id int PRIMARY KEY, sku text UNIQUE, price int NOT NULL CHECK (price >= 0));',
            'CREATE TABLE new_product (id int PRIMARY KEY, sku text, price int);',
            'INSERT INTO new_product SELECT id, sku, price FROM product;',
          ],
          sql: 'DROP TABLE product;',
          reports: ['weaker'],
        },
        {
          title: 'a backfill into less room, after which the table is renamed',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'ALTER TABLE users ADD COLUMN email_new varchar(20);',
          ],
          sql: 'UPDATE users SET email_new = email WHERE id BETWEEN 1 AND 1000;\nALTER TABLE users RENAME TO people;',
          reports: ['tooNarrow'],
        },
        {
          title: 'a float for exact numbers, and whole seconds for a moment',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, score bigint, price numeric(20, 2), seen timestamptz);',
            'ALTER TABLE users ADD COLUMN new_score real, ADD COLUMN new_price double precision, ADD COLUMN new_seen timestamptz(0); UPDATE users SET new_score = score, new_price = price, new_seen = seen;',
          ],
          sql: 'ALTER TABLE users DROP COLUMN score, DROP COLUMN price, DROP COLUMN seen;',
          reports: ['weaker', 'weaker', 'weaker'],
        },
      ],
      good: [
        {
          title: 'everything is there again, under new names',
          history: [
            "CREATE TABLE teams (id int PRIMARY KEY); CREATE TABLE users (id int PRIMARY KEY, code text NOT NULL DEFAULT 'x' CHECK (code <> ''), CONSTRAINT users_code_key UNIQUE (code));",
            "ALTER TABLE users ADD COLUMN team_code varchar(80) DEFAULT 'x' CHECK (team_code <> '');",
            'UPDATE users SET team_code = code WHERE team_code IS NULL;',
            'ALTER TABLE users ALTER COLUMN team_code TYPE text, ALTER COLUMN team_code SET NOT NULL; CREATE UNIQUE INDEX users_team_code_key ON users (team_code);',
          ],
          sql: 'ALTER TABLE users DROP COLUMN code;',
        },
        {
          title: 'a later migration of the deploy adds what is missing',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text UNIQUE);',
            'ALTER TABLE users ADD COLUMN nick text; UPDATE users SET nick = username;',
          ],
          sql: [
            'ALTER TABLE users DROP COLUMN username;',
            'CREATE UNIQUE INDEX CONCURRENTLY users_nick_key ON users (nick);',
          ],
        },
        {
          title: 'a valid check stands for NOT NULL',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text NOT NULL);',
            'ALTER TABLE users ADD COLUMN nick text; UPDATE users SET nick = username;',
            'ALTER TABLE users ADD CONSTRAINT nick_given CHECK (nick IS NOT NULL);',
          ],
          sql: 'ALTER TABLE users DROP COLUMN username;',
        },
        {
          title: 'a value that is worked out is of another kind',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY, role text UNIQUE DEFAULT 'user');",
            "ALTER TABLE users ADD COLUMN is_admin boolean; UPDATE users SET is_admin = (role = 'admin');",
          ],
          sql: 'ALTER TABLE users DROP COLUMN role;',
        },
        {
          title: 'a wider type',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, score int, price numeric(8, 2));',
            'ALTER TABLE users ADD COLUMN new_score bigint, ADD COLUMN new_price numeric(12, 2); UPDATE users SET new_score = score, new_price = price;',
          ],
          sql: 'ALTER TABLE users DROP COLUMN score, DROP COLUMN price;',
        },
      ],
    },
  },
  on: {
    Contract(replacement, context) {
      const { catalog, existedBeforeDeploy } = context;
      const operation = replacement.contract?.operation;
      if (operation?.kind !== 'DropColumn' && operation?.kind !== 'DropTable') return;
      const existed = existedBeforeDeploy(operation.table);
      if (existed === undefined || replacement.certainty !== 'certain' || operation.run === 'called') return;
      // A table that is made anew from others has columns of its own; a version of the same one says so.
      if (operation.kind === 'DropTable' && !isVersion(replacement)) return;
      if (operation.kind === 'DropColumn') {
        const now = catalog.table(operation.table);
        if (!columnExistedBefore(existed, now, operation.column)) return;
      }
      judge(replacement, operation, context);
    },
    RenameTable(operation, context) {
      const { catalog, existedBeforeDeploy, history } = context;
      const replacement = history.replacedBy(operation.table, undefined, operation);
      if (replacement?.signs.includes('swapped') !== true || replacement.contract !== undefined) return;
      const isSwap = replacement.new.table.name === operation.newName && catalog.table(replacement.old.table);
      if (
        isSwap === undefined ||
        isSwap === false ||
        existedBeforeDeploy(replacement.old.table) === undefined
      )
        return;
      const lost = lostGuarantees(replacement, catalog, context.catalogAfterDeploy);
      if (lost.length === 0) return;
      const data = {
        old: replacement.old.table,
        new: replacement.new.table,
        lost: textsOf(lost),
        ways: waysFor(lost),
      };
      context.report({ messageId: 'weaker', at: operation, data });
    },
    Migration({ index, operations }, context) {
      if (!operations.some(({ kind }) => kind === 'Update' || kind === 'Insert')) return;
      const { catalogAfterDeploy: catalog, history, isMadeByDeploy, report } = context;
      for (const replacement of history.replacementsIn(index)) {
        const { backfills, certainty, contract, old, new: new_, values } = replacement;
        const first = backfills.find(({ migration }) => migration === index);
        if (contract !== undefined || certainty !== 'certain' || values !== 'kept' || first === undefined)
          continue;
        const table = catalog.table(old.table);
        if (table === undefined || isMadeByDeploy(table)) continue;
        const lost = lostGuarantees(replacement, catalog, catalog).filter(
          ({ kind }) => kind === 'narrower type',
        );
        if (lost.length === 0) continue;
        const data = { old: nameOf(old), new: nameOf(new_), lost: textsOf(lost) };
        report({ messageId: 'tooNarrow', at: first.operation, data });
      }
    },
  },
});

const isVersion = ({ signs }: Replacement): boolean =>
  signs.some((sign) => sign === 'names' || sign === 'swapped' || sign === 'dual write' || sign === 'view');

type Context = RuleContext<typeof messages, NoOptions>;

function judge(replacement: Replacement, operation: DropColumn | DropTable, context: Context): void {
  // A later migration of the deploy may drop the whole table.
  const last = context.catalogAfterDeploy;
  const after = last.table(replacement.new.table) === undefined ? context.migration.catalogAfter : last;
  const lost = lostGuarantees(replacement, context.catalog, after);
  if (lost.length === 0) return;
  const isColumn = operation.kind === 'DropColumn';
  const old = isColumn ? quoteIdentifier(operation.column) : operation.table;
  const isMove = isColumn && replacement.new.table.name !== replacement.old.table.name;
  const place = newNameOf(replacement);
  const new_ = isMove || !isColumn ? nameOf(place) : quoteIdentifier(place.column ?? '');
  const at = { operation, part: isColumn ? 'column' : 'table' } as const;
  context.report({
    messageId: 'weaker',
    at,
    data: { old, new: new_, lost: textsOf(lost), ways: waysFor(lost) },
  });
}

function nameOf({ table, column }: Replacement['new']): string {
  return column === undefined ? displayName(table) : `${displayName(table)}.${quoteIdentifier(column)}`;
}

function textsOf(lost: readonly LostGuarantee[]): readonly string[] {
  return shortList([...new Set(lost.map(({ text }) => text))], 4);
}

/** How each kind of guarantee is given to a table in use, without blocking it for long. */
const WAYS: Readonly<Record<LostGuarantee['kind'], string>> = {
  column: 'add the columns',
  'narrower type': 'widen the type',
  default: 'set the defaults',
  index: 'build indexes concurrently',
  unique: 'build a unique index concurrently, and make it the constraint with UNIQUE USING INDEX',
  'primary key': 'build a unique index concurrently, and make it the key with PRIMARY KEY USING INDEX',
  'foreign key': 'add foreign keys NOT VALID, then validate them',
  'incoming foreign key': 'add foreign keys NOT VALID, then validate them',
  check: 'add checks NOT VALID, then validate them',
  'not null': 'set NOT NULL after a validated check',
};

/** Those that a replacement needs, each once, in the order in which they are lost. */
const waysFor = (lost: readonly LostGuarantee[]): string =>
  [...new Set(lost.map(({ kind }) => WAYS[kind]))].join('; ');
