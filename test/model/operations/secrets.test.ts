import { describe, expect, it } from 'vitest';
import { mayHoldSecret, writtenSecrets } from '../../../src/model/operations/secrets.ts';
import { maskedText } from '../../../src/input/text/masked-text.ts';
import { operations } from './read.ts';

function secretsIn(sql: string): readonly string[] {
  return operations(sql)
    .filter(mayHoldSecret)
    .flatMap(writtenSecrets)
    .map(({ kind, at, text }) => {
      const written = (span: { readonly start: number; readonly end: number }): string =>
        sql.slice(span.start, span.end);
      return `${kind} ${written(at.span)} ${written(text.span)}`;
    });
}

describe('a written secret', () => {
  it.each([
    ["CREATE ROLE a PASSWORD 'x''y'", ["password PASSWORD x''y"]],
    ['CREATE USER a WITH ENCRYPTED PASSWORD $$xy$$ LOGIN', ['password PASSWORD xy']],
    ["ALTER ROLE a LOGIN PASSWORD E'x\\ty'", ['password PASSWORD x\\ty']],
    ["CREATE ROLE a PASSWORD 'SCRAM-SHA-256$4096:a$b:c'", ['verifier PASSWORD SCRAM-SHA-256$4096:a$b:c']],
    ["ALTER ROLE a SET app.api_key = 'x'", ['setting api_key x']],
    ['ALTER DATABASE d SET "app.jwt_secret" TO \'x\'', ['setting "app.jwt_secret" x']],
    ["ALTER SYSTEM SET my.password = 'x'", ['setting password x']],
    [
      "ALTER SUBSCRIPTION s CONNECTION 'host=h password = ''x'''",
      ["connection CONNECTION host=h password = ''x''"],
    ],
    ["CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (api_key 'x', host 'h')", ['option api_key x']],
    ["ALTER USER MAPPING FOR a SERVER s OPTIONS (SET password 'x')", ['option password x']],
    [
      "SELECT * FROM dblink('postgres://a:x@h/d', 'SELECT 1') AS t(n int)",
      ['connection dblink postgres://a:x@h/d'],
    ],
    ["SELECT vault.update_secret(gen_random_uuid(), 'x', 'name')", ['vault update_secret x']],
  ])('is found in %s', (sql, found) => {
    expect(secretsIn(sql)).toEqual(found);
  });

  it.each([
    "CREATE ROLE a PASSWORD NULL; CREATE ROLE b PASSWORD ''; CREATE ROLE c VALID UNTIL '2030-01-01'",
    "CREATE ROLE a PASSWORD '${PASSWORD}'; CREATE ROLE b PASSWORD '{{ password }}'; CREATE ROLE c PASSWORD '<password>'",
    "ALTER ROLE a SET search_path = 'password'; ALTER DATABASE d SET password_encryption = 'md5'; ALTER ROLE a RESET ALL",
    "CREATE SUBSCRIPTION s CONNECTION 'host=h user=password' PUBLICATION p",
    "SELECT dblink_connect('archive'); SELECT dblink_exec('archive', 'UPDATE t SET password = NULL')",
    "SELECT create_secret('x'); SELECT vault.create_secret(current_setting('app.key'), 'name')",
    "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'password')",
  ])('is none in %s', (sql) => {
    expect(secretsIn(sql)).toEqual([]);
  });
});

describe('a masked text', () => {
  it.each([
    ['abcdef', [{ start: 1, end: 3 }], 'a**def'],
    [
      'abcdef',
      [
        { start: 3, end: 5 },
        { start: 0, end: 4 },
      ],
      '*****f',
    ],
    ['a\r\nb', [{ start: 0, end: 4 }], '*\r\n*'],
    ['abc', [], 'abc'],
  ])('of %j', (text, spans, masked) => {
    expect(maskedText(text, spans)).toBe(masked);
  });
});
