/**
 * The contract of a rule: what it says of itself, what it listens to, what it reports.
 *
 * A rule keeps no state of its own: it is data and functions, so that rules can run in any order, and a plugin's own copy
 * of this package does no harm.
 */
import type { Catalog, Origin, Table } from '../model/catalog/types.ts';
import type { HeldLock } from '../model/effects/held-locks.ts';
import type { Effect } from '../model/effects/types.ts';
import type { History } from '../model/history/history.ts';
import type { Replacement } from '../model/history/replacement.ts';
import type {
  Loop,
  ObjectName,
  Operation,
  OperationKind,
  OperationOf,
  Part,
} from '../model/operations/types.ts';
import type { Place, SourceText, Span } from '../input/text/types.ts';
import type { Problem, Script, Statement } from '../input/sql/types.ts';
import type { Migration, Project, Transaction } from './project.ts';
import type { Conventions } from './conventions.ts';
import type { Directive } from './directives/directive.ts';
import type { RuleExamples } from './examples.ts';
import type { FixMeta, FixRequest } from './fix.ts';

export type Severity = 'error' | 'warning' | 'info';

/**
 * The presets that turn rules on. `strict` includes `recommended`. The others are built upon these: `supabase` for schemas
 * that an API exposes, `policy-a` to `policy-e` for the sides that teams take where their policies contradict each other.
 */
export type PresetName =
  | 'recommended'
  | 'strict'
  | 'supabase'
  | 'policy-a'
  | 'policy-b'
  | 'policy-c'
  | 'policy-d'
  | 'policy-e';

/** One kind of finding: what is wrong and why, then what to do. Placeholders are `{{name}}`. */
export interface MessageTemplate {
  /** What happens and why it hurts, in one or two sentences that name the user's own objects. */
  readonly what: string;
  /** What to do about it. */
  readonly help: string;
}

export type Messages = Readonly<Record<string, MessageTemplate>>;

type PlaceholdersOf<Text extends string> = Text extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | PlaceholdersOf<Rest>
  : never;

/** A value for a placeholder. Object names are shown as PostgreSQL wants them typed, `public.` left out; lists as `a, b and c`. */
export type MessageValue = string | number | ObjectName | readonly (string | ObjectName)[];

/** The values that a message needs: one for each placeholder of its two sentences, no more and no fewer. */
export type MessageData<Template extends MessageTemplate> = {
  readonly [Name in PlaceholdersOf<Template['what']> | PlaceholdersOf<Template['help']>]: MessageValue;
};

/** What a finding can point at. lint turns it into a place. */
export type Target =
  | Operation
  | Statement
  | Loop
  | Directive
  | Place
  | Migration
  /** A file as a whole, by its path: one that belongs to no migration. */
  | { readonly file: string }
  | { readonly operation: Operation; readonly part: Part }
  /** A place in an operation that is none of its parts, such as one of several columns. */
  | { readonly operation: Operation; readonly place: Place };

export interface RelatedTarget {
  readonly at: Target;
  /** A few words under the marked text, such as `holds data since 20240101000000_init`. */
  readonly label: string;
}

/** One finding as a rule reports it. */
export type Report<M extends Messages> = {
  readonly [Id in keyof M & string]: {
    readonly messageId: Id;
    readonly at: Target;
    readonly related?: readonly RelatedTarget[];
    /** A few words under the marked text of the finding itself. */
    readonly label?: string;
    /**
     * Overrides the rule's severity downwards, for a case that hurts less. Where it is only less usual (a team has no such practice),
     * ask `isSeveritySaid` first.
     */
    readonly severity?: Severity;
    /** Of the rule's findings with the same object here, only the first is shown that yields to no other rule's. */
    readonly once?: object;
    /** What can be done about it; left out where nothing can. A rule with fixes says so in its `meta`. */
    readonly fix?: FixRequest | undefined;
  } & (keyof MessageData<M[Id]> extends never
    ? { readonly data?: undefined }
    : { readonly data: MessageData<M[Id]> });
}[keyof M & string];

