import { stringify } from "csv-stringify/sync";
import { encodeJson, feeds } from "../data/feeds";
import type { KinesisEventRecord } from "../functions/shared/kinesis-event";
import { pack } from "../functions/shared/pack";
import type * as Core from "../functions/write-csv/core";
import { type Bench, type Figure, perSecond } from "./bench";
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

export const bench: Bench = {
  name: "write-csv core: 10,000 events of about 119 bytes",
  run: (pace) => {
    const { csvObjects } = bundled<typeof Core>("functions/write-csv/core.ts");
    const feed = feeds.stocks;
    if (!feed) throw new Error("no feed stocks");
    const lines = ticks(EVENTS).map((row) => ({ key: row.ticker_symbol, line: encodeJson(row) }));
    const single = lines.map(({ line }, i) => record(Buffer.from(line), i));
    const packed = pack(lines, 2).packs.map(({ data }, i) => record(data, i));
    const parsed = () =>
      single.map(({ kinesis }) => JSON.parse(Buffer.from(kinesis.data, "base64").toString()) as object);
    const [floor, ofSingle, ofPacked, ofPeer] = perSecond(
      EVENTS,
      [
        parsed,
        () => csvObjects(feed, single, false),
        () => csvObjects(feed, packed, false),
        () => stringify(parsed()),
      ],
      pace,
    );
    const against = { what: "base64 + JSON.parse of each", value: floor };
    const figure = (metric: string, value: number, target?: Figure["target"]): Figure => ({
      metric,
      value,
      unit: "events/s",
      against,
      ...(target ? { target } : {}),
    });
    return [
      figure("one event a record", ofSingle, { atLeast: 0.5 }),
      figure("packed records", ofPacked, { atLeast: 0.8 }),
      figure("for comparison, csv-stringify, one event a record", ofPeer),
    ];
  },
};
