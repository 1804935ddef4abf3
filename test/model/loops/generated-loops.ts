import { constantFrom, record, type Arbitrary } from 'fast-check';

/** A batch loop over the table t that somebody could have written, right or wrong. */
export interface GeneratedLoop {
  /** The table's columns. */
  readonly columns: string;
  readonly declarations: string;
  readonly body: string;
}

const predicates = [
  'code IS NULL',
  'code IS NULL',
  'code IS NULL',
  'code IS NULL',
  'code IS NULL',
  'done = false',
  'NOT done',
  'done IS DISTINCT FROM true',
  'done IS NOT TRUE',
  "state = 'new'",
  "state <> 'old'",
  "state IN ('new', 'mid')",
  'code IS DISTINCT FROM a',
  'code <> a',
  'a <> lower(a)',
  'n < 5',
  'n BETWEEN 1 AND 3',
  'n IS NULL OR n = 1',
  'coalesce(code, a) IS NULL',
  'true',
] as const;

const extras = [
  '',
  '',
  '',
  'a IS NOT NULL',
  'b IS NOT NULL',
  "a <> ''",
  "b LIKE 'B%'",
  'b IS NULL',
  'length(a) > 0',
  'a = a',
] as const;

const sets = [
  'code = upper(a)',
  'code = upper(a)',
  'code = a',
  "code = coalesce(a, 'x')",
  'code = coalesce(a, b)',
  'code = a || b',
  "code = a || '-' || n",
  'code = concat(a, b)',
  'code = NULL',
  "code = nullif(a, 'a1')",
  "code = CASE WHEN a IS NULL THEN 'z' ELSE b END",
  "code = CASE state WHEN 'new' THEN a ELSE 'y' END",
  'code = greatest(a, b)',
  'code = n::text',
  "code = 'x', done = true",
  'done = true',
  'done = NOT done',
  'done = (n > 2)',
  "state = 'old'",
  "state = 'mid'",
  'a = lower(a)',
  'n = 9',
  'n = n + 1',
  "b = 'y'",
  'code = (SELECT max(b) FROM t)',
  'code = split_part(a, b, 1)',
] as const;

const LIMIT = 3;
const DIAGNOSTICS = 'GET DIAGNOSTICS changed = ROW_COUNT;';

/** What follows the UPDATE: the way out. */
const exits = [
  `${DIAGNOSTICS} EXIT WHEN changed = 0;`,
  `${DIAGNOSTICS} COMMIT; EXIT WHEN changed = 0;`,
  `${DIAGNOSTICS} EXIT WHEN changed < ${LIMIT};`,
  `${DIAGNOSTICS} EXIT WHEN changed < batch_size;`,
  `${DIAGNOSTICS} IF changed > 0 THEN total := total + changed; ELSE EXIT; END IF;`,
  `${DIAGNOSTICS} IF coalesce(changed, 0) = 0 THEN RAISE DEBUG 'done'; RETURN; END IF;`,
  'EXIT WHEN NOT FOUND; COMMIT;',
  'IF NOT FOUND THEN EXIT; END IF;',
  'PERFORM pg_sleep(0); EXIT WHEN NOT FOUND;',
  'SELECT count(*) INTO changed FROM t; EXIT WHEN NOT FOUND;',
  'EXIT WHEN changed = NULL;',
  'COMMIT;',
  `total := total + 1; EXIT WHEN total >= 20;`,
  `total := total + 1; IF total > 15 THEN EXIT; END IF;`,
] as const;

