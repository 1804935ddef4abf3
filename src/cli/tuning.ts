import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { cacheFolder } from '../node/cache-folder.ts';

/**
 * Tells V8 to wait six times as long as it would by itself before it optimizes a function. A run is a few hundred
 * milliseconds, to 3 s for 5,000 migrations, in which nearly every function runs for nearly every statement: compiling them
 * all costs more than it saves (docs/decisions/0003-speed.md). Measured for V8 11, the one of Node 20; other versions, which
 * have more tiers, are left alone.
 */
export function tuneForShortRuns(): void {
  if (v8Major() === 11) setFlagsFromString('--interrupt-budget=400000');
  // From Node 24 on V8 optimizes one function of PostgreSQL's parser, Bison's, as soon as it has run for a moment: that takes 600 MB
  // and more than a second, which 800 migrations do not earn back.
  if (v8Major() >= 13) for (const flag of OPTIMIZES_WEBASSEMBLY) setFlagsFromString(`--no-${flag}`);
}

/** Takes back what would slow down an embedded PostgreSQL, which runs long enough to be optimized. Call it before that is loaded. */
export function tuneForLongRuns(): void {
  if (v8Major() >= 13) for (const flag of OPTIMIZES_WEBASSEMBLY) setFlagsFromString(`--${flag}`);
}

/**
 * Keeps what V8 makes of our modules in the user's cache folder, so that the next run need not compile them: Node does so from 22.1
 * on, for modules that are loaded afterwards. A folder that cannot be written changes nothing; NODE_DISABLE_COMPILE_CACHE=1 turns it off.
 */
export function keepCompiledCode(environment: Readonly<Record<string, string | undefined>>): void {
  // Not among the types of Node 20, the oldest that we run on.
  const { enableCompileCache } = nodeModule as { readonly enableCompileCache?: (folder: string) => unknown };
  enableCompileCache?.(join(cacheFolder(environment), 'code'));
}

/** Only together they keep V8 from optimizing: by itself, each leaves another way to it. */
const OPTIMIZES_WEBASSEMBLY = ['wasm-dynamic-tiering', 'wasm-tier-up'] as const;

const v8Major = (): number => Number.parseInt(process.versions.v8, 10);
