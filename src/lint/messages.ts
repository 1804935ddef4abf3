import { displayName } from '../model/operations/display-name.ts';
import type { ObjectName } from '../model/operations/types.ts';
import type { MessageTemplate, MessageValue } from './rule.ts';

/** A message with its placeholders filled in, and the values as they were filled in. */
export interface RenderedMessage {
  readonly what: string;
  readonly help: string;
  readonly data: Readonly<Record<string, string>>;
}

/**
 * Fills a message's placeholders.
 *
 * @throws {Error} if a value is missing: a mistake in the rule that only an untyped plugin can make.
 */
export function renderMessage(
  template: MessageTemplate,
  values: Readonly<Record<string, MessageValue>> = {},
): RenderedMessage {
  const data = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, displayValue(value)]));
  const fill = (text: string): string =>
    text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const value = data[name];
      if (value === undefined) throw new Error(`the message needs a value for {{${name}}}`);
      return value;
    });
  return { what: fill(template.what), help: fill(template.help), data };
}

function displayValue(value: MessageValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (isList(value))
    return displayList(value.map((item) => (typeof item === 'string' ? item : displayName(item))));
  return displayName(value);
}

const isList = (value: MessageValue): value is readonly (string | ObjectName)[] => Array.isArray(value);

/** `a`, `a and b`, `a, b and c`. */
function displayList(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