/** How the UPDATE finds its rows; the texts in braces are filled in. */
const pagings = [
  'UPDATE t SET {set} WHERE {where};',
  `UPDATE t SET {set} WHERE id IN (SELECT id FROM t WHERE {where} LIMIT ${LIMIT});`,
  'UPDATE t SET {set} WHERE id IN (SELECT id FROM t WHERE {where} ORDER BY id LIMIT batch_size FOR UPDATE SKIP LOCKED);',
  `UPDATE t SET {set} WHERE ctid = ANY (ARRAY(SELECT ctid FROM t WHERE {where} LIMIT ${LIMIT}));`,
  `WITH batch AS (SELECT id FROM t WHERE {where} ORDER BY id LIMIT ${LIMIT}) UPDATE t AS u SET {set} FROM batch WHERE batch.id = u.id;`,
  `UPDATE t SET {set} FROM (SELECT id AS key FROM t WHERE {where} LIMIT ${LIMIT}) AS batch WHERE t.id = batch.key;`,
  `UPDATE t SET {set} WHERE n IN (SELECT n FROM t WHERE {where} LIMIT ${LIMIT});`,
  `UPDATE t SET {set} WHERE b IS NOT NULL AND id IN (SELECT id FROM t WHERE {where} LIMIT ${LIMIT});`,
  `ids := ARRAY(SELECT id FROM t WHERE {where} LIMIT ${LIMIT}); EXIT WHEN cardinality(ids) = 0; UPDATE t SET {set} WHERE id = ANY (ids);`,
  `SELECT array_agg(id) INTO ids FROM (SELECT id FROM t WHERE {where} LIMIT ${LIMIT}) AS batch; EXIT WHEN ids IS NULL; UPDATE t SET {set} WHERE id = ANY (ids);`,
  `SELECT array_agg(id) INTO ids FROM (SELECT id FROM t WHERE {where} LIMIT ${LIMIT}) AS batch; EXIT WHEN array_length(ids, 1) IS NULL; UPDATE t SET {set} WHERE id = ANY (ids) AND b IS NULL;`,
  `SELECT max(id) INTO next_id FROM (SELECT id FROM t WHERE id > last_id AND {where} ORDER BY id LIMIT ${LIMIT}) AS batch; EXIT WHEN next_id IS NULL; UPDATE t SET {set} WHERE id > last_id AND id <= next_id; last_id := next_id;`,
  `SELECT max(id) INTO next_id FROM (SELECT id FROM t WHERE id > last_id ORDER BY id LIMIT ${LIMIT}) AS batch; EXIT WHEN NOT FOUND; UPDATE t SET {set} WHERE id > last_id AND id <= next_id; last_id := next_id;`,
  `SELECT max(id) INTO next_id FROM (SELECT id FROM t WHERE id > last_id ORDER BY id LIMIT ${LIMIT}) AS batch; UPDATE t SET {set} WHERE id > last_id AND id <= next_id AND ({where}); last_id := next_id;`,
  `WITH done AS (UPDATE t SET {set} WHERE id IN (SELECT id FROM t WHERE id > last_id ORDER BY id LIMIT ${LIMIT}) RETURNING id) SELECT max(id), count(*) INTO last_id, changed FROM done; EXIT WHEN changed = 0;`,
  `WITH done AS (UPDATE t SET {set} WHERE id IN (SELECT id FROM t WHERE {where} LIMIT ${LIMIT}) RETURNING id) SELECT count(*) INTO changed FROM done; EXIT WHEN changed = 0;`,
  `UPDATE t SET {set} WHERE id IN (SELECT id FROM t WHERE {where} ORDER BY id LIMIT ${LIMIT} OFFSET at); at := at + ${LIMIT};`,
  `UPDATE t SET {set} WHERE id >= at AND id < at + batch_size; at := at + batch_size;`,
  `DELETE FROM t WHERE id IN (SELECT id FROM t WHERE {where} LIMIT ${LIMIT});`,
] as const;

const forms = [
  'LOOP',
  'LOOP',
  'LOOP',
  'WHILE going > 0 LOOP',
  'WHILE at <= 12 LOOP',
  'FOR i IN 1..9 LOOP',
  'FOR r IN SELECT id FROM t LOOP',
] as const;

const nullabilities = ['', 'NOT NULL', 'CHECK (a IS NOT NULL)'] as const;

/** Loops of every form. */
export const generatedLoop: Arbitrary<GeneratedLoop> = record({
  form: constantFrom(...forms),
  paging: constantFrom(...pagings),
  predicate: constantFrom(...predicates),
  extra: constantFrom(...extras),
  set: constantFrom(...sets),
  exit: constantFrom(...exits),
  a: constantFrom(...nullabilities),
  b: constantFrom('', 'NOT NULL'),
  done: constantFrom('', 'NOT NULL'),
}).map(({ form, paging, predicate, extra, set, exit, a, b, done }) => {
  const where = extra === '' ? predicate : `(${predicate}) AND ${extra}`;
  const statement = paging.replace('{where}', where).replace('{set}', set);
  const count = form.includes('going') ? ' GET DIAGNOSTICS going = ROW_COUNT;' : '';
  return {
    columns: `id int PRIMARY KEY, code text, a text ${a}, b text ${b}, done boolean ${done}, state text, n int`,
    declarations: `batch_size int := ${LIMIT}; changed int; going int := 1; total int := 0; at int := 0; last_id int := 0; next_id int; ids int[]; r record;`,
    body: `${form}\n ${statement}${count} ${exit}\nEND LOOP;`,
  };
});
