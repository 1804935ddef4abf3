import { CONVENTION_SCHEMAS } from '../lint/conventions.ts';
import { listenerNames } from '../lint/listener-names.ts';
import type { FactName, OptionSchema, Severity } from '../lint/rule.ts';
import { didYouMean } from '../input/text/nearest.ts';
import type { Shape } from './plugin-shape.ts';
import { PRESET_NAMES } from './presets.ts';
import { isRecord, wantedValue } from './values.ts';

// Records, so that a name that is added, removed or misspelt fails to compile here.
const facts: Readonly<Record<FactName, true>> = { changedFiles: true, changes: true, proofs: true };
const severities: Readonly<Record<Severity, true>> = { error: true, warning: true, info: true };
const optionTypes: Readonly<Record<OptionSchema['type'], true>> = {
  boolean: true,
  integer: true,
  enum: true,
  strings: true,
  folder: true,
};

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u;
const NAME_WORDS = 'lower case words with hyphens, such as no-float-amount, without the namespace';
const META = [
  'name',
  'summary',
  'rationale',
  'instead',
  'whenNotToUse',
  'policy',
  'presets',
  'severity',
  'needs',
  'sizeMatters',
  'yieldsTo',
  'aliases',
  'options',
  'messages',
  'examples',
];

/** Checks one rule of a plugin; `at` is its place, such as `rules[0]`. Takes the name into the place as soon as it is known. */
export function checkRule(shape: Shape, at: string, value: unknown): void {
  const rule = shape.record(at, value, 'a rule, as defineRule gives it');
  if (rule === undefined) return;
  const { meta } = rule;
  const name: unknown = isRecord(meta) ? meta['name'] : undefined;
  const place = typeof name === 'string' ? `${at} (${name})` : at;
  const record = shape.record(`${place}.meta`, meta, 'an object that says what the rule is');
  if (record !== undefined) checkMeta(shape, `${place}.meta`, record);
  checkListeners(shape, `${place}.on`, rule['on']);
}

function checkMeta(shape: Shape, at: string, meta: Readonly<Record<string, unknown>>): void {
  // Anybody may keep more in it, but not under a name that is nearly one of ours.
  for (const key of Object.keys(meta).filter((name) => !META.includes(name))) {
    const hint = didYouMean(key, META);
    if (hint !== '') shape.problem(`${at}.${key}: there is no such key.${hint}`);
  }
  if (typeof meta['name'] !== 'string' || !NAME.test(meta['name']))
    shape.wrong(`${at}.name`, NAME_WORDS, meta['name']);
  shape.text(`${at}.summary`, meta['summary'], 'one line of text');
  shape.text(`${at}.rationale`, meta['rationale'], 'a text that says why');
  shape.text(`${at}.instead`, meta['instead'], 'a text that says what to do instead');
  if (meta['whenNotToUse'] !== undefined)
    shape.text(`${at}.whenNotToUse`, meta['whenNotToUse'], 'a text that says when to switch it off');
  if (!Object.keys(severities).includes(meta['severity'] as string))
    shape.wrong(`${at}.severity`, oneOf(severities), meta['severity']);
  shape.texts(`${at}.policy`, meta['policy'], 'a list of texts, which may be empty');
  shape.texts(
    `${at}.presets`,
    meta['presets'],
    `a list of ${PRESET_NAMES.join(', ')}, which may be empty`,
    PRESET_NAMES,
  );
  if (meta['needs'] !== undefined)
    shape.texts(`${at}.needs`, meta['needs'], `a list of ${names(facts)}`, Object.keys(facts));
  if (meta['yieldsTo'] !== undefined) shape.texts(`${at}.yieldsTo`, meta['yieldsTo'], 'a list of rules');
  checkSizeMatters(shape, `${at}.sizeMatters`, meta);
  checkAliases(shape, `${at}.aliases`, meta['aliases']);
  checkMessages(shape, `${at}.messages`, meta['messages']);
  checkOptions(shape, `${at}.options`, meta['options']);
  checkExamples(shape, `${at}.examples`, meta['examples'], meta['messages']);
}

function checkSizeMatters(shape: Shape, at: string, meta: Readonly<Record<string, unknown>>): void {
  const { sizeMatters, messages } = meta;
  if (sizeMatters === undefined || typeof sizeMatters === 'boolean') return;
  const ids = isRecord(messages) ? Object.keys(messages) : [];
  shape.texts(at, sizeMatters, 'true, false or a list of the messages of which it is true', ids);
}

