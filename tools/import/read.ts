import { type FeedDefinition, type Row, validateRow } from "../../data/feeds";
import type { Fields } from "../../data/feeds/contract";
import { type EventTimes, refusedTime } from "../../data/feeds/event-times";
import { columnNamed } from "../../data/feeds/field-names";
import { UsageError } from "../kit/errors";
import { type Candle, type CandleReader, candleFields } from "./candle";
import { checkedInterval, shortestStep } from "./intervals";
import { ACCEPTED, type FileRecord } from "./records";
import { type CandleOptions, candleFeeds, IMPORT_ORIGIN, rowsOfCandle } from "./rows";

/** A valid row, or why a line has none. */
export type ImportLine =
  | { readonly ok: true; readonly number: number; readonly row: Row; readonly unknown: readonly string[] }
  | { readonly ok: false; readonly number: number; readonly reason: string };

export interface ReadOptions extends CandleOptions {
  readonly feed: FeedDefinition;
  readonly times: EventTimes;
  /** Length of a candle in milliseconds, where it is given. */
  readonly interval: number | undefined;
}

interface NamedFile {
  readonly place: string;
  readonly name: string;
}

/** The rows of a file's records: rows of the feed as they are, or made of candles. */
export async function* readRecords(
  file: NamedFile,
  records: AsyncIterable<FileRecord>,
  options: ReadOptions,
): AsyncGenerator<ImportLine> {
  const { feed } = options;
  const [ahead, rest] = await lookAhead(records);
  const first = ahead.find((record) => "fields" in record);
  if (!first || !("fields" in first)) {
    yield* refusals(ahead);
    return;
  }
  const names = [
    ...new Set(ahead.flatMap((record) => ("fields" in record ? Object.keys(record.fields) : []))),
  ];
  const all = chained(ahead, rest);
  if (isOfFeed(feed, names)) return yield* ownRows(all, options);
  const reader = candleFields(names);
  if (!reader)
    throw new UsageError(
      `${file.place}: its fields are ${names.slice(0, 15).join(", ")}; they are neither the columns of ${feed.name} nor candles: ${ACCEPTED}; nothing was imported`,
    );
  if (!candleFeeds[feed.name])
    throw new UsageError(
      `${file.place}: has candles, and ${feed.name} has no prices: candles are imported into ${Object.keys(candleFeeds).join(" and ")}; nothing was imported`,
    );
  yield* candleRows(file, all, ahead, reader, options);
}

/** Records that are read before the form of the file is decided, and the length of its candles. */
const AHEAD = 2000;

async function lookAhead(
  records: AsyncIterable<FileRecord>,
): Promise<[FileRecord[], AsyncIterator<FileRecord>]> {
  const iterator = records[Symbol.asyncIterator]();
  const ahead: FileRecord[] = [];
  while (ahead.length < AHEAD) {
    const next = await iterator.next();
    if (next.done) break;
    ahead.push(next.value);
  }
  return [ahead, iterator];
}

async function* chained(
  ahead: readonly FileRecord[],
  rest: AsyncIterator<FileRecord>,
): AsyncGenerator<FileRecord> {
  yield* ahead;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

function* refusals(records: readonly FileRecord[]): Generator<ImportLine> {
  for (const record of records) if ("reason" in record) yield { ok: false, ...record };
}

/** Columns that an import fills when the file has none. */
const filled = (feed: FeedDefinition): Fields =>
  Object.fromEntries(Object.keys(feed.columns).includes("origin") ? [["origin", IMPORT_ORIGIN]] : []);

/** Whether a file has the columns that each row of the feed must have. */
function isOfFeed(feed: FeedDefinition, names: readonly string[]): boolean {
  const present = new Set(names.map((name) => columnNamed(feed, name)));
  const optional = new Set(["last_updated", ...Object.keys(filled(feed))]);
  return Object.entries(feed.columns).every(
    ([name, { nullable }]) => nullable || optional.has(name) || present.has(name),
  );
}

async function* ownRows(
  records: AsyncIterable<FileRecord>,
  { feed, times }: ReadOptions,
): AsyncGenerator<ImportLine> {
  const defaults = filled(feed);
  const updates = "last_updated" in feed.columns;
  for await (const record of records) {
    if ("reason" in record) yield { ok: false, ...record };
    else {
      const { fields, number } = record;
      const value = typeof fields === "object" && fields !== null ? { ...defaults, ...fields } : fields;
      const given =
        updates && !("last_updated" in value) ? { ...value, last_updated: value[feed.eventTime] } : value;
      yield checked(feed, number, given, times);
    }
  }
}

async function* candleRows(
  file: NamedFile,
  records: AsyncIterable<FileRecord>,
  ahead: readonly FileRecord[],
  reader: CandleReader,
  options: ReadOptions,
): AsyncGenerator<ImportLine> {
  const { feed, prices } = options;
  const subjectOf = candleFeeds[feed.name]?.subject(file.name, options);
  const candles = ahead.flatMap((record): Candle[] => {
    const candle = "fields" in record ? reader.read(record.fields) : "";
    return typeof candle === "string" ? [] : [candle];
  });
  const times = ahead.flatMap((record) => ("fields" in record ? (reader.timeOf(record.fields) ?? []) : []));
  const length = lengthOf(file, candles, times, options);
  for await (const record of records) {
    const { number } = record;
    if ("reason" in record) {
      yield { ok: false, ...record };
      continue;
    }
    const candle = reader.read(record.fields);
    const subject = typeof candle === "string" ? candle : (subjectOf?.(candle) ?? "");
    if (typeof candle === "string") yield { ok: false, number, reason: candle };
    else if (typeof subject === "string") yield { ok: false, number, reason: subject };
    else
      for (const row of rowsOfCandle(feed, subject, candle, length, prices))
        yield checked(feed, number, row, options.times);
  }
}

/** The length of candles: as given, as the name of a Kraken file says, from open and close time, or the shortest step. */
function lengthOf(
  file: NamedFile,
  candles: readonly Candle[],
  times: readonly number[],
  { interval }: ReadOptions,
): number {
  const [first] = candles;
  if (interval !== undefined) return interval;
  // A price at a time has no length.
  if (!first || first.open === undefined) return 0;
  const minutes = /_(\d+)\.csv$/.exec(file.name)?.[1];
  if (minutes !== undefined) return Number(minutes) * 60_000;
  if (first.end !== undefined && first.end > first.time) return first.end - first.time + 1;
  return checkedInterval(file.place, shortestStep(times));
}

function checked(feed: FeedDefinition, number: number, value: unknown, times: EventTimes): ImportLine {
  const result = validateRow(feed, value);
  if (!result.ok) return { ok: false, number, reason: `${result.column ?? "the line"} ${result.reason}` };
  const time = String(result.row[feed.eventTime]);
  const reason = refusedTime(times, time);
  return reason === undefined
    ? { ok: true, number, row: result.row, unknown: result.unknown ?? [] }
    : { ok: false, number, reason: `${feed.eventTime} ${time} is ${reason}` };
}
