/** What a run cannot go on without, said to the person who can mend it: a command-line program ends with exit code 2. */
export type InputErrorCode =
  | 'unreadable'
  | 'not-found'
  | 'no-migrations'
  | 'git-missing'
  | 'git-failed'
  | 'unmerged'
  | 'no-base'
  | 'shallow-clone'
  | 'unknown-migration'
  | 'bad-version';

/** A mistake in what the program was given or in where it runs, with the way out of it. */
export class InputError extends Error {
  override readonly name: string = 'InputError';
  readonly code: InputErrorCode;
  /** What to do, often a command. */
  readonly help: string;

  constructor(code: InputErrorCode, message: string, help: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.help = help;
  }
}

/** A file or folder that is there and cannot be read. */
export class UnreadableFileError extends InputError {
  override readonly name = 'UnreadableFileError';
  /** Relative to the tree's root. */
  readonly path: string;
  /** The system's word for it: `EACCES`, `EISDIR`. */
  readonly reason: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    const shown = path === '' ? '.' : path;
    const help = ['EACCES', 'EPERM'].includes(reason)
      ? 'Check its permissions: you may not read it.'
      : 'That is what the system says to opening it.';
    super('unreadable', `${shown} cannot be read (${reason})`, help, options);
    this.path = path;
    this.reason = reason;
  }
}

/** True for an {@link InputError}, also for one of another copy of this package. */
export function isInputError(error: unknown): error is InputError {
  return (
    error instanceof Error &&
    (error.name === 'InputError' || error.name === 'UnreadableFileError') &&
    'help' in error
  );
}