/** An option of a rule: its JSON type, default and one sentence of documentation. */
export type OptionSchema = {
  readonly description: string;
  /** The convention that it follows where nobody sets it; its default is that of the convention. */
  readonly convention?: keyof Conventions;
} & (
  | { readonly type: 'boolean'; readonly default: boolean }
  | {
      readonly type: 'integer';
      readonly default: number;
      readonly minimum?: number;
      readonly maximum?: number;
    }
  | { readonly type: 'enum'; readonly values: readonly string[]; readonly default: string }
  | { readonly type: 'strings'; readonly default: readonly string[] }
  /** A relative path of a folder, with `/`. */
  | { readonly type: 'folder'; readonly default: string }
);

export type OptionSchemas = Readonly<Record<string, OptionSchema>>;

type OptionValue<Schema extends OptionSchema> = Schema extends { readonly type: 'boolean' }
  ? boolean
  : Schema extends { readonly type: 'integer' }
    ? number
    : Schema extends { readonly type: 'enum'; readonly values: readonly (infer Value)[] }
      ? Value
      : Schema extends { readonly type: 'folder' }
        ? string
        : readonly string[];

/** The options a rule gets: the user's values over the defaults. */
export type Options<Schemas extends OptionSchemas> = {
  readonly [Name in keyof Schemas]: OptionValue<Schemas[Name]>;
};

/** The options of a rule that has none. */
export type NoOptions = Readonly<Record<string, never>>;

/** Which facts from outside the SQL a rule needs. They are gathered only for enabled rules. */
export type FactName = 'changedFiles' | 'changes' | 'proofs';

/** The kinds of change that a deploy's tables can be asked about, and everything else a rule may look at. */
export interface RuleContext<M extends Messages, O extends OptionSchemas> {
  /** The schema just before the operation (of Expand and Contract, theirs; of a loop, its first); for other listeners, before the migration. */
  readonly catalog: Catalog;
  /** The schema just after the operation; for other listeners, after the migration. */
  readonly catalogAfter: Catalog;
  /** The schema before the first pending migration of this deploy. */
  readonly catalogBeforeDeploy: Catalog;
  /** The schema after the last migration of this deploy: what a later step mends is mended in it. */
  readonly catalogAfterDeploy: Catalog;
  /** What the migrations up to and including this one did with rows. */
  readonly history: History;
  /** The migration at hand. For `Deploy` and `Project`, the last one. */
  readonly migration: Migration;
  /** All migrations that go out together, in replay order. */
  readonly deploy: readonly Migration[];
  readonly project: Project;
  readonly options: Options<O>;
  /**
   * True if somebody set the rule's severity: a configuration, a preset or the command line. Then what a team's practice would make
   * a warning is as severe as they say.
   */
  readonly isSeveritySaid: boolean;
  /** What the team has settled for all rules. An option that follows one of them has its value already. */
  readonly conventions: Conventions;
  /**
   * The table as it was before this deploy, found through renames of the deploy; undefined if the deploy created it, if it
   * does not exist, or if it is temporary. The question that most rules ask first.
   *
   * `at` is the operation of this deploy that names the table: its name is the one just before that. Listeners of what is no
   * operation need it for tables that the deploy renames; by default the name is the one that the listener begins with.
   */
  readonly existedBeforeDeploy: (table: ObjectName, at?: Operation) => Table | undefined;
  /** Whether this deploy made a column, an index, a type …: nobody uses it yet. Of tables, see `existedBeforeDeploy`. */
  readonly isMadeByDeploy: (object: { readonly origin: Origin }) => boolean;
  /** The transaction that the statement runs in. */
  readonly transactionOf: (operation: Operation) => Transaction;
  /** What the operation does to a live database, strongest lock first. */
  readonly effectsOf: (operation: Operation) => readonly Effect[];
  /**
   * The locks that the operation's transaction holds already when it begins, on relations that existed before the deploy,
   * strongest first.
   */
  readonly heldLocks: (operation: Operation) => readonly HeldLock[];
  /** The schema just before an operation of this deploy. */
  readonly catalogBefore: (operation: Operation) => Catalog;
  /** The date that the run counts as today; undefined where nobody says it. */
  readonly now: Date | undefined;
  readonly report: (report: Report<M>) => void;
}

