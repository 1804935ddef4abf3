import {
  defineRule,
  editFix,
  replaceWords,
  type AlterDefaultPrivileges,
  type Catalog,
  type FixRequest,
  type Grant,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-public-grant',
    summary: 'Disallow GRANT … TO PUBLIC, and GRANT ALL on tables',
    rationale:
      'PUBLIC is every role that there is and every one that will ever be made, the monitoring’s and the analyst’s among them. ALL on a ' +
      'table is more than reading and writing rows: TRUNCATE empties the table whatever its row-level security says, TRIGGER ' +
      'lets the role run code of its own in other people’s writes, REFERENCES makes keys that block their deletes. What PUBLIC ' +
      'has by default is no finding: EXECUTE on functions, USAGE on types, languages and the schema public, CONNECT and TEMPORARY on databases.',
    instead:
      'Name the role and what it needs:\n\n```sql\nGRANT SELECT, INSERT, UPDATE, DELETE ON orders TO app;\n```',
    whenNotToUse: 'Where all roles of the database are the same application.',
    policy: ['IX7'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'unsafe', form: 'edits' },
    messages: {
      toPublic: {
        what: 'Every role of the database, also one that is created later, gets {{privileges}} on {{objects}}.',
        help: 'GRANT it to the roles that need it instead of PUBLIC.',
      },
      byDefaultToPublic: {
        what: 'Every role of the database, also one that is created later, gets {{privileges}} on each new {{objectType}}.',
        help: 'GRANT it to the roles that need it instead of PUBLIC.',
      },
      allOnTable: {
        what: 'ALL on {{objects}} gives {{grantees}} TRUNCATE, which no row-level security stops, TRIGGER and REFERENCES as well.',
        help: 'Name the privileges that are needed, such as GRANT SELECT, INSERT, UPDATE, DELETE.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a table for everybody',
          history: ['CREATE TABLE salaries (id int);'],
          sql: 'GRANT SELECT ON salaries TO PUBLIC;',
          reports: ['toPublic'],
          proof: {
            rows: 'CREATE ROLE intern;',
            query: { sql: "SELECT has_table_privilege('intern', 'salaries', 'SELECT')", rows: [['true']] },
          },
        },
        {
          title: 'all tables of a schema, and PUBLIC among other roles',
          history: ['CREATE SCHEMA app; CREATE ROLE reader; CREATE TABLE app.salaries (id int);'],
          sql: 'GRANT SELECT ON ALL TABLES IN SCHEMA app TO reader, PUBLIC;',
          reports: ['toPublic'],
        },
        {
          title: 'the right to create in the schema public, which PostgreSQL 15 took from everybody',
          sql: 'GRANT ALL ON SCHEMA public TO public;',
          reports: ['toPublic'],
        },
        {
          title: 'whatever will be created',
          sql: 'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;',
          reports: ['byDefaultToPublic'],
          proof: {
            rows: 'CREATE ROLE intern;',
            afterwards: {
              sql: "CREATE TABLE salaries (id int); SELECT 1 / (NOT has_table_privilege('intern', 'salaries', 'SELECT'))::int",
              error: '22012',
            },
          },
        },
        {
          title: 'ALL: row-level security does not stop TRUNCATE',
          history: [
            'CREATE ROLE app; CREATE TABLE notes (id int); ALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
          ],
          sql: 'GRANT ALL ON notes TO app;',
          reports: ['allOnTable'],
          fixed: 'GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO app;',
          proof: {
            rows: "INSERT INTO notes VALUES (1); GRANT USAGE ON SCHEMA public TO app; CREATE FUNCTION empty() RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN TRUNCATE notes; RETURN 'emptied'; END $$; ALTER FUNCTION empty() OWNER TO app;",
            query: { sql: 'SELECT empty()', rows: [['emptied']] },
          },
        },
      ],
      good: [
        {
          title: 'a role, and what it needs',
          history: ['CREATE ROLE app; CREATE TABLE orders (id int);'],
          sql: 'GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO app;',
        },
        {
          title: 'REVOKE',
          history: ['CREATE TABLE orders (id int);'],
          sql: 'REVOKE ALL ON orders FROM PUBLIC;\nALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;',
        },
        {
          title: 'what everybody has by default',
          history: ["CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';"],
          sql: 'GRANT EXECUTE ON FUNCTION one() TO PUBLIC;\nGRANT ALL ON FUNCTION one() TO PUBLIC;\nGRANT USAGE ON SCHEMA public TO PUBLIC;',
        },
        {
          title: 'ALL on what has no more than that',
          history: ['CREATE ROLE app; CREATE SCHEMA app; CREATE SEQUENCE app.numbers;'],
          sql: 'GRANT ALL ON SCHEMA app TO app;\nGRANT ALL ON SEQUENCE app.numbers TO app;',
        },
        {
          title: 'a role whose name only looks like it',
          history: ['CREATE ROLE public_api; CREATE TABLE orders (id int);'],
          sql: 'GRANT SELECT ON orders TO public_api;',
        },
        {
          title: 'ALL for the server’s own role',
          history: ['CREATE ROLE service_role; CREATE TABLE orders (id int);'],
          sql: 'GRANT ALL ON TABLE orders TO postgres, service_role;',
        },
      ],
    },
  },
  on: {
    Grant(operation, { catalog, report }) {
      if (!operation.grant || operation.run === 'called') return;
      const { objects, grantees, allInSchema, objectType } = operation;
      const named = allInSchema
        ? `all ${objectType}s of ${objects.map(({ name }) => name).join(', ')}`
        : objects;
      if (grantees.includes('PUBLIC')) {
        if (isDefault(operation)) return;
        const data = { privileges: privilegesOf(operation), objects: named };
        report({ messageId: 'toPublic', at: operation, data });
      } else if (operation.privileges.length === 0 && objectType === 'table') {
        const others = grantees.filter((role) => !serverRoles.has(role));
        if (others.length === 0) return;
        const data = { objects: named, grantees: others };
        report({
          messageId: 'allOnTable',
          at: operation,
          severity: 'info',
          once: operation.statement,
          data,
          fix: namedPrivilegesFix(operation, catalog),
        });
      }
    },
    AlterDefaultPrivileges(operation, { report }) {
      if (!operation.grant || operation.run === 'called' || !operation.grantees.includes('PUBLIC')) return;
      if (hasByDefault(operation.objectType, operation.privileges)) return;
      const data = { privileges: privilegesOf(operation), objectType: operation.objectType };
      report({ messageId: 'byDefaultToPublic', at: operation, data });
    },
  },
});

