/** The public API of migration-lint: what rules and plugins are built from. Nothing else is public. */
export { defineRule } from './lint/rule.ts';
export type * from './lint/rule.ts';
export type * from './lint/examples.ts';
export type * from './lint/project.ts';
export type * from './lint/finding.ts';
export type * from './model/operations/types.ts';
export type * from './model/catalog/types.ts';
export type * from './model/effects/types.ts';
export type { History, RowCopy } from './model/history/history.ts';
export { blockedBy, compareLocks } from './model/effects/effects-of.ts';
export { provesNotNull } from './model/effects/not-null.ts';
export { isVolatile } from './model/effects/volatility.ts';
export { typeChangeWork } from './model/effects/type-change.ts';
export type * from './input/sql/types.ts';
export type * from './input/text/types.ts';
