import { strict as assert } from "node:assert";
import { alarms } from "../../infra/alarms";
import type { Watched } from "../../infra/dashboard";

const watched: Watched = {
  region: "us-east-1",
  streams: ["s"],
  deliveries: [{ name: "d", fromStream: true }],
  functions: [
    { name: "poll", readsStream: false },
    { name: "csv", readsStream: true },
  ],
  mappings: [{ of: "csv", uuid: "u-1" }],
  tables: ["t"],
  queues: ["q"],
  workgroup: "w",
  poller: "poll",
};
const limits = { pollSeconds: 300, bufferSeconds: 60, batchWindowSeconds: 60 };

/** Name to "statistic metric of what above threshold, so many of so many periods, and what silence means". */
const shown = (on: Watched, within = limits) =>
  Object.fromEntries(
    alarms(on, within).map((alarm) => [
      alarm.name,
      `${alarm.statistic} ${alarm.metric} of ${alarm.dimension.join(" ")} > ${alarm.above}, ${alarm.breaching} of ${alarm.periods} × ${alarm.periodSeconds} s, ${alarm.silence}`,
    ]),
  );

describe("Alarms", () => {
  it("watch freshness, lag, errors, throttles, what was given up, dead letters and the source", () => {
    assert.deepEqual(shown(watched), {
      "d-freshness":
        "Maximum DeliveryToS3.DataFreshness of DeliveryStreamName d > 900, 3 of 3 × 300 s, notBreaching",
      "csv-lag": "Maximum IteratorAge of FunctionName csv > 600000, 3 of 3 × 300 s, notBreaching",
      "poll-errors": "Sum Errors of FunctionName poll > 0, 2 of 2 × 300 s, notBreaching",
      "csv-errors": "Sum Errors of FunctionName csv > 0, 2 of 2 × 300 s, notBreaching",
      "poll-throttles": "Sum Throttles of FunctionName poll > 0, 3 of 3 × 300 s, notBreaching",
      "csv-throttles": "Sum Throttles of FunctionName csv > 0, 3 of 3 × 300 s, notBreaching",
      "csv-given-up":
        "Sum OnFailureDestinationDeliveredEventCount of EventSourceMappingUUID u-1 > 0, 1 of 1 × 300 s, notBreaching",
      "s-throttles":
        "Sum WriteProvisionedThroughputExceeded of StreamName s > 0, 3 of 3 × 300 s, notBreaching",
      "t-store-throttles": "Sum WriteThrottleEvents of TableName t > 0, 3 of 3 × 300 s, notBreaching",
      q: "Maximum ApproximateNumberOfMessagesVisible of QueueName q > 0, 1 of 1 × 300 s, notBreaching",
      // Silence of a poller is what it is for.
      "poll-source-age": "Maximum SourceAge of FunctionName poll > 1500, 3 of 3 × 300 s, breaching",
    });
  });

  it("bear the buffer, the window and the poll that are configured", () => {
    const slow = shown(watched, { pollSeconds: 3600, bufferSeconds: 900, batchWindowSeconds: 300 });
    assert.match(slow["d-freshness"] ?? "", /> 2700,/);
    assert.match(slow["csv-lag"] ?? "", /> 1500000,/);
    assert.match(slow["poll-errors"] ?? "", /2 of 2 × 3600 s/);
    assert.match(slow["csv-errors"] ?? "", /2 of 2 × 300 s/);
    assert.match(slow["poll-source-age"] ?? "", /> 11400, 3 of 3 × 3600 s, breaching$/);
  });

  it("have names of their own", () => {
    const names = alarms(watched, limits).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  });
});
