import {
  defineRule,
  displayName,
  editFix,
  isRollbackProven,
  moveAfter,
  quoteIdentifier,
  removeAction,
  shortList,
  type FixRequest,
  type Refusal,
  type RollbackOutcome,
  type RollbackStep,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-misordered-rollback',
    summary: 'Disallow a rollback whose steps stand in an order that PostgreSQL refuses',
    rationale:
      'What was built last has to go first: PostgreSQL refuses to drop a table that a foreign key, a view or a function still needs, and ' +
      'stops at a step about something that an earlier one took along. The rollback then does nothing, or half of it. CASCADE is no way ' +
      'out: it also takes what later migrations have built.',
    instead:
      'Undo the migration from its last statement to its first.\n\n' +
      '```sql\n-- migration\nCREATE TABLE "seasons" ("id" SERIAL PRIMARY KEY);\n' +
      'CREATE TABLE "passes" ("id" SERIAL PRIMARY KEY, "season_id" INT REFERENCES "seasons");\n\n' +
      '-- rollback\nDROP TABLE "passes";\nDROP TABLE "seasons";\n```',
    policy: ['RB2'],
    needs: ['proofs'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'edits' },
    messages: {
      neededLater: {
        what: 'The rollback stops here with {{code}}: {{dependants}} still {{need}} {{object}}, and {{go}} only further on.',
        help: 'Move this behind the steps that take them away.',
      },
      stillNeeded: {
        what: 'The rollback stops here with {{code}}: {{dependants}} still {{need}} {{object}}, and {{stay}}.',
        help: 'Take them away before this, or leave it as it is. CASCADE would take along whatever depends on it by then.',
      },
      gone: {
        what: 'The rollback stops here with {{code}}: {{object}} went with an earlier step.',
        help: 'Take this step out, or move it before the one that takes {{object}} along.',
      },
      inTheWay: {
        what: 'The rollback stops here with {{code}}: {{object}} is still there, and goes only further on.',
        help: 'Move this behind the step that takes it away.',
      },
    },
    examples: {
      bad: [
        {
          title: 'the referenced table first',
          sql: 'CREATE TABLE seasons (id int PRIMARY KEY);\nCREATE TABLE passes (id int PRIMARY KEY, season int REFERENCES seasons);',
          rollback: 'DROP TABLE seasons;\nDROP TABLE passes;',
          reports: ['neededLater'],
          fixed: { rollback: 'DROP TABLE passes;\nDROP TABLE seasons;' },
          proof: { rollback: { error: '2BP01' } },
        },
        {
          title: 'the type before its column',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "CREATE TYPE role AS ENUM ('a');\nALTER TABLE users ADD COLUMN role role;",
          rollback: 'DROP TYPE role;\nALTER TABLE users DROP COLUMN role;',
          reports: ['neededLater'],
          fixed: { rollback: 'ALTER TABLE users DROP COLUMN role;\nDROP TYPE role;' },
          proof: { rollback: { error: '2BP01' } },
        },
        {
          title: 'the table before its view',
          sql: 'CREATE TABLE t (id int);\nCREATE VIEW v AS SELECT id FROM t;',
          rollback: 'DROP TABLE t;\nDROP VIEW v;',
          reports: ['neededLater'],
          fixed: { rollback: 'DROP VIEW v;\nDROP TABLE t;' },
          proof: { rollback: { error: '2BP01' } },
        },
        {
          title: 'the function before its trigger',
          history: ['CREATE TABLE t (id int);'],
          sql: 'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;\nCREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();',
          rollback: 'DROP FUNCTION touch;\nDROP TRIGGER touch ON t;',
          reports: ['neededLater'],
          fixed: { rollback: 'DROP TRIGGER touch ON t;\nDROP FUNCTION touch;' },
          proof: { rollback: { error: '2BP01' } },
        },
        {
          title: 'an index after its table, and a constraint after its column',
          history: ['CREATE TABLE u (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE t (id int);\nCREATE INDEX t_id_idx ON t (id);\nALTER TABLE u ADD COLUMN c int CONSTRAINT u_c UNIQUE;',
          rollback:
            'DROP TABLE t;\nDROP INDEX t_id_idx;\nALTER TABLE u DROP COLUMN c;\nALTER TABLE u DROP CONSTRAINT u_c;',
          reports: ['gone', 'gone'],
          fixed: { rollback: 'DROP TABLE t;\nALTER TABLE u DROP COLUMN c;' },
          proof: { rollback: { error: '42704' } },
        },
        {
          title: 'a view that nothing takes away',
          history: ['CREATE TABLE t (id int);'],
          sql: 'ALTER TABLE t ADD COLUMN a int;\nCREATE VIEW v AS SELECT a FROM t;',
          rollback: 'ALTER TABLE t DROP COLUMN a;',
          reports: ['stillNeeded'],
          proof: { rollback: { error: '2BP01' } },
        },
        {
          title: 'a type that goes back under a view',
          history: ['CREATE TABLE t (id int);'],
          sql: 'ALTER TABLE t ALTER id TYPE bigint;\nCREATE VIEW v AS SELECT id FROM t;',
          rollback: 'ALTER TABLE t ALTER id TYPE int;\nDROP VIEW v;',
          reports: ['neededLater'],
          fixed: { rollback: 'DROP VIEW v;\nALTER TABLE t ALTER id TYPE int;' },
          proof: { rollback: { error: '0A000' } },
        },
        {
          title: 'the index of a constraint',
          history: ['CREATE TABLE t (id int);'],
          sql: 'ALTER TABLE t ADD CONSTRAINT t_id_key UNIQUE (id);',
          rollback: 'DROP INDEX IF EXISTS t_id_key;',
          reports: ['stillNeeded'],
          proof: { rollback: { error: '2BP01' } },
        },
        {
          title: 'the old one made before the new one goes',
          history: ['CREATE VIEW v AS SELECT 1 AS a;'],
          sql: 'DROP VIEW v;\nCREATE VIEW v AS SELECT 1 AS a, 2 AS b;',
          rollback: 'CREATE VIEW v AS SELECT 1 AS a;\nDROP VIEW v;',
          reports: ['inTheWay'],
          fixed: { rollback: 'DROP VIEW v;\nCREATE VIEW v AS SELECT 1 AS a;' },
          proof: { rollback: { error: '42P07' } },
        },
      ],
      good: [
        {
          title: 'both tables in one DROP',
          sql: 'CREATE TABLE seasons (id int PRIMARY KEY);\nCREATE TABLE passes (id int PRIMARY KEY, season int REFERENCES seasons);',
          rollback: 'DROP TABLE seasons, passes;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'the foreign key first',
          sql: 'CREATE TABLE seasons (id int PRIMARY KEY);\nCREATE TABLE passes (id int PRIMARY KEY, season int REFERENCES seasons);',
          rollback:
            'ALTER TABLE passes DROP CONSTRAINT passes_season_fkey;\nDROP TABLE seasons;\nDROP TABLE passes;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'what PostgreSQL takes along by itself',
          sql: "CREATE SEQUENCE s;\nCREATE TABLE t (id int DEFAULT nextval('s') PRIMARY KEY, parent int REFERENCES t, CHECK (id > parent));\nALTER SEQUENCE s OWNED BY t.id;\nCREATE INDEX ON t (parent);\nALTER TABLE t ENABLE ROW LEVEL SECURITY;\nCREATE POLICY p ON t USING (id > 0);",
          rollback: 'DROP TABLE t;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'IF EXISTS after the table is gone',
          sql: 'CREATE TABLE t (id int);\nCREATE INDEX t_id_idx ON t (id);',
          rollback:
            'DROP TABLE t;\nDROP INDEX IF EXISTS t_id_idx;\nDROP TRIGGER IF EXISTS touch ON t;\nALTER TABLE IF EXISTS t DROP COLUMN id;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'partitions with their parent',
          sql: 'CREATE TABLE t (id int) PARTITION BY RANGE (id);\nCREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (1) TO (2);',
          rollback: 'DROP TABLE t;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a column that a view does not name',
          history: ['CREATE TABLE t (id int);'],
          sql: 'ALTER TABLE t ADD COLUMN a int;\nCREATE VIEW v AS SELECT id FROM t;',
          rollback: 'ALTER TABLE t DROP COLUMN a;\nDROP VIEW v;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a step that a DO block asks for first',
          sql: 'CREATE TABLE t (id int);\nCREATE VIEW v AS SELECT id FROM t;',
          rollback:
            "DO $$ BEGIN IF EXISTS (SELECT FROM pg_views WHERE viewname = 'v') THEN DROP VIEW v; END IF; END $$;\nDROP TABLE t;",
          proof: { rollback: { restores: true } },
        },
      ],
    },
  },
  on: {
    Rollback({ rollbackOutcome: outcome, proof }, { report }) {
      // PostgreSQL has run it in this order.
      if (isRollbackProven(proof)) return;
      for (const step of outcome?.steps ?? []) {
        const { operation, refusal } = step;
        if (refusal?.kind === 'needed') {
          const { code, by, name, later } = refusal;
          const [need, go, stay] = by.length === 1 ? ['needs', 'goes', 'stays'] : ['need', 'go', 'stay'];
          const data = { code, object: name, dependants: shortList(by, 4), need };
          if (later)
            report({
              messageId: 'neededLater',
              at: operation,
              data: { ...data, go },
              fix: movedFix(step, outcome),
            });
          else report({ messageId: 'stillNeeded', at: operation, data: { ...data, stay } });
        } else if (refusal?.kind === 'missing' && refusal.gone)
          report({
            messageId: 'gone',
            at: operation,
            data: { code: refusal.code, object: objectText(refusal) },
            fix: leftOutFix(step, outcome),
          });
        else if (refusal?.kind === 'exists' && refusal.later)
          report({
            messageId: 'inTheWay',
            at: operation,
            data: { code: refusal.code, object: objectText(refusal) },
            fix: movedFix(step, outcome),
          });
      }
    },
  },
});

