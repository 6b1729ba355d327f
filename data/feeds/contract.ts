/**
 * A feed's contract. Row type, validator, JSON and CSV codecs, Glue columns, typed view, DynamoDB key, sample
 * checks and the documentation page are all derived from it.
 */
export interface FeedDefinition<C extends Columns = Columns, Name extends string = keyof C & string> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** In the order of the CSV files. New columns go last. */
  readonly columns: C;
  /** Columns that identify an event. The view keeps one row per natural key. */
  readonly naturalKey: readonly Name[];
  /** The timestamp column that decides the partition (dt, hour). */
  readonly eventTime: Name;
  /** Events with the same value in this column keep their order in the stream. */
  readonly partitionKey: Name;
  /** First day of the feed, YYYY-MM-DD, when its history is older than the lake (`lakeSince`). */
  readonly since?: string;
  /** Seconds between two events of one key in normal operation; undefined for irregular feeds. */
  readonly cadenceSeconds?: number;
  /**
   * Which of several rows with one natural key the view shows: the first in this order. Of rows that are equal in all these
   * columns, the first by the other columns.
   */
  readonly prefer: readonly [Preference<Name>, ...Preference<Name>[]];
  readonly store: Store<Name>;
  /** Whether the scheduled poller writes this feed. */
  readonly polled: boolean;
  /** Whether alert rules are evaluated on this feed's events. */
  readonly watched: boolean;
  /** Converts an object in the form of a source's API to named columns; undefined when it has no known form. */
  readonly adapt?: (value: Fields) => Fields | undefined;
}

export type Fields = Readonly<Record<string, unknown>>;

export interface Preference<Name extends string = string> {
  readonly column: Name;
  readonly order: "asc" | "desc";
}

export type Columns = Readonly<Record<string, Column>>;

export interface Column {
  readonly type: ColumnType;
  readonly nullable?: boolean;
  readonly doc: string;
  /** Other names that sources use. Names are compared without case, spaces and punctuation. */
  readonly aliases?: readonly string[];
  /** Inclusive bounds. */
  readonly min?: number;
  readonly max?: number;
  /** In characters; default 1,024. */
  readonly maxLength?: number;
  /**
   * Text may contain line breaks. In the lake's CSV each becomes U+2028, because Athena's CSV reader takes
   * one row per line.
   */
  readonly multiline?: boolean;
  readonly oneOf?: readonly string[];
  /** Also accepts M/D/YYYY H:mm and DD-MM-YYYY HH:mm, as spreadsheets write them, taken as UTC. */
  readonly localDates?: boolean;
  /** A missing timestamp is replaced by the record's arrival time. */
  readonly whenMissing?: "arrival";
}

/** A timestamp is ISO 8601 with Z in JSON, and "YYYY-MM-DD HH:MM:SS.mmm" UTC in the lake's CSV. */
export type ColumnType = "string" | "double" | "bigint" | "boolean" | "timestamp";

/** What DynamoDB keeps per key. latest: the newest row by event time. append: the last row received. */
export interface Store<Name extends string = string> {
  readonly mode: "latest" | "append";
  readonly hashKey: Name;
  readonly rangeKey?: Name | JoinedKey<Name>;
  /** Indexes for look-ups by other columns. Items without the index's keys are not in it. */
  readonly indexes?: readonly StoreIndex<Name>[];
}

/** A key attribute made of several columns, where no single column is unique within the hash key. */
export interface JoinedKey<Name extends string = string> {
  /** Name of the attribute. It is no column of the feed. */
  readonly name: string;
  /** Its value is these columns' values, joined with "#". */
  readonly of: readonly Name[];
}

export interface StoreIndex<Name extends string = string> {
  readonly name: string;
  readonly hashKey: Name;
  readonly rangeKey?: Name;
}

export interface ValueOf {
  string: string;
  double: number;
  bigint: number;
  boolean: boolean;
  /** Canonical form: 2026-01-02T03:04:05.678Z. */
  timestamp: string;
}

/** {@link FeedDefinition.columns} as a TypeScript type. */
export type RowOf<F extends FeedDefinition> = {
  readonly [K in keyof F["columns"]]: F["columns"][K] extends { readonly nullable: true }
    ? ValueOf[F["columns"][K]["type"]] | null
    : ValueOf[F["columns"][K]["type"]];
};

/** A row of a feed that is known only at run time. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** Keeps the literal names and types of the columns and checks the keys against them. */
export const defineFeed = <const C extends Columns>(feed: FeedDefinition<C>): FeedDefinition<C> => feed;

export const columnNames = (feed: FeedDefinition): readonly string[] => Object.keys(feed.columns);
