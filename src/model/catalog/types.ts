import type {
  ColumnDefinition,
  ConstraintDefinition,
  Expression,
  IndexElement,
  ObjectName,
  PartitionBound,
  PartitionKey,
  RoutineName,
  TypeName,
} from '../operations/types.ts';
import type { Statement } from '../../input/sql/types.ts';
import type { Timeouts } from './timeouts.ts';

/** Where an object, or a part of it, comes from. */
export interface Origin {
  /** The migration's index in replay order, from 0; -1 for what a migration names and none created: it was there before the history. */
  readonly migration: number;
  /** The migration's id, for people. */
  readonly id: string;
  readonly statement: Statement;
}

/**
 * How much we know of an object.
 * - `certain`: its whole history was replayed.
 * - `uncertain`: something that we cannot read may have changed it (a branch of a DO block, dynamic SQL, a template), or it
 *   is named by a statement without having been created in the history.
 */
export type Certainty = 'certain' | 'uncertain';

/** The NOT NULL constraint of a column. */
export interface NotNullConstraint {
  readonly name: string;
  /** False from NOT VALID until VALIDATE. */
  readonly validated: boolean;
  /** False if the table only has it from its parents. */
  readonly local: boolean;
}

export interface Column {
  readonly name: string;
  readonly type: TypeName;
  readonly notNull: boolean;
  readonly default: Expression | undefined;
  readonly generated: ColumnDefinition['generated'];
  readonly identity: ColumnDefinition['identity'];
  readonly collation: string | undefined;
  readonly comment: string | undefined;
  /** The NOT NULL constraint behind `notNull` on PostgreSQL 18 and later; undefined on older versions, which have none. */
  readonly notNullConstraint: NotNullConstraint | undefined;
  /** False for a column that the table only has from its parents (inheritance, partition). */
  readonly local: boolean;
  readonly certainty: Certainty;
  readonly origin: Origin;
}

export interface Constraint {
  readonly name: string;
  /** With every name resolved and filled in. */
  readonly definition: ConstraintDefinition;
  /** False from NOT VALID until VALIDATE. */
  readonly validated: boolean;
  /** The index of a UNIQUE, primary key or EXCLUDE constraint. */
  readonly index: string | undefined;
  /** Of a foreign key: the unique index of the referenced table that it rests on. */
  readonly referencedIndex: string | undefined;
  readonly comment: string | undefined;
  /** False for a constraint that the table only has from its parents (inheritance, partition). */
  readonly local: boolean;
  readonly certainty: Certainty;
  readonly origin: Origin;
}

export interface Index {
  /** In its table's schema. */
  readonly name: string;
  readonly unique: boolean;
  readonly method: string;
  readonly elements: readonly IndexElement[];
  readonly include: readonly string[];
  /** The names of the index's own columns, fixed when it was built: an index made after it (LIKE, partitions) is named after them. */
  readonly columnNames: readonly string[];
  readonly where: Expression | undefined;
  readonly nullsNotDistinct: boolean;
  readonly options: Readonly<Record<string, string>>;
  /** False for CREATE INDEX … ON ONLY a partitioned table until every partition's index is attached. */
  readonly valid: boolean;
  /** The constraint that owns it. */
  readonly constraint: string | undefined;
  /** The index of the partitioned parent that this partition's index belongs to. */
  readonly parent: ObjectName | undefined;
  readonly comment: string | undefined;
  readonly certainty: Certainty;
  readonly origin: Origin;
}

export interface Trigger {
  readonly name: string;
  readonly function: ObjectName;
  readonly timing: 'before' | 'after' | 'instead of';
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
  readonly columns: readonly string[];
  readonly forEach: 'row' | 'statement';
  readonly state: 'enabled' | 'disabled' | 'replica' | 'always';
  readonly definition: string;
  readonly certainty: Certainty;
  readonly origin: Origin;
}

export interface Policy {
  readonly name: string;
  readonly permissive: boolean;
  readonly command: 'all' | 'select' | 'insert' | 'update' | 'delete';
  readonly roles: readonly string[];
  readonly using: Expression | undefined;
  readonly withCheck: Expression | undefined;
  readonly certainty: Certainty;
  readonly origin: Origin;
}

export interface Privilege {
  readonly grantee: string;
  /** In upper case; `ALL`; `SELECT (id, name)` for one on columns. */
  readonly privilege: string;
  readonly withGrantOption: boolean;
}

/** A table of any kind: plain, partitioned, partition, foreign, temporary. Immutable: a change makes a new one. */
export interface Table {
  readonly kind: 'table';
  readonly name: ObjectName;
  readonly persistence: 'permanent' | 'unlogged' | 'temporary';
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly Index[];
  readonly triggers: readonly Trigger[];
  readonly rules: readonly { readonly name: string; readonly definition: string; readonly origin: Origin }[];
  readonly policies: readonly Policy[];
  readonly rowSecurity: { readonly enabled: boolean; readonly forced: boolean };
  readonly partitionBy: PartitionKey | undefined;
  readonly partitionOf: { readonly parent: ObjectName; readonly bound: PartitionBound } | undefined;
  readonly inherits: readonly ObjectName[];
  readonly foreignServer: string | undefined;
  readonly options: Readonly<Record<string, string>>;
  readonly owner: string | undefined;
  readonly privileges: readonly Privilege[];
  readonly comment: string | undefined;
  readonly certainty: Certainty;
  readonly origin: Origin;
}

