import {
  defineRule,
  displayName,
  droppedAlong,
  operationsOfKind,
  operationsOfStatement,
  quoteIdentifier,
  shortList,
  type CascadingDrop,
  type Catalog,
  type DroppedAlong,
  type NoOptions,
  type ObjectName,
  type Operation,
  type RuleContext,
} from 'migration-lint';

const messages = {
  takesAlong: {
    what: 'CASCADE takes more along than {{dropped}}: {{others}}. The statement names none of it, and nobody is asked.',
    help: 'Leave CASCADE out, and drop what has to go by its name: PostgreSQL then refuses (2BP01) and says what else depends on {{dropped}}.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-cascade-drop',
    summary: 'Disallow `DROP … CASCADE` that takes along what the statement does not name',
    rationale:
      'With CASCADE, PostgreSQL drops whatever depends on an object, and whatever depends on that: views, foreign keys of other tables, ' +
      'columns of a dropped type with all their values, triggers and defaults that call a function. Code that reads the view fails, and rows that ' +
      'the foreign key kept out come in. The rule names what the migrations know of. What a deploy drops by name or makes again ' +
      'is no loss, and neither is a table’s own: its indexes, keys, sequences and partitions.',
    instead:
      'Name what goes, in the order of dependence:\n\n' +
      '```sql\nALTER TABLE posts DROP CONSTRAINT posts_author_id_fkey;\nDROP VIEW active_users;\nDROP TABLE users;\n```',
    whenNotToUse: 'In migrations of databases that hold nothing of value.',
    policy: ['BF7', 'RB4'],
    presets: ['recommended'],
    severity: 'error',
    yieldsTo: ['no-drop-schema'],
    messages,
    examples: {
      bad: [
        {
          title: 'a table with a view on it and a foreign key to it',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, gone boolean); CREATE TABLE posts (id int, author int CONSTRAINT author REFERENCES users); CREATE VIEW here AS SELECT id FROM users WHERE NOT gone;',
          ],
          sql: 'DROP TABLE users CASCADE;',
          reports: ['takesAlong'],
          proof: { afterwards: { sql: 'SELECT * FROM here', error: '42P01' } },
        },
        {
          title: 'a type, and with it a column and its values',
          history: [
            `CREATE TYPE "Mood" AS ENUM ('ok'); CREATE TABLE "Note" ("id" INT PRIMARY KEY, "mood" "Mood");`,
          ],
          sql: 'DROP TYPE "Mood" CASCADE;',
          reports: ['takesAlong'],
          proof: { afterwards: { sql: 'SELECT "mood" FROM "Note"', error: '42703' } },
        },
        {
          title:
            'a column that a view reads, a function that a trigger calls, a key that a foreign key rests on',
          history: [
            'CREATE TABLE users (id int CONSTRAINT pk PRIMARY KEY, name text); CREATE TABLE posts (author int REFERENCES users); CREATE VIEW names AS SELECT name FROM users;\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();',
          ],
          sql: 'ALTER TABLE users DROP COLUMN name CASCADE;\nDROP FUNCTION f CASCADE;\nALTER TABLE users DROP CONSTRAINT pk CASCADE;',
          reports: ['takesAlong', 'takesAlong', 'takesAlong'],
          proof: {
            query: {
              sql: "SELECT (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal), (SELECT count(*) FROM pg_constraint WHERE contype = 'f'), to_regclass('names')",
              rows: [['0', '0', null]],
            },
          },
        },
        {
          title: 'several functions with their triggers, in one statement',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY);\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE FUNCTION h() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;\nCREATE TRIGGER f BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f(); CREATE TRIGGER g BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION g();',
          ],
          sql: 'DROP FUNCTION f, g, h CASCADE;',
          reports: ['takesAlong'],
          proof: { query: { sql: 'SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal', rows: [['0']] } },
        },
        {
          title: 'a schema with its tables',
          history: ['CREATE SCHEMA app; CREATE TABLE app.logs (id int);'],
          sql: 'DROP SCHEMA IF EXISTS app CASCADE;',
          reports: ['takesAlong'],
          proof: { afterwards: { sql: 'SELECT * FROM app.logs', error: '42P01' } },
        },
      ],
      good: [
        {
          title: 'nothing depends on it',
          history: ['CREATE TABLE logs (id serial PRIMARY KEY, at date); CREATE INDEX i ON logs (at);'],
          sql: 'DROP TABLE logs CASCADE;\nDROP TABLE IF EXISTS scratch CASCADE;',
        },
        {
          title: 'what depends on it is dropped by name, too',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (author int REFERENCES users); CREATE VIEW here AS SELECT id FROM users;',
          ],
          sql: 'DROP TABLE users CASCADE;\nDROP VIEW IF EXISTS here;\nDROP TABLE posts CASCADE;',
        },
        {
          title: 'views that are made again',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, name text); CREATE VIEW ids AS SELECT id FROM users; CREATE VIEW few AS SELECT id FROM ids;',
          ],
          sql: 'DROP VIEW ids CASCADE;\nCREATE VIEW ids AS SELECT id, name FROM users;\nCREATE VIEW few AS SELECT id FROM ids;',
        },
        {
          title: 'a foreign key that is made again under another name',
          history: [
            'CREATE TABLE users (id int CONSTRAINT pk PRIMARY KEY); CREATE TABLE posts (author int REFERENCES users);',
          ],
          sql: 'ALTER TABLE users DROP CONSTRAINT pk CASCADE;\nALTER TABLE users ADD PRIMARY KEY (id);\nALTER TABLE posts ADD CONSTRAINT author FOREIGN KEY (author) REFERENCES users;',
        },
        {
          title: 'partitions go with their table',
          history: [
            'CREATE TABLE logs (id int) PARTITION BY RANGE (id); CREATE TABLE logs_1 PARTITION OF logs DEFAULT;',
          ],
          sql: 'DROP TABLE logs CASCADE;',
        },
        {
          title: 'an own index, and one that was made in this deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text); CREATE INDEX i ON users (name);'],
          sql: 'CREATE VIEW names AS SELECT name FROM users;\nALTER TABLE users DROP COLUMN name CASCADE;',
        },
        {
          title: 'without CASCADE',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'DROP TABLE users;',
        },
      ],
    },
  },
  on: {
    DropTable: judge,
    DropView: judge,
    DropMaterializedView: judge,
    DropType: judge,
    DropSequence: judge,
    DropFunction: judge,
    DropObject: judge,
    DropColumn: judge,
    DropConstraint: judge,
  },
});

