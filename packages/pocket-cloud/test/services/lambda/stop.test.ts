import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { createFunction, type Lab, lab, logged } from "./lab";

describe("Lambda at a stop", function () {
  this.timeout(60_000);

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
    assert.ok(Date.now() - began < 15_000, `the stop took ${Date.now() - began} ms`);
    void again.advance(1000);
    await runs(again, 2);
    await again.end();
  });
});
