import { strict as assert } from "node:assert";
import { CreateStreamCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { stocks } from "../../../data/feeds/stocks";
import { countStream } from "../../../tools/reconcile/stream";
import { describeReading } from "../../../tools/reconcile/stream-progress";
import { type TestCloud, testCloud } from "../../support/cloud";

describe("The progress of reconcile", () => {
  it("says what is read, how much of how much, and what limits it", () => {
    assert.equal(
      describeReading({ feed: "crypto", bytes: 34_400_000, of: 61_000_000 }),
      "counting crypto: 34 MB of about 61 MB of its stream read, which gives 2 MiB/s a shard",
    );
  });

  it("leaves the total out when it is unknown or exceeded", () => {
    const text = "counting posts: 1.2 MB of its stream read, which gives 2 MiB/s a shard";
    for (const of of [0, 1_100_000])
      assert.equal(describeReading({ feed: "posts", bytes: 1_200_000, of }), text);
  });
});

describe("countStream", () => {
  let world: TestCloud;
  before(async () => {
    world = await testCloud({ enforceLimits: false });
  });
  after(() => world.stop());

  it("reports the bytes of each page", async () => {
    const StreamName = "pricelake-local-stocks";
    await world.kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
    const Data = Buffer.from(
      `${JSON.stringify({ ticker_symbol: "ALY", price: 1, event_time: "2026-01-02T03:04:05Z" })}\n`,
    );
    const Records = Array.from({ length: 50 }, (_, i) => ({ Data, PartitionKey: String(i) }));
    await world.kinesis.send(new PutRecordsCommand({ StreamName, Records }));
    let bytes = 0;
    const range = { from: "2026-01-02T00", to: "2026-01-02T23" };
    await countStream(world.kinesis, StreamName, stocks, undefined, range, Date.now(), (more) => {
      bytes += more;
    });
    assert.equal(bytes, 50 * Data.byteLength);
  });
});
