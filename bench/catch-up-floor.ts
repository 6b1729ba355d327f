import { feeds } from "../data/feeds";
import { type MarketRow, makeCoins } from "../data/market";
import { marketRoutes } from "../data/market/routes";
import type * as Rules from "../functions/evaluate-rules/core";
import type * as RuleFiles from "../functions/evaluate-rules/read-rules";
import { ruleFiles } from "../functions/evaluate-rules/rules";
import type * as Poll from "../functions/poll-prices/core";
import type { KinesisEventRecord } from "../functions/shared/kinesis-event";
import type * as Latest from "../functions/store-latest/core";
import type * as Csv from "../functions/write-csv/core";
import { bundled } from "./bundled";

const COINS = 250;
const POLL_SECONDS = 300;
const FIRST = Date.UTC(2026, 0, 2);

/** Polls of the sample market, through the cores of the functions in one process: without HTTP, SDK, permissions or disk. */
export function floorMillis(polls: number): number {
  const { pollRows } = bundled<typeof Poll>("functions/poll-prices/core.ts");
  const { candidatesOf } = bundled<typeof Latest>("functions/store-latest/core.ts");
  const { csvObjects } = bundled<typeof Csv>("functions/write-csv/core.ts");
  const { RuleBook } = bundled<typeof Rules>("functions/evaluate-rules/core.ts");
  const { readReference, readRules } = bundled<typeof RuleFiles>("functions/evaluate-rules/read-rules.ts");
  const feed = feeds.crypto;
  const files = ruleFiles.crypto;
  if (!feed || !files) throw new Error("no feed crypto, or no rules for it");
  const reference = readReference(files.reference);
  const book = new RuleBook(feed, readRules(feed, files.rules, reference), reference);
  const market = marketRoutes(makeCoins(COINS, 1))["/coins/markets"];
  const query = new URLSearchParams({ vs_currency: "usd", per_page: String(COINS) });
  const before = process.cpuUsage();
  for (let poll = 0; poll < polls; poll++) {
    const at = FIRST + poll * POLL_SECONDS * 1000;
    const answer = JSON.stringify(market?.(query, at, [], ""));
    const options = { lanes: 1, pollSeconds: POLL_SECONDS, origin: "poll" } as const;
    const { packs } = pollRows(JSON.parse(answer) as MarketRow[], new Date(at).toISOString(), options);
    const event = JSON.stringify(packs.map(({ data }, i) => record(data, poll * 100 + i, at)));
    const received = () => JSON.parse(event) as KinesisEventRecord[];
    candidatesOf(feed, received());
    for (const { row } of candidatesOf(feed, received()).candidates) book.evaluate(row);
    book.forgetOld();
    csvObjects(feed, received(), { gzip: false });
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const record = (data: Uint8Array, serial: number, at: number): KinesisEventRecord => ({
  eventID: `shardId-000000000000:${serial}`,
  kinesis: {
    partitionKey: "0",
    sequenceNumber: String(serial),
    data: Buffer.from(data).toString("base64"),
    approximateArrivalTimestamp: at / 1000,
  },
});
