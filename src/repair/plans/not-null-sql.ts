import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import type { ObjectName } from '../../model/operations/types.ts';
import { freeName } from './free-name.ts';

/** How a column becomes NOT NULL without being read under a lock that blocks: statements with their semicolons. */
export interface NotNullSql {
  /** A constraint that counts for new rows only. */
  readonly add: string;
  /** In a later transaction: reads the rows, then makes the column NOT NULL without looking again. */
  readonly prove: readonly string[];
  /** The name of the NOT NULL constraint; undefined where PostgreSQL has none, up to 17. */
  readonly name: string | undefined;
}

/** The two steps. From PostgreSQL 18 on NOT NULL itself can be NOT VALID; before, a CHECK proves it, and goes again. */
export function notNullSql(
  on: ObjectName,
  columnName: string,
  {
    postgresVersion,
    isTaken,
  }: { readonly postgresVersion: number; readonly isTaken: (name: string) => boolean },
): NotNullSql {
  const [table, column] = [displayName(on), quoteIdentifier(columnName)];
  const isNamed = postgresVersion >= 18;
  const name = freeName(`${on.name}_${columnName}_not_null${isNamed ? '' : '_check'}`, isTaken);
  const constraint = quoteIdentifier(name);
  const demand = isNamed ? `NOT NULL ${column}` : `CHECK (${column} IS NOT NULL)`;
  const validate = `ALTER TABLE ${table} VALIDATE CONSTRAINT ${constraint};`;
  return {
    add: `ALTER TABLE ${table} ADD CONSTRAINT ${constraint} ${demand} NOT VALID;`,
    prove: isNamed
      ? [validate]
      : [
          validate,
          `ALTER TABLE ${table} ALTER COLUMN ${column} SET NOT NULL;`,
          `ALTER TABLE ${table} DROP CONSTRAINT ${constraint};`,
        ],
    name: isNamed ? name : undefined,
  };
}
