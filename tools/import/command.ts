import { GlueClient } from "@aws-sdk/client-glue";
import type { FeedDefinition } from "../../data/feeds";
import { latestEventTime } from "../../data/feeds/event-times";
import { names } from "../../data/names";
import { describeUnknownFields, UnknownFields } from "../../data/records/quarantine";
import { importDays } from "../../functions/compact/import";
import { lakeOf } from "../../functions/compact/lake";
import { LeaseHeld } from "../../functions/compact/lease";
import { newRun } from "../../functions/compact/run";
import { Activity } from "../kit/activity";
import { clientsFor } from "../kit/clients";
import { defineCommand } from "../kit/command";
import { accountOf, type Connection, environmentOptions, withConnection } from "../kit/connect";
import { Failure, Interruption, Refusal, UsageError } from "../kit/errors";
import { feedOption } from "../kit/feeds";
import { interruptible } from "../kit/interrupt";
import { isDeadOwner, leaseOwner } from "../kit/lease-owner";
import { choice, flag, parsed, required, text } from "../kit/options";
import { describe, grouped, type Imported } from "./describe";
import { intervalOf } from "./intervals";
import { type Part, partsOf } from "./parts";
import { type ReadOptions, readRecords } from "./read";
import { recordsOf } from "./records";
import { parquetRecords, RowStore } from "./store";

export const importCommand = defineCommand({
  summary: "brings rows and candles of files into history",
  usage: "npm run import -- <file>… --feed <name> [options]",
  description:
    "Brings rows from outside into history/, as Parquet, verified as the compaction verifies a day. Files are CSV, JSON lines, " +
    "JSON or Parquet, gzipped or in a ZIP archive: with the feed's columns, or with daily or minute candles of " +
    "an exchange. Known as published: Binance klines, Kraken OHLCVT, Coinbase candles, CoinGecko market_chart and CSV.\n\n" +
    "A candle becomes a row with its close at its last millisecond. Rows without an origin get backfill: a poll of the same " +
    "time wins. A day that has rows is merged with them. The same file again changes nothing. Interrupted at any point, each " +
    "day is as before or as after, and the same command does the rest. Invalid lines are left out and named. Days that are " +
    "not over are left out.",
  options: {
    feed: required(feedOption("feed of the rows")),
    coin: text("ID", "crypto: the coin's id at CoinGecko; by default from the file, or the pair in its name"),
    ticker: text("SYMBOL", "stocks: the ticker symbol; by default from the file, or its name"),
    symbol: text("SYMBOL", "crypto: the coin's symbol, with --coin"),
    name: text("NAME", "crypto: the coin's name, with --coin"),
    interval: parsed(
      "TIME",
      "length of a candle; by default from the file",
      intervalOf,
      "a number and s, m, h, d or w, such as 1m or 1d",
    ),
    prices: choice(
      "WHICH",
      "close: a row for each candle (default). ohlc: four rows; open, low and high get times within the candle, so that " +
        "reports of longer windows have its extremes",
      ["close", "ohlc"],
    ),
    only: text("TEXT", "of an archive, only files with this text in their name"),
    "dry-run": flag("reads the files, says what would be imported, and writes nothing"),
    strict: flag("imports nothing when a line is invalid"),
    ...environmentOptions,
    json: flag("prints counts and days as JSON"),
  },
  arguments: ["file"],
  repeats: true,
  run: async (
    { feed, coin, ticker, symbol, name, interval, prices, only, strict, json, env, dir, ...flags },
    paths,
  ) => {
    if (coin !== undefined && feed.name !== "crypto")
      throw new UsageError(`--coin is for crypto, not for ${feed.name}`);
    if (ticker !== undefined && feed.name !== "stocks")
      throw new UsageError(`--ticker is for stocks, not for ${feed.name}`);
    if (coin === undefined && (symbol !== undefined || name !== undefined))
      throw new UsageError("--symbol and --name describe a coin: add --coin with its id at CoinGecko");
    const options: ReadOptions = {
      feed,
      key: coin ?? ticker,
      symbol,
      name,
      prices: prices ?? "close",
      interval,
      // History has no first day: its days are in the catalogue one by one.
      times: { from: "1970-01-01T00:00:00.000Z", to: latestEventTime(Date.now()) },
    };
    return interruptible((signal) =>
      withConnection({ env, dir }, async (connection) => {
        const store = await RowStore.open(feed);
        try {
          const read = await readFiles(paths, only, options, store, signal);
          if (strict && read.invalid > 0)
            throw new Refusal(`invalid lines: ${grouped(read.invalid)}; --strict: nothing was imported`);
          const imported = await importRows(connection, env, feed, store, read, flags["dry-run"], signal);
          process.stdout.write(json ? `${JSON.stringify(imported)}\n` : describe(imported));
          return imported.days.some(({ outcome }) => outcome === "failed" || outcome === "postponed") ? 1 : 0;
        } finally {
          store.close();
        }
      }),
    );
  },
});

