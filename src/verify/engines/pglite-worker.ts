import type { MessagePort } from 'node:worker_threads';
import type { PGlite as Library, PGliteInterface, PGliteOptions } from '@electric-sql/pglite';
import type { PostgresErrorFields } from './errors.ts';

// A worker needs a file of its own, and there is none that is at the same place in the sources, in the compiled package and in the
// bundled program. So the functions below are sent to it as text. They use each other and their arguments, nothing else: what
// they imported would not be there.

/** What a worker is started with. */
export interface WorkerSetup {
  /** URL of PGlite's main module. */
  readonly library: string;
  /** URLs of the modules of extensions, and the name that each has there. */
  readonly extensions: readonly { readonly name: string; readonly url: string }[];
  /** Files of extensions that PGlite does not have, by their name in its folder of extensions. */
  readonly stubs: Readonly<Record<string, string>>;
  readonly startParams: readonly string[];
  /** PGlite itself, compiled once for all workers. */
  readonly program: WebAssembly.Module;
  /** A data folder as one piece, see `packedFolder`; undefined to make a new one. */
  readonly data: Uint8Array | undefined;
}

/** What a worker is asked. */
export type WorkerRequest =
  | { readonly kind: 'execute'; readonly sql: string }
  | { readonly kind: 'rows'; readonly sql: string }
  | { readonly kind: 'pipeline'; readonly statements: readonly string[] }
  | { readonly kind: 'save' };

/** Its answer, also the first one, which says that the database is open: `version` is the server's then. */
export type WorkerAnswer =
  | { readonly kind: 'open'; readonly version: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'rows'; readonly rows: readonly unknown[] }
  | { readonly kind: 'saved'; readonly data: Uint8Array }
  /** PostgreSQL answered with an error; the database goes on. */
  | { readonly kind: 'refused'; readonly error: PostgresErrorFields }
  /** PGlite did not answer as PostgreSQL does: nothing that it says can be trusted any more. */
  | { readonly kind: 'crashed'; readonly message: string };

type Load = (url: string) => Promise<Readonly<Record<string, unknown>>>;

/** Opens the database, and answers requests one after the other. */
async function serve(port: MessagePort, setup: WorkerSetup, load: Load): Promise<void> {
  let answer: WorkerAnswer;
  try {
    const database = await open(setup, load);
    const [row] = (await database.query<{ version: string }>('SHOW server_version')).rows;
    answer = { kind: 'open', version: Object.values(row ?? {}).join() };
    port.on('message', (request: WorkerRequest) => {
      void answerTo(database, request).then(
        (outcome) =>
          port.postMessage(outcome, outcome.kind === 'saved' ? [outcome.data.buffer as ArrayBuffer] : []),
        (error: unknown) => port.postMessage({ kind: 'crashed', message: shortText(error) }),
      );
    });
  } catch (error) {
    answer = { kind: 'crashed', message: shortText(error) };
  }
  port.postMessage(answer);
}

async function open(setup: WorkerSetup, load: Load): Promise<PGliteInterface> {
  const { PGlite } = (await load(setup.library)) as unknown as { readonly PGlite: typeof Library };
  const extensions: Record<string, never> = {};
  for (const { name, url } of setup.extensions) extensions[name] = (await load(url))[name] as never;
  forbidCode();
  const database = await PGlite.create({
    startParams: [...setup.startParams],
    pgliteWasmModule: setup.program,
    extensions,
    ...(setup.data === undefined ? {} : { fs: filesFrom(setup.data) }),
  });
  const { FS } = moduleOf(database);
  for (const [name, text] of Object.entries(setup.stubs))
    FS.writeFile(`/pglite/share/postgresql/extension/${name}`, text);
  return database;
}

/** What is used of Emscripten's files, which are in memory. */
interface EmscriptenFiles {
  writeFile(path: string, text: string): void;
  mkdirTree(path: string, mode: number): void;
  isDir(mode: number): boolean;
  lookupPath(path: string): { readonly node: FileNode };
}

/** A file or folder in memory. A folder's contents are nodes by their name; a file's may be longer than what counts of them. */
interface FileNode {
  mode: number;
  contents: Uint8Array | Readonly<Record<string, FileNode>>;
  usedBytes: number;
  readonly mount: {
    readonly type: { createNode(parent: FileNode, name: string, mode: number, device: number): FileNode };
  };
}

/** A file or folder of a packed folder: its path, its mode, where it begins (-1: a folder) and how long it is, in bytes. */
type PackedFile = readonly [string, number, number, number];

