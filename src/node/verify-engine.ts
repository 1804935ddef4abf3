import type { EngineName } from '../config/verify-settings.ts';
import { chooseEngine } from '../verify/engines/choose-engine.ts';
import type { Engine } from '../verify/engines/types.ts';
import { createPgliteEngine } from '../verify/engines/pglite-engine.ts';
import { urlOf } from './write-statistics.ts';

/** Which PostgreSQL is to be asked. */
export interface EngineWish {
  readonly name: EngineName | undefined;
  /** `postgresql://…`, or `env:NAME`. */
  readonly url: string | undefined;
  /** Wall time of a query. */
  readonly seconds: number | undefined;
  readonly cacheFolder: string;
  /** False if nothing is to be kept of an embedded database; a server that is downloaded is kept all the same. */
  readonly cache: boolean;
  readonly disposable: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A folder of the user's project, whose packages may have a server. */
  readonly project: string;
  /** Is told what is downloaded, before it is: a sentence. */
  readonly say: ((text: string) => void) | undefined;
}

/**
 * The PostgreSQL that is asked.
 *
 * @throws {UsageError} if two are named, or the variable of the URL is not set.
 * @throws {EngineUnavailable} if it cannot be had, or must not be used.
 */
export async function openEngine(wish: EngineWish, extensions: readonly string[]): Promise<Engine> {
  const { name, url, environment, cache, ...options } = wish;
  const isPglite = url === undefined && (name === undefined || name === 'pglite');
  if (isPglite && !cache) return createPgliteEngine({ extensions, seconds: wish.seconds });
  return chooseEngine({
    ...options,
    extensions,
    url: url === undefined ? undefined : urlOf(url, environment),
    engine: name === undefined ? undefined : String(name),
    programs: environment['MIGRATION_LINT_POSTGRES'],
  });
}