const note = (line: string): void => void process.stderr.write(`${line}\n`);

/** Invalid lines that are named. */
const MAX_EXAMPLES = 10;

interface Read {
  readonly files: number;
  readonly invalid: number;
}

/** Reads all rows of the files into the store, and says what is wrong with them. */
async function readFiles(
  paths: readonly string[],
  only: string | undefined,
  options: ReadOptions,
  store: RowStore,
  signal: AbortSignal,
): Promise<Read> {
  const unknown = new UnknownFields();
  let files = 0;
  let invalid = 0;
  let place = "";
  const activity = new Activity(() => `reading ${place}: ${grouped(store.rows)} rows`);
  const notes: string[] = [];
  try {
    for (const path of paths)
      for await (const part of partsOf(path, only)) {
        files++;
        place = part.place;
        for await (const line of readRecords(part, recordsIn(part), options)) {
          signal.throwIfAborted();
          if (line.ok) {
            if (line.unknown.length > 0) unknown.add(line.unknown, "", "");
            await store.add(line.row);
          } else if (++invalid <= MAX_EXAMPLES) notes.push(`${place}:${line.number} ${line.reason}`);
        }
      }
  } finally {
    activity.end();
    for (const each of notes) note(each);
    if (invalid > MAX_EXAMPLES) note(`${grouped(invalid - MAX_EXAMPLES)} more invalid lines`);
  }
  const fields = describeUnknownFields(unknown.counts);
  if (fields !== "") note(`warning: unknown fields, not stored: ${fields}`);
  if (store.rows === 0)
    throw new UsageError(
      invalid === 0
        ? "the files have no rows; nothing was imported"
        : "no line is valid; nothing was imported",
    );
  return { files, invalid };
}

const recordsIn = (part: Part) =>
  part.parquet === undefined ? recordsOf(part) : parquetRecords(part.parquet);

async function importRows(
  connection: Connection,
  env: string,
  feed: FeedDefinition,
  store: RowStore,
  { files, invalid }: Read,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<Imported> {
  const clients = clientsFor(connection);
  const glue = new GlueClient(connection);
  let doing = "sorting rows";
  const activity = new Activity((seconds) => `${doing}, ${Math.round(seconds)} s`);
  try {
    const days = await store.days((rows) => {
      signal.throwIfAborted();
      doing = `sorting rows: ${grouped(rows)}`;
    });
    const name = names(env);
    const { account, region } = await accountOf(connection);
    const lake = lakeOf({ ...clients, glue }, name, name.lakeBucket(account, region), feed, signal);
    let done = 0;
    doing = `comparing ${grouped(days.length)} days with the lake`;
    const results = await importDays(feed, lake, days, {
      owner: leaseOwner(),
      isDead: isDeadOwner,
      now: Date.now,
      newRun,
      dryRun,
      hasTime: () => !signal.aborted,
      parquetOf: (day) => store.parquetOf(day),
      onImported: () => {
        doing = `importing: ${grouped(++done)} of ${grouped(days.length)} days`;
      },
    }).catch((error: unknown) => {
      if (error instanceof LeaseHeld) throw new Failure(`${feed.name}: ${error.message}`);
      throw error;
    });
    if (signal.aborted) throw new Interruption();
    const distinct = days.reduce((sum, { rows }) => sum + rows, 0);
    return { files, rows: store.rows, invalid, repeated: store.rows - distinct, days: results, dryRun };
  } finally {
    activity.end();
    clients.close();
    glue.destroy();
  }
}
