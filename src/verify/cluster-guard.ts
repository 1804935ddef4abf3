import { positionAt } from '../input/text/positions.ts';
import type { PreparedScript } from './apply/types.ts';
import { clusterWideStatement } from './engines/cluster-wide.ts';
import type { Engine } from './engines/types.ts';

/**
 * Why scripts are not run on an engine: what changes a server that others use would outlive the scratch database.
 *
 * @param allowsClusterChanges true if somebody said that it may.
 * @returns what tells, for people, why a script is not run; undefined for one that is.
 */
export function refusedHere(
  { abilities }: Pick<Engine, 'abilities'>,
  allowsClusterChanges: boolean,
): (script: Pick<PreparedScript, 'statements' | 'source'>) => string | undefined {
  if (abilities.ownCluster || allowsClusterChanges) return () => undefined;
  return ({ statements, source }) => {
    for (const statement of statements) {
      const what = clusterWideStatement(statement);
      if (what === undefined) continue;
      const { line } = positionAt(source, statement.span.start);
      return (
        `${source.path}:${line} has ${what}, which changes the whole server and would outlive the scratch database. ` +
        '--allow-cluster-changes runs it all the same; without --url, everything is run on a server of its own.'
      );
    }
    return undefined;
  };
}