export interface View {
  readonly kind: 'view' | 'materialized view';
  readonly name: ObjectName;
  readonly columnNames: readonly string[];
  /** The SELECT as written. */
  readonly definition: string;
  /** Set for a materialized view that holds no data since WITH NO DATA: nobody can read it (55000). */
  readonly unpopulated?: true;
  /** Tables and views that it reads, resolved. */
  readonly reads: readonly ObjectName[];
  /** Columns of these that its SELECT names, in any clause; renames followed. */
  readonly columnReads: readonly { readonly relation: ObjectName; readonly column: string }[];
  /** Of a materialized view. */
  readonly indexes: readonly Index[];
  readonly triggers: readonly Trigger[];
  readonly rules: Table['rules'];
  readonly options: Readonly<Record<string, string>>;
  readonly owner: string | undefined;
  readonly privileges: readonly Privilege[];
  readonly comment: string | undefined;
  readonly certainty: Certainty;
  readonly origin: Origin;
}

export interface Sequence {
  readonly kind: 'sequence';
  readonly name: ObjectName;
  readonly type: string | undefined;
  readonly ownedBy: { readonly table: ObjectName; readonly column: string } | undefined;
  /** True for the sequence behind an identity column. */
  readonly identity: boolean;
  readonly options: Readonly<Record<string, string>>;
  readonly owner: string | undefined;
  readonly privileges: readonly Privilege[];
  readonly comment: string | undefined;
  readonly certainty: Certainty;
  readonly origin: Origin;
}

export interface EnumType {
  readonly kind: 'enum';
  readonly name: ObjectName;
  /** In sort order, each with the migration that added it. */
  readonly values: readonly { readonly value: string; readonly origin: Origin }[];
  readonly comment: string | undefined;
  readonly owner: string | undefined;
  readonly certainty: Certainty;
  readonly origin: Origin;
}

export interface DomainType {
  readonly kind: 'domain';
  readonly name: ObjectName;
  readonly base: TypeName;
  readonly collation: string | undefined;
  readonly notNull: boolean;
  readonly default: Expression | undefined;
  readonly constraints: readonly Constraint[];
  readonly comment: string | undefined;
  readonly owner: string | undefined;
  readonly certainty: Certainty;
  readonly origin: Origin;
}

export interface OtherType {
  readonly kind: 'composite' | 'range' | 'base' | 'shell';
  readonly name: ObjectName;
  readonly attributes: readonly { readonly name: string; readonly type: TypeName }[];
  readonly comment: string | undefined;
  readonly owner: string | undefined;
  readonly certainty: Certainty;
  readonly origin: Origin;
}

export type UserType = EnumType | DomainType | OtherType;

export interface Routine {
  readonly kind: 'function' | 'procedure' | 'aggregate';
  readonly name: RoutineName;
  readonly language: string;
  readonly returns: TypeName | undefined;
  readonly volatility: 'volatile' | 'stable' | 'immutable';
  readonly securityDefiner: boolean;
  readonly settings: Readonly<Record<string, string>>;
  /** True for a body whose names were resolved when it was created: BEGIN ATOMIC, RETURN. */
  readonly resolvedBody: boolean;
  readonly definition: string;
  readonly owner: string | undefined;
  readonly privileges: readonly Privilege[];
  readonly comment: string | undefined;
  readonly certainty: Certainty;
  readonly origin: Origin;
}

export interface SchemaObject {
  readonly name: string;
  readonly owner: string | undefined;
  readonly privileges: readonly Privilege[];
  readonly comment: string | undefined;
  readonly origin: Origin | undefined;
}

export interface Extension {
  readonly name: string;
  readonly schema: string | undefined;
  readonly version: string | undefined;
  readonly origin: Origin;
}

/**
 * The schema of the database at one point of the history. Names without a schema are looked up along the search_path of that
 * point; a lookup never throws. A view of a growing catalog: cheap to make, and it keeps answering for its own point.
 */
export interface Catalog {
  table(name: ObjectName): Table | undefined;
  tables(): Iterable<Table>;
  view(name: ObjectName): View | undefined;
  views(): Iterable<View>;
  /** An index by its name, with the table or materialized view that it is on. */
  index(name: ObjectName): { readonly index: Index; readonly on: Table | View } | undefined;
  sequence(name: ObjectName): Sequence | undefined;
  sequences(): Iterable<Sequence>;
  type(name: ObjectName): UserType | undefined;
  types(): Iterable<UserType>;
  /** All overloads. */
  routines(name: ObjectName): readonly Routine[];
  /** Every overload of every name. */
  allRoutines(): Iterable<Routine>;
  schema(name: string): SchemaObject | undefined;
  schemas(): Iterable<SchemaObject>;
  extension(name: string): Extension | undefined;
  extensions(): Iterable<Extension>;
  /** Foreign keys of other tables, and the table's own self-references, that point at the table. */
  referencing(table: ObjectName): readonly { readonly table: Table; readonly constraint: Constraint }[];
  /** Direct partitions, or tables that inherit from the table. */
  children(table: ObjectName): readonly Table[];
  /** Views and materialized views that read a table or view themselves. */
  readers(relation: ObjectName): readonly View[];
  /** Tables with a column of a type of the user's, or of an array of it; `type` with its schema. */
  tablesWithType(type: ObjectName): readonly Table[];
  readonly searchPath: readonly string[];
  /** The time zone that the session is in, in lower case; undefined where no script has set it, and the server's counts. */
  readonly timeZone: string | undefined;
  /** The timeouts that statements run with, as far as scripts have set them. */
  readonly timeouts: Timeouts;
  /**
   * False once the history holds something that could have created or dropped objects unseen: a script that could not be
   * read whole, dynamic SQL, a restored dump. A rule then claims nothing from an object's absence.
   */
  readonly complete: boolean;
  /** Index, in replay order, of the last migration in which something unseen may have happened; undefined while it is complete. */
  readonly lastUnseen: number | undefined;
  /**
   * False once a migration named a table that none had created: the history does not begin with an empty database, so that
   * other tables may be there as well.
   */
  readonly fromEmpty: boolean;
}
