/** What JSON allows as it is in a string, but what steers a terminal or reorders a line that shows it. */
const INVISIBLE = /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * A value as indented JSON that ends with a line feed. Invisible characters are escaped, which changes no value: a log
 * that is printed to a terminal cannot steer it.
 */
export function jsonText(value: object): string {
  const text = JSON.stringify(value, undefined, 2);
  return `${text.replaceAll(INVISIBLE, escaped)}\n`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
