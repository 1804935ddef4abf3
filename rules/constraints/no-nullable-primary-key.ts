import {
  defineRule,
  keyUsingIndexFix,
  provesNotNull,
  quoteIdentifier,
  slowWorkOnUsedTables,
  type Table,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-nullable-primary-key',
    summary: 'Disallow `PRIMARY KEY USING INDEX` over columns that may hold NULLs',
    rationale:
      'A primary key makes its columns NOT NULL. PRIMARY KEY USING INDEX builds nothing, but where a column is not NOT NULL yet ' +
      'it reads the whole table under ACCESS EXCLUSIVE to see that there is no NULL, and fails at the first one: nobody can ' +
      'read or write the table meanwhile. Where a validated CHECK (column IS NOT NULL) says so already, nothing is read.',
    instead:
      'Make the columns NOT NULL first, without reading under a lock:\n\n' +
      '```sql\n-- migration 1\nALTER TABLE logs ADD CONSTRAINT logs_id_not_null CHECK (id IS NOT NULL) NOT VALID;\n```\n\n' +
      '```sql\n-- migration 2\nALTER TABLE logs VALIDATE CONSTRAINT logs_id_not_null;\n```\n\n' +
      '```sql\n-- migration 3\nALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_id_idx;\nALTER TABLE logs DROP CONSTRAINT logs_id_not_null;\n```',
    whenNotToUse: 'For tables so small that reading them takes no time anybody notices.',
    policy: ['IX5', 'EC6'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    sizeMatters: true,
    messages: {
      scans: {
        what: 'The primary key {{constraint}} makes {{columns}} NOT NULL and reads all of {{table}} for that under ACCESS EXCLUSIVE: nobody can read or write it until that is done.',
        help: 'First ADD CONSTRAINT … CHECK ({{condition}}) NOT VALID, in the next migration VALIDATE it; PRIMARY KEY USING INDEX then reads nothing, and the CHECK can go.',
      },
      scansFrom18: {
        what: 'The primary key {{constraint}} makes {{columns}} NOT NULL and reads all of {{table}} for that under ACCESS EXCLUSIVE: nobody can read or write it until that is done.',
        help: 'First ADD CONSTRAINT … NOT NULL {{first}} NOT VALID, and in the next migration VALIDATE CONSTRAINT: PRIMARY KEY USING INDEX then reads nothing.',
      },
      notValidated: {
        what: 'PostgreSQL refuses the primary key {{constraint}} (55000): {{notNull}}, the NOT NULL constraint of {{first}}, was never validated.',
        help: 'First ALTER TABLE {{table}} VALIDATE CONSTRAINT {{notNull}}: it reads {{table}} without blocking anybody.',
      },
    },
    examples: {
      bad: [
        {
          title: 'PostgreSQL 18: a NOT NULL that was never validated, with and without an index',
          postgres: 18,
          history: [
            'CREATE TABLE logs (id int, line text);',
            'ALTER TABLE logs ADD CONSTRAINT logs_id_not_null NOT NULL id NOT VALID;',
          ],
          sql: 'ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY (id);',
          reports: ['notValidated'],
          proof: { error: '55000' },
        },
        {
          title: 'an index over a column that may hold NULLs',
          history: [
            'CREATE TABLE logs (id int, line text);',
            'CREATE UNIQUE INDEX CONCURRENTLY logs_id_idx ON logs (id);',
          ],
          sql: 'ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_id_idx;',
          reports: ['scans'],
          fixed: {
            scripts: [
              'ALTER TABLE logs ADD CONSTRAINT logs_id_not_null_check CHECK (id IS NOT NULL) NOT VALID;',
              'ALTER TABLE logs VALIDATE CONSTRAINT logs_id_not_null_check;\n\nALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_id_idx;\nALTER TABLE logs DROP CONSTRAINT logs_id_not_null_check;',
            ],
          },
          proof: {
            rows: "INSERT INTO logs VALUES (1, 'x');",
            lock: { logs: 'ACCESS EXCLUSIVE' },
            scans: ['logs'],
          },
        },
        {
          title: 'and it fails where there is one',
          history: [
            'CREATE TABLE logs (id int, line text);',
            'CREATE UNIQUE INDEX CONCURRENTLY logs_id_idx ON logs (id);',
          ],
          sql: 'ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_id_idx;',
          reports: ['scans'],
          fixed: {
            scripts: [
              'ALTER TABLE logs ADD CONSTRAINT logs_id_not_null_check CHECK (id IS NOT NULL) NOT VALID;',
              'ALTER TABLE logs VALIDATE CONSTRAINT logs_id_not_null_check;\n\nALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_id_idx;\nALTER TABLE logs DROP CONSTRAINT logs_id_not_null_check;',
            ],
          },
          proof: { rows: "INSERT INTO logs VALUES (NULL, 'x');", error: '23502' },
        },
        {
          title: 'one of two columns, PostgreSQL 18',
          postgres: 18,
          history: [
            'CREATE TABLE "Member" ("teamId" int NOT NULL, "userId" int);',
            'CREATE UNIQUE INDEX CONCURRENTLY "Member_idx" ON "Member" ("teamId", "userId");',
          ],
          sql: 'ALTER TABLE "Member" ADD CONSTRAINT "Member_pkey" PRIMARY KEY USING INDEX "Member_idx";',
          reports: ['scansFrom18'],
          fixed: {
            scripts: [
              'ALTER TABLE "Member" ADD CONSTRAINT "Member_userId_not_null" NOT NULL "userId" NOT VALID;',
              'ALTER TABLE "Member" VALIDATE CONSTRAINT "Member_userId_not_null";\n\nALTER TABLE "Member" ADD CONSTRAINT "Member_pkey" PRIMARY KEY USING INDEX "Member_idx";',
            ],
          },
          proof: { rows: 'INSERT INTO "Member" VALUES (1, 1);', scans: ['Member'] },
        },
      ],
      good: [
        {
          title: 'columns that are NOT NULL',
          history: [
            'CREATE TABLE logs (id int NOT NULL, line text);',
            'CREATE UNIQUE INDEX CONCURRENTLY logs_id_idx ON logs (id);',
          ],
          sql: 'ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_id_idx;',
          proof: { rows: "INSERT INTO logs VALUES (1, 'x');", scans: [] },
        },
        {
          title: 'a validated CHECK proves it',
          history: [
            'CREATE TABLE logs (id int, line text);',
            'ALTER TABLE logs ADD CONSTRAINT logs_id_not_null CHECK (id IS NOT NULL) NOT VALID;',
            'ALTER TABLE logs VALIDATE CONSTRAINT logs_id_not_null;',
            'CREATE UNIQUE INDEX CONCURRENTLY logs_id_idx ON logs (id);',
          ],
          sql: 'ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_id_idx;',
          proof: { rows: "INSERT INTO logs VALUES (1, 'x');", scans: [] },
        },
        {
          title: 'a UNIQUE constraint, which allows NULLs',
          history: [
            'CREATE TABLE logs (id int, line text);',
            'CREATE UNIQUE INDEX CONCURRENTLY logs_id_idx ON logs (id);',
          ],
          sql: 'ALTER TABLE logs ADD CONSTRAINT logs_id_key UNIQUE USING INDEX logs_id_idx;',
          proof: { rows: "INSERT INTO logs VALUES (1, 'x');", scans: [] },
        },
        {
          title: 'an index that no migration shows',
          sql: 'ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_id_idx;',
        },
        {
          title: 'a table created in the same deploy',
          sql: [
            'CREATE TABLE logs (id int, line text); CREATE UNIQUE INDEX logs_id_idx ON logs (id);',
            'ALTER TABLE logs ADD CONSTRAINT logs_pkey PRIMARY KEY USING INDEX logs_id_idx;',
          ],
        },
      ],
    },
  },
  on: {
    AddConstraint(operation, context) {
      const { constraint, table } = operation;
      if (constraint.type !== 'primary key' || operation.run === 'called') return;
      const now = context.catalog.table(table);
      const unvalidated = now && unvalidatedNotNull(now, constraint.columns);
      if (unvalidated?.notNullConstraint !== undefined) {
        const name = constraint.name ?? constraint.usingIndex ?? 'of this statement';
        const data = {
          constraint: quoteIdentifier(name),
          table,
          first: quoteIdentifier(unvalidated.name),
          notNull: quoteIdentifier(unvalidated.notNullConstraint.name),
        };
        return context.report({ messageId: 'notValidated', at: operation, data });
      }
      if (
        constraint.usingIndex === undefined ||
        now?.certainty !== 'certain' ||
        slowWorkOnUsedTables(operation, context).length === 0
      )
        return;
      const names = constraint.columns.filter((column) => !provesNotNull(now, column));
      const columns = names.map((name) => quoteIdentifier(name));
      const [first] = columns;
      if (first === undefined) return;
      const data = { constraint: quoteIdentifier(constraint.name ?? constraint.usingIndex), columns, table };
      const condition = columns.map((column) => `${column} IS NOT NULL`).join(' AND ');
      const fix = keyUsingIndexFix(operation, context);
      if (context.project.postgresVersion >= 18)
        context.report({ messageId: 'scansFrom18', at: operation, data: { ...data, first }, fix });
      else context.report({ messageId: 'scans', at: operation, data: { ...data, condition }, fix });
    },
  },
});

/** A column of the key with a NOT NULL constraint that is NOT VALID; executed on 18, which refuses the key then. */
function unvalidatedNotNull(
  { columns }: Table,
  names: readonly string[],
): Table['columns'][number] | undefined {
  return columns.find(
    ({ name, certainty, notNullConstraint }) =>
      names.includes(name) && certainty === 'certain' && notNullConstraint?.validated === false,
  );
}
