import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readFromPostgres } from '../../src/node/postgres-connection.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that answers whoever connects. @returns its port */
async function serverThat(answer: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** PostgreSQL’s message ErrorResponse. */
function refusal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const length = Buffer.alloc(4);
  length.writeInt32BE(fields.length + 4);
  return Buffer.concat([Buffer.from('E'), length, fields]);
}

async function failure(url: string): Promise<{ readonly message: string; readonly help: string }> {
  const error: unknown = await readFromPostgres(url, () => Promise.resolve()).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'UsageError' });
  const { message, help } = error as { message: string; help?: string };
  return { message, help: help ?? '' };
}

describe('a database that cannot be read', () => {
  it.each(['nonsense', 'mysql://u:hush@host/db', 'prisma://accelerate.example/?api_key=hush'])(
    '%s is no URL of PostgreSQL',
    async (url) => {
      const { message, help } = await failure(url);
      expect(message).toBe('The URL is none of a PostgreSQL database.');
      expect(help).toContain('postgresql://user:password@host:5432/database');
      expect(message + help).not.toContain('hush');
    },
  );

  it('has no server', async () => {
    const port = await serverThat(() => undefined);
    servers.splice(0).forEach((server) => server.close());
    const { message, help } = await failure(`postgresql://u:hush@127.0.0.1:${port}/db`);
    expect(message).toBe(`No connection to the database: connect ECONNREFUSED 127.0.0.1:${port}`);
    expect(help).toMatch(/^No server listens there\./u);
  });

  it.each([
    ['28P01', 'password authentication failed for user "u"', /Check user and password/u],
    [
      '28000',
      'no pg_hba.conf entry for host "h", user "u", database "db", no encryption',
      /sslmode=require/u,
    ],
    ['3D000', 'database "db" does not exist', /name of the database/u],
    ['53300', 'sorry, too many clients already', /^$/u],
  ])('refuses with %s: %s', async (code, said, advice) => {
    const port = await serverThat((socket) => socket.end(refusal(code, said)));
    const { message, help } = await failure(`postgresql://u:hush@127.0.0.1:${port}/db`);
    expect(message).toBe(`No connection to the database: ${said}`);
    expect(help).toMatch(advice);
  });

  it('is never quoted with the password, as it is typed or as it is meant', async () => {
    const port = await serverThat((socket) =>
      socket.end(refusal('XX000', 'user u with p@ss/word, p%40ss%2Fword or other')),
    );
    const url = `postgresql://u:p%40ss%2Fword@127.0.0.1:${port}/db`;
    expect((await failure(url)).message).toBe('No connection to the database: user u with …, … or other');
    const other = `postgresql://u@127.0.0.1:${port}/db?password=other`;
    expect((await failure(other)).message).toMatch(/ or …$/u);
  });

  it('has no encryption, though the URL wants it', async () => {
    const port = await serverThat((socket) => socket.write('N'));
    const { message, help } = await failure(`postgresql://u@127.0.0.1:${port}/db?sslmode=require`);
    expect(message).toMatch(/does not support SSL/u);
    expect(help).toContain('sslmode=disable');
  });
});
