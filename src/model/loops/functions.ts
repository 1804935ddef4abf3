/**
 * What PostgreSQL's own functions make of NULL. Only functions that were tried: see `functions.test.ts`, which asks
 * PostgreSQL for each of them.
 */

/** Never NULL, whatever the arguments are. */
export const NEVER_NULL: ReadonlySet<string> = new Set([
  'clock_timestamp',
  'concat',
  'gen_random_uuid',
  'json_build_array',
  'json_build_object',
  'jsonb_build_array',
  'jsonb_build_object',
  'now',
  'random',
  'statement_timestamp',
  'timeofday',
  'transaction_timestamp',
  'uuid_generate_v4',
  'uuidv4',
  'uuidv7',
]);

/** NULL if an argument is, else never: immutable functions of texts and numbers. */
export const STRICT: ReadonlySet<string> = new Set([
  'abs',
  'ascii',
  'btrim',
  'ceil',
  'ceiling',
  'char_length',
  'character_length',
  'chr',
  'floor',
  'initcap',
  'left',
  'length',
  'lower',
  'lpad',
  'ltrim',
  'md5',
  'mod',
  'octet_length',
  'power',
  'quote_ident',
  'regexp_replace',
  'repeat',
  'replace',
  'reverse',
  'right',
  'round',
  'rpad',
  'rtrim',
  'sign',
  'split_part',
  'sqrt',
  'starts_with',
  'strpos',
  'substr',
  'translate',
  'trunc',
  'upper',
]);

/** NULL if an argument is; else perhaps, too. */
export const STRICT_AT_LEAST: ReadonlySet<string> = new Set([
  'array_length',
  'substring',
  'to_char',
  'to_date',
]);

/** f(f(x)) = f(x), where x is a text. */
export const IDEMPOTENT: ReadonlySet<string> = new Set(['btrim', 'lower', 'ltrim', 'rtrim', 'upper']);

/** Functions that return a text for texts. */
export const TEXT: ReadonlySet<string> = new Set([
  'btrim',
  'chr',
  'concat',
  'initcap',
  'left',
  'lower',
  'lpad',
  'ltrim',
  'md5',
  'quote_ident',
  'regexp_replace',
  'repeat',
  'replace',
  'reverse',
  'right',
  'rpad',
  'rtrim',
  'split_part',
  'substr',
  'translate',
  'upper',
]);
