import { strict as assert } from "node:assert";
import { counts, metricLine } from "../../functions/shared/metrics";

describe("metricLine", () => {
  it("is CloudWatch's embedded metric format: units in the document, values beside it, one dimension", () => {
    const line = metricLine(
      { functionName: "pricelake-dev-poll-prices" },
      { ...counts({ Events: 250 }), SourceAge: [12.5, "Seconds"] },
      1767323100000,
    );
    assert.deepEqual(JSON.parse(line), {
      _aws: {
        Timestamp: 1767323100000,
        CloudWatchMetrics: [
          {
            Namespace: "pricelake",
            Dimensions: [["FunctionName"]],
            Metrics: [
              { Name: "Events", Unit: "Count" },
              { Name: "SourceAge", Unit: "Seconds" },
            ],
          },
        ],
      },
      FunctionName: "pricelake-dev-poll-prices",
      Events: 250,
      SourceAge: 12.5,
    });
    assert.doesNotMatch(line, /\n/);
  });
});
