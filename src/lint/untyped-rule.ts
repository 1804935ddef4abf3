import type { AnyReport } from './context.ts';
import type { MessageTemplate, Rule } from './rule.ts';

const SEVERITIES: readonly unknown[] = ['info', 'warning', 'error', undefined];

/**
 * The message that a report names.
 *
 * @throws {Error} for what only a rule without types can get wrong: no such message, no place, no such severity.
 */
export function reportedMessage({ meta }: Rule, report: AnyReport): MessageTemplate {
  const { messageId, at, severity } = report as { messageId: unknown; at: unknown; severity?: unknown };
  const ids = Object.keys(meta.messages);
  if (typeof messageId !== 'string' || !ids.includes(messageId))
    throw new Error(`it reports a message ${String(messageId)}, and has only ${ids.join(', ')}`);
  if (typeof at !== 'object' || at === null)
    throw new Error(`it reports ${messageId} without \`at\`, the operation or another thing to point at`);
  if (!SEVERITIES.includes(severity))
    throw new Error(`it reports ${messageId} as ${String(severity)}, which is no severity`);
  return meta.messages[messageId] as MessageTemplate;
}

/**
 * Refuses what an async listener gives back: what it does after its first `await` would come after the report.
 *
 * @param returned what a listener has returned.
 * @throws {Error} if it is a promise.
 */
export function refusePromise(returned: unknown): void {
  if (typeof returned !== 'object' || returned === null || !('then' in returned)) return;
  // Whatever it still throws has nobody to catch it, and would end the process.
  void Promise.resolve(returned).catch(() => undefined);
  throw new Error('a listener is no async function: everything it needs is there when it is called');
}
