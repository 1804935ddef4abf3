import { attaching } from './attaching.ts';
import { columnTypes } from './column-types.ts';
import { columns } from './columns.ts';
import { constraints } from './constraints.ts';
import { dependentViews } from './dependent-views.ts';
import { foreignKeys } from './foreign-keys.ts';
import { ifExists } from './if-exists.ts';
import { indexes } from './indexes.ts';
import { inheritance } from './inheritance.ts';
import { partitioned } from './partitioned.ts';
import { partitions } from './partitions.ts';
import { foreignTables } from './foreign-tables.ts';
import { lockModes } from './lock-modes.ts';
import { rarer } from './rarer.ts';
import { userTypes } from './user-types.ts';
import { rowSecurity } from './row-security.ts';
import { rows } from './rows.ts';
import { schemas } from './schemas.ts';
import { severalActions } from './several-actions.ts';
import { tables } from './tables.ts';
import { triggers } from './triggers.ts';
import type { Group } from './types.ts';
import { views } from './views.ts';

/** The matrix of statements whose effects are compared with what PostgreSQL does. */
export const groups: readonly Group[] = [
  columns,
  columnTypes,
  constraints,
  indexes,
  tables,
  triggers,
  rowSecurity,
  views,
  partitions,
  rows,
  partitioned,
  inheritance,
  dependentViews,
  foreignKeys,
  schemas,
  ifExists,
  attaching,
  severalActions,
  userTypes,
  lockModes,
  foreignTables,
  rarer,
];
