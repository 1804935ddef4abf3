/** What the program gets from the world, so that tests can give it another one. */
export interface Environment {
  /** Absolute path. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the run counts as today. */
  readonly now: Date;
  /** Reads standard input to its end; undefined where there is none. */
  readonly stdin?: () => Promise<Uint8Array>;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** A stream that text is written to. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}
