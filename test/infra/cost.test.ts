import { strict as assert } from "node:assert";
import { estimate } from "../../infra/cost";

const STREAM = "aws:kinesis/stream:Stream";

describe("The monthly estimate", () => {
  it("prices quantity by rate, in whole billing quanta", () => {
    const { lines } = estimate(
      [
        { type: STREAM, name: "retail-stream", inputs: { shardCount: 2, retentionPeriod: 24 } },
        { type: "aws:glue/crawler:Crawler", name: "landing", inputs: {} },
        { type: "aws:athena/workgroup:Workgroup", name: "queries", inputs: {} },
      ],
      "us-east-1",
    );
    assert.deepEqual(
      lines.map(({ item, quantity, rate }) => [item, Number(quantity.toPrecision(6)), rate]),
      [
        ["retail-stream", 1460, 0.015],
        // 150 records a day of less than 25 KB: one unit each.
        ["retail-stream", 0.0045, 0.014],
        // A run of two minutes is billed as ten, on two DPUs.
        ["landing", 10, 0.44],
        // Queries of 8 MB are billed as 10 MB.
        ["queries", 0.0286102, 5],
      ],
    );
  });

  it("rounds each Firehose record up to 5 KB", () => {
    const { lines } = estimate(
      [{ type: "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", name: "posts-raw", inputs: {} }],
      "us-east-1",
    );
    // 75,000 records of 760 bytes.
    assert.equal(lines[0]?.quantity, (75_000 * 5 * 1024) / 1024 ** 3);
  });

  it("leaves unknown what has no price", () => {
    const cost = estimate([{ type: STREAM, name: "x-stream", inputs: { shardCount: 1 } }], "mars-north-1");
    assert.deepEqual([cost.lines[0]?.usd, cost.usd, cost.unknown], [undefined, 0, 1]);
  });
});
