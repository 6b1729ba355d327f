/**
 * A feed: one definition with many readers. From it come the row type, the validator, the JSON and CSV codecs, the
 * Glue columns, the typed view, the DynamoDB key, the sample checks and the feed's page in docs/.
 */
export interface FeedDefinition<C extends Columns = Columns, Name extends string = keyof C & string> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** In the order of the CSV files; new columns go last. */
  readonly columns: C;
  /** Columns that together name one event; the view keeps one row of each. */
  readonly naturalKey: readonly Name[];
  /** The timestamp column that decides an event's dt and hour. */
  readonly eventTime: Name;
  /** Spread over the stream's lanes by this column; events of one value stay in order. */
  readonly partitionKey: Name;
  /** First day of a feed whose history is older than the lake, YYYY-MM-DD; the lake's own first day unless told. */
  readonly since?: string;
  /** Seconds between two events of one key when the source is healthy; undefined for irregular feeds. */
  readonly cadenceSeconds?: number;
  /**
   * Which of several rows of one natural key the view shows: the first by these, as the CSV has their text.
   * Rows equal in all of them are one event received twice, whichever is shown.
   */
  readonly prefer: readonly Preference<Name>[];
  readonly store: Store<Name>;
}

export interface Preference<Name extends string = string> {
  readonly column: Name;
  readonly order: "asc" | "desc";
}

export type Columns = Readonly<Record<string, Column>>;

export interface Column {
  readonly type: ColumnType;
  readonly nullable?: boolean;
  readonly doc: string;
  /** Inclusive bounds of a number. */
  readonly min?: number;
  readonly max?: number;
  /** Longest text, in characters; 1,024 unless told. */
  readonly maxLength?: number;
  /** Text that may hold line breaks; in the lake's CSV each becomes U+2028, because Athena's CSV has one row per line. */
  readonly multiline?: boolean;
  readonly oneOf?: readonly string[];
  /** Takes M/D/YYYY H:mm and DD-MM-YYYY HH:mm besides ISO, as UTC: what spreadsheets leave in files. */
  readonly localDates?: boolean;
  /** A timestamp that a producer may leave out: then it is when the record arrived. */
  readonly whenMissing?: "arrival";
}

/** timestamp: an instant, ISO 8601 with a Z in JSON, "YYYY-MM-DD HH:MM:SS.mmm" UTC in the lake's CSV. */
export type ColumnType = "string" | "double" | "bigint" | "boolean" | "timestamp";

/** What DynamoDB keeps for each key: the newest row by event time, or the last one received. */
export interface Store<Name extends string = string> {
  readonly mode: "latest" | "append";
  readonly hashKey: Name;
  readonly rangeKey?: Name;
}

export interface ValueOf {
  string: string;
  double: number;
  bigint: number;
  boolean: boolean;
  /** Canonical text: 2026-01-02T03:04:05.678Z. */
  timestamp: string;
}

/** The row of a feed: {@link FeedDefinition.columns} as a TypeScript type. */
export type RowOf<F extends FeedDefinition> = {
  readonly [K in keyof F["columns"]]: F["columns"][K] extends { readonly nullable: true }
    ? ValueOf[F["columns"][K]["type"]] | null
    : ValueOf[F["columns"][K]["type"]];
};

/** A row whose feed is known only at run time. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** Keeps the literal column names and types, and checks the keys against them. */
export const defineFeed = <const C extends Columns>(feed: FeedDefinition<C>): FeedDefinition<C> => feed;

export const columnNames = (feed: FeedDefinition): readonly string[] => Object.keys(feed.columns);