function checkAliases(shape: Shape, at: string, value: unknown): void {
  if (value === undefined) return;
  const fits = (name: unknown): boolean => typeof name === 'string' && NAME.test(name);
  if (!Array.isArray(value) || !value.every(fits)) shape.wrong(at, `a list of names: ${NAME_WORDS}`, value);
}

function checkMessages(shape: Shape, at: string, value: unknown): void {
  const messages = shape.record(at, value, 'an object of messages by their ids');
  if (messages === undefined) return;
  if (Object.keys(messages).length === 0)
    shape.problem(`${at} is empty. A rule has a message for what it reports.`);
  for (const [id, message] of Object.entries(messages)) {
    const sentences = shape.record(`${at}.${id}`, message, 'an object with what and help');
    if (sentences === undefined) continue;
    shape.onlyKeys(`${at}.${id}.`, sentences, ['what', 'help']);
    shape.text(`${at}.${id}.what`, sentences['what'], 'a sentence that says what happens and why it hurts');
    shape.text(`${at}.${id}.help`, sentences['help'], 'a sentence that says what to do');
  }
}

function checkOptions(shape: Shape, at: string, value: unknown): void {
  if (value === undefined) return;
  for (const [name, option] of Object.entries(
    shape.record(at, value, 'an object of options by name') ?? {},
  )) {
    const own = `${at}.${name}`;
    const schema = shape.record(own, option, 'an object with type, default and description');
    if (schema === undefined) continue;
    shape.text(`${own}.description`, schema['description'], 'a sentence');
    if (checkOptionType(shape, own, schema)) {
      const wanted = wantedValue(schema as unknown as OptionSchema, schema['default']);
      if (wanted !== undefined) shape.wrong(`${own}.default`, wanted, schema['default']);
    }
    const conventions = Object.keys(CONVENTION_SCHEMAS);
    const { convention } = schema;
    if (convention !== undefined && !conventions.includes(convention as string))
      shape.wrong(`${own}.convention`, `one of ${conventions.join(', ')}`, convention);
  }
}

/** @returns whether its default can be held against it. */
function checkOptionType(shape: Shape, at: string, schema: Readonly<Record<string, unknown>>): boolean {
  const { type, values } = schema;
  if (typeof type !== 'string' || !Object.keys(optionTypes).includes(type)) {
    shape.wrong(`${at}.type`, oneOf(optionTypes), type);
    return false;
  }
  if (type !== 'enum') return true;
  shape.texts(`${at}.values`, values, 'a list of texts');
  return Array.isArray(values);
}

function checkExamples(shape: Shape, at: string, value: unknown, messages: unknown): void {
  const examples = shape.record(at, value, 'an object with bad and good, lists of examples');
  if (examples === undefined) return;
  const ids = isRecord(messages) ? Object.keys(messages) : [];
  for (const kind of ['bad', 'good']) {
    const list = examples[kind];
    if (!Array.isArray(list) || list.length === 0) {
      shape.wrong(`${at}.${kind}`, 'a list of one example or more', list);
      continue;
    }
    for (const [index, example] of list.entries()) {
      const own = `${at}.${kind}[${index}]`;
      const record = shape.record(own, example, 'an object with title and sql');
      if (record === undefined) continue;
      shape.text(`${own}.title`, record['title'], 'a few words');
      if (typeof record['sql'] !== 'string')
        shape.texts(`${own}.sql`, record['sql'], 'the SQL of a migration');
      if (kind === 'bad')
        shape.texts(`${own}.reports`, record['reports'], `a list of ${ids.join(', ')}`, ids);
    }
  }
}

function checkListeners(shape: Shape, at: string, value: unknown): void {
  const listeners = shape.record(
    at,
    value,
    'an object of functions by what they listen to, such as CreateIndex',
  );
  if (listeners === undefined) return;
  const heard = Object.entries(listeners);
  if (heard.length === 0) shape.problem(`${at} is empty. A rule listens to something.`);
  for (const [name, listener] of heard) {
    if (!listenerNames.includes(name))
      shape.problem(
        `${at}.${name}: there is nothing of that name to listen to.${didYouMean(name, listenerNames)}`,
      );
    else if (typeof listener !== 'function') shape.wrong(`${at}.${name}`, 'a function', listener);
  }
}

const names = (record: Readonly<Record<string, true>>): string => Object.keys(record).join(', ');
const oneOf = (record: Readonly<Record<string, true>>): string => `one of ${names(record)}`;
