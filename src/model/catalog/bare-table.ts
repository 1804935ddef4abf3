import type { ObjectName } from '../operations/types.ts';
import type { Certainty, Origin, Table } from './types.ts';

/** A permanent table of which nothing is known but its name: no columns, no constraints, nobody's. */
export function bareTable(name: ObjectName, origin: Origin, certainty: Certainty): Table {
  return {
    kind: 'table',
    name,
    persistence: 'permanent',
    columns: [],
    constraints: [],
    indexes: [],
    triggers: [],
    rules: [],
    policies: [],
    rowSecurity: { enabled: false, forced: false },
    partitionBy: undefined,
    partitionOf: undefined,
    inherits: [],
    foreignServer: undefined,
    options: {},
    owner: undefined,
    privileges: [],
    comment: undefined,
    certainty,
    origin,
  };
}
