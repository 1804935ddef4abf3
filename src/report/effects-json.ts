import { positionAt } from '../input/text/positions.ts';
import { windowsOf } from '../lint/trace-windows.ts';
import type { TracedMigration, TracedStatement } from '../lint/trace.ts';
import type { HeldLock } from '../model/effects/held-locks.ts';
import type { Effect } from '../model/effects/types.ts';
import { blockedBy } from '../model/operations/lock-modes.ts';
import type { ObjectName } from '../model/operations/types.ts';
import { lineOf } from './effect-words.ts';
import type { EffectsReport } from './effects-types.ts';
import { jsonText } from './json-text.ts';
import { textWithoutSecrets } from './text-without-secrets.ts';
import { TOOL_NAME } from './tool.ts';

/** The version of the format. It grows only when a key changes its meaning or goes. */
const FORMAT_VERSION = 1;

/** How many locks a statement names, and pieces of work a window: each of thousands of statements can have thousands. */
const NAMED = 10;

/** What migrations do to a live database as one JSON object, for programs; see docs/json-format.md. */
export function effectsJson({ version, projects }: EffectsReport): string {
  return jsonText({
    version: FORMAT_VERSION,
    tool: { name: TOOL_NAME, version },
    projects: projects.map((project) => ({
      folder: project.folder,
      runner: project.runner,
      transactions: project.transactions,
      postgres: { version: project.postgresVersion, assumed: project.postgresAssumed },
      migrations: project.migrations.map(migrationObject),
    })),
  });
}

function migrationObject(migration: TracedMigration): object {
  return {
    id: migration.id,
    path: migration.path,
    unread: migration.problems,
    transactions: migration.transactions.map((transaction) => ({
      kind: transaction.kind,
      end: transaction.end,
      goesOn: transaction.goesOn,
      statements: transaction.statements.map(statementObject),
      windows: windowsOf(transaction).map(({ relation, blocks, statements, through }) => ({
        relation: nameObject(relation),
        blocks,
        from: lineAt(statements[0]),
        to: lineAt(statements.at(-1)),
        statements: statements.length,
        throughCount: through.length,
        through: through.slice(0, NAMED).map(({ effect, statement }) => ({
          ...effectObject(effect),
          line: lineOf(statement),
        })),
      })),
    })),
  };
}

function statementObject(traced: TracedStatement): object {
  const {
    statement,
    refused,
    stoppedAt,
    creates,
    effects,
    slow,
    lockedRows,
    failsOnRowsOf,
    onNew,
    opaque,
    held,
  } = traced;
  const { source, span } = statement;
  return {
    line: lineOf(traced),
    endLine: positionAt(source, Math.max(span.start, span.end - 1)).line,
    sql: textWithoutSecrets(statement).slice(span.start, span.end),
    refused: refused ?? null,
    reached: stoppedAt === undefined,
    creates: creates.map(({ kind, name }) => ({ kind, name: nameObject(name) })),
    effects: effects.map(effectObject),
    slow: slow.map(effectObject),
    lockedRows: lockedRows.map(nameObject),
    failsOnRowsOf: failsOnRowsOf.map(nameObject),
    onNew: onNew.map(nameObject),
    opaque,
    heldCount: held.length,
    held: held.slice(0, NAMED).map(heldObject),
  };
}

const lineAt = (statement: TracedStatement | undefined): number | null =>
  statement === undefined ? null : lineOf(statement);

const nameObject = ({ schema, name }: ObjectName): object => ({ schema: schema ?? null, name });

function effectObject({ relation, lock, work, online }: Effect): object {
  return {
    relation: nameObject(relation),
    lock,
    blocks: online ? 'nothing' : blockedBy(lock),
    work,
    online,
  };
}

/** A lock that is held, with the place of the operation that took it. */
export function heldObject({ relation, lock, since }: HeldLock): object {
  const { source, span } = since.statement;
  return {
    relation: nameObject(relation),
    lock,
    since: { path: source.path, line: positionAt(source, span.start).line },
  };
}
