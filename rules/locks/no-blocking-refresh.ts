import { defineRule, editFix, insertWords, type View } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-blocking-refresh',
    summary: 'Disallow `REFRESH MATERIALIZED VIEW` without `CONCURRENTLY`',
    rationale:
      'A plain REFRESH runs the view’s query under ACCESS EXCLUSIVE: nobody reads the view until it is done. CONCURRENTLY takes EXCLUSIVE, ' +
      'which readers do not wait for. It may run in a transaction, and needs a unique index on columns of the view, without a WHERE.',
    instead:
      '```sql\nCREATE UNIQUE INDEX totals_day_key ON totals (day);\nREFRESH MATERIALIZED VIEW CONCURRENTLY totals;\n```',
    whenNotToUse:
      'For views whose query takes no time anybody notices. CONCURRENTLY takes longer when most rows change.',
    policy: ['IX6'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'edits' },
    sizeMatters: true,
    messages: {
      blocks: {
        what: 'While {{view}} is refreshed, nobody can read it.',
        help: 'Use REFRESH MATERIALIZED VIEW CONCURRENTLY, which its index {{index}} makes possible.',
      },
      blocksWithoutIndex: {
        what: 'While {{view}} is refreshed, nobody can read it.',
        help: 'Give it a unique index on its columns, without a WHERE, and use REFRESH MATERIALIZED VIEW CONCURRENTLY.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a view with a unique index',
          history: [
            'CREATE TABLE sales (day date, amount int);',
            'CREATE MATERIALIZED VIEW totals AS SELECT day, sum(amount) AS amount FROM sales GROUP BY day;\nCREATE UNIQUE INDEX totals_day_key ON totals (day);',
          ],
          sql: 'REFRESH MATERIALIZED VIEW totals;',
          reports: ['blocks'],
          fixed: 'REFRESH MATERIALIZED VIEW CONCURRENTLY totals;',
          proof: { lock: { totals: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'one whose unique index is of no use for it',
          history: [
            'CREATE TABLE sales (day date, amount int);',
            'CREATE MATERIALIZED VIEW totals AS SELECT day, sum(amount) AS amount FROM sales GROUP BY day;\nCREATE UNIQUE INDEX totals_day_key ON totals (day) WHERE amount > 0;',
          ],
          sql: 'REFRESH MATERIALIZED VIEW totals;',
          reports: ['blocksWithoutIndex'],
          proof: {
            lock: { totals: 'ACCESS EXCLUSIVE' },
            afterwards: { sql: 'REFRESH MATERIALIZED VIEW CONCURRENTLY totals', error: '55000' },
          },
        },
        {
          title: 'a renamed view',
          history: [
            'CREATE TABLE sales (day date); CREATE MATERIALIZED VIEW totals AS SELECT day FROM sales;',
          ],
          sql: 'ALTER MATERIALIZED VIEW totals RENAME TO days;\nREFRESH MATERIALIZED VIEW days;',
          reports: ['blocksWithoutIndex'],
        },
      ],
      good: [
        {
          title:
            'the first data of a view that was made WITH NO DATA: nobody could read it, and CONCURRENTLY is refused',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY); CREATE MATERIALIZED VIEW totals AS SELECT id FROM orders WITH NO DATA; CREATE UNIQUE INDEX ON totals (id);',
          ],
          sql: 'REFRESH MATERIALIZED VIEW totals;',
          proof: {
            rows: 'INSERT INTO orders VALUES (1);',
            query: { sql: 'SELECT id FROM totals', rows: [['1']] },
          },
        },
        {
          title: 'CONCURRENTLY, also in a transaction',
          history: [
            'CREATE TABLE sales (day date); CREATE MATERIALIZED VIEW totals AS SELECT day FROM sales; CREATE UNIQUE INDEX totals_day_key ON totals (day);',
          ],
          sql: "COMMENT ON MATERIALIZED VIEW totals IS 'by day';\nREFRESH MATERIALIZED VIEW CONCURRENTLY totals;",
          proof: { lock: { totals: 'EXCLUSIVE' } },
        },
        {
          title: 'a view of the same deploy, or one that it makes anew',
          history: [
            'CREATE TABLE sales (day date); CREATE MATERIALIZED VIEW totals AS SELECT day FROM sales;',
          ],
          sql: 'CREATE MATERIALIZED VIEW days AS SELECT day FROM sales WITH NO DATA;\nREFRESH MATERIALIZED VIEW days;\nDROP MATERIALIZED VIEW totals;\nCREATE MATERIALIZED VIEW totals AS SELECT DISTINCT day FROM sales WITH NO DATA;\nREFRESH MATERIALIZED VIEW totals;',
        },
        {
          title: 'in a function that a job will call',
          history: [
            'CREATE TABLE sales (day date); CREATE MATERIALIZED VIEW totals AS SELECT day FROM sales;',
          ],
          sql: 'CREATE FUNCTION refresh() RETURNS void LANGUAGE plpgsql AS $$ BEGIN REFRESH MATERIALIZED VIEW totals; END $$;',
        },
        {
          title: 'a view that a branch may have made anew',
          history: [
            'CREATE TABLE sales (day date); CREATE MATERIALIZED VIEW totals AS SELECT day FROM sales;',
          ],
          sql: "DO $$ BEGIN IF now() > DATE '2020-01-01' THEN DROP MATERIALIZED VIEW totals; CREATE MATERIALIZED VIEW totals AS SELECT day FROM sales WITH NO DATA; END IF; END $$;\nREFRESH MATERIALIZED VIEW totals;",
        },
      ],
    },
  },
  on: {
    RefreshMaterializedView(operation, { catalog, isMadeByDeploy, report }) {
      if (operation.concurrently || !operation.withData || operation.run === 'called') return;
      const view = catalog.view(operation.view);
      // One that holds nothing yet nobody can read, and PostgreSQL refuses to fill it CONCURRENTLY.
      if (view === undefined || view.unpopulated === true || isMadeByDeploy(view)) return;
      const index = uniqueIndexOf(view);
      if (index === undefined)
        report({ messageId: 'blocksWithoutIndex', at: operation, data: { view: operation.view } });
      else {
        const words = insertWords(operation, ['MATERIALIZED', 'VIEW'], 'CONCURRENTLY');
        const fix = editFix('safe', 'refreshes it concurrently', words);
        report({ messageId: 'blocks', at: operation, data: { view: operation.view, index }, fix });
      }
    },
  },
});

/** The name of an index that makes CONCURRENTLY possible (manual, REFRESH MATERIALIZED VIEW). */
function uniqueIndexOf({ indexes }: View): string | undefined {
  return indexes.find(
    ({ unique, where, valid, elements }) =>
      unique && valid && where === undefined && elements.every(({ column }) => column !== undefined),
  )?.name;
}
