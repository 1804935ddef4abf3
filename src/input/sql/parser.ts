import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type { Node } from '@pgsql/types';
import { hasEndlessOperator } from './lexer.ts';

/** One statement as libpg_query gives it. Offsets are UTF-8 bytes of the parsed text; 0 and "to the end" are left out. */
export interface RawStatement {
  readonly stmt: Node;
  readonly stmt_location?: number;
  readonly stmt_len?: number;
}

/**
 * What came of parsing: the result, PostgreSQL's error (`cursor` counts code points from 0), or `crash` where the parser
 * gave up: the text is nested too deeply, or too large for its memory. A crash harms no later call.
 */
export type ParseOutcome<Result> =
  | { readonly kind: 'parsed'; readonly result: Result }
  | { readonly kind: 'error'; readonly message: string; readonly cursor: number }
  | { readonly kind: 'crash' };

/** What came of parsing where it gave no result. */
export type ParseFailure = Exclude<ParseOutcome<unknown>, { readonly kind: 'parsed' }>;

/** What we use of an instance of libpg_query: its C functions and its memory. */
interface Instance {
  readonly HEAPU8: Uint8Array;
  readonly HEAPU32: Uint32Array;
  _malloc(size: number): number;
  _free(pointer: number): void;
  _wasm_parse_query_raw(text: number): number;
  _wasm_free_parse_result(result: number): void;
  _wasm_parse_plpgsql(text: number): number;
  _wasm_scan(text: number): number;
  _wasm_free_string(text: number): void;
}

type InstantiateWasm = (imports: object, receive: (instance: { exports: object }) => void) => void;
type Factory = (module: { instantiateWasm: InstantiateWasm }) => Promise<unknown>;

/** An instance whose memory grew beyond this many bytes is replaced: WebAssembly never gives memory back. */
const LARGE_MEMORY = 256 * 1024 * 1024;

/** The part of the WebAssembly interface that we use: TypeScript has it only among the browser's types. */
interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> };
}
const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyInterface }).WebAssembly;

let compiled: { readonly factory: Factory; readonly module: object } | undefined;
let current: Instance | undefined;

/**
 * Loads PostgreSQL's parser (libpg_query as WebAssembly, from node_modules). Call it once before anything that parses;
 * later calls return at once. V8's `--liftoff-only` is set while it compiles, which saves more than half of the start-up
 * time; V8 still optimizes what runs often.
 * @throws if the package libpg-query cannot be found.
 */
export async function loadParser(): Promise<void> {
  if (compiled !== undefined) return;
  const requireFrom = createRequire(import.meta.url);
  const factory = requireFrom('libpg-query/wasm/libpg-query.js') as Factory;
  const bytes = readFileSync(requireFrom.resolve('libpg-query/wasm/libpg-query.wasm'));
  setFlagsFromString('--liftoff-only');
  try {
    compiled = { factory, module: new webAssembly.Module(bytes) };
  } finally {
    setFlagsFromString('--no-liftoff-only');
  }
}

/**
 * Parses SQL with PostgreSQL's grammar into its raw statements; the empty text gives none. The text must not hold a NUL.
 * @throws {Error} if {@link loadParser} has not finished.
 */
export function parseSql(text: string): ParseOutcome<readonly RawStatement[]> {
  if (hasEndlessOperator(text)) return { kind: 'crash' };
  return run((instance) => {
    const input = writeText(instance, text);
    const result = instance._wasm_parse_query_raw(input);
    const outcome = readParseResult(instance, result);
    instance._wasm_free_parse_result(result);
    instance._free(input);
    return outcome;
  });
}

/**
 * Parses the PL/pgSQL bodies of the CREATE FUNCTION, CREATE PROCEDURE and DO statements of `text`. Only for bodies whose
 * language is plpgsql: others stop the instance. The result is libpg_query's own JSON; an error has no cursor (-1).
 * @throws {Error} if {@link loadParser} has not finished.
 */
