import { cellsOf, displayWidth, visibleText, wrapText } from './terminal-text.ts';

/** A name, and what is said of it. */
export interface Row {
  readonly name: string;
  readonly text: string;
  readonly paint: (text: string) => string;
}

/** Rows with their names in one column, or above the text where that is too narrow. */
export function drawRows(rows: readonly Row[], room: number): readonly string[] {
  const limit = Math.max(8, room >> 2);
  const widths = rows.map(({ name }) => displayWidth(name)).filter((width) => width <= limit);
  const column = Math.max(0, ...widths);
  return rows.flatMap(({ name, text, paint }) => {
    const wide = displayWidth(name);
    if (wide > column)
      return [visibleText(name), ...wrapText(text, room - 2).map((line) => `  ${paint(line)}`)];
    return wrapText(text, Math.max(16, room - column - 2)).map((line, index) =>
      index === 0
        ? `${visibleText(name)}${' '.repeat(column - wide)}  ${paint(line)}`
        : `${' '.repeat(column + 2)}${paint(line)}`,
    );
  });
}

/** A line cut to a number of columns. */
export function shortened(line: string, room: number): string {
  if (displayWidth(line) <= room) return visibleText(line);
  let text = '';
  let used = 0;
  for (const cell of cellsOf(line)) {
    if (used + cell.width > room - 1) break;
    text += cell.text;
    used += cell.width;
  }
  return `${text.trimEnd()}…`;
}
