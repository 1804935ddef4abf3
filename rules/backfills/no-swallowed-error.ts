import {
  callsRoutineInDeploy,
  defineRule,
  swallowedErrors,
  type CreateFunction,
  type Do,
  type NoOptions,
  type RuleContext,
} from 'migration-lint';

const messages = {
  swallows: {
    what: 'WHEN OTHERS with nothing but NULL: whatever error comes, what the block has done is undone, the migration counts as applied, and nobody ever knows.',
    help: 'Take the handler out, so that the migration stops with its error; or name the one error that is expected (WHEN duplicate_object THEN NULL).',
  },
  onlyMentions: {
    what: 'WHEN OTHERS with a message alone: whatever error comes, what the block has done is undone, the migration counts as applied, and a line in a log that nobody reads is all there is.',
    help: 'Take the handler out, or end it with RAISE, so that the migration stops with its error; or name the one error that is expected (WHEN duplicate_object THEN NULL).',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-swallowed-error',
    summary: 'Disallow exception handlers that swallow every error',
    rationale:
      'A PL/pgSQL block with EXCEPTION WHEN OTHERS THEN NULL succeeds whatever happens in it: a missing table, a full disk, a lock ' +
      'timeout. PostgreSQL takes back what the block did, the runner records the migration as applied, and the next one builds on what is ' +
      'not there. RAISE NOTICE in it changes nothing about that. A handler that names the error it waits for, as the ' +
      'duplicate_object around CREATE TYPE, raises the error again or does something about it is fine.',
    instead:
      'Let errors stop the migration, and ask for what may be there already:\n\n' +
      "```sql\nDO $$ BEGIN\n  CREATE TYPE mood AS ENUM ('ok');\nEXCEPTION\n  WHEN duplicate_object THEN NULL;\nEND $$;\n```",
    whenNotToUse: 'Where a step is meant to be optional, and something else looks whether it was done.',
    policy: ['BF9'],
    presets: ['recommended'],
    severity: 'warning',
    messages,
    examples: {
      bad: [
        {
          title: 'THEN NULL',
          history: ['CREATE TABLE users (id int PRIMARY KEY, age text);'],
          sql: 'DO $$ BEGIN\n  UPDATE users SET age = age::int + 1;\nEXCEPTION\n  WHEN OTHERS THEN NULL;\nEND $$;',
          reports: ['swallows'],
          proof: {
            rows: "INSERT INTO users VALUES (1, '7'), (2, 'old');",
            query: { sql: 'SELECT age FROM users ORDER BY id', rows: [['7'], ['old']] },
          },
        },
        {
          title: 'a notice, which is all there is',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "DO $$ BEGIN\n  ALTER TABLE users ADD CONSTRAINT positive CHECK (id > 0);\nEXCEPTION WHEN duplicate_object OR others THEN\n  RAISE NOTICE 'could not add it: %', SQLERRM;\nEND $$;",
          reports: ['onlyMentions'],
          proof: {
            rows: 'INSERT INTO users VALUES (-1);',
            query: { sql: "SELECT count(*) FROM pg_constraint WHERE conname = 'positive'", rows: [['0']] },
          },
        },
        {
          title: 'in a loop, in a procedure that the deploy calls',
          history: ['CREATE TABLE users (id int PRIMARY KEY, age text);'],
          sql: 'CREATE PROCEDURE grow() LANGUAGE plpgsql AS $$\nDECLARE u record;\nBEGIN\n  FOR u IN SELECT * FROM users LOOP\n    BEGIN\n      UPDATE users SET age = u.age::int + 1 WHERE id = u.id;\n    EXCEPTION WHEN OTHERS THEN\n      CONTINUE;\n    END;\n  END LOOP;\nEND $$;\nCALL grow();',
          reports: ['swallows'],
        },
      ],
      good: [
        {
          title: 'the error that is expected, by its name',
          sql: "DO $$ BEGIN\n  CREATE TYPE mood AS ENUM ('ok');\nEXCEPTION\n  WHEN duplicate_object THEN null;\nEND $$;",
        },
        {
          title: 'a foreign key that may be there, as Drizzle writes it',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (author int);'],
          sql: 'DO $$ BEGIN\n ALTER TABLE "posts" ADD CONSTRAINT "author" FOREIGN KEY ("author") REFERENCES "users"("id");\nEXCEPTION\n WHEN duplicate_object THEN null;\nEND $$;',
        },
        {
          title: 'raised again, or as another error',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "DO $$ BEGIN\n  UPDATE users SET id = id + 1;\nEXCEPTION WHEN OTHERS THEN\n  RAISE NOTICE 'no: %', SQLERRM;\n  RAISE;\nEND $$;\nDO $$ BEGIN\n  UPDATE users SET id = id - 1;\nEXCEPTION WHEN OTHERS THEN\n  RAISE EXCEPTION 'no';\nEND $$;",
        },
        {
          title: 'a handler that does something about it',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE errors (message text);'],
          sql: 'DO $$ BEGIN\n  UPDATE users SET id = id + 1;\nEXCEPTION WHEN OTHERS THEN\n  INSERT INTO errors VALUES (SQLERRM);\nEND $$;',
        },
        {
          title: 'what a trigger does later is another matter',
          sql: 'CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n  PERFORM pg_notify($1, $2);\n  RETURN NEW;\nEXCEPTION WHEN OTHERS THEN\n  RETURN NEW;\nEND $$;',
        },
        {
          title: 'nothing that could go missing',
          sql: 'DO $$\nDECLARE n int;\nBEGIN\n  n := 1 / 0;\nEXCEPTION WHEN OTHERS THEN\n  n := 0;\nEND $$;',
        },
      ],
    },
  },
  on: {
    Do: judge,
    CreateFunction(operation, context) {
      if (callsRoutineInDeploy(operation.routine, context.deploy)) judge(operation, context);
    },
  },
});

function judge(operation: Do | CreateFunction, { report }: RuleContext<typeof messages, NoOptions>): void {
  if (operation.run === 'called') return;
  for (const { place, mentions } of swallowedErrors(operation.statement))
    report({ messageId: mentions ? 'onlyMentions' : 'swallows', at: place });
}
