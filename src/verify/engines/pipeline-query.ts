import type { Connection, Submittable } from 'pg';

/** The part of pg's connection that writes messages of the extended protocol. */
interface ExtendedConnection {
  parse(message: { readonly text: string; readonly name: string }): void;
  bind(message: { readonly portal: string; readonly statement: string; readonly values: readonly [] }): void;
  describe(message: { readonly type: 'P'; readonly name: string }): void;
  execute(message: { readonly portal: string; readonly rows: number }): void;
  sync(): void;
  sendCopyFail(message: string): void;
}

/**
 * Statements as one pipeline: Parse, Bind, Describe and Execute for each, and one Sync at the end. Up to that, PostgreSQL skips
 * everything after an error, and all is one transaction (manual, 54.2.4). pg calls the methods `handle…` of whatever it is given.
 */
export class PipelineQuery implements Submittable {
  readonly #statements: readonly string[];
  readonly #settle: { resolve(): void; reject(error: unknown): void };
  #connection: ExtendedConnection | undefined;

  constructor(
    statements: readonly string[],
    settle: { readonly resolve: () => void; readonly reject: (error: unknown) => void },
  ) {
    this.#statements = statements;
    this.#settle = settle;
  }

  submit(connection: Connection): void {
    const extended = connection as unknown as ExtendedConnection;
    this.#connection = extended;
    for (const text of this.#statements) {
      extended.parse({ text, name: '' });
      extended.bind({ portal: '', statement: '', values: [] });
      extended.describe({ type: 'P', name: '' });
      extended.execute({ portal: '', rows: 0 });
    }
    extended.sync();
  }

  handleError(error: unknown): void {
    this.#settle.reject(error);
  }

  handleReadyForQuery(): void {
    this.#settle.resolve();
  }

  handleCopyInResponse(): void {
    this.#connection?.sendCopyFail('there is no data for COPY');
  }

  // What the statements answer is for nobody.
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyData(): void {}
}
