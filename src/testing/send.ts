import type { PGlite } from '@electric-sql/pglite';
import type { SendMode } from '../input/runners/types.ts';

/** A script as text, and as the queries that a runner which takes it apart would send. */
export interface SentScript {
  readonly text: string;
  readonly queries: readonly string[];
}

/** The modes that are not one of the others, depending on what the script holds. */
export type PlainSendMode = Exclude<
  SendMode,
  'one transaction if possible' | 'one transaction unless refused'
>;

/**
 * Sends a script to PostgreSQL as a runner does. A transaction that a runner would roll back after an error is left open.
 *
 * @throws with PostgreSQL's `code`.
 */
export async function send(db: PGlite, mode: PlainSendMode, { text, queries }: SentScript): Promise<void> {
  switch (mode) {
    case 'one query':
      await db.exec(text);
      return;
    case 'statement by statement':
      for (const query of queries) await db.exec(query);
      return;
    case 'one transaction':
      await db.exec('BEGIN');
      await db.exec(text);
      await db.exec('COMMIT');
      return;
    case 'one transaction of statements':
      await db.exec('BEGIN');
      for (const query of queries) await db.exec(query);
      await db.exec('COMMIT');
      return;
    case 'pipeline':
      return sendPipeline(db, queries);
    default:
      return mode satisfies never;
  }
}

/** Parse, Bind, Describe and Execute for each statement, then one Sync: a batch of the Go driver that the Supabase CLI uses. */
async function sendPipeline(db: PGlite, statements: readonly string[]): Promise<void> {
  const messages = statements.flatMap((statement) => [
    message('P', `\0${statement}\0\0\0`),
    message('B', '\0\0\0\0\0\0\0\0'),
    message('D', 'P\0'),
    message('E', '\0\0\0\0\0'),
  ]);
  const answer = Buffer.from(await db.execProtocolRaw(Buffer.concat([...messages, message('S', '')])));
  for (let at = 0; at + 5 <= answer.length; at += 1 + answer.readInt32BE(at + 1)) {
    if (answer[at] !== 'E'.charCodeAt(0)) continue;
    const fields = answer.toString('utf8', at + 5, at + 1 + answer.readInt32BE(at + 1)).split('\0');
    const code = fields.find((field) => field.startsWith('C'))?.slice(1);
    throw Object.assign(new Error(fields.join(' ')), { code });
  }
}

function message(type: string, body: string): Buffer {
  const bytes = Buffer.from(body, 'utf8');
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}
