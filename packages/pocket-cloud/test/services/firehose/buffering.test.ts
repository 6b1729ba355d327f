import { strict as assert } from "node:assert";
import fc from "fast-check";
import { create, FROM_TICKS, type Lab, lab, objects } from "./cloud";

type Step =
  | { readonly do: "put"; readonly count: number }
  | { readonly do: "wait"; readonly seconds: number }
  | { readonly do: "refuse"; readonly times: number }
  | { readonly do: "split" }
  | { readonly do: "restart" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("put" as const), count: fc.integer({ min: 1, max: 12 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 90 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("refuse" as const), times: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "split" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
);

describe("Firehose buffering", () => {
  let at: Lab;
  afterEach(() => at.end());

  const play = async (steps: readonly Step[], put: (data: Buffer[]) => Promise<unknown>): Promise<number> => {
    let sent = 0;
    for (const taken of steps) {
      const { cloud } = at;
      if (taken.do === "put")
        await put(Array.from({ length: taken.count }, () => Buffer.from(`${++sent}\n`)));
      if (taken.do === "wait") await cloud.clock.advanceTo(cloud.clock.now() + taken.seconds * 1000);
      if (taken.do === "refuse")
        cloud.faults.set([
          {
            service: "s3",
            operation: "PutObject",
            fault: { kind: "error", code: "SlowDown", status: 503 },
            times: taken.times,
          },
        ]);
      if (taken.do === "split") {
        const { StreamDescriptionSummary } = await cloud.call(
          "kinesis",
          "DescribeStreamSummary",
          { StreamName: "ticks" },
          cloud.administrator,
        );
        const open = StreamDescriptionSummary?.OpenShardCount ?? 1;
        const TargetShardCount = open > 3 ? Math.ceil(open / 2) : open + 1;
        await cloud.call(
          "kinesis",
          "UpdateShardCount",
          { StreamName: "ticks", TargetShardCount, ScalingType: "UNIFORM_SCALING" },
          cloud.administrator,
        );
      }
      if (taken.do === "restart") at = await at.restart();
    }
    at.cloud.faults.set([]);
    await at.cloud.clock.advanceTo(at.cloud.clock.now() + 600_000);
    await at.cloud.flush();
    return sent;
  };
  const delivered = async () =>
    Object.values(await objects(at))
      .join("")
      .trim()
      .split("\n")
      .filter((line) => line !== "")
      .map(Number)
      .sort((a, b) => a - b);

  it("neither loses nor duplicates records of a data stream under faults and restarts", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        at = await lab();
        await create(at, { BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 30 } }, FROM_TICKS);
        const sent = await play(steps, async (data) => {
          const Records = data.map((Data) => ({ Data, PartitionKey: Data.toString() }));
          await at.cloud.call(
            "kinesis",
            "PutRecords",
            { StreamName: "ticks", Records },
            at.cloud.administrator,
          );
        });
        assert.deepEqual(
          await delivered(),
          Array.from({ length: sent }, (_, n) => n + 1),
        );
        await at.end();
      }),
      { numRuns: 12 },
    );
    at = await lab();
  });

  it("neither loses nor duplicates directly put records under faults and restarts", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        at = await lab();
        await create(at, { BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 30 } });
        const sent = await play(steps, async (data) => {
          const Records = data.map((Data) => ({ Data }));
          await at.cloud.call(
            "firehose",
            "PutRecordBatch",
            { DeliveryStreamName: "raw", Records },
            at.cloud.administrator,
          );
        });
        assert.deepEqual(
          await delivered(),
          Array.from({ length: sent }, (_, n) => n + 1),
        );
        await at.end();
      }),
      { numRuns: 12 },
    );
    at = await lab();
  });

  it("loses nothing when an acknowledgement of S3 is lost, and overwrites instead of duplicating", async () => {
    at = await lab();
    await create(at, {}, FROM_TICKS);
    const Records = [{ Data: Buffer.from("once\n"), PartitionKey: "k" }];
    await at.cloud.call("kinesis", "PutRecords", { StreamName: "ticks", Records }, at.cloud.administrator);
    at.cloud.faults.set([{ service: "s3", operation: "PutObject", fault: { kind: "lost-ack" }, times: 2 }]);
    await at.cloud.clock.advanceTo(at.cloud.clock.now() + 300_000);
    assert.deepEqual(Object.values(await objects(at)), ["once\n"]);
  });
});
