import { defineRule } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-orphan-rollback',
    summary: 'Disallow rollback scripts that belong to no migration',
    rationale:
      'A rollback is found by its name or its place: `rollback/0007_rollback.sql` is that of version 0007. One whose migration is gone, ' +
      'or is called otherwise, is passed over without a word, so that its migration has none on the night when it is needed; or it is run by ' +
      'hand, and takes back what never happened. Only files that the base revision has not are reported, and those whose migration was ' +
      'deleted.',
    instead:
      'Name it after its migration, or delete it with the migration.\n\n' +
      '```text\nsql/0007_add_lists.sql\nrollback/0007_rollback.sql\n```',
    policy: ['RB1'],
    presets: ['recommended'],
    severity: 'warning',
    messages: {
      orphan: {
        what: '{{file}} is the rollback of no migration: none has this name or version, so nobody will find it.',
        help: 'Name it after the migration that it takes back, or delete it.',
      },
      leftBehind: {
        what: '{{file}} is the rollback of {{migration}}, which is deleted.',
        help: 'Bring the migration back: databases that have applied it need it. Where none has, delete this file as well.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a down file with another version',
          runner: 'golang-migrate',
          strays: ['20250101000001_add_plans.down.sql'],
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['orphan'],
        },
        {
          title: 'a version without its migration, in a folder of rollbacks',
          runner: 'wrapping',
          strays: ['rollback/0009_rollback.sql'],
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['orphan'],
        },
        {
          title: 'an undo of Flyway’s without its V file',
          runner: 'flyway',
          strays: ['U4__add_plans.sql', 'V3__add_lists.down.sql'],
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['orphan', 'orphan'],
        },
        {
          title: 'the migration is deleted, its rollback stays',
          projectHasRollbacks: true,
          history: ['CREATE TABLE lists (id int PRIMARY KEY);', 'CREATE TABLE tags (id int PRIMARY KEY);'],
          edited: { 0: null },
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['leftBehind'],
        },
      ],
      good: [
        {
          title: 'beside its migration',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
          rollback: 'DROP TABLE IF EXISTS plans;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'deleted with its migration',
          history: ['CREATE TABLE lists (id int PRIMARY KEY);', 'CREATE TABLE tags (id int PRIMARY KEY);'],
          edited: { 0: null },
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
        },
        {
          title: 'a file that is no rollback: that is no-stray-file’s',
          strays: ['cleanup.sql'],
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);',
        },
      ],
    },
  },
  on: {
    Project({ orphanRollbacks }, { report }) {
      for (const { path, deleted } of orphanRollbacks)
        if (deleted === undefined) report({ messageId: 'orphan', at: { file: path }, data: { file: path } });
        else
          report({ messageId: 'leftBehind', at: { file: path }, data: { file: path, migration: deleted } });
    },
  },
});
