import {
  allowsCommitInBody,
  callBarrier,
  callEndsTransaction,
  defineRule,
  isAloneInFile,
  moveFix,
  outsideTransactionAdvice,
  routineOf,
  type BodyTransactionControl,
  type Call,
  type Migration,
  type NoOptions,
  type Operation,
  type RuleContext,
} from 'migration-lint';

const messages = {
  together: {
    what: '{{command}} fails here: {{runner}} sends the statements of this file as one query, which PostgreSQL runs in one transaction, and a body cannot end it (2D000).',
    help: '{{advice}}',
  },
  wrapped: {
    what: '{{command}} fails here: {{runner}} runs this file in a transaction, and a body cannot end it (2D000).',
    help: '{{advice}}',
  },
  unknownRunner: {
    what: '{{command}} fails if the runner opens a transaction for this file, or sends it together with other statements: a body cannot end that (2D000).',
    help: '{{advice}}',
  },
  explicit: {
    what: '{{command}} fails between BEGIN and COMMIT: a body cannot end the transaction around it (2D000).',
    help: 'Take the BEGIN and COMMIT around it away. {{advice}}',
  },
  handled: {
    what: '{{command}} fails in a block with an EXCEPTION clause: the block is a subtransaction, in which no transaction can end (2D000).',
    help: 'Move the {{command}} behind the END of that block.',
  },
  restricted: {
    what: '{{command}} fails in a procedure with {{barrier}} whenever it is called: PostgreSQL must undo that option at its end, and lets no transaction end before (2D000).',
    help: 'Take {{barrier}} away from the procedure, and write names with their schema instead.',
  },
  callRestricted: {
    what: 'This CALL fails at the COMMIT or ROLLBACK of {{routine}}: no transaction can end in a procedure with {{barrier}} (2D000).',
    help: 'Take {{barrier}} away from the procedure, and write names with their schema instead.',
  },
  callHandled: {
    what: 'This CALL fails at the COMMIT or ROLLBACK of the procedure: it stands in a block with an EXCEPTION clause, a subtransaction, in which no transaction can end (2D000).',
    help: 'Move the CALL behind the END of that block.',
  },
  callInFunction: {
    what: 'This CALL fails in a function whenever that is called: the procedure commits or rolls back, and only procedures and DO blocks can end a transaction (2D000).',
    help: 'Make a procedure of the function and CALL it.',
  },
  inFunction: {
    what: '{{command}} fails in a function whenever it is called: only procedures and DO blocks can end a transaction (2D000).',
    help: 'Make a procedure of it and CALL it, or take the {{command}} out.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-commit-in-transaction',
    summary: 'Disallow `COMMIT` and `ROLLBACK` in bodies that run inside a transaction',
    rationale:
      'A DO block or procedure can end a transaction only if PostgreSQL began it for that statement alone. Inside BEGIN … COMMIT, of the file ' +
      'or of the runner, and in the implicit transaction of several statements that were sent as one query, COMMIT fails with 2D000, ' +
      '`invalid transaction termination`. The first batch is rolled back, and the migration has failed. Prisma sends every file with a ' +
      'DO block as one query, in all versions, so that the block must be alone in its migration. A function is always inside a transaction.',
    instead:
      'Give the block a migration of its own, without a transaction. For Prisma, alone in the file is enough; other tools want to be told:\n\n' +
      '```sql\n-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\nDO $$\nBEGIN\n  LOOP\n    DELETE FROM events WHERE id IN (SELECT id FROM events WHERE expired LIMIT 5000);\n    EXIT WHEN NOT FOUND;\n    COMMIT;\n  END LOOP;\nEND $$;\n-- +goose StatementEnd\n```',
    policy: ['BF4'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    messages,
    examples: {
      bad: [
        {
          title: 'a DO block beside another statement',
          history: ['CREATE TABLE "Product" ("id" INT PRIMARY KEY, "oldField" TEXT);'],
          sql: `ALTER TABLE "Product" ADD COLUMN "searchText" TEXT;

DO $$
DECLARE n int;
BEGIN
  LOOP
    UPDATE "Product" SET "searchText" = lower("oldField")
    WHERE "id" IN (SELECT "id" FROM "Product" WHERE "searchText" IS NULL AND "oldField" IS NOT NULL LIMIT 10);
    GET DIAGNOSTICS n = ROW_COUNT;
    EXIT WHEN n = 0;
    COMMIT;
  END LOOP;
END $$;`,
          reports: ['together'],
          proof: { rows: `INSERT INTO "Product" VALUES (1, 'x');`, error: '2D000' },
        },
        {
          title:
            'also where the runner sends statement by statement, but cannot split a file with a DO block',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN plan text;\nDO $$ BEGIN COMMIT; END $$;',
          reports: ['together'],
        },
        {
          title: 'a runner that opens a transaction for each file',
          runner: 'wrapping',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'DO $$ BEGIN\n  DELETE FROM users WHERE id = 1;\n  COMMIT;\n  DELETE FROM users WHERE id = 2;\n  COMMIT;\nEND $$;',
          reports: ['wrapped'],
          proof: { error: '2D000' },
        },
        {
          title: 'a runner that nobody knows',
          runner: 'plain',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN plan text;\nDO $$ BEGIN ROLLBACK; END $$;',
          reports: ['unknownRunner'],
          proof: { error: '2D000' },
        },
        {
          title: 'between BEGIN and COMMIT',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'BEGIN;\nDO $$ BEGIN COMMIT; END $$;\nCOMMIT;',
          reports: ['explicit'],
          fixed: 'DO $$ BEGIN COMMIT; END $$;',
          proof: { error: '2D000' },
        },
        {
          title: 'CALL of a procedure that commits',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE PROCEDURE purge() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM users; COMMIT; END $$;',
          ],
          sql: 'ALTER TABLE users ADD COLUMN plan text;\nCALL purge();',
          reports: ['together'],
          fixed: { scripts: ['ALTER TABLE users ADD COLUMN plan text;', 'CALL purge();'] },
          proof: { error: '2D000' },
        },
        {
          title: 'in a block with an EXCEPTION clause',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: `DO $$
BEGIN
  FOR batch IN 1..10 LOOP
    BEGIN
      DELETE FROM users WHERE id % 10 = batch;
      COMMIT;
    EXCEPTION WHEN foreign_key_violation THEN
      RAISE NOTICE 'batch % is in use', batch;
    END;
  END LOOP;
END $$;`,
          reports: ['handled'],
          proof: { error: '2D000' },
        },
        {
          title: 'in a function',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE FUNCTION purge() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM users; COMMIT; END $$;',
          reports: ['inFunction'],
          proof: { afterwards: { sql: 'SELECT purge();', error: '2D000' } },
        },
        {
          title: 'in a procedure that is SECURITY DEFINER',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE PROCEDURE purge() LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN DELETE FROM users; COMMIT; END $$;',
          reports: ['restricted'],
          proof: { afterwards: { sql: 'CALL purge();', error: '2D000' } },
        },
        {
          title: 'CALL of a procedure with a SET clause, though it is alone',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE PROCEDURE purge() LANGUAGE plpgsql SET search_path = public AS $$ BEGIN DELETE FROM users; COMMIT; END $$;',
          ],
          sql: 'CALL purge();',
          reports: ['callRestricted'],
          proof: { error: '2D000' },
        },
        {
          title: 'CALL of a procedure that calls one that commits',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE PROCEDURE purge() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM users; COMMIT; END $$; CREATE PROCEDURE tidy() LANGUAGE plpgsql AS $$ BEGIN CALL purge(); END $$;',
          ],
          sql: 'ALTER TABLE users ADD COLUMN plan text;\nCALL tidy();',
          reports: ['together'],
          proof: { error: '2D000' },
        },
        {
          title: 'CALL in a function',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE PROCEDURE purge() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM users; COMMIT; END $$;',
          ],
          sql: 'CREATE FUNCTION tidy() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL purge(); END $$;',
          reports: ['callInFunction'],
          proof: { afterwards: { sql: 'SELECT tidy();', error: '2D000' } },
        },
        {
          title: 'CALL in a block with an EXCEPTION clause',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE PROCEDURE purge() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM users; COMMIT; END $$;',
          ],
          sql: `DO $$
BEGIN
  CALL purge();
EXCEPTION WHEN foreign_key_violation THEN
  RAISE NOTICE 'in use';
END $$;`,
          reports: ['callHandled'],
          proof: { error: '2D000' },
        },
      ],
      good: [
        {
          title: 'a DO block alone in its migration',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: '-- nothing else in this file\nDO $$ BEGIN\n  DELETE FROM users WHERE id = 1;\n  COMMIT;\nEND $$;',
          proof: {
            rows: 'INSERT INTO users VALUES (1), (2);',
            query: { sql: 'SELECT count(*) FROM users', rows: [['1']] },
          },
        },
        {
          title: 'a procedure, called alone in the next migration',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: [
            'CREATE PROCEDURE purge() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM users; COMMIT; END $$;',
            'CALL purge();',
          ],
          proof: {
            rows: 'INSERT INTO users VALUES (1), (2);',
            query: { sql: 'SELECT count(*) FROM users', rows: [['0']] },
          },
        },
        {
          title: 'behind such a block, and in its handler',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: `DO $$
BEGIN
  FOR batch IN 0..9 LOOP
    BEGIN
      DELETE FROM users WHERE id % 10 = batch;
      IF batch = 5 THEN RAISE foreign_key_violation; END IF;
    EXCEPTION WHEN foreign_key_violation THEN
      COMMIT;
    END;
    COMMIT;
  END LOOP;
END $$;`,
          proof: {
            rows: 'INSERT INTO users SELECT n FROM generate_series(1, 50) AS n;',
            query: { sql: 'SELECT count(*) FROM users', rows: [['5']] },
          },
        },
        {
          title: 'CALL of a procedure that does not commit',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE PROCEDURE purge() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM users; END $$;',
          ],
          sql: 'ALTER TABLE users ADD COLUMN plan text;\nCALL purge();',
          proof: { query: { sql: 'SELECT count(*) FROM users', rows: [['0']] } },
        },
        {
          title: 'CALL of procedures that call each other, alone in its migration',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE PROCEDURE purge() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM users; COMMIT; END $$; CREATE PROCEDURE tidy(again boolean) LANGUAGE plpgsql AS $$ BEGIN IF again THEN CALL tidy(false); END IF; CALL purge(); END $$;',
          ],
          sql: 'CALL tidy(true);',
          proof: { query: { sql: 'SELECT count(*) FROM users', rows: [['0']] } },
        },
        {
          title: 'a procedure that calls itself and never commits',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE PROCEDURE tidy(again boolean) LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN IF again THEN CALL tidy(false); END IF; END $$;',
          ],
          sql: 'ALTER TABLE users ADD COLUMN plan text;\nCALL tidy(true);',
          proof: { query: { sql: 'SELECT count(*) FROM users', rows: [['0']] } },
        },
      ],
    },
  },
  on: {
    BodyTransactionControl(op, context) {
      const { migration, report } = context;
      const command = op.command.toUpperCase();
      const { tree } = op.statement;
      // One finding for a body, at the first place where it fails.
      const isFirst = (fails: (other: BodyTransactionControl) => boolean): boolean =>
        migration.operations.find(
          (other) => other.kind === 'BodyTransactionControl' && other.statement.tree === tree && fails(other),
        ) === op;
      const routine = op.run === 'called' ? routineOf(op) : undefined;
      if (routine?.isProcedure === false) {
        if (isFirst(() => true)) report({ messageId: 'inFunction', at: op, data: { command } });
      } else if (routine?.barrier !== undefined) {
        const data = { command, barrier: routine.barrier };
        if (isFirst(() => true)) report({ messageId: 'restricted', at: op, data });
      } else if (op.run !== 'called' && !isAllowed(op, context)) {
        if (isFirst(() => true)) judge(op, command, context);
      } else if (op.guarded && isFirst(({ guarded }) => guarded)) {
        report({ messageId: 'handled', at: op, data: { command } });
      }
    },
    Call(op, context) {
      if (!callEndsTransaction(op, context.catalog)) return;
      if (op.body !== undefined && routineOf({ statement: op.body })?.isProcedure === false)
        context.report({ messageId: 'callInFunction', at: op });
      else if (op.run !== 'called' && !isAllowed(op, context))
        judge(op, 'The COMMIT or ROLLBACK of this procedure', context);
      else if (op.guarded === true) context.report({ messageId: 'callHandled', at: op });
      else judgeBarrier(op, context);
    },
  },
});

