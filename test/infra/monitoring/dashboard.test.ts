import { strict as assert } from "node:assert";
import { dashboardBody, graphs, type Monitored } from "../../../infra/monitoring/dashboard";

const monitored: Monitored = {
  region: "us-east-1",
  streams: ["pricelake-dev-crypto"],
  deliveries: [
    { name: "pricelake-dev-crypto-raw", fromStream: true },
    { name: "pricelake-dev-stocks-direct", fromStream: false },
  ],
  functions: [
    { name: "pricelake-dev-poll-prices", readsStream: false, expectsRecords: false },
    { name: "pricelake-dev-write-csv-crypto", readsStream: true, expectsRecords: true },
  ],
  mappings: [],
  tables: ["pricelake-dev-crypto"],
  queues: ["pricelake-dev-poll-prices-dead-letters"],
  workgroup: "pricelake-dev",
  poller: "pricelake-dev-poll-prices",
  reconciler: "pricelake-dev-reconcile",
  publisher: undefined,
  compactor: undefined,
};

/** Titles to "metric statistic of what". */
const shown = (resources: Monitored) =>
  Object.fromEntries(
    graphs(resources).map(({ title, lines }) => [
      title,
      lines.map((line) =>
        line.length === 1
          ? line[0].expression
          : `${line[0]} ${line[1]} ${line[4].stat} of ${line[3].replace("pricelake-dev-", "")}`,
      ),
    ]),
  );

describe("The dashboard", () => {
  it("shows each stage from the source to the query", () => {
    assert.deepEqual(shown(monitored), {
      "Age of the source's newest price (s)": ["pricelake SourceAge Maximum of poll-prices"],
      "Incoming records": ["AWS/Kinesis IncomingRecords Sum of crypto"],
      "Incoming bytes": ["AWS/Kinesis IncomingBytes Sum of crypto"],
      "Throttled writes and reads of streams": [
        "AWS/Kinesis WriteProvisionedThroughputExceeded Sum of crypto",
        "AWS/Kinesis ReadProvisionedThroughputExceeded Sum of crypto",
      ],
      "How far functions are behind the stream (ms)": ["AWS/Lambda IteratorAge Maximum of write-csv-crypto"],
      "How far Firehose is behind the stream (ms)": [
        "AWS/Firehose KinesisMillisBehindLatest Maximum of crypto-raw",
      ],
      "Age of the oldest undelivered record (s)": [
        "AWS/Firehose DeliveryToS3.DataFreshness Maximum of crypto-raw",
        "AWS/Firehose DeliveryToS3.DataFreshness Maximum of stocks-direct",
      ],
      "Firehose: records in and out": [
        "AWS/Firehose DataReadFromKinesisStream.Records Sum of crypto-raw",
        "AWS/Firehose DeliveryToS3.Records Sum of crypto-raw",
        "AWS/Firehose DeliveryToS3.Records Sum of stocks-direct",
      ],
      "Firehose: bytes to S3": [
        "AWS/Firehose DeliveryToS3.Bytes Sum of crypto-raw",
        "AWS/Firehose DeliveryToS3.Bytes Sum of stocks-direct",
      ],
      "Function errors": [
        "AWS/Lambda Errors Sum of poll-prices",
        "AWS/Lambda Errors Sum of write-csv-crypto",
      ],
      "Function throttles": [
        "AWS/Lambda Throttles Sum of poll-prices",
        "AWS/Lambda Throttles Sum of write-csv-crypto",
      ],
      "Function duration (ms)": [
        "AWS/Lambda Duration p95 of poll-prices",
        "AWS/Lambda Duration p95 of write-csv-crypto",
      ],
      "Daily comparison: events that differ, feeds not compared": [
        "pricelake Differences Sum of reconcile",
        "pricelake Unchecked Sum of reconcile",
      ],
      "Rows quarantined": [
        "pricelake Quarantined Sum of poll-prices",
        "pricelake Quarantined Sum of write-csv-crypto",
      ],
      "DynamoDB: capacity consumed": [
        "AWS/DynamoDB ConsumedWriteCapacityUnits Sum of crypto",
        "AWS/DynamoDB ConsumedReadCapacityUnits Sum of crypto",
      ],
      "DynamoDB: throttles": [
        "AWS/DynamoDB WriteThrottleEvents Sum of crypto",
        "AWS/DynamoDB ReadThrottleEvents Sum of crypto",
      ],
      "Dead letters waiting": [
        "AWS/SQS ApproximateNumberOfMessagesVisible Maximum of poll-prices-dead-letters",
      ],
      "Athena: bytes scanned": [
        `SUM(SEARCH('{AWS/Athena,QueryState,QueryType,WorkGroup} MetricName="ProcessedBytes" WorkGroup="pricelake-dev"', 'Sum', 300))`,
      ],
    });
  });

  it("leaves out graphs without resources", () => {
    const titles = Object.keys(shown({ ...monitored, poller: undefined, queues: [] }));
    assert.equal(titles.includes("Age of the source's newest price (s)"), false);
    assert.equal(titles.includes("Dead letters waiting"), false);
  });

  it("places three graphs per row without overlap", () => {
    const { widgets } = JSON.parse(dashboardBody(monitored)) as {
      widgets: { x: number; y: number; width: number; height: number; properties: { region: string } }[];
    };
    assert.deepEqual(
      widgets.slice(0, 4).map(({ x, y, width, height }) => [x, y, width, height]),
      [
        [0, 0, 8, 6],
        [8, 0, 8, 6],
        [16, 0, 8, 6],
        [0, 6, 8, 6],
      ],
    );
    assert.equal(new Set(widgets.map(({ x, y }) => `${x} ${y}`)).size, widgets.length);
    assert.ok(widgets.every(({ properties }) => properties.region === "us-east-1"));
  });
});
