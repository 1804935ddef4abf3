import { createColors } from 'picocolors';
import { ConfigurationError } from '../config/search.ts';
import { UsageError } from '../node/usage-error.ts';

/**
 * Words for whatever ended the run: the mistake and what to do about it. A stack only for a mistake of ours.
 *
 * @returns text with a final line end.
 */
export function explainError(error: unknown, color: boolean): string {
  const { red, dim } = createColors(color);
  const lines = (message: string, help: string | undefined): string =>
    `${red('✖')} ${withPeriod(message)}\n${help === undefined ? '' : `  ${help.replaceAll('\n', '\n  ')}\n`}`;
  if (error instanceof UsageError || isTold(error)) return lines(error.message, error.help);
  if (error instanceof ConfigurationError) {
    return lines(`${error.path} cannot be read.`, error.message);
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return lines(
    'migration-lint failed. This is a mistake in migration-lint, not in your migrations.',
    `Please report it with these lines:\n${dim(stack)}`,
  );
}

/** The errors that input/ throws carry a code and say what to do. */
function isTold(error: unknown): error is Error & { readonly help: string | undefined } {
  return error instanceof Error && 'code' in error && 'help' in error;
}

const withPeriod = (sentence: string): string => (/[.?!]$/u.test(sentence) ? sentence : `${sentence}.`);
