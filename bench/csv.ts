import { stringify } from "csv-stringify/sync";
import { feeds } from "../data/feeds";
import { pack } from "../data/records/pack";
import type { KinesisEventRecord } from "../functions/shared/kinesis-event";
import type * as Core from "../functions/write-csv/core";
import { type Bench, type Figure, type Pace, perSecond } from "./bench";
import { bundled } from "./bundled";
import { ticks } from "./ticks";

const EVENTS = 10_000;

const record = (data: Uint8Array, i: number): KinesisEventRecord => ({
  eventID: `shardId-000000000000:${i}`,
  kinesis: {
    partitionKey: "0",
    sequenceNumber: String(i),
    data: Buffer.from(data).toString("base64"),
    approximateArrivalTimestamp: 1_767_323_100,
  },
});

export type Framing = "single" | "packed";

/**
 * One framing per process. With both in one process, V8's optimisation of the shared code varies by chance.
 */
export const csvBench = (framing: Framing, wanted: Figure["target"]): Bench => ({
  name: `write-csv core: 10,000 events of about 119 bytes, ${framing === "single" ? "one a record" : "packed"}`,
  run: (pace) => run(framing, wanted, pace),
});

function run(framing: Framing, wanted: Figure["target"], pace: Pace): Figure[] {
  const { csvObjects } = bundled<typeof Core>("functions/write-csv/core.ts");
  const feed = feeds.stocks;
  if (!feed) throw new Error("no feed stocks");
  const lines = ticks(EVENTS).map((row) => ({ key: row.ticker_symbol, line: JSON.stringify(row) }));
  const single = lines.map(({ line }, i) => record(Buffer.from(line), i));
  const packed = pack(lines, 2).packs.map(({ data }, i) => record(data, i));
  const parsed = () =>
    single.map(({ kinesis }) => JSON.parse(Buffer.from(kinesis.data, "base64").toString()) as object);
  const records = { single, packed }[framing];
  const [floor, ours, peer] = perSecond(
    EVENTS,
    [parsed, () => csvObjects(feed, records, { gzip: false }), () => stringify(parsed())],
    pace,
  );
  const against = { what: "base64 + JSON.parse of each", value: floor };
  return [
    { metric: "rows to objects", value: ours, unit: "events/s", against, ...(wanted && { target: wanted }) },
    { metric: "for comparison, csv-stringify, one event a record", value: peer, unit: "events/s", against },
  ];
}
