import { BREAKPOINT } from '../layouts/drizzle-statements.ts';
import type { Statement } from '../sql/types.ts';
import type { Query } from './transactions.ts';

/**
 * The statements of a script as Drizzle's migrator sends them: it cuts the text at each `--> statement-breakpoint`, wherever that
 * stands, and sends what lies between two of them as one query. Source: drizzle-orm/src/migrator.ts, 0.45.
 *
 * @param statements in file order.
 */
export function drizzleQueries(text: string, statements: readonly Statement[]): readonly Query[] {
  const queries: Statement[][] = [];
  let next = -1;
  for (const statement of statements) {
    const { start } = statement.span;
    const last = queries.at(-1);
    if (last !== undefined && (next < 0 || start < next)) last.push(statement);
    else queries.push([statement]);
    if (last === undefined || (next >= 0 && start >= next)) next = text.indexOf(BREAKPOINT, start);
  }
  return queries;
}
