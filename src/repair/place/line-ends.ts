/** The line end that a text has everywhere: `\r\n` only if no line ends otherwise. */
export function lineEndOf(text: string): '\n' | '\r\n' {
  return text.includes('\r\n') && !/(?<!\r)\n/.test(text) ? '\r\n' : '\n';
}

/** The text with that line end everywhere. */
export function withLineEnds(text: string, lineEnd: '\n' | '\r\n'): string {
  return lineEnd === '\n' ? text : text.replaceAll(/\r?\n/g, '\r\n');
}

/** A script in the place of another one: between the same white space at the end, so that a file keeps its last line end, or has none. */
export function inPlaceOf(former: string, script: string): string {
  const end = /\s*$/.exec(former)?.[0] ?? '';
  return script.trimEnd() + end;
}
