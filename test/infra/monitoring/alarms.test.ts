import { strict as assert } from "node:assert";
import { type Alarm, alarms } from "../../../infra/monitoring/alarms";
import type { Monitored } from "../../../infra/monitoring/dashboard";

const monitored: Monitored = {
  region: "us-east-1",
  streams: ["s"],
  deliveries: [{ name: "d", fromStream: true }],
  functions: [
    { name: "poll", readsStream: false, expectsRecords: false },
    { name: "csv", readsStream: true, expectsRecords: true },
    { name: "rare", readsStream: true, expectsRecords: false },
    { name: "daily", readsStream: false, expectsRecords: false },
  ],
  mappings: [{ functionName: "csv", uuid: "u-1", stream: "s" }],
  tables: ["t"],
  queues: ["q"],
  workgroup: "w",
  poller: "poll",
  reconciler: "daily",
  publisher: undefined,
  compactor: undefined,
};
const limits = { pollSeconds: 300, publishMinutes: 60, bufferSeconds: 60, batchWindowSeconds: 60 };

/** Name to "statistic metric of dimension > threshold, periods, treatment of missing data". */
const shown = (resources: Monitored, within = limits) =>
  Object.fromEntries(
    alarms(resources, within).map((alarm) => [
      alarm.name,
      `${measured(alarm)} > ${alarm.above}, ${alarm.breaches === undefined ? "" : `${alarm.breaches} of `}${alarm.periods} × ${alarm.periodSeconds} s, ${alarm.missingData}`,
    ]),
  );

const measured = (alarm: Alarm): string =>
  "expression" in alarm
    ? Object.entries(alarm.metrics).reduce(
        (text, [id, { metric, dimension }]) => text.replace(id, `${metric} of ${dimension.join(" ")}`),
        alarm.expression,
      )
    : `${alarm.statistic} ${alarm.metric} of ${alarm.dimension.join(" ")}`;

describe("Alarms", () => {
  it("cover freshness, lag, errors, throttles, given-up batches, dead letters and the source", () => {
    assert.deepEqual(shown(monitored), {
      "d-freshness":
        "Maximum DeliveryToS3.DataFreshness of DeliveryStreamName d > 900, 3 × 300 s, notBreaching",
      // A mapping that stopped emits nothing, so silence breaches where every poll brings records.
      "csv-lag": "Maximum IteratorAge of FunctionName csv > 600000, 3 × 300 s, breaching",
      "rare-lag": "Maximum IteratorAge of FunctionName rare > 600000, 3 × 300 s, notBreaching",
      "poll-errors": "Sum Errors of FunctionName poll > 0, 2 × 300 s, notBreaching",
      "csv-errors": "Sum Errors of FunctionName csv > 0, 2 × 300 s, notBreaching",
      "rare-errors": "Sum Errors of FunctionName rare > 0, 2 × 300 s, notBreaching",
      "poll-throttles": "Sum Throttles of FunctionName poll > 0, 3 × 300 s, notBreaching",
      "csv-throttles": "Sum Throttles of FunctionName csv > 0, 3 × 300 s, notBreaching",
      "rare-throttles": "Sum Throttles of FunctionName rare > 0, 3 × 300 s, notBreaching",
      "csv-dropped": "Sum DroppedEventCount of EventSourceMappingUUID u-1 > 0, 1 × 300 s, notBreaching",
      "csv-destination-failures":
        "Sum DestinationDeliveryFailures of FunctionName csv > 0, 1 × 300 s, notBreaching",
      "csv-given-up":
        "Sum OnFailureDestinationDeliveredEventCount of EventSourceMappingUUID u-1 > 0, 1 × 300 s, notBreaching",
      "s-throttles": "Sum WriteProvisionedThroughputExceeded of StreamName s > 0, 3 × 300 s, notBreaching",
      "t-store-throttles": "Sum WriteThrottleEvents of TableName t > 0, 3 × 300 s, notBreaching",
      q: "Maximum ApproximateNumberOfMessagesVisible of QueueName q > 0, 1 × 300 s, notBreaching",
      // Sparse streams: neither records nor reads are expected in each hour.
      "csv-unread":
        "IF(FILL(IncomingRecords of StreamName s, 0) > 0 AND FILL(PolledEventCount of EventSourceMappingUUID u-1, 0) == 0, 1, 0) > 0, 2 of 24 × 3600 s, notBreaching",
      "daily-errors": "Sum Errors of FunctionName daily > 0, 1 × 300 s, notBreaching",
      "daily-throttles": "Sum Throttles of FunctionName daily > 0, 3 × 300 s, notBreaching",
      "daily-differences": "Sum Differences of FunctionName daily > 0, 1 × 86400 s, notBreaching",
      // It runs once a day: two days without a complete comparison, or without any.
      "daily-heartbeat": "Sum Unchecked of FunctionName daily > 0, 2 × 86400 s, breaching",
      "poll-source-age": "Maximum SourceAge of FunctionName poll > 1500, 3 × 300 s, breaching",
      "poll-fallback": "Sum Fallback of FunctionName poll > 0, 3 × 300 s, notBreaching",
    });
  });

  it("scale with the configured buffer, batch window and poll interval", () => {
    const slow = shown(monitored, {
      ...limits,
      pollSeconds: 3600,
      bufferSeconds: 900,
      batchWindowSeconds: 300,
    });
    assert.match(slow["d-freshness"] ?? "", /> 2700,/);
    assert.match(slow["csv-lag"] ?? "", /> 1500000, 3 × 3600 s, breaching$/);
    assert.match(slow["rare-lag"] ?? "", /> 1500000, 3 × 300 s, notBreaching$/);
    assert.match(slow["poll-errors"] ?? "", /2 × 3600 s/);
    assert.match(slow["csv-errors"] ?? "", /2 × 300 s/);
    assert.match(slow["poll-source-age"] ?? "", /> 11400, 3 × 3600 s, breaching$/);
    const odd = shown(monitored, { ...limits, pollSeconds: 1000 });
    assert.match(odd["poll-source-age"] ?? "", /> 3600, 3 × 1020 s, breaching$/, "periods are whole minutes");
  });

  it("cover published reports: failures, the silence of a stopped publication, and messages", () => {
    const functions = [{ name: "site", readsStream: false }];
    const published = { ...monitored, functions, mappings: [], publisher: "site", poller: undefined };
    const byName = shown({ ...published, reconciler: undefined }, { ...limits, publishMinutes: 15 });
    assert.deepEqual(
      Object.fromEntries(Object.entries(byName).filter(([name]) => name.startsWith("site-"))),
      {
        "site-errors": "Sum Errors of FunctionName site > 0, 2 × 900 s, notBreaching",
        "site-throttles": "Sum Throttles of FunctionName site > 0, 3 × 300 s, notBreaching",
        "site-unpublished": "Sum Unpublished of FunctionName site > 0, 3 × 900 s, breaching",
        "site-undelivered": "Sum Undelivered of FunctionName site > 0, 2 × 900 s, notBreaching",
      },
    );
  });

  it("have unique names", () => {
    const names = alarms(monitored, limits).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  });
});
