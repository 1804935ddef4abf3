import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Words for what an import threw: the message and where in the plugin it happened.
 *
 * @param own absolute path of the plugin's folder, its links resolved.
 * @param file absolute path of the file that was imported.
 * @returns a sentence that ends with a period.
 */
export function importFailure(error: unknown, own: string, file: string): string {
  if (!(error instanceof Error))
    return `${typeof error === 'string' ? error : 'something that is no error'}.`;
  const message = error.message.split('\n', 1)[0] ?? '';
  const kind = error.name === 'Error' ? '' : `${error.name}: `;
  const frame =
    placeInPlugin(error, own) ?? (error.name === 'SyntaxError' ? syntaxPlace(own, file) : undefined);
  return `${kind}${message.replace(/\.$/u, '')}${frame === undefined ? '' : ` (${frame})`}.`;
}

/** Node tells a program no place of a mistake in a module's syntax. */
function syntaxPlace(own: string, file: string): string {
  return `${relative(own, file).replaceAll(sep, '/')}, or a file that it imports; node --check tells the line`;
}

/** A frame of a stack, or the first line that a SyntaxError's stack begins with: a file and a line. */
const FRAME =
  /(?:\(|at |^)(?:async )?(?<file>(?:file:\/\/)?\/?(?:[A-Za-z]:)?[^\s():][^():]*):(?<line>\d+)(?::\d+)?\)?$/u;

/**
 * Where in a plugin's own files something was thrown: the first frame of its stack that lies there.
 *
 * @param own absolute path of the plugin's folder, its links resolved.
 * @returns `lib/index.js:12`; undefined if no frame lies there, or what was thrown has none.
 */
export function placeInPlugin(error: unknown, own: string): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const text of stack.split('\n')) {
    const { file, line } = FRAME.exec(text.trim())?.groups ?? {};
    if (file === undefined || line === undefined) continue;
    const path = file.startsWith('file://') ? pathOf(file) : file;
    const inside = relative(own, path);
    if (inside === '' || inside.startsWith('..') || inside.split(sep).includes('node_modules')) continue;
    return `${inside.replaceAll(sep, '/')}:${line}`;
  }
  return undefined;
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}