/** How many things are named; of more, the rest is counted. */
const SHOWN = 4;

type Context = RuleContext<typeof messages, NoOptions>;

/** A statement can drop several objects: it is judged as a whole, once its last one is gone. */
function judge(drop: CascadingDrop, context: Context): void {
  if (drop.behavior !== 'cascade') return;
  const drops = dropsWith(drop, context);
  const [first] = drops;
  if (first === undefined || drops.at(-1) !== drop) return;
  const taking = drops.flatMap((one, index) => {
    const next = drops[index + 1];
    const lost = lostWith(
      one,
      next === undefined ? context.catalogAfter : context.catalogBefore(next),
      context,
    );
    return lost.length === 0 ? [] : [{ dropped: nameOf(one), lost }];
  });
  const lost = taking.flatMap((one) => one.lost);
  if (lost.length === 0) return;
  const areTriggers = lost.every(({ kind }) => kind === 'trigger');
  // Triggers are of no use without their function: whoever drops many with CASCADE means them.
  const isMeant = drop.kind === 'DropFunction' && areTriggers;
  context.report({
    messageId: 'takesAlong',
    at: { operation: first, part: 'cascade' },
    data: {
      dropped: shortList(
        taking.map(({ dropped }) => dropped),
        SHOWN,
      ),
      others: shortList(
        lost.map(({ text }) => text),
        SHOWN,
        areTriggers ? 'triggers' : 'things',
      ),
    },
    ...(isMeant && { severity: 'warning' }),
  });
}

/** The drops of an operation's statement; an action of ALTER TABLE is one by itself. */
function dropsWith(drop: CascadingDrop, { deploy }: Context): readonly CascadingDrop[] {
  if (drop.action !== undefined) return [drop];
  const isAlike = (other: Operation): other is CascadingDrop => other.kind === drop.kind;
  return operationsOfStatement(drop.statement, deploy).filter(isAlike);
}

function lostWith(
  drop: CascadingDrop,
  after: Catalog,
  { catalogAfterDeploy, catalogBefore, deploy }: Context,
): readonly DroppedAlong[] {
  return droppedAlong(drop, {
    before: catalogBefore(drop),
    after,
    final: catalogAfterDeploy,
    firstIndex: deploy[0]?.index ?? 0,
    isDropped: (relation) => isDropped(relation, deploy),
  });
}

function nameOf(drop: CascadingDrop): string {
  switch (drop.kind) {
    case 'DropTable':
      return displayName(drop.table);
    case 'DropView':
    case 'DropMaterializedView':
      return displayName(drop.view);
    case 'DropType':
      return displayName(drop.type);
    case 'DropSequence':
      return displayName(drop.sequence);
    case 'DropFunction':
      return `the ${drop.routineKind} ${displayName(drop.routine)}`;
    case 'DropObject':
      return quoteIdentifier(drop.object.name);
    case 'DropColumn':
      return `${displayName(drop.table)}.${quoteIdentifier(drop.column)}`;
    case 'DropConstraint':
      return quoteIdentifier(drop.constraint);
    default:
      return drop satisfies never;
  }
}

function isDropped(relation: ObjectName, deploy: Parameters<typeof operationsOfKind>[1]): boolean {
  const isIt = ({ name, schema }: ObjectName): boolean =>
    name === relation.name && (schema === undefined || schema === relation.schema);
  return (
    operationsOfKind('DropTable', deploy).some(({ table }) => isIt(table)) ||
    operationsOfKind('DropView', deploy).some(({ view }) => isIt(view)) ||
    operationsOfKind('DropMaterializedView', deploy).some(({ view }) => isIt(view))
  );
}
