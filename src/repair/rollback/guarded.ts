/** A statement that is only run where a query finds no row; otherwise a warning says what is left. */
export function guarded(query: string, statement: string, warning: string): string {
  return [
    'DO $rollback$',
    'BEGIN',
    `  IF NOT EXISTS (${query}) THEN`,
    `    ${statement};`,
    '  ELSE',
    `    RAISE WARNING '${warning.replaceAll("'", "''").replaceAll('%', '%%')}';`,
    '  END IF;',
    'END',
    '$rollback$',
  ].join('\n');
}
