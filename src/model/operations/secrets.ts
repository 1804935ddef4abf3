/** Passwords and keys that a script holds in plain text. */
import type { Token } from '../../input/sql/types.ts';
import type { Place } from '../../input/text/types.ts';
import { findKeywords, isKeyword } from './tokens.ts';
import type { AlterRole, ClusterWide, CreateRole, Operation, Other, Select } from './types.ts';

/** The operations that can hold a secret. */
export type SecretOperation = CreateRole | AlterRole | ClusterWide | Other | Select;

/** A secret that somebody wrote into a script. */
export interface WrittenSecret {
  /**
   * - `password`: of a role. `md5` is one too: whoever has the hash can log in with it.
   * - `verifier`: a role's SCRAM verifier, from which the password can only be guessed.
   * - `connection`: a connection string with a password.
   * - `option`: an option of a server or user mapping.
   * - `setting`: a setting whose name says that it is secret.
   * - `vault`: what Supabase's vault shall keep.
   */
  readonly kind: 'password' | 'verifier' | 'connection' | 'option' | 'setting' | 'vault';
  /** The word in front of it, such as PASSWORD: where a finding can point. */
  readonly at: Place;
  /** The secret itself, quotes left out. */
  readonly text: Place;
}

/** Whether an operation is of a kind that can hold a secret. */
export function mayHoldSecret(operation: Operation): operation is SecretOperation {
  switch (operation.kind) {
    case 'CreateRole':
    case 'AlterRole':
    case 'ClusterWide':
    case 'Other':
    case 'Select':
      return true;
    default:
      return false;
  }
}

/**
 * The secrets that an operation is written with. A placeholder that something fills in before the script runs (`${PASSWORD}`,
 * `<password>`) is none, nor is an empty text, with which nobody can log in.
 */
export function writtenSecrets(operation: SecretOperation): readonly WrittenSecret[] {
  switch (operation.kind) {
    case 'CreateRole':
    case 'AlterRole':
      return 'password' in operation.options ? passwords(operation) : settings(operation);
    case 'ClusterWide':
      return operation.command === 'alter database' || operation.command === 'alter system'
        ? settings(operation)
        : [];
    case 'Other':
      return otherSecrets(operation);
    case 'Select':
      return operation.calls.length === 0 ? [] : callSecrets(operation);
    default:
      return operation satisfies never;
  }
}

function passwords(operation: Operation): readonly WrittenSecret[] {
  return constantsAfter(operation, (token) => isKeyword(token, 'PASSWORD')).flatMap((found) => {
    const text = contentOf(found.constant);
    if (!isSecret(text)) return [];
    return [secret(operation, text.startsWith('SCRAM-SHA-256$') ? 'verifier' : 'password', found)];
  });
}

/** `SET name = 'value'` and `SET name TO 'value'`, of a role, a database or the server. */
function settings(operation: Operation): readonly WrittenSecret[] {
  const tokens = operation.statement.tokens();
  const set = findKeywords(tokens, { start: 0, end: tokens.length }, ['SET']);
  const sign = tokens.findIndex(
    (token, index) => index > set && (token.text === '=' || isKeyword(token, 'TO')),
  );
  const word = tokens[sign - 1];
  const constant = tokens[sign + 1];
  if (set < 0 || word === undefined || constant?.kind !== 'string') return [];
  if (!secretName.test(word.value) || !isSecret(contentOf(constant))) return [];
  return [secret(operation, 'setting', { word, constant })];
}

const secretName =
  /(?:^|[._])(?:password|passwd|secret|secret_?key|secret_access_key|api_?key|private_key|service_role_key|jwt_secret|token)$/i;

function otherSecrets(operation: Other): readonly WrittenSecret[] {
  switch (operation.tag) {
    case 'CreateSubscription':
    case 'AlterSubscription':
      return constantsAfter(operation, (token) => isKeyword(token, 'CONNECTION'))
        .filter(({ constant }) => hasPassword(contentOf(constant)))
        .map((found) => secret(operation, 'connection', found));
    case 'CreateUserMapping':
    case 'AlterUserMapping':
    case 'CreateForeignServer':
    case 'AlterForeignServer':
    case 'CreateFdw':
    case 'AlterFdw':
      return constantsAfter(operation, (token) => token.kind !== 'string' && secretName.test(token.value))
        .filter(({ constant }) => isSecret(contentOf(constant)))
        .map((found) => secret(operation, 'option', found));
    default:
      return [];
  }
}

