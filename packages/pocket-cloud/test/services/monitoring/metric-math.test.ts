import { strict as assert } from "node:assert";
import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { type Lab, lab, NOW } from "../lambda/lab";
import { MINUTE, putValues } from "./put-values";

describe("CloudWatch", () => {
  let at: Lab;
  let cloudwatch: CloudWatchClient;
  beforeEach(async () => {
    at = await lab();
    cloudwatch = new CloudWatchClient({ ...at.client, maxAttempts: 1 });
  });
  afterEach(async () => {
    cloudwatch.destroy();
    await at.end();
  });

  const put = (MetricName: string, Values: number[], minutesAgo = 0) =>
    putValues(at, cloudwatch, MetricName, Values, minutesAgo);
  const stat = (Id: string, MetricName: string, Stat: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: "lake", MetricName }, Period: 60, Stat },
    ReturnData: false,
  });

  it("evaluates metric math", async () => {
    await put("in", [10]);
    await put("out", [4]);
    const { MetricDataResults } = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(NOW - MINUTE),
        EndTime: new Date(NOW + MINUTE),
        ScanBy: "TimestampAscending",
        MetricDataQueries: [
          stat("i", "in", "Sum"),
          stat("o", "out", "Sum"),
          { Id: "lost", Expression: "100 * (FILL(i, 0) - FILL(o, 0)) / 2" },
        ],
      }),
    );
    assert.deepEqual(
      MetricDataResults?.map(({ Id, Values }) => [Id, Values]),
      [["lost", [0, 300]]],
    );
  });

  it("evaluates conditions of metric math", async () => {
    await put("in", [10]);
    const valuesOf = async (Expression: string) => {
      const { MetricDataResults } = await cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(NOW - MINUTE),
          EndTime: new Date(NOW + MINUTE),
          ScanBy: "TimestampAscending",
          MetricDataQueries: [stat("i", "in", "Sum"), stat("o", "out", "Sum"), { Id: "r", Expression }],
        }),
      );
      return MetricDataResults?.find(({ Id }) => Id === "r")?.Values;
    };
    assert.deepEqual(await valuesOf("IF(FILL(i, 0) > 0 AND FILL(o, 0) == 0, 1, 0)"), [0, 1]);
    assert.deepEqual(await valuesOf("IF(FILL(i, 0) <= 0 || i >= 20, 5, 7)"), [7]);
    assert.deepEqual(await valuesOf("IF(FILL(i, 0) != 0, FILL(o, 3) * 2)"), [6]);
    assert.deepEqual(await valuesOf("FILL(i, 0) < 1 && 2 + 1 >= 3"), [1, 0]);
  });
});