function moduleOf(database: PGliteInterface): {
  readonly FS: EmscriptenFiles;
  readonly ENV: Readonly<Record<string, string>>;
} {
  return database.Module as never;
}

/**
 * The data folder as one piece: four bytes with the length of the list of files, that list as JSON, and what the files hold. PGlite's
 * own tar takes ten times as long to write, and to read.
 */
function packedFolder(database: PGliteInterface): Uint8Array {
  const { FS, ENV } = moduleOf(database);
  const files: PackedFile[] = [];
  const contents: Uint8Array[] = [];
  let size = 0;
  const add = (folder: FileNode, path: string): void => {
    for (const [name, node] of Object.entries(folder.contents as Readonly<Record<string, FileNode>>)) {
      if (FS.isDir(node.mode)) {
        files.push([path + name, node.mode, -1, 0]);
        add(node, `${path}${name}/`);
        continue;
      }
      files.push([path + name, node.mode, size, node.usedBytes]);
      contents.push((node.contents as Uint8Array).subarray(0, node.usedBytes));
      size += node.usedBytes;
    }
  };
  add(FS.lookupPath(ENV['PGDATA'] ?? '').node, '');
  const list = Buffer.from(JSON.stringify(files), 'utf8');
  const packed = new Uint8Array(4 + list.length + size);
  new DataView(packed.buffer).setUint32(0, list.length);
  packed.set(list, 4);
  let at = 4 + list.length;
  for (const part of contents) {
    packed.set(part, at);
    at += part.length;
  }
  return packed;
}

/** Files for PGlite with a data folder of which nothing is copied: what PostgreSQL writes, it writes into the packed folder. */
function filesFrom(packed: Uint8Array): NonNullable<PGliteOptions['fs']> {
  let database: PGliteInterface | undefined;
  return {
    init: async (pglite, emscriptenOpts) => {
      database = pglite;
      return { emscriptenOpts };
    },
    initialSyncFs: async () => {
      if (database !== undefined) unpackFolder(database, packed);
    },
    syncToFs: async () => {},
    closeFs: async () => {},
    dumpTar: () => Promise.reject(new Error('there is no tar')),
  };
}

function unpackFolder(database: PGliteInterface, packed: Uint8Array): void {
  const { FS, ENV } = moduleOf(database);
  const root = ENV['PGDATA'] ?? '';
  FS.mkdirTree(root, 0o700);
  const length = new DataView(packed.buffer, packed.byteOffset).getUint32(0);
  const list = JSON.parse(Buffer.from(packed.subarray(4, 4 + length)).toString('utf8')) as PackedFile[];
  const contents = packed.subarray(4 + length);
  const folders = new Map([['', FS.lookupPath(root).node]]);
  for (const [path, mode, at, size] of list) {
    const cut = path.lastIndexOf('/') + 1;
    const parent = folders.get(path.slice(0, Math.max(0, cut - 1)));
    if (parent === undefined) throw new Error(`${path} has no folder`);
    const node = parent.mount.type.createNode(parent, path.slice(cut), mode, 0);
    if (at < 0) folders.set(path, node);
    else {
      node.contents = contents.subarray(at, at + size);
      node.usedBytes = size;
    }
  }
}

/**
 * Takes eval and Function away. PostgreSQL loads libraries from its own files, which SQL can write, and Emscripten evaluates what the
 * exports `__em_js__…` and `__start_em_asm` of a library point at: SQL would be JavaScript with the rights of this process.
 */
function forbidCode(): void {
  const refuse = (): never => {
    throw new Error('no code is made from text here');
  };
  // Whoever asks for `instanceof Function` gets the same answer as before.
  Object.defineProperty(refuse, 'prototype', { value: Function.prototype });
  for (const name of ['eval', 'Function'])
    Object.defineProperty(globalThis, name, { value: refuse, writable: false, configurable: false });
  const kinds = [refuse, async (): Promise<void> => {}, function* (): Generator {}, async function* () {}];
  for (const kind of kinds)
    Object.defineProperty(Object.getPrototypeOf(kind), 'constructor', {
      value: refuse,
      writable: false,
      configurable: false,
    });
}

async function answerTo(database: PGliteInterface, request: WorkerRequest): Promise<WorkerAnswer> {
  switch (request.kind) {
    case 'execute': {
      const query = messageOf('Q', `${request.sql}\0`);
      // Whoever sends COPY … FROM STDIN is asked for its data: there is none. Without COPY it is ignored.
      const noData = /copy/iu.test(request.sql) ? [messageOf('f', 'there is no data for COPY\0')] : [];
      return send(database, [query, ...noData]);
    }
    case 'pipeline':
      return send(database, [...request.statements.flatMap(extendedQuery), messageOf('S', '')]);
    case 'rows':
      return rowsOf(database, request.sql);
    case 'save':
      return save(database);
    default:
      return request satisfies never;
  }
}

