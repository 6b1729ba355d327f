import { strict as assert } from "node:assert";
import { estimate } from "../../../infra/cost";
import type { PreviewResource } from "../../../packages/pulumi-local";
import { compactionLines } from "../../../tools/preview/compaction";

const resource = (type: string, name: string, inputs: PreviewResource["inputs"]): PreviewResource => ({
  ...{ urn: "", type, name, custom: true, parent: "", inputs, dependencies: [] },
  ...{ protect: false, retainOnDelete: false, id: name, outputs: {} },
});

const FUNCTION = "aws:lambda/function:Function";

const common = [
  resource("aws:kinesis/stream:Stream", "retail-stream", {}),
  resource(FUNCTION, "write-csv-retail", { memorySize: 512 }),
  resource("aws:athena/workgroup:Workgroup", "workgroup", {}),
];
const expiry = (id: string, days: number) => ({ id, expiration: { days } });
const lifecycle = (...rules: PreviewResource["inputs"][string][]) =>
  resource("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "lake-lifecycle", { rules });
const raw = expiry("expire-raw", 400);

const without = [...common, lifecycle(raw)];
const compacted = [
  ...common,
  resource(FUNCTION, "compact", { memorySize: 512 }),
  resource("aws:cloudwatch/metricAlarm:MetricAlarm", "pricelake-dev-compact-failed", {}),
  lifecycle(raw, expiry("expire-compacted-csv", 90), expiry("expire-replaced-runs", 2)),
];
const usd = (resources: readonly PreviewResource[]) => estimate(resources, "us-east-1").usd;
const lines = (resources: readonly PreviewResource[]) =>
  compactionLines(resources, "us-east-1", estimate(resources, "us-east-1"));

describe("The cost of the compaction", () => {
  it("is said with the difference to the same stack without it", () => {
    const difference = usd(without) - usd(compacted);
    assert.ok(Math.abs(difference) > 0.02, `${difference}`);
    const [line = ""] = lines(compacted);
    const [, own, sign, amount] =
      /^compaction daily: \$(\d+\.\d\d) a month; with compaction none: ([+-])\$(\d+\.\d\d) a month$/.exec(
        line,
      ) ?? assert.fail(line);
    // 0.90 dollars are its three metrics.
    assert.equal(own, "0.95");
    assert.equal(`${sign}${amount}`, `${difference < 0 ? "-" : "+"}${Math.abs(difference).toFixed(2)}`);
  });

  it("is not said of a stack without a compaction", () => {
    assert.deepEqual(lines(without), []);
  });
});
