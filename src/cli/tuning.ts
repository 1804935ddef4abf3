import { setFlagsFromString } from 'node:v8';

/**
 * Tells V8 to optimize a function only when it has run fifteen times as long as it would by itself. A run is a few hundred
 * milliseconds in which nearly every function runs for nearly every statement: compiling them costs more than it saves,
 * for one pending migration and for 5,000 (docs/decisions/0003-speed.md). Measured for V8 11, the one of Node 20; other
 * versions, which have more tiers, are left alone.
 */
export function tuneForShortRuns(): void {
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=1000000');
}
