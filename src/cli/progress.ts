import type { Environment } from '../node/environment.ts';
import { visibleText } from '../report/terminal-text.ts';
import type { VerifyProgress } from '../node/verify-projects.ts';

/** Says on a terminal what is done, in one line that is rewritten; elsewhere nothing. */
export class ProgressLine {
  readonly #stream: Environment['stderr'];
  #isShown = false;

  constructor({ stderr, environment }: Pick<Environment, 'stderr' | 'environment'>) {
    this.#stream = stderr;
    if (environment['TERM'] === 'dumb') this.#stream = { write: () => true };
  }

  /** Shows how far a run is. */
  show(progress: VerifyProgress): void {
    if (this.#stream.isTTY !== true) return;
    const text = visibleText(progressWords(progress));
    const width = (this.#stream.columns ?? 80) - 1;
    this.#stream.write(`\r\u001b[K${text.length > width ? `${text.slice(0, width - 1)}…` : text}`);
    this.#isShown = true;
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#isShown) this.#stream.write('\r\u001b[K');
    this.#isShown = false;
  }
}

function progressWords(progress: VerifyProgress): string {
  switch (progress.phase) {
    case 'say':
      return progress.text;
    case 'start':
      return 'Starting PostgreSQL';
    case 'history':
      return `Applying the history ${progress.done + 1} of ${progress.total}`;
    case 'verify':
      return `Verifying ${progress.done + 1} of ${progress.total}: ${progress.id}`;
    default:
      return progress satisfies never;
  }
}
