import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { engineUnavailable } from './errors.ts';

/** PGlite as it is installed. */
export interface PglitePackage {
  /** Of the package, not of PostgreSQL: `0.5.16`. */
  readonly version: string;
  /** URL of its main module. */
  readonly library: string;
  /** Compiles PostgreSQL itself. */
  program(): Promise<WebAssembly.Module>;
  /** URL of the module of an extension that comes with it, or of a package of its own; undefined if there is none. */
  extension(name: string): { readonly name: string; readonly url: string } | undefined;
}

/** Extensions that are found in the bundle of another. The files of both are there then. */
const BUNDLED_WITH: Readonly<Record<string, string>> = {
  autoinc: 'moddatetime',
  insert_username: 'moddatetime',
  refint: 'moddatetime',
};

/** Packages of their own, each with what it exports. */
const PACKAGES: Readonly<Record<string, { readonly package: string; readonly name: string }>> = {
  vector: { package: '@electric-sql/pglite-pgvector', name: 'vector' },
  pg_uuidv7: { package: '@electric-sql/pglite-pg_uuidv7', name: 'pg_uuidv7' },
  pgtap: { package: '@electric-sql/pglite-pgtap', name: 'pgtap' },
  age: { package: '@electric-sql/pglite-age', name: 'age' },
};

const resolver = createRequire(import.meta.url);

/** Node's types know what it makes, but not the object itself. */
const compiler = (
  globalThis as unknown as {
    readonly WebAssembly: { compile(bytes: Uint8Array): Promise<WebAssembly.Module> };
  }
).WebAssembly;

/**
 * PGlite, which is an optional dependency.
 *
 * @throws {EngineUnavailable} if it is not installed.
 */
export function pglitePackage(): PglitePackage {
  const main = resolved('@electric-sql/pglite');
  if (main === undefined)
    throw engineUnavailable(
      'The package @electric-sql/pglite, the embedded PostgreSQL, is not installed: it is an optional dependency.',
      'Install it: npm install --save-dev @electric-sql/pglite. Or use a real server: --engine 15, or --url.',
    );
  // What is resolved is the CommonJS form; the ES module lies beside it.
  const folder = dirname(main);
  const url = (path: string): string => pathToFileURL(join(folder, path)).href;
  const { version } = JSON.parse(readFileSync(join(folder, '../package.json'), 'utf8')) as {
    version: string;
  };
  return {
    version,
    library: url('index.js'),
    program: async () => compiler.compile(await readFile(join(folder, 'pglite.wasm'))),
    extension(name) {
      const other = PACKAGES[name];
      if (other !== undefined) {
        const path = resolved(other.package);
        return path === undefined ? undefined : { name: other.name, url: pathToFileURL(path).href };
      }
      if (!/^[\w-]+$/u.test(name)) return undefined;
      const module = (BUNDLED_WITH[name] ?? name).replaceAll('-', '_');
      const path = `contrib/${module}.js`;
      return existsSync(join(folder, path)) ? { name: module, url: url(path) } : undefined;
    },
  };
}

function resolved(name: string): string | undefined {
  try {
    return resolver.resolve(name);
  } catch {
    return undefined;
  }
}
