import {
  cutNameIn,
  defineRule,
  givenNames,
  mayBeCut,
  mayHoldCutName,
  quoteIdentifier,
  type Catalog,
  type GivenName,
} from 'migration-lint';

const LONG = 'ix_organization_membership_invitations_organization_id_created_at';

export default defineRule({
  meta: {
    name: 'no-long-identifier',
    summary: 'Disallow names of more than 63 bytes, which PostgreSQL cuts',
    rationale:
      'PostgreSQL keeps 63 bytes of a name and drops the rest, with a notice that nobody sees. The object is then called otherwise ' +
      'than the migration, the schema and the code say; two long names that begin alike become one, and the second one fails ' +
      '(42P07, 42710, 42701). Names that PostgreSQL makes up itself always fit.',
    instead:
      'Give it a shorter name:\n\n```sql\nCREATE INDEX ix_invitations_created ON organization_membership_invitations (organization_id, created_at);\n```',
    policy: ['NM2'],
    presets: ['recommended'],
    severity: 'warning',
    messages: {
      cut: {
        what: '{{written}} has {{bytes}} bytes, and PostgreSQL keeps 63 of a name: the {{kind}} will be called {{kept}}.',
        help: 'Give it a name of at most 63 bytes.',
      },
      taken: {
        what: '{{written}} has {{bytes}} bytes, and PostgreSQL keeps 63 of a name: it becomes {{kept}}, which there is already, and this fails.',
        help: 'Give it a name of at most 63 bytes that no other one begins like.',
      },
    },
    examples: {
      bad: [
        {
          title: 'an index',
          history: ['CREATE TABLE invitations (id int PRIMARY KEY, created_at date);'],
          sql: `CREATE INDEX ${LONG} ON invitations (created_at);`,
          reports: ['cut'],
          proof: {
            query: {
              sql: "SELECT relname FROM pg_class WHERE relname LIKE 'ix%'",
              rows: [['ix_organization_membership_invitations_organization_id_created_']],
            },
          },
        },
        {
          title: 'two that begin alike',
          history: [
            `CREATE TABLE invitations (id int PRIMARY KEY, a int);\nCREATE INDEX ${LONG} ON invitations (id);`,
          ],
          sql: `CREATE INDEX ${LONG.replace('_at', '_by')} ON invitations (a);`,
          reports: ['taken'],
          proof: { error: '42P07' },
        },
        {
          title: 'a column and a constraint, of characters that take two bytes',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN "größenänderungsüberprüfungsbestätigungsschlüsselwörterbücherübersicht" int CONSTRAINT "überprüfungsbestätigungsschlüsselwörterbücherübersichtsänderungen_größe" CHECK (id > 0);',
          reports: ['cut', 'cut'],
        },
        {
          title: 'a new name',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: `ALTER TABLE users RENAME TO ${LONG};`,
          reports: ['cut'],
        },
      ],
      good: [
        {
          title: '63 bytes',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: `CREATE INDEX ${LONG.slice(0, 63)} ON users (id);`,
          proof: {},
        },
        {
          title: 'the names that PostgreSQL makes up fit',
          sql: 'CREATE TABLE organization_membership_invitations_of_former_members (organization_identifier int, created_by_identifier int UNIQUE, UNIQUE (organization_identifier, created_by_identifier));',
          proof: {},
        },
        {
          title: 'a long text, and a long alias of a query',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: `UPDATE users SET name = '${LONG}' WHERE id IN (SELECT id AS ${LONG} FROM users WHERE id = 1);`,
        },
      ],
    },
  },
  on: {
    Migration({ operations, script }, { catalogBefore, report }) {
      if (script === undefined || !mayHoldCutName(script)) return;
      for (const operation of operations) {
        for (const given of givenNames(operation)) {
          if (!mayBeCut(given.name)) continue;
          const cut = cutNameIn(operation.statement, given.name);
          if (cut === undefined) continue;
          const { written, kept, bytes, place } = cut;
          const data = { written: quoteIdentifier(written), bytes, kept: quoteIdentifier(kept) };
          const isSkipped = 'ifNotExists' in operation && operation.ifNotExists;
          if (!isSkipped && isTaken(given, catalogBefore(operation)))
            report({ messageId: 'taken', at: place, data });
          else report({ messageId: 'cut', at: place, data: { ...data, kind: given.kind } });
        }
      }
    },
  },
});

/** Whether the name, cut, is that of another object, so that PostgreSQL refuses it. */
function isTaken({ kind, name, of }: GivenName, catalog: Catalog): boolean {
  const table = catalog.table(of);
  switch (kind) {
    case 'index':
    case 'table':
    case 'view':
    case 'sequence': {
      const relation = { schema: of.schema, name };
      const found =
        catalog.index(relation) ??
        catalog.table(relation) ??
        catalog.view(relation) ??
        catalog.sequence(relation);
      return found !== undefined;
    }
    case 'column':
      return table?.columns.some((column) => column.name === name) === true;
    case 'primary key':
    case 'unique':
    case 'foreign key':
    case 'check':
    case 'exclude':
    case 'not null':
    case 'constraint':
      return table?.constraints.some((constraint) => constraint.name === name) === true;
    default:
      return false;
  }
}
