import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { chown, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { loadClient } from './pg-client.ts';
import { atProcessEnd } from './process-end.ts';

/** A connection that can be closed. */
export interface Connection {
  /** Runs SQL of one or more statements as one simple query. Rejects with PostgreSQL's error. */
  execute(sql: string): Promise<unknown>;
  /** Runs one query; a row is an object of its columns. */
  rows<Row>(sql: string): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/** A running server with a data folder of its own. */
export interface Server {
  /** As the server says it: `18.4`. */
  readonly version: string;
  /** Of its database, through its socket. */
  readonly url: string;
  connect(): Promise<Connection>;
  /** As `connect`, for whoever wants pg's client itself. */
  client(): Promise<Client>;
  /** Copies its data folder as it is now. @returns the path, which whoever asked removes. No session may be writing. */
  copyData(): Promise<string>;
  /** Stops it and removes its data. Never throws. */
  stop(): Promise<void>;
}

// PostgreSQL does not run as root: then it runs as nobody.
const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Only the name of its socket. */
const PORT = 5432;

/**
 * Nothing is kept, so nothing need be safe on disk. A time zone other than UTC, in which timestamp → timestamptz rewrites. What a sort
 * writes to disk has a limit.
 */
const SETTINGS = [
  'fsync=off',
  'autovacuum=off',
  'TimeZone=Europe/Berlin',
  'listen_addresses=',
  `port=${PORT}`,
  'shared_buffers=32MB',
  'temp_file_limit=2GB',
];

/** A socket's path has at most 103 bytes on macOS, 107 on Linux; the name of PostgreSQL's own is 20 of them. */
const LONGEST_FOLDER = 80;

/** How long is waited for a server that starts, in milliseconds. */
const PATIENCE = 30_000;

/**
 * Starts a server on a Unix socket in a temporary folder, which is removed in the end, also when the program is interrupted.
 *
 * @param folder with `bin`, `lib` and `share`.
 * @param data a data folder to begin with; without it, a new one is made.
 * @throws {Error} if it does not run within half a minute, with what it said.
 */
export async function startServer(folder: string, data?: string): Promise<Server> {
  const home = await temporaryFolder();
  const started: { server?: ChildProcess } = {};
  const forget = atProcessEnd({
    now: () => {
      started.server?.kill('SIGKILL');
      rmSync(home, { recursive: true, force: true, maxRetries: 3 });
    },
  });
  const stop = async (): Promise<void> => {
    if (started.server !== undefined) await ended(started.server);
    await rm(home, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    forget();
  };
  try {
    const programs = await reachable(folder, home);
    const options = { ...identity, cwd: home, env: serverEnvironment(home) };
    const path = join(home, 'data');
    if (data === undefined) {
      const settings = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
      await finished(
        spawn(join(programs, 'bin/initdb'), ['-D', path, ...settings, '--wal-segsize=1'], options),
      );
    } else await copied(data, path);
    const parameters = [...SETTINGS, `unix_socket_directories=${home}`].flatMap((one) => ['-c', one]);
    const server = spawn(join(programs, 'bin/postgres'), ['-D', path, ...parameters], options);
    started.server = server;
    const client = (): Promise<Client> => clientOf(home);
    const connect = async (): Promise<Connection> => connectionOf(await client());
    const first = await firstConnection(connect, server, outputOf(server));
    const [row] = await first.rows<{ version: string }>(
      "SELECT split_part(current_setting('server_version'), ' ', 1) AS version",
    );
    await first.close();
    const url = `postgresql://postgres@/postgres?host=${encodeURIComponent(home)}`;
    return { version: row?.version ?? '', url, connect, client, copyData: () => copyOf(path), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a server's process is told: nothing of the secrets that a CI job has in its environment, which SQL could read. */
function serverEnvironment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', TMPDIR: home };
}

/** A folder with a short path that belongs to whom the server runs as. */
async function temporaryFolder(): Promise<string> {
  const parent = tmpdir().length > LONGEST_FOLDER || !isReachable(tmpdir()) ? '/tmp' : tmpdir();
  const folder = await mkdtemp(join(parent, 'migration-lint-'));
  if (identity.uid !== undefined) await chown(folder, identity.uid, identity.gid);
  return folder;
}

/** The programs where the server's user can run them. */
async function reachable(folder: string, home: string): Promise<string> {
  if (isReachable(folder)) return folder;
  const copy = join(home, 'programs');
  await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

/** Whether the server's user gets at a folder: root's own are closed to nobody. */
function isReachable(folder: string): boolean {
  if (identity.uid === undefined) return true;
  for (let above = folder; above !== dirname(above); above = dirname(above))
    if ((statSync(above).mode & 0o001) === 0) return false;
  return true;
}

/** Copies a data folder, with its owner and modes. */
async function copied(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-R', '-p', from, to]);
  // The first tells a server that another one runs there.
  await Promise.all(['postmaster.pid', 'postmaster.opts'].map((name) => rm(join(to, name), { force: true })));
}

async function copyOf(data: string): Promise<string> {
  const folder = await temporaryFolder();
  await copied(data, join(folder, 'data'));
  return join(folder, 'data');
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const end = new Promise((resolve) => server.once('exit', resolve));
  // Its data is thrown away: nobody waits for a last checkpoint.
  server.kill('SIGQUIT');
  const patience = setTimeout(() => server.kill('SIGKILL'), 5000);
  await end;
  clearTimeout(patience);
}

async function clientOf(host: string): Promise<Client> {
  const PostgresClient = await loadClient();
  // Whatever is left out, or is empty, pg takes from the environment: PGPORT, PGSSLMODE, PGOPTIONS.
  const client = new PostgresClient({
    host,
    port: PORT,
    user: 'postgres',
    password: 'none',
    database: 'postgres',
    ssl: false,
    client_encoding: 'UTF8',
    options: ' ',
  });
  // A server that is stopped takes its connections with it; whoever is waiting for an answer is told of it anyway.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

function connectionOf(client: Client): Connection {
  return {
    execute: (sql) => client.query(sql),
    rows: async <Row>(sql: string) => (await client.query(sql)).rows as Row[],
    close: () => client.end(),
  };
}

async function firstConnection(
  connect: () => Promise<Connection>,
  server: ChildProcess,
  said: () => string,
): Promise<Connection> {
  const failed = new Promise<never>((_resolve, reject) => server.once('error', reject));
  failed.catch(() => undefined);
  for (const start = performance.now(); ;) {
    try {
      return await Promise.race([connect(), failed]);
    } catch (error) {
      const isOver = server.pid === undefined || server.exitCode !== null;
      if (isOver || performance.now() - start > PATIENCE) throw new Error(said(), { cause: error });
      await wait(10);
    }
  }
}

function outputOf(child: ChildProcess): () => string {
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      // A server logs every error of every migration; the beginning is what says why it does not start.
      if (chunks.length < 100) chunks.push(chunk);
    });
  }
  return () => chunks.join('');
}

async function finished(child: ChildProcess): Promise<void> {
  const said = outputOf(child);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(said());
}
