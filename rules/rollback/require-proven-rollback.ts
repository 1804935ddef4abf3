import { defineRule, isRollbackProven } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-proven-rollback',
    summary: 'Require a recorded proof that the rollback works',
    rationale:
      'A rollback that was never run is a guess, and it is needed when nobody has time for one. `migration-lint verify --record` runs ' +
      'the migration, its rollback and the migration again on a PostgreSQL, and records in `.migrationlint-proofs.json` that the schema ' +
      'was the same before and after. The proof counts as long as the migration, its rollback, all migrations before it, `verify.prelude` and the way the tool sends scripts ' +
      'are what they were. A rollback that only says with RAISE that there is no way back has nothing to prove.',
    instead:
      'Prove it, and commit the file of proofs together with the migration:\n\n' +
      '```sh\nmigration-lint verify --record\ngit add .migrationlint-proofs.json\n```',
    whenNotToUse:
      'Where the pipeline runs `migration-lint verify` itself on every pull request: that is a proof of what is there now.',
    policy: ['RB3'],
    presets: ['strict'],
    severity: 'warning',
    needs: ['proofs'],
    messages: {
      missing: {
        what: 'Nobody has proven that the rollback of {{migration}} works.',
        help: 'Run `migration-lint verify --record`, and commit the proofs with it.',
      },
      stale: {
        what: 'The proof that the rollback of {{migration}} works is of {{date}}, and something that it depends on has changed since: the migration, its rollback, a migration before it, verify.prelude or the tool.',
        help: 'Run `migration-lint verify --record` again, and commit the proofs with it.',
      },
      unproven: {
        what: '`verify` has run {{migration}} on {{engine}}, and did not prove that its rollback works.',
        help: 'Run `migration-lint verify` to see why, mend the rollback, and record it with --record.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a rollback that nobody has run',
          sql: 'CREATE TABLE users (id int PRIMARY KEY);',
          rollback: 'DROP TABLE users;',
          reports: ['missing'],
        },
        {
          title: 'a migration that was changed after its proof',
          recorded: 'stale',
          sql: 'CREATE TABLE users (id int PRIMARY KEY, email text);',
          rollback: 'DROP TABLE users;',
          reports: ['stale'],
        },
        {
          title: 'a proof that says nothing of the rollback, since there was none',
          recorded: 'applies',
          sql: 'CREATE TABLE users (id int PRIMARY KEY);',
          rollback: 'DROP TABLE users;',
          reports: ['unproven'],
        },
      ],
      good: [
        {
          title: 'a rollback with a current proof',
          recorded: 'current',
          sql: 'CREATE TABLE users (id int PRIMARY KEY);',
          rollback: 'DROP TABLE users;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a rollback that says that there is no way back',
          history: ['CREATE TABLE users (id int PRIMARY KEY, fax text);'],
          sql: 'ALTER TABLE users DROP COLUMN fax;',
          rollback: "DO $$ BEGIN RAISE EXCEPTION 'irreversible: fax is gone'; END $$;",
          proof: { rollback: { error: 'P0001' } },
        },
        {
          title: 'no rollback: another rule asks for one',
          sql: 'CREATE TABLE users (id int PRIMARY KEY);',
        },
      ],
    },
  },
  on: {
    Rollback(migration, { report }) {
      const { id, proof, rollbackOutcome } = migration;
      if (rollbackOutcome?.raises !== undefined) return;
      if (proof === undefined) report({ messageId: 'missing', at: migration, data: { migration: id } });
      else if (proof.state === 'stale')
        report({ messageId: 'stale', at: migration, data: { migration: id, date: proof.date } });
      else if (!isRollbackProven(proof))
        report({ messageId: 'unproven', at: migration, data: { migration: id, engine: proof.engine } });
    },
  },
});
