import { createEmbeddedEngine } from './embedded-engine.ts';
import { engineUnavailable } from './errors.ts';
import { createPgliteEngine } from './pglite-engine.ts';
import type { Engine } from './types.ts';
import { createUrlEngine } from './url-engine.ts';

/** What decides which PostgreSQL is used. */
export interface EngineChoice {
  /** `--url`: comes before all others. */
  readonly url?: string | undefined;
  /** `--engine`: a major version such as `15`, or `pglite`. */
  readonly engine?: string | undefined;
  /** Absolute path of the folder for what can be had again. */
  readonly cacheFolder: string;
  /** `--i-know-this-is-disposable`, of a URL. */
  readonly disposable?: boolean | undefined;
  /** Extensions that the migrations ask for. */
  readonly extensions?: readonly string[] | undefined;
  /** Wall time of a call in seconds; 60. */
  readonly seconds?: number | undefined;
  /** A folder of the user's project, whose packages may have a server. */
  readonly project?: string | undefined;
  /** The folder that MIGRATION_LINT_POSTGRES names, with `bin/postgres`. */
  readonly programs?: string | undefined;
  /** Is told what is downloaded, before it is: a sentence. */
  readonly say?: ((text: string) => void) | undefined;
}

/** The oldest major version that the catalog queries of `verify` know. */
const OLDEST = 13;

/**
 * The PostgreSQL to use: that of the URL, else a server of the version that was asked for, else PGlite.
 *
 * @throws {EngineUnavailable} if it cannot be had, or must not be used.
 */
export async function chooseEngine({ url, engine, programs, ...options }: EngineChoice): Promise<Engine> {
  if (url !== undefined) return createUrlEngine({ ...options, url });
  if (engine === undefined || engine === 'pglite') return createPgliteEngine(options);
  const major = /^\d{1,3}$/u.test(engine) ? Number(engine) : undefined;
  if (major === undefined)
    throw engineUnavailable(
      `There is no engine ${engine}.`,
      'It is a major version of PostgreSQL, such as --engine 15, or --engine pglite.',
    );
  if (major < OLDEST)
    throw engineUnavailable(
      `PostgreSQL ${major} is too old: migrations are verified on ${OLDEST} and later.`,
      `Use --engine ${OLDEST}, or leave it out.`,
    );
  return createEmbeddedEngine({ ...options, major, programs });
}
