import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import { JsonError, parseJsonWithComments } from './jsonc.ts';

/** A configuration file that cannot be read or parsed. */
export class ConfigurationError extends Error {
  readonly code = 'configuration';
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.name = 'ConfigurationError';
    this.path = path;
  }
}

/** No configuration is larger, in bytes. */
const MAX_BYTES = 1_048_576;
const CODE = /\.[cm]?[jt]s$/u;

/**
 * Reads a file of data: JSON, also with comments, or YAML.
 *
 * @param path absolute path.
 * @param within the folder that the file must really lie in, links followed: what a pull request brings along may not name
 *   files of the machine. Undefined for a file that the user names.
 * @throws {ConfigurationError} if it cannot be read or parsed, with line and column.
 */
export async function readDataFile(path: string, within: string | undefined): Promise<unknown> {
  if (CODE.test(path))
    throw new ConfigurationError(path, 'It is code, and a configuration is data: JSON or YAML.');
  const text = readText(path, within);
  if (text.trim() === '')
    throw new ConfigurationError(path, 'It is empty. A configuration that says nothing is {}.');
  const isYaml = /\.ya?ml$/u.test(path) || (!/\.jsonc?$/u.test(path) && !/^\s*(?:\{|\/[/*])/u.test(text));
  return isYaml ? parseYaml(path, text) : parseJson(path, text);
}

/** @throws {ConfigurationError} if the file is none, is too large, is not UTF-8 or lies outside `within`. */
export function readText(path: string, within: string | undefined): string {
  let bytes: Buffer;
  try {
    if (within !== undefined && !isInside(realpathSync(path), realpathSync(within)))
      throw new ConfigurationError(path, `It lies outside ${within}, so it is not read.`);
    if (statSync(path).size > MAX_BYTES)
      throw new ConfigurationError(path, 'It is larger than 1 MB, so it is not read.');
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(path, reasonOf(error as NodeJS.ErrnoException));
  }
  try {
    // Strips a byte-order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigurationError(path, 'It is not UTF-8. Save it as UTF-8.');
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return 'There is no such file.';
    case 'EACCES':
      return 'You may not read it: permission denied.';
    case 'EISDIR':
      return 'It is a folder.';
    default:
      return message;
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** @throws {ConfigurationError} with line and column. */
export function parseJson(path: string, text: string): unknown {
  try {
    return parseJsonWithComments(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new ConfigurationError(path, `line ${error.line}, column ${error.column}: ${error.message}`);
  }
}

async function parseYaml(path: string, text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(text) as unknown;
  } catch (error) {
    throw new ConfigurationError(path, (error as Error).message);
  }
}