/** Listeners for what is no operation. */
export interface SubjectOf {
  Operation: Operation;
  Statement: Statement;
  Loop: Loop;
  Transaction: Transaction;
  Migration: Migration;
  Rollback: Migration;
  /** A replacement whose ADD COLUMN or CREATE TABLE is in a judged migration; the catalogs are those around it. */
  Expand: Replacement;
  /** A replacement whose DROP of the old one is in a judged migration; the catalogs are those around it. */
  Contract: Replacement;
  Deploy: readonly Migration[];
  Project: Project;
  Problem: { readonly problem: Problem; readonly script: Script };
  /** A comment that suppresses findings, once it is known which. */
  Directive: Directive;
}

type Listener<Subject, M extends Messages, O extends OptionSchemas> = (
  subject: Subject,
  context: RuleContext<M, O>,
) => void;

/** A rule's listeners. A misspelt one does not compile. */
export type Listeners<M extends Messages, O extends OptionSchemas> = {
  readonly [Kind in OperationKind]?: Listener<OperationOf<Kind>, M, O>;
} & { readonly [Kind in keyof SubjectOf]?: Listener<SubjectOf[Kind], M, O> };

export interface RuleMeta<M extends Messages, O extends OptionSchemas> {
  /** The file's name, without the ending: `no-<hazard>`, `require-<safeguard>` or `prefer-<alternative>`. */
  readonly name: string;
  /** One line, begins with Disallow, Require or Prefer. Markdown. */
  readonly summary: string;
  /** Why, for the rule's page and for SARIF's help: one or more sentences. Markdown. */
  readonly rationale: string;
  /** What to do instead, with the safe sequence as SQL. Markdown. */
  readonly instead: string;
  /** When to switch it off, honestly. */
  readonly whenNotToUse?: string;
  /** Clauses of the policy that it enforces. */
  readonly policy: readonly string[];
  readonly presets: readonly PresetName[];
  readonly severity: Severity;
  /** What its fixes are like; left out for a rule without. */
  readonly fix?: FixMeta;
  readonly needs?: readonly FactName[];
  /**
   * True if its hazard grows with the rows of the table: on tables known to be small its findings are only information. Or the
   * messages of which that is so.
   */
  readonly sizeMatters?: boolean | readonly (keyof M & string)[];
  /** Rules whose finding on the same operation replaces this rule's: one hazard on one operation is one finding. */
  readonly yieldsTo?: readonly string[];
  /** Old names, which configuration and comments may still use. */
  readonly aliases?: readonly string[];
  readonly options?: O;
  readonly messages: M;
  readonly examples: RuleExamples<keyof M & string>;
}

/** A rule, fully typed as its author writes it. */
export interface RuleDefinition<M extends Messages, O extends OptionSchemas> {
  readonly meta: RuleMeta<M, O>;
  readonly on: Listeners<M, O>;
}

/** A rule as lint, reports and the registry see it: its message ids and options are no longer known to the compiler. */
export interface Rule {
  readonly meta: RuleMeta<Messages, OptionSchemas>;
  readonly on: Listeners<Messages, OptionSchemas>;
  /** The package of the plugin that it came with; left out of rules of migration-lint. Written by whoever loads the plugin. */
  readonly plugin?: string;
  /** Finds the place in the plugin's own files at which an error was thrown: `rules/no-index.js:12`. Written like `plugin`. */
  readonly placeOf?: (error: unknown) => string | undefined;
}

/**
 * Defines a rule. An identity function: it only gives the compiler the message ids, their placeholders and the options.
 *
 * @param definition what the rule says of itself and its listeners.
 * @returns the same object.
 */
export function defineRule<const M extends Messages, const O extends OptionSchemas = NoOptions>(
  definition: RuleDefinition<M, O>,
): Rule {
  return definition as unknown as Rule;
}

export type { Place, SourceText, Span };