/** Arguments of dblink's functions and of the vault's. */
function callSecrets(operation: Select): readonly WrittenSecret[] {
  const names = operation.calls.map(({ name }) => name);
  if (names.some((name) => name.startsWith('dblink'))) {
    const tokens = operation.statement.tokens();
    const word = tokens.find(({ value }) => value.startsWith('dblink'));
    return tokens
      .filter((token) => token.kind === 'string' && hasPassword(contentOf(token)))
      .map((constant) => secret(operation, 'connection', { word: word ?? constant, constant }));
  }
  const vault = operation.calls.find(({ schema, name }) => schema === 'vault' && name in vaultArguments);
  if (vault === undefined) return [];
  const tokens = operation.statement.tokens();
  const at = tokens.findIndex(({ value }) => value === vault.name);
  const word = tokens[at];
  const constant = argumentAfter(tokens, at + 1, vaultArguments[vault.name] ?? 0);
  if (word === undefined || constant?.kind !== 'string' || !isSecret(contentOf(constant))) return [];
  return [secret(operation, 'vault', { word, constant })];
}

/** Which argument of the vault's functions is the secret, from 0. */
const vaultArguments: Readonly<Record<string, number>> = { create_secret: 0, update_secret: 1 };

/** The first token of an argument, from the opening bracket on. */
function argumentAfter(tokens: readonly Token[], open: number, argument: number): Token | undefined {
  let commas = 0;
  for (let index = open; index < tokens.length; index++) {
    if (commas === argument) return tokens[index + 1];
    if (tokens[index + 1]?.text === ',') {
      commas++;
      index++;
      if (commas === argument) return tokens[index + 1];
    }
  }
  return undefined;
}

interface Found {
  readonly word: Token;
  readonly constant: Token;
}

/** String constants that stand directly behind a word. */
function constantsAfter({ statement }: Operation, isWord: (token: Token) => boolean): readonly Found[] {
  const tokens = statement.tokens();
  return tokens.flatMap((word, index) => {
    const constant = tokens[index + 1];
    return constant?.kind === 'string' && isWord(word) ? [{ word, constant }] : [];
  });
}

function secret(
  { statement }: Operation,
  kind: WrittenSecret['kind'],
  { word, constant }: Found,
): WrittenSecret {
  const { source } = statement;
  const { start } = contentSpan(constant);
  const text = { start, end: start + contentOf(constant).length };
  return {
    kind,
    at: {
      source,
      span: word === constant ? { start: constant.span.start, end: start } : word.span,
    },
    text: { source, span: text },
  };
}

/** Where a constant's text begins, behind its opening quote. */
function contentSpan({ text, span }: Token): { readonly start: number } {
  const open = text.startsWith('$') ? text.indexOf('$', 1) + 1 : text.indexOf("'") + 1;
  return { start: span.start + open };
}

/** A constant's text as written, without its quotes. */
function contentOf({ text }: Token): string {
  if (!text.startsWith('$')) return text.slice(text.indexOf("'") + 1, -1);
  const tag = text.indexOf('$', 1) + 1;
  return text.slice(tag, text.length - tag);
}

/** `host=… password=…` or `postgres://user:password@host`. SQL that names a column password is no connection. */
function hasPassword(text: string): boolean {
  const address = /^\s*postgres(?:ql)?:\/\/[^/@\s:]+:([^@\s]+)@/i.exec(text);
  if (address !== null) return isSecret(address[1] ?? '');
  const plain = text.replaceAll("''", "'");
  if (!/^\s*\w+\s*=/.test(plain)) return false;
  const [, word = ''] = /\bpassword\s*=\s*('[^']*'|"[^"]*"|[^\s'"]+)/i.exec(plain) ?? [];
  return isSecret(word.replaceAll(/^['"]|['"]$/g, ''));
}

const placeholder = /\$\{|\{\{|<%|^<[^>]*>$|^%\(?\w*\)?[sL]?%?$|^:['"]?\w+['"]?$|^\$\w+$|^__\w+__$|^@\w+@$/;

const isSecret = (text: string): boolean => text !== '' && !placeholder.test(text);
