/** What must not outlive the program. */
export interface Remains {
  /** Removes at once what can be removed at once, when the program ends in whatever way. Never throws. */
  readonly now?: () => void;
  /** Removes it when somebody interrupts the program, which waits for it a moment. */
  readonly soon?: () => Promise<void>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long an interrupted program waits, in milliseconds. */
const PATIENCE = 5000;

/**
 * Removes something when the program ends without having removed it: it exits, or somebody interrupts it.
 *
 * @returns what to call when it has been removed; nothing happens at the end then.
 */
export function atProcessEnd({ now, soon }: Remains): () => void {
  const exit = (): void => now?.();
  const interrupted = (signal: NodeJS.Signals): void => {
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    void Promise.race([soon?.(), patience])
      .catch(() => undefined)
      .then(() => {
        now?.();
        forget();
        // Whoever else listens to the signal ends the program; if nobody does, it ends by the signal, as if nobody had ever listened.
        if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
      });
  };
  const forget = (): void => {
    process.off('exit', exit);
    for (const signal of SIGNALS) process.off(signal, interrupted);
  };
  process.on('exit', exit);
  for (const signal of SIGNALS) process.on(signal, interrupted);
  return forget;
}