type Context = RuleContext<typeof messages, NoOptions>;

function isAllowed(op: Operation, { project, transactionOf }: Context): boolean {
  return allowsCommitInBody(transactionOf(op), project.postgresVersion);
}

/** A procedure that the same migration makes is told of at its COMMIT. */
function judgeBarrier(op: Call, { catalog, migration, report }: Context): void {
  const { routine, barrier } = callBarrier(op, catalog) ?? {};
  if (routine === undefined || barrier === undefined) return;
  const { tree } = routine.origin.statement;
  if (migration.operations.some(({ statement }) => statement.tree === tree)) return;
  const { schema, name } = routine.name;
  report({ messageId: 'callRestricted', at: op, data: { routine: { schema, name }, barrier } });
}

function judge(op: Operation, command: string, context: Context): void {
  const { migration, project, report, transactionOf } = context;
  const { runner } = project;
  const transaction = transactionOf(op);
  const subject = op.kind === 'Call' ? 'the CALL' : 'the DO block';
  const alone = isAloneInFile(migration.script);
  const advice = outsideTransactionAdvice(runner, { subject, transaction, alone });
  const fix = moveFix(written(op, migration), context);
  if (transaction.kind === 'explicit')
    return report({ messageId: 'explicit', at: op, data: { command, advice }, fix });
  if ((runner.assumed === true && runner.name !== 'prisma') || runner.name === 'plain')
    return report({
      messageId: 'unknownRunner',
      at: op,
      data: { command, advice },
      severity: 'warning',
      fix,
    });
  const messageId = transaction.kind === 'runner' ? 'wrapped' : 'together';
  report({ messageId, at: op, data: { command, runner: runner.label, advice }, fix });
}

/** The DO block or CALL as it stands in the script, by what it does: the rows that it writes name the new migration. */
function written(op: Operation, { script, operations }: Migration): readonly Operation[] {
  const whole = script?.statements.find(({ tree }) => tree === op.statement.tree);
  const isOwn = ({ statement }: Operation): boolean => statement === whole;
  return op.kind === 'Call' ? [op] : operations.filter(isOwn).slice(0, 1);
}
