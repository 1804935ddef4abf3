import type { Statement } from '../input/sql/types.ts';
import { maskedText } from '../input/text/masked-text.ts';
import { operationsOf } from '../model/operations/operations-of.ts';
import { mayHoldSecret, writtenSecrets } from '../model/operations/secrets.ts';

/**
 * The text of a statement's file as reports show that statement: asterisks in place of the passwords and keys that it is
 * written with. Those of other statements stay.
 */
export function textWithoutSecrets(statement: Statement): string {
  const { source, span } = statement;
  // Most statements hold none: a look at the text spares taking them apart again.
  if (
    !/password|passwd|secret|token|_key|apikey|connection|dblink/i.test(
      source.text.slice(span.start, span.end),
    )
  )
    return source.text;
  const secrets = operationsOf(statement).filter(mayHoldSecret).flatMap(writtenSecrets);
  if (secrets.length === 0) return source.text;
  return maskedText(
    source.text,
    secrets.map(({ text }) => text.span),
  );
}
