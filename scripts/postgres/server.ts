import { spawn, type ChildProcess } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Session } from '../../src/testing/observation.ts';

/** A connection that can be closed. */
export interface Connection extends Session {
  close(): Promise<void>;
}

/** A running server with a data folder of its own. */
export interface Server {
  /** As the server says it: `18.4`. */
  readonly version: string;
  /** Of its database, through its socket. */
  readonly url: string;
  connect(): Promise<Connection>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

// PostgreSQL does not run as root: then it runs as nobody.
const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Nothing is kept, so nothing need be safe on disk. A time zone other than UTC, in which timestamp → timestamptz rewrites. */
const SETTINGS = ['fsync=off', 'autovacuum=off', 'TimeZone=Europe/Berlin', 'listen_addresses='];

/**
 * Starts a server on a Unix socket in a temporary folder.
 *
 * @param folder with `bin`, `lib` and `share`.
 * @throws if it does not run within half a minute, with what it said.
 */
export async function startServer(folder: string): Promise<Server> {
  const home = await mkdtemp(join(tmpdir(), 'migration-lint-postgres-'));
  if (identity.uid !== undefined) await chown(home, identity.uid, identity.gid);
  const data = join(home, 'data');
  const bin = (program: string): string => join(folder, 'bin', program);
  const options = { ...identity, cwd: home, env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } } as const;
  let server: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (server !== undefined && server.exitCode === null) {
      const ended = new Promise((resolve) => server?.once('exit', resolve));
      server.kill('SIGINT');
      await ended;
    }
    await rm(home, { recursive: true, force: true });
  };
  try {
    const settings = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
    await finished(spawn(bin('initdb'), ['-D', data, ...settings], options));
    const parameters = [...SETTINGS, `unix_socket_directories=${home}`].flatMap((one) => ['-c', one]);
    server = spawn(bin('postgres'), ['-D', data, ...parameters], options);
    const said = outputOf(server);
    const connect = (): Promise<Connection> => connection(home);
    const first = await firstConnection(connect, server, said);
    const [row] = await first.rows<{ version: string }>(
      "SELECT current_setting('server_version') AS version",
    );
    await first.close();
    const url = `postgresql://postgres@/postgres?host=${encodeURIComponent(home)}`;
    return { version: row?.version ?? '', url, connect, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connection(host: string): Promise<Connection> {
  const client = new pg.Client({ host, user: 'postgres', database: 'postgres' });
  // A server that is stopped takes its connections with it; whoever is waiting for an answer is told of it anyway.
  client.on('error', () => undefined);
  await client.connect();
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
  for (let tries = 0; ; tries++) {
    try {
      return await connect();
    } catch (error) {
      if (server.exitCode !== null || tries > 600) throw new Error(said(), { cause: error });
      await wait(50);
    }
  }
}

function outputOf(child: ChildProcess): () => string {
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => chunks.push(chunk));
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