/** What applications need of tables. Unsafe: the roles have less then. */
function namedPrivilegesFix(operation: Grant, catalog: Catalog): FixRequest | undefined {
  const { allInSchema, objects } = operation;
  const isTable = allInSchema || objects.every((name) => catalog.table(name) ?? catalog.view(name));
  if (!isTable) return undefined;
  const named = 'SELECT, INSERT, UPDATE, DELETE';
  return editFix(
    'unsafe',
    'names the privileges',
    replaceWords(operation, ['ALL', 'PRIVILEGES'], named) ?? replaceWords(operation, ['ALL'], named),
  );
}

/** Roles that own or administer the tables anyway. */
const serverRoles: ReadonlySet<string> = new Set([
  'postgres',
  'service_role',
  'CURRENT_USER',
  'CURRENT_ROLE',
  'SESSION_USER',
]);

function privilegesOf({ privileges }: Grant | AlterDefaultPrivileges): readonly string[] | string {
  return privileges.length === 0 ? 'all privileges' : privileges;
}

/** Whether PUBLIC has it from the start (manual, table 5.2), or only has USAGE of the schema public. */
function isDefault({ objectType, objects, privileges }: Grant): boolean {
  const isOfPublic = objectType === 'schema' && objects.every(({ name }) => name === 'public');
  if (isOfPublic) return privileges.length > 0 && privileges.every((one) => one === 'USAGE');
  return hasByDefault(objectType, privileges);
}

function hasByDefault(objectType: string, privileges: readonly string[]): boolean {
  switch (objectType) {
    case 'function':
    case 'procedure':
    case 'routine':
    case 'aggregate':
    case 'type':
    case 'domain':
    case 'language':
      return true;
    case 'database':
      return privileges.length > 0 && privileges.every((one) => one !== 'CREATE');
    default:
      return false;
  }
}
