/** The offset of the line after the one that an offset lies in; the text's length if there is none. */
export function lineAfter(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}
