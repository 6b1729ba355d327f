import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { createFunction, type Lab, lab, logged } from "./lab";

describe("Lambda at a stop", () => {
  it("ends a function that still runs after a grace period, and invokes it again at the next start", async () => {
    const at = await lab({ clock: "real" });
    const invoke = (name: string) =>
      at.cloud.call(
        "lambda",
        "Invoke",
        { FunctionName: name, InvocationType: "Event" },
        at.cloud.administrator,
      );
    const source = (body: string) =>
      `exports.handler = async () => { process.stdout.write(">run"); ${body} };`;
    await createFunction(at, "f", source("await new Promise((done) => setTimeout(done, 100_000));"), {
      Timeout: 120,
    });
    await invoke("f");
    const runs = async (lab: Lab, count: number) => {
      while ((await logged(lab).catch(() => [])).length < count) await sleep(50, undefined);
    };
    await runs(at, 1);
    const began = Date.now();
    const again = await at.restart();
    assert.ok(Date.now() - began < 60_000, `the stop took ${Date.now() - began} ms`);
    // The function did not fail: its invocation is repeated.
    const { Datapoints = [] } = await again.cloud.call(
      "monitoring",
      "GetMetricStatistics",
      {
        Namespace: "AWS/Lambda",
        MetricName: "Errors",
        Dimensions: [{ Name: "FunctionName", Value: "f" }],
        StartTime: new Date(began - 600_000),
        EndTime: new Date(Date.now() + 600_000),
        Period: 3600,
        Statistics: ["Sum"],
      },
      again.cloud.administrator,
    );
    assert.equal(
      Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0),
      0,
    );
    void again.advance(1000);
    await runs(again, 2);
    await again.end();
  });
});
