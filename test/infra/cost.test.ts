import { strict as assert } from "node:assert";
import { estimate } from "../../infra/cost";

const STREAM = "aws:kinesis/stream:Stream";

const rounded = (quantity: number | undefined): number => Number(quantity?.toPrecision(6));

describe("The monthly estimate", () => {
  it("multiplies quantity and rate, rounded up to billing quanta", () => {
    const { lines } = estimate(
      [
        { type: STREAM, name: "retail-stream", inputs: { shardCount: 2, retentionPeriod: 24 } },
        { type: "aws:glue/crawler:Crawler", name: "landing", inputs: {} },
        { type: "aws:athena/workgroup:Workgroup", name: "queries", inputs: {} },
      ],
      "us-east-1",
    );
    assert.deepEqual(
      lines.map(({ item, quantity, rate }) => [item, rounded(quantity), rate]),
      [
        ["retail-stream", 1460, 0.015],
        // 150 records a day of less than 25 KB: one unit each.
        ["retail-stream", 0.0045, 0.014],
        // A run of two minutes is billed as ten, on two DPUs.
        ["landing", 10, 0.44],
        // Queries of 8 MB are billed as 10 MB.
        ["queries", 0.0286102, 5],
        // Each of 3,000 queries lists 25 partitions and reads 100 objects.
        ["queries objects", 75, 0.005],
        ["queries objects", 300, 0.0004],
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

  it("leaves the cost of unknown types and feeds unknown", () => {
    const { lines, unknown, usd } = estimate(
      [
        { type: "aws:rds/instance:Instance", name: "db", inputs: {} },
        { type: STREAM, name: "weather-stream", inputs: { shardCount: 1 } },
        { type: "aws:dynamodb/table:Table", name: "weather-store", inputs: {} },
        { type: "aws:lambda/function:Function", name: "something", inputs: {} },
        { type: "aws:scheduler/schedule:Schedule", name: "nightly", inputs: {} },
      ],
      "us-east-1",
    );
    assert.deepEqual(
      [lines.map(({ item, usd: cost }) => [item, cost]), unknown, usd],
      [
        [
          ["db", undefined],
          ["weather-stream", 10.95],
          ["weather-stream", undefined],
          ["weather-store", undefined],
          ["something", undefined],
          ["nightly", undefined],
        ],
        5,
        10.95,
      ],
    );
  });

  it("keeps csv/ until its rule expires it, and adds the tags of its objects", () => {
    const lambda = (name: string) => ({
      type: "aws:lambda/function:Function",
      name,
      inputs: { memorySize: 512 },
    });
    const stack = [
      { type: STREAM, name: "retail-stream", inputs: {} },
      lambda("write-csv-retail"),
      lambda("compact"),
    ];
    const rules = [{ id: "expire-compacted-csv", expiration: { days: 73 } }];
    const expiring = {
      type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      name: "lake",
      inputs: { rules },
    };
    const quantities = (all: Parameters<typeof estimate>[0]) => {
      const { lines } = estimate(all, "us-east-1");
      const of = (item: string, unit: RegExp) =>
        rounded(lines.find((line) => line.item === item && unit.test(line.unit))?.quantity);
      return [
        of("write-csv-retail objects", /^GB-months/),
        of("compact objects", /PUTs/),
        of("compact objects", /LISTs/),
      ];
    };
    // 2,000 events of 170 bytes a day, 0.435 of that as csv, × 365 and × 73 days. 150 objects a day.
    const gigabytes = (days: number) => rounded((340_000 * 0.435 * days) / 1024 ** 3);
    assert.deepEqual(quantities(stack), [gigabytes(365), 0.36, (30 * (54.75 + 6 + 48)) / 1000]);
    assert.deepEqual(quantities([...stack, expiring]), [
      gigabytes(73),
      0.36 + 4.5,
      (30 * (10.95 + 6 + 48)) / 1000,
    ]);
  });

  it("has no line for free types and for components", () => {
    const free = ["aws:iam/role:Role", "aws:s3/bucketPolicy:BucketPolicy", "pricelake:storage:Lake"];
    const { lines } = estimate(
      free.map((type) => ({ type, name: "x", inputs: {} })),
      "us-east-1",
    );
    assert.deepEqual(lines, []);
  });

  it("counts transactional writes twice, and a read per unchanged row", () => {
    const store = { type: "aws:dynamodb/table:Table", name: "stocks-store", inputs: {} };
    const writer = (STORE_WRITES: string) => ({
      type: "aws:lambda/function:Function",
      name: "store-latest-stocks",
      inputs: { environment: { variables: { STORE_WRITES } } },
    });
    const units = (how: string) =>
      estimate([store, writer(how)], "us-east-1").lines.flatMap(({ item, quantity }) =>
        item === "stocks-store" ? [rounded(quantity)] : [],
      );
    // 600,000 events of 110 bytes, nine of ten new.
    assert.deepEqual(units("single"), [0.54, 0.06]);
    assert.deepEqual(units("transactions"), [1.08, 0.06]);
  });

  it("counts polls, ticks without one, and waiting for slots between two minutes", () => {
    const quantities = (pollSeconds: number, tickSeconds: number) => {
      const variables = {
        COINS: "250",
        LANES: "4",
        POLL_SECONDS: String(pollSeconds),
        TICK_SECONDS: String(tickSeconds),
      };
      const { lines } = estimate(
        [
          {
            type: "aws:lambda/function:Function",
            name: "poll-prices",
            inputs: { memorySize: 256, environment: { variables } },
          },
          { type: "aws:scheduler/schedule:Schedule", name: "poll-prices", inputs: {} },
          { type: STREAM, name: "crypto-stream", inputs: { shardCount: 1 } },
          { type: "aws:dynamodb/table:Table", name: "crypto-store", inputs: {} },
        ],
        "us-east-1",
      );
      const of = (unit: RegExp) => rounded(lines.find((line) => unit.test(line.unit))?.quantity);
      return [/^M requests$/, /^GB-seconds/, /^M invocations/, /^M units/, /^M write units/].map(of);
    };
    // A poll takes 3 s, brings 4 records of 22.5 KB and changes nine of ten coins.
    assert.deepEqual(quantities(300, 300), [0.00864, 6480, 0.00864, 0.03456, 1.944]);
    // In three minutes: a poll at once, one after a wait of 30 s, and a tick without any.
    assert.deepEqual(quantities(90, 60), [0.0432, 129_780, 0.0432, 0.1152, 6.48]);
    // In each minute two polls, the second at second 30.
    assert.deepEqual(quantities(30, 60), [0.0432, 356_400, 0.0432, 0.3456, 19.44]);
  });

  it("derives the records and batches of a poll from coins and lanes", () => {
    const quantities = (COINS: string, LANES: string) => {
      const variables = { COINS, LANES, POLL_SECONDS: "300", TICK_SECONDS: "300" };
      const lambda = (name: string, environment: object) => ({
        type: "aws:lambda/function:Function",
        name,
        inputs: { environment: { variables: environment } },
      });
      const { lines } = estimate(
        [
          lambda("poll-prices", variables),
          lambda("evaluate-rules-crypto", { LOOK_BACK_BUCKETS: "8" }),
          { type: STREAM, name: "crypto-stream", inputs: { shardCount: 1 } },
          { type: "aws:dynamodb/table:Table", name: "crypto-look-back", inputs: {} },
        ],
        "us-east-1",
      );
      return lines
        .filter(({ item, unit }) =>
          /^(crypto-stream M units of 25|evaluate-rules-crypto M req|crypto-look-back M)/.test(
            `${item} ${unit}`,
          ),
        )
        .map(({ quantity }) => rounded(quantity));
    };
    // A record per lane, a batch per poll; eight items of 5 KB are written, and read as two units.
    assert.deepEqual(quantities("250", "4"), [0.00864, 0.03456, 0.3456, 0.13824]);
    // Two shards: eight lanes of 11 KB each, and a batch per shard.
    assert.deepEqual(quantities("250", "8"), [0.01728, 0.06912, 0.6912, 0.27648]);
    // 5,000 coins in four lanes: 18 records of 25 KB each.
    assert.deepEqual(quantities("5000", "4").slice(0, 2), [0.00864, 0.62208]);
  });

  it("counts each metric of an alarm on metric math", () => {
    const metricQueries = [
      { id: "result", expression: "a / b" },
      ...["a", "b"].map((id) => ({ id, metric: {} })),
    ];
    const type = "aws:cloudwatch/metricAlarm:MetricAlarm";
    const { lines } = estimate(
      [
        { type, name: "computed", inputs: { metricQueries } },
        { type, name: "single", inputs: {} },
      ],
      "us-east-1",
    );
    assert.deepEqual(
      lines.map(({ item, quantity }) => [item, quantity]),
      [["alarms", 3]],
    );
  });

  it("counts the requests of streams, deliveries and tables to a customer-managed key", () => {
    const { lines } = estimate(
      [
        { type: "aws:kms/key:Key", name: "key", inputs: {} },
        { type: STREAM, name: "retail-stream", inputs: { shardCount: 1, retentionPeriod: 24 } },
        { type: "aws:dynamodb/table:Table", name: "retail-store", inputs: {} },
      ],
      "us-east-1",
    );
    assert.deepEqual(
      lines.filter(({ item }) => item === "key").map(({ quantity, rate }) => [quantity, rate]),
      [
        [1, 1],
        [6, 0.03],
      ],
    );
  });

  it("leaves the cost unknown without a price", () => {
    const cost = estimate([{ type: "aws:kms/key:Key", name: "key", inputs: {} }], "mars-north-1");
    assert.deepEqual([cost.lines[0]?.usd, cost.usd, cost.unknown], [undefined, 0, 2]);
  });
});
