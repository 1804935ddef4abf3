import { setFlagsFromString } from 'node:v8';

/**
 * Tells V8 to wait six times as long as it would by itself before it optimizes a function. A run is a few hundred
 * milliseconds, to 3 s for 5,000 migrations, in which nearly every function runs for nearly every statement: compiling them
 * all costs more than it saves (docs/decisions/0003-speed.md). Measured for V8 11, the one of Node 20; other versions, which
 * have more tiers, are left alone.
 */
export function tuneForShortRuns(): void {
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=400000');
}
