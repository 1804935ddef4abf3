import type { EngineDied, PostgresError } from './types.ts';

/** The fields of PostgreSQL's ErrorResponse that people want (manual, 54.8). */
export type PostgresErrorFields = Pick<
  PostgresError,
  'message' | 'code' | 'position' | 'detail' | 'hint' | 'where'
>;

/** An error that PostgreSQL answered with. */
export function postgresError({ message, ...fields }: PostgresErrorFields): PostgresError {
  const name = 'PostgresError' as const;
  return Object.assign(new Error(message), { name, ...fields });
}

/** That an engine ended. @param message a sentence without a period at the end. */
export function engineDied(reason: EngineDied['reason'], message: string): EngineDied {
  const name = 'EngineDied' as const;
  return Object.assign(new Error(message), { name, reason });
}

/** Whether PostgreSQL itself answered with an error. By its shape: it may come from a worker. */
export function isPostgresError(error: unknown): error is PostgresError {
  return error instanceof Error && error.name === 'PostgresError' && 'code' in error;
}

/** Whether the engine ended, and its database with it. */
export function isEngineDied(error: unknown): error is EngineDied {
  return error instanceof Error && error.name === 'EngineDied' && 'reason' in error;
}

/** That there is no engine: something is not installed, cannot be fetched or reached, or must not be used. Told apart by its name. */
export interface EngineUnavailable extends Error {
  readonly name: 'EngineUnavailable';
  /** What to do, a sentence or a command; undefined where nobody knows. */
  readonly help: string | undefined;
}

/**
 * @param message what is wrong, a sentence.
 * @param help what to do.
 */
export function engineUnavailable(message: string, help: string | undefined): EngineUnavailable {
  const name = 'EngineUnavailable' as const;
  return Object.assign(new Error(message), { name, help });
}

/** Whether it says that there is no engine to be had. */
export function isEngineUnavailable(error: unknown): error is EngineUnavailable {
  return error instanceof Error && error.name === 'EngineUnavailable';
}