export function parsePlpgsql(text: string): ParseOutcome<unknown> {
  return run((instance): ParseOutcome<unknown> => {
    const output = callForString(instance, '_wasm_parse_plpgsql', text);
    return output.startsWith('{')
      ? { kind: 'parsed', result: (JSON.parse(output) as { plpgsql_funcs?: unknown }).plpgsql_funcs }
      : errorOf(output, -1);
  });
}

/**
 * PostgreSQL's own scanner, in libpg_query's JSON, as text: tests compare our lexer with it.
 * @throws {Error} if {@link loadParser} has not finished.
 */
export function scanSql(text: string): ParseOutcome<string> {
  return run((instance) => ({ kind: 'parsed', result: callForString(instance, '_wasm_scan', text) }));
}

/** Runs one call; an instance that threw is in an unknown state and is never used again. */
function run<Result>(call: (instance: Instance) => ParseOutcome<Result>): ParseOutcome<Result> {
  const instance = (current ??= makeInstance());
  try {
    const outcome = call(instance);
    if (instance.HEAPU8.length > LARGE_MEMORY) current = undefined;
    return outcome;
  } catch {
    current = undefined;
    return { kind: 'crash' };
  }
}

function readParseResult(instance: Instance, result: number): ParseOutcome<readonly RawStatement[]> {
  const words = instance.HEAPU32;
  const error = words[(result + 8) >> 2] ?? 0;
  if (error !== 0) {
    const cursor = (words[(error + 16) >> 2] ?? 0) | 0;
    return errorOf(readText(instance, words[error >> 2] ?? 0), Math.max(cursor - 1, 0));
  }
  const json = readText(instance, words[result >> 2] ?? 0);
  const tree = JSON.parse(json) as { readonly stmts?: readonly RawStatement[] };
  return { kind: 'parsed', result: tree.stmts ?? [] };
}

/** PostgreSQL's own limits on depth are the same to us as the parser's giving up. */
function errorOf(message: string, cursor: number): ParseOutcome<never> {
  const gaveUp = /^(stack depth limit exceeded|memory exhausted|out of memory)/.test(message);
  return gaveUp ? { kind: 'crash' } : { kind: 'error', message, cursor };
}

function callForString(instance: Instance, call: '_wasm_parse_plpgsql' | '_wasm_scan', text: string): string {
  const input = writeText(instance, text);
  const output = instance[call](input);
  const result = readText(instance, output);
  instance._wasm_free_string(output);
  instance._free(input);
  return result;
}

const encoder = new TextEncoder();

function writeText(instance: Instance, text: string): number {
  const size = Buffer.byteLength(text);
  const pointer = instance._malloc(size + 1);
  if (pointer === 0) throw new Error('out of memory');
  // Read after malloc: growing the memory replaces the view.
  const memory = instance.HEAPU8;
  encoder.encodeInto(text, memory.subarray(pointer, pointer + size));
  memory[pointer + size] = 0;
  return pointer;
}

function readText(instance: Instance, pointer: number): string {
  if (pointer === 0) throw new Error('out of memory');
  const memory = instance.HEAPU8;
  const end = memory.indexOf(0, pointer);
  return Buffer.from(memory.buffer, pointer, end - pointer).toString('utf8');
}

/**
 * Makes an instance at once. The factory is asynchronous, but all that we need happens before its first wait, except the
 * C constructors: the one function among the exports that it has not bound by then. We call it, and leave it nothing to do.
 */
function makeInstance(): Instance {
  if (compiled === undefined) throw new Error('The parser is not loaded: await loadParser() first');
  const { factory, module } = compiled;
  const bound = new Set<string>();
  let functions: Record<string, unknown> = {};
  const host = {
    instantiateWasm: (imports: object, receive: (instance: { exports: object }) => void): void => {
      functions = { ...new webAssembly.Instance(module, imports).exports };
      const get = (target: Record<string, unknown>, name: string): unknown => {
        bound.add(name);
        return target[name];
      };
      receive({ exports: new Proxy(functions, { get }) });
    },
  };
  void factory(host);
  for (const [name, constructors] of Object.entries(functions)) {
    if (bound.has(name) || typeof constructors !== 'function') continue;
    constructors();
    functions[name] = () => undefined;
  }
  return host as unknown as Instance;
}
