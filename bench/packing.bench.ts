import type * as Packing from "../data/records/pack";
import { lanesFor } from "../data/records/pack";
import { type Bench, perSecond } from "./bench";
import { bundled } from "./bundled";
import { ticks } from "./ticks";

const EVENTS = 17_000;
const PUT_UNIT = 25_600;
const FIREHOSE_UNIT = 5 * 1024;
const LANES = lanesFor(1);

export const bench: Bench = {
  name: "Packing: 17,000 events of about 119 bytes",
  run: (pace) => {
    const { pack } = bundled<typeof Packing>("data/records/pack.ts");
    const rows = ticks(EVENTS);
    const events = () => rows.map((row) => ({ key: row.ticker_symbol, line: JSON.stringify(row) }));
    const { packs } = pack(events(), LANES);
    const bytes = packs.reduce((sum, { data }) => sum + data.length, 0);
    const [packed, stringified] = perSecond(
      EVENTS,
      [() => pack(events(), LANES), () => rows.map((row) => JSON.stringify(row))],
      pace,
    );
    const billed = (unit: number) => packs.reduce((sum, { data }) => sum + Math.ceil(data.length / unit), 0);
    return [
      {
        metric: "Kinesis PUT units",
        value: packs.reduce(
          (sum, { data, partitionKey }) => sum + Math.ceil((data.length + partitionKey.length) / PUT_UNIT),
          0,
        ),
        unit: "units",
        against: { what: "bytes ÷ 25 KB", value: Math.ceil(bytes / PUT_UNIT) },
        target: { atMost: 1.03 },
      },
      {
        metric: "Firehose billed bytes",
        value: billed(FIREHOSE_UNIT) * FIREHOSE_UNIT,
        unit: "bytes",
        against: { what: "real bytes", value: bytes },
        target: { atMost: 1.03 },
      },
      {
        metric: "events packed a second",
        value: packed,
        unit: "events/s",
        against: {
          what: "JSON.stringify alone",
          value: stringified,
        },
        target: { atLeast: 0.6 },
      },
    ];
  },
};
