import { strict as assert } from "node:assert";
import { counts, metricLine, UnknownFieldMetrics } from "../../functions/shared/metrics";

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

describe("UnknownFieldMetrics", () => {
  const context = { functionName: "pricelake-dev-write-csv-stocks" };
  const rowsOf = (metrics: UnknownFieldMetrics, rows: Readonly<Record<string, number>>) =>
    metrics.lines(context, rows, 1767323100000).map((line) => {
      const { Field, UnknownFieldRows } = JSON.parse(line) as Record<string, unknown>;
      return [Field, UnknownFieldRows];
    });

  it("counts rows per name of the field, which is a dimension", () => {
    const [line = ""] = new UnknownFieldMetrics().lines(context, { venue: 3 }, 1767323100000);
    assert.deepEqual(JSON.parse(line), {
      _aws: {
        Timestamp: 1767323100000,
        CloudWatchMetrics: [
          {
            Namespace: "pricelake",
            Dimensions: [["FunctionName", "Field"]],
            Metrics: [{ Name: "UnknownFieldRows", Unit: "Count" }],
          },
        ],
      },
      FunctionName: "pricelake-dev-write-csv-stocks",
      Field: "venue",
      UnknownFieldRows: 3,
    });
    assert.deepEqual(rowsOf(new UnknownFieldMetrics(), {}), []);
  });

  it("has metrics for 20 names only, and makes names that CloudWatch accepts", () => {
    const metrics = new UnknownFieldMetrics();
    const names = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`f${i}`, 1]));
    assert.deepEqual(rowsOf(metrics, names).slice(19), [
      ["f19", 1],
      ["(other)", 5],
    ]);
    assert.deepEqual(rowsOf(metrics, { f3: 2, f24: 1 }), [
      ["f3", 2],
      ["(other)", 1],
    ]);
    assert.deepEqual(rowsOf(new UnknownFieldMetrics(), { ":año": 1, " ": 2, "": 1 }), [
      ["a?o", 1],
      ["(other)", 3],
    ]);
  });
});
