/** What the program's exit code says. */
export const EXIT = {
  /** No errors. Warnings do not fail a run. */
  clean: 0,
  /** Findings. */
  findings: 1,
  /** Usage, configuration, git, disk, or a rule that failed: the run says nothing about the migrations. */
  trouble: 2,
} as const;

/** A mistake in how the program was called or set up, told in a message that says what to do. Ends the run with exit 2. */
export class UsageError extends Error {
  readonly help: string | undefined;

  /**
   * @param message what is wrong, a sentence.
   * @param help what to do, a sentence or a command.
   */
  constructor(message: string, help?: string) {
    super(message);
    this.name = 'UsageError';
    this.help = help;
  }
}
