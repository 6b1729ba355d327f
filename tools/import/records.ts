import type { Fields } from "../../data/feeds/contract";
import { csvRecords } from "../../data/feeds/csv-records";
import { UsageError } from "../kit/errors";
import { arrayNames, csvNames, jsonRecords } from "./shapes";

/** A record of a file by the names of its fields, or the reason why it cannot be read. */
export type FileRecord =
  | { readonly number: number; readonly fields: Fields }
  | { readonly number: number; readonly reason: string };

/** A file's name and its text. */
export interface TextFile {
  readonly place: string;
  readonly name: string;
  readonly text: () => AsyncIterable<string>;
}

/** A JSON document is read whole. */
const LONGEST_JSON = 400_000_000;

/** The records of CSV, of JSON lines, or of one JSON document. */
export async function* recordsOf(file: TextFile): AsyncGenerator<FileRecord> {
  const pieces = wholeLines(file.text());
  const first = await pieces.next();
  if (first.done) return;
  const rest = (async function* () {
    yield first.value;
    yield* pieces;
  })();
  const start = /^\uFEFF?\s*([[{])/.exec(first.value.slice(0, 1000))?.[1];
  if (start === undefined) yield* readCsv(file, rest);
  else if (start === "{" && areJsonLines(first.value)) yield* readJsonLines(rest);
  else yield* readJson(file, rest);
}

/** Pieces that end at the end of a line outside quotes. */
async function* wholeLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let pending = "";
  for await (const piece of pieces) {
    pending += piece;
    const end = pending.lastIndexOf("\n") + 1;
    if (end === 0) continue;
    const whole = pending.slice(0, end);
    if (isWithinQuotes(whole) && pending.length < LONGEST_QUOTED) continue;
    yield whole;
    pending = pending.slice(end);
  }
  if (pending !== "") yield pending;
}

/** A longer part with an open quote has a stray one, which csvRecords reports. */
const LONGEST_QUOTED = 4_000_000;

function isWithinQuotes(text: string): boolean {
  let within = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) within = !within;
  return within;
}

async function* readCsv(
  { name, place }: TextFile,
  pieces: AsyncIterable<string>,
): AsyncGenerator<FileRecord> {
  let names: readonly string[] | undefined;
  let before = 0;
  for await (const piece of pieces) {
    for (const record of csvRecords(piece)) {
      const number = before + record.number;
      if ("reason" in record) {
        yield { number, reason: record.reason };
        continue;
      }
      const { fields } = record;
      if (!names) {
        // CryptoDataDownload begins its files with its address.
        if (fields.length === 1 && /^https?:\/\//.test(fields[0] ?? "")) continue;
        const found = csvNames(fields, name);
        if (!found)
          throw new UsageError(
            `${place}: its first line is no header, and its ${fields.length} values are no known form: ${ACCEPTED}; nothing was imported`,
          );
        names = found.names;
        if (found.isHeader) continue;
      }
      if (fields.length > names.length)
        yield { number, reason: `has ${fields.length} fields, not ${names.length}` };
      else yield { number, fields: named(names, fields) };
    }
    before += piece.split("\n").length - 1;
  }
}

const named = (names: readonly string[], values: readonly unknown[]): Fields =>
  Object.fromEntries(names.slice(0, values.length).map((name, i) => [name, values[i]]));

const areJsonLines = (text: string): boolean => {
  try {
    JSON.parse(text.slice(0, text.indexOf("\n")));
    return text.trim().includes("\n");
  } catch {
    return false;
  }
};

async function* readJsonLines(pieces: AsyncIterable<string>): AsyncGenerator<FileRecord> {
  let number = 0;
  for await (const piece of pieces)
    for (const line of piece.replace(/\n$/, "").split("\n")) {
      number++;
      if (line.trim() === "") continue;
      try {
        yield { number, fields: JSON.parse(line) as Fields };
      } catch {
        yield { number, reason: "is no JSON" };
      }
    }
}

/** The records of a document, counted from 1. */
async function* readJson(
  { name, place }: TextFile,
  pieces: AsyncIterable<string>,
): AsyncGenerator<FileRecord> {
  let text = "";
  for await (const piece of pieces) {
    text += piece;
    if (text.length > LONGEST_JSON)
      throw new UsageError(`${place}: a JSON document of more than 400 MB; write one object a line`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new UsageError(`${place}: begins like JSON and is none; nothing was imported`);
  }
  const records = jsonRecords(value, name);
  if (!records) throw new UsageError(`${place}: is JSON of no known form: ${ACCEPTED}; nothing was imported`);
  let number = 0;
  for (const record of records) {
    number++;
    if (!Array.isArray(record)) yield { number, fields: record as Fields };
    else {
      const names = arrayNames(record);
      yield names ? { number, fields: named(names, record) } : { number, reason: "is no candle" };
    }
  }
}

export const ACCEPTED =
  "accepted are CSV with a header, JSON lines, a JSON array and Parquet, with the feed's columns or with candles (a time, and " +
  "close or price); Binance klines, Kraken OHLCVT and Coinbase candles as published; CoinGecko market_chart";
