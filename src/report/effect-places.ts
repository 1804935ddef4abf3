import { positionAt } from '../input/text/positions.ts';
import type { Statement } from '../input/sql/types.ts';
import type { TracedMigration } from '../lint/trace.ts';

/** How the statements of migrations that are shown together are called. */
export interface Places {
  /** `line 3`; of several files `statement 3`. */
  at(statement: Statement): string;
  /** `in line 7`, `from line 7 to 9`. */
  range(first: Statement, last: Statement): string;
}

/**
 * Calls the statements of one file by their line, those of several by the number that is shown with them.
 *
 * @param migrations that are shown together, in order.
 */
export function placesIn(migrations: readonly TracedMigration[]): Places {
  const statements = migrations.flatMap(({ transactions }) =>
    transactions.flatMap((transaction) => transaction.statements.map(({ statement }) => statement)),
  );
  const numbers = new Map(statements.map((statement, index) => [statement, index + 1]));
  const isOne = migrations.length === 1;
  const word = isOne ? 'line' : 'statement';
  const own = new Set(statements.map(({ source }) => source.path));
  const numberOf = (statement: Statement): number =>
    isOne
      ? positionAt(statement.source, statement.span.start).line
      : (numbers.get(statement) ?? numbers.get(around(statement, statements)) ?? 0);
  return {
    at(statement) {
      const { source, span } = statement;
      if (own.has(source.path)) return `${word} ${numberOf(statement)}`;
      return `line ${positionAt(source, span.start).line} of ${source.path.slice(source.path.lastIndexOf('/') + 1)}`;
    },
    range(first, last) {
      const [from, to] = [numberOf(first), numberOf(last)];
      return from === to ? `in ${word} ${from}` : `from ${word} ${from} to ${to}`;
    },
  };
}

/** The script's statement that a statement of a body stands in. */
function around({ source, span }: Statement, statements: readonly Statement[]): Statement {
  return statements.findLast(
    (statement) => statement.source === source && statement.span.start <= span.start,
  ) as Statement;
}
