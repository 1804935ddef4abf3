import { VIEWS } from './fixtures.ts';
import type { Group } from './types.ts';

/** LOCK TABLE in its modes. */
export const lockModes: Group = {
  title: 'LOCK TABLE',
  fixture: VIEWS,
  statements: [
    'LOCK TABLE t',
    ...[
      'ACCESS SHARE',
      'ROW SHARE',
      'ROW EXCLUSIVE',
      'SHARE UPDATE EXCLUSIVE',
      'SHARE',
      'SHARE ROW EXCLUSIVE',
      'EXCLUSIVE',
    ].map((mode) => `LOCK TABLE t IN ${mode} MODE`),
    'LOCK TABLE ONLY t IN SHARE MODE NOWAIT',
    'LOCK TABLE v IN SHARE MODE',
    'LOCK TABLE vv IN ACCESS EXCLUSIVE MODE',
    'LOCK TABLE t, v IN EXCLUSIVE MODE',
  ],
};