/** Behind the statement that clears its way; nothing for one of several that a statement does. */
function movedFix(step: RollbackStep, outcome: RollbackOutcome | undefined): FixRequest | undefined {
  const { refusal, statement } = step;
  const until = refusal?.kind === 'needed' || refusal?.kind === 'exists' ? refusal.until : undefined;
  if (until === undefined || until === statement || !isWhole(step, outcome)) return undefined;
  return editFix('safe', 'moves it behind what takes them away', moveAfter(statement, until));
}

function leftOutFix(step: RollbackStep, outcome: RollbackOutcome | undefined): FixRequest | undefined {
  const isAction = step.operation.action !== undefined && step.operation.statement === step.statement;
  if (!isAction && !isWhole(step, outcome)) return undefined;
  return editFix('safe', 'takes it out', removeAction(step.operation));
}

/** Whether a step is all that its statement does. */
function isWhole({ operation, statement }: RollbackStep, outcome: RollbackOutcome | undefined): boolean {
  const same = outcome?.steps.filter((step) => step.statement === statement) ?? [];
  return operation.statement === statement && same.length === 1;
}

function objectText({ name, on }: Extract<Refusal, { readonly kind: 'missing' | 'exists' }>): string {
  return on === undefined ? quoteIdentifier(name) : `${quoteIdentifier(name)} of ${displayName(on)}`;
}
