import type { PlanRequest } from '../../lint/plan-request.ts';
import { addIndex } from './add-index.ts';
import { batchedWrite } from './batched-write.ts';
import { buildConcurrently } from './build-concurrently.ts';
import { changeType } from './change-type.ts';
import { checkedNotNull } from './checked-not-null.ts';
import { columnWithoutConstraints } from './column-without-constraints.ts';
import { dropLater } from './drop-later.ts';
import { fillWithDefault, requireLater } from './fill-later.ts';
import { indexEachPartition } from './index-each-partition.ts';
import { keyUsingIndex } from './key-using-index.ts';
import { ownMigration } from './own-migration.ts';
import { renameColumn } from './rename-column.ts';
import { replaceDroppedColumn } from './replace-dropped-column.ts';
import { requireColumn } from './require-column.ts';
import type { PlanOutcome, PlanScene } from './types.ts';
import { validateAfterCommit, validateLater } from './validate-later.ts';

/** The safe sequences that a rule asks for, or why there are none here. The SQL parser must have been loaded. */
export function planFor(request: PlanRequest, scene: PlanScene): PlanOutcome {
  switch (request.plan) {
    case 'own migration':
      return ownMigration(request, scene);
    case 'build concurrently':
      return buildConcurrently(request, scene);
    case 'add index':
      return addIndex(request, scene);
    case 'index each partition':
      return indexEachPartition(request, scene);
    case 'validate later':
      return validateLater(request);
    case 'validate after commit':
      return validateAfterCommit(request.operation);
    case 'key using index':
      return keyUsingIndex(request, scene);
    case 'column without constraints':
      return columnWithoutConstraints(request);
    case 'checked not null':
      return checkedNotNull(request, scene);
    case 'rename column':
      return renameColumn(request, scene);
    case 'replace dropped column':
      return replaceDroppedColumn(request, scene);
    case 'change type':
      return changeType(request, scene);
    case 'fill with default':
      return fillWithDefault(request, scene);
    case 'require later':
      return requireLater(request, scene);
    case 'require column':
      return requireColumn(request, scene);
    case 'drop later':
      return dropLater(request, scene);
    case 'batched write':
      return batchedWrite(request, scene);
    default:
      return request satisfies never;
  }
}
