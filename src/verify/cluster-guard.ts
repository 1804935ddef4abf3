import { positionAt } from '../input/text/positions.ts';
import type { PreparedScript } from './apply/types.ts';
import { clusterWideStatement } from './engines/cluster-wide.ts';
import { machineStatement, nativeCodeStatement } from './engines/machine-reach.ts';
import type { Engine } from './engines/types.ts';

/** Says why a script is not run, for people; undefined for one that is. */
export type Refusal = (script: Pick<PreparedScript, 'statements' | 'source'>) => string | undefined;

/**
 * Why scripts are not run on an engine: what reaches the machine does more than anybody expects of a check, and what changes a server
 * that others use would outlive the scratch database. On PGlite, machine code would run in this process, which nobody can allow.
 *
 * @param allowsClusterChanges true if somebody said that it may.
 */
export function refusedHere(
  { abilities, kind }: Pick<Engine, 'abilities' | 'kind'>,
  allowsClusterChanges: boolean,
): Refusal {
  const guards = guardsOf(kind, abilities.ownCluster, allowsClusterChanges);
  return ({ statements, source }) => {
    for (const statement of statements)
      for (const { find, why } of guards) {
        const what = find(statement);
        if (what === undefined) continue;
        return `${source.path}:${positionAt(source, statement.span.start).line} has ${what}, which ${why}`;
      }
    return undefined;
  };
}

/** What is looked for, and the end of the sentence that says why it is not run. */
interface Guard {
  readonly find: typeof clusterWideStatement;
  readonly why: string;
}

const NATIVE: Guard = {
  find: nativeCodeStatement,
  why: 'runs machine code in the process of the server, and PGlite runs in that of the linter: it is not run there. --engine 15 with --allow-cluster-changes runs it on a server.',
};

const MACHINE: Guard = {
  find: machineStatement,
  why: 'reaches the machine of the server: its files, its programs or other servers. --allow-cluster-changes runs it all the same.',
};

const SHARED: Guard = {
  find: clusterWideStatement,
  why:
    'changes the whole server and would outlive the scratch database. ' +
    '--allow-cluster-changes runs it all the same; without --url, everything is run on a server of its own.',
};

function guardsOf(kind: Engine['kind'], ownCluster: boolean, allows: boolean): readonly Guard[] {
  const native = kind === 'pglite' ? [NATIVE] : [];
  if (allows) return native;
  return [...native, ...(kind === 'pglite' ? [] : [MACHINE]), ...(ownCluster ? [] : [SHARED])];
}
