import type { Timing } from './types.ts';

type StageName = Timing['stages'][number]['name'];

/** Measures where the time of a run goes. */
export class Stopwatch {
  readonly #start = performance.now();
  #last = this.#start;
  readonly #stages = new Map<StageName, number>();
  readonly #rules = new Map<string, { duration: number; calls: number }>();

  /** Milliseconds since the run began. */
  elapsed(): number {
    return performance.now() - this.#start;
  }

  /** Says that what was done since the last call, or since the beginning, belongs to a stage. */
  stage(name: StageName): void {
    const now = performance.now();
    this.#stages.set(name, (this.#stages.get(name) ?? 0) + now - this.#last);
    this.#last = now;
  }

  /** Makes a call of a rule and measures it. */
  rule(name: string, call: () => void): void {
    const start = performance.now();
    try {
      call();
    } finally {
      const known = this.#rules.get(name) ?? { duration: 0, calls: 0 };
      known.duration += performance.now() - start;
      known.calls++;
      this.#rules.set(name, known);
    }
  }

  timing(): Timing {
    return {
      stages: [...this.#stages].map(([name, duration]) => ({ name, duration })),
      rules: [...this.#rules]
        .map(([name, { duration, calls }]) => ({ name, duration, calls }))
        .sort((a, b) => b.duration - a.duration),
    };
  }
}
