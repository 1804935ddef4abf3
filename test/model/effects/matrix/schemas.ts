import { SCHEMAS } from './fixtures.ts';
import type { Group } from './types.ts';

/** Objects of the same name in two schemas. */
export const schemas: Group = {
  title: 'Objects of the same name in two schemas',
  fixture: SCHEMAS,
  statements: [
    'ALTER TABLE s2.users DROP COLUMN uid',
    'ALTER TABLE s2.users DROP COLUMN own',
    'DROP TABLE s2.users CASCADE',
    'DROP TABLE users CASCADE',
    'DROP FUNCTION touch() CASCADE',
    'DROP FUNCTION s2.touch() CASCADE',
    'DROP VIEW v CASCADE',
    'DROP TYPE mood CASCADE',
    'DROP TYPE s2.mood CASCADE',
    'ALTER TABLE one ALTER COLUMN id DROP IDENTITY',
    'ALTER TABLE s2.one ALTER COLUMN id DROP IDENTITY',
    'CREATE SCHEMA s3; CREATE TABLE s3.users (id int PRIMARY KEY, uid int REFERENCES users)',
    'DROP SCHEMA s2 CASCADE',
  ],
};
