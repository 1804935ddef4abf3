/** A mistake in how the program was called or set up, told in a message that says what to do. The command line ends with exit 2. */
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