/** Parse, Bind, Describe and Execute: what drivers send for a statement without parameters. */
function extendedQuery(statement: string): Buffer[] {
  return [
    messageOf('P', `\0${statement}\0\0\0`),
    messageOf('B', '\0\0\0\0\0\0\0\0'),
    messageOf('D', 'P\0'),
    messageOf('E', '\0\0\0\0\0'),
  ];
}

/** A message of PostgreSQL's protocol: its type, its length, its body (manual, 54.7). */
function messageOf(type: string, body: string): Buffer {
  const bytes = Buffer.from(body, 'utf8');
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

/** Sends messages. PostgreSQL ends every answer with ReadyForQuery; PGlite, when it died of something, just ends it. */
async function send(database: PGliteInterface, messages: readonly Buffer[]): Promise<WorkerAnswer> {
  const bytes = await database.execProtocolRaw(Buffer.concat(messages));
  const answer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let error: PostgresErrorFields | undefined;
  let isReady = false;
  for (let at = 0; at + 5 <= answer.length; at += 1 + answer.readInt32BE(at + 1)) {
    const type = String.fromCharCode(answer[at] ?? 0);
    isReady = type === 'Z';
    if (type === 'E') error ??= errorOf(answer.toString('utf8', at + 5, at + 1 + answer.readInt32BE(at + 1)));
  }
  if (!isReady) return { kind: 'crashed', message: 'PGlite stopped without an answer' };
  return error === undefined ? { kind: 'done' } : { kind: 'refused', error };
}

/** The fields of an ErrorResponse, each a letter and its text (manual, 54.8). */
function errorOf(body: string): PostgresErrorFields {
  const fields = new Map(body.split('\0').map((field) => [field.slice(0, 1), field.slice(1)]));
  const position = fields.get('P');
  return {
    message: fields.get('M') ?? '',
    code: fields.get('C') ?? 'XX000',
    position: position === undefined ? undefined : Number(position),
    detail: fields.get('D'),
    hint: fields.get('H'),
    where: fields.get('W'),
  };
}

async function rowsOf(database: PGliteInterface, sql: string): Promise<WorkerAnswer> {
  try {
    const asText = (value: string): string => value;
    // Dates as PostgreSQL writes them; they have more digits and years than JavaScript's.
    const parsers = { 1082: asText, 1114: asText, 1184: asText };
    const result = (await database.exec(sql, { parsers })).at(-1) as { command?: string; rows: unknown[] };
    if (result?.command === undefined)
      return { kind: 'crashed', message: 'PGlite stopped without an answer' };
    return { kind: 'rows', rows: result.rows };
  } catch (thrown) {
    const error = thrown as Readonly<Record<string, string | undefined>>;
    if (typeof error['code'] !== 'string' || error['severity'] === undefined) throw thrown;
    const { message = '', code, position, detail, hint, where } = error;
    const place = position === undefined ? undefined : Number(position);
    return { kind: 'refused', error: { message, code, position: place, detail, hint, where } };
  }
}

/** The data folder. After a checkpoint, so that whoever opens it has no WAL to replay, and sequences go on where they are. */
async function save(database: PGliteInterface): Promise<WorkerAnswer> {
  // Refused inside a transaction, where the folder does not have what it did.
  const outside = await send(database, [messageOf('Q', 'VACUUM (ONLY_DATABASE_STATS)\0')]);
  if (outside.kind !== 'done') return outside;
  const checkpoint = await send(database, [messageOf('Q', 'CHECKPOINT\0')]);
  if (checkpoint.kind !== 'done') return checkpoint;
  return { kind: 'saved', data: packedFolder(database) };
}

/** PGlite's own errors quote 30 kB of its source. */
function shortText(error: unknown): string {
  return String(error).split('\n', 1).join().slice(0, 300);
}

/** The program of a worker, as CommonJS. */
export const workerProgram: string = [
  'const { parentPort, workerData } = require("node:worker_threads");',
  ...[
    serve,
    open,
    moduleOf,
    packedFolder,
    filesFrom,
    unpackFolder,
    forbidCode,
    answerTo,
    extendedQuery,
    messageOf,
    send,
    errorOf,
    rowsOf,
    save,
    shortText,
  ].map(String),
  'void serve(parentPort, workerData, (url) => import(url));',
].join('\n');
