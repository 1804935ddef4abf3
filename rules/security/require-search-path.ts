import {
  defineRule,
  editFix,
  insertWords,
  quoteIdentifier,
  settlesSearchPath,
  usesCallersSearchPath,
  type AlterFunction,
  type Catalog,
  type CreateFunction,
  type Routine,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-search-path',
    summary: 'Require a `search_path` of its own for a SECURITY DEFINER function',
    rationale:
      'A SECURITY DEFINER function runs with its owner’s privileges, but looks names up along the caller’s search_path. Whoever may create a ' +
      'table, a function or an operator in any schema, and everybody may create temporary tables unless that was revoked, can put one of ' +
      'the name that the function uses in front: the function then reads or runs theirs, as its owner. Bodies that PostgreSQL ' +
      'resolved when the function was created (BEGIN ATOMIC, RETURN) are not in danger. A path that does not name pg_temp has it in front ' +
      'for tables. What counts is the end of the deploy.',
    instead:
      'Fix the path, and qualify the names:\n\n```sql\nCREATE FUNCTION is_member(team bigint) RETURNS boolean LANGUAGE sql SECURITY DEFINER\n' +
      "SET search_path = ''\nAS $$ SELECT EXISTS (SELECT FROM app.members WHERE team_id = team) $$;\n```\n\n" +
      'or, for a function that exists, `ALTER FUNCTION is_member(bigint) SET search_path = app, pg_temp;`.',
    policy: ['IX7'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'unsafe', form: 'edits' },
    messages: {
      open: {
        what: '{{routine}} runs with its owner’s privileges and looks names up along the caller’s search_path: a caller can put a table or function of their own in front of those it means.',
        help: "Add SET search_path = '' and write names with their schema, or SET search_path = {{schema}}, pg_temp.",
      },
    },
    examples: {
      bad: [
        {
          title: 'a caller’s temporary table is read instead',
          history: ['CREATE TABLE admins (name text);'],
          sql: 'CREATE FUNCTION is_admin(who text) RETURNS boolean LANGUAGE sql SECURITY DEFINER AS $$ SELECT EXISTS (SELECT FROM admins WHERE name = who) $$;',
          reports: ['open'],
          fixed:
            'CREATE FUNCTION is_admin(who text) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT EXISTS (SELECT FROM admins WHERE name = who) $$;',
          proof: {
            afterwards: {
              sql: "CREATE TEMP TABLE admins AS SELECT 'mallory' AS name; SELECT 1 / (NOT is_admin('mallory'))::int",
              error: '22012',
            },
          },
        },
        {
          title: 'a replaced function loses the setting that it had',
          history: [
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1';",
          ],
          sql: "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 2';",
          reports: ['open'],
          fixed:
            "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT 2';",
          proof: { query: { sql: "SELECT proconfig FROM pg_proc WHERE proname = 'f'", rows: [[null]] } },
        },
        {
          title: 'a trigger’s function in another schema',
          history: ['CREATE SCHEMA app;'],
          sql: 'CREATE FUNCTION app.note_signup() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN INSERT INTO signups DEFAULT VALUES; RETURN NEW; END $$;',
          reports: ['open'],
          fixed:
            'CREATE FUNCTION app.note_signup() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, pg_temp AS $$ BEGIN INSERT INTO signups DEFAULT VALUES; RETURN NEW; END $$;',
        },
        {
          title: 'made SECURITY DEFINER afterwards',
          history: ["CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"],
          sql: 'ALTER FUNCTION f() SECURITY DEFINER;',
          reports: ['open'],
          fixed: 'ALTER FUNCTION f() SECURITY DEFINER SET search_path = public, pg_temp;',
        },
        {
          title: 'the setting taken away',
          history: [
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1';",
          ],
          sql: 'ALTER FUNCTION f() RESET search_path;',
          reports: ['open'],
          proof: { query: { sql: "SELECT proconfig FROM pg_proc WHERE proname = 'f'", rows: [[null]] } },
        },
      ],
      good: [
        {
          title: 'with a path of its own',
          history: ['CREATE TABLE admins (name text);'],
          sql: "CREATE FUNCTION is_admin(who text) RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM public.admins WHERE name = who) $$;",
          proof: {
            rows: "CREATE TEMP TABLE admins AS SELECT 'mallory' AS name;",
            query: { sql: "SELECT is_admin('mallory')", rows: [['false']] },
          },
        },
        {
          title: 'the path set by ALTER FUNCTION later in the deploy',
          sql: [
            "CREATE FUNCTION f(a int, b text) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';",
            'ALTER FUNCTION f(int, text) SET search_path = public, pg_temp;',
          ],
        },
        {
          title: 'the caller’s privileges',
          sql: "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';\nCREATE FUNCTION g() RETURNS int LANGUAGE sql SECURITY INVOKER AS 'SELECT 1';",
        },
        {
          title: 'a body whose names were resolved when it was created',
          history: ['CREATE TABLE admins (name text);'],
          sql: 'CREATE FUNCTION admin_count() RETURNS bigint LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT count(*) FROM admins; END;',
          proof: {
            rows: "CREATE TEMP TABLE admins AS SELECT 'mallory' AS name; SET search_path = public, pg_temp;",
            query: { sql: 'SELECT admin_count()', rows: [['0']] },
          },
        },
        {
          title: 'dropped in the same deploy',
          sql: "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';\nDROP FUNCTION f();",
        },
        {
          title: 'another overload',
          sql: "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1';\nCREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';",
        },
        {
          title: 'FROM CURRENT',
          sql: "SET search_path = public, pg_temp;\nCREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS 'SELECT 1';",
        },
      ],
    },
  },
  on: {
    Deploy(deploy, { catalogAfter, report }) {
      const seen = new Set<Routine>();
      // The last statement about a function is the one to mend.
      const changes = deploy.flatMap(({ operations }) => operations.filter(isChange)).toReversed();
      for (const operation of changes) {
        for (const routine of meant(operation, catalogAfter)) {
          if (seen.has(routine)) continue;
          seen.add(routine);
          if (!usesCallersSearchPath(routine)) continue;
          const { schema = 'public', name } = routine.name;
          const words = `SET search_path = ${quoteIdentifier(schema)}, pg_temp`;
          report({
            messageId: 'open',
            at: operation,
            data: { routine: { schema, name }, schema },
            // Unsafe: names that are found in other schemas are found no longer.
            fix: editFix(
              'unsafe',
              'sets its search_path',
              insertWords(operation, ['SECURITY', 'DEFINER'], words),
            ),
          });
        }
      }
    },
  },
});

type Change = CreateFunction | AlterFunction;

function isChange(operation: { readonly kind: string; readonly run: string }): operation is Change {
  return (
    (operation.kind === 'CreateFunction' || operation.kind === 'AlterFunction') && operation.run === 'now'
  );
}

/** The functions that an operation changes in what matters here. */
function meant(operation: Change, catalog: Catalog): readonly Routine[] {
  if (!settlesSearchPath(operation)) return [];
  const overloads = catalog.routines(operation.routine);
  const types = typesOf(operation.routine);
  const exact = overloads.filter(({ name }) => typesOf(name) === types);
  return operation.routine.argumentTypes === undefined ? overloads : exact;
}

function typesOf({ argumentTypes }: Routine['name']): string {
  return (argumentTypes ?? [])
    .map(({ schema = '', name, arrayDimensions }) => `${schema}.${name}${'[]'.repeat(arrayDimensions)}`)
    .join();
}
