import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { until } from "./running";
import { agentScenes, numbers, text } from "./scenes";

describe("The agent", () => {
  const { scene, world } = agentScenes();

  it("loses and repeats nothing when part of each call is refused", async () => {
    const { path, start, lines } = await scene({ maxBufferSizeRecords: 500 });
    writeFileSync(path("a.log"), text(numbers(1, 2000)));
    world().cloud.faults.set(
      [
        {
          service: "kinesis",
          operation: "PutRecords",
          fault: { kind: "partial", share: 0.4, code: "ProvisionedThroughputExceededException" },
          times: 4,
        },
      ],
      7,
    );
    const agent = start();
    await until("all is sent", async () => (await lines()).length >= 2000);
    const { flows } = await agent.stop();
    assert.deepEqual((await lines()).sort(), numbers(1, 2000).sort());
    assert.ok((flows[0]?.refused ?? 0) > 100);
    assert.equal(flows[0]?.attempts, 2000 + (flows[0]?.refused ?? 0));
  });

  for (const fault of [
    { kind: "error", code: "ProvisionedThroughputExceededException", status: 400 },
    { kind: "error", code: "InternalFailure", status: 500 },
    { kind: "drop" },
  ] as const)
    it(`tries again after ${fault.kind === "error" ? fault.code : "a dropped connection"}, and says so once`, async () => {
      const { path, start, lines } = await scene();
      writeFileSync(path("a.log"), text(numbers(1, 10)));
      world().cloud.faults.set([{ service: "kinesis", operation: "PutRecords", fault, times: 3 }], 7);
      const agent = start();
      await until("all is sent", async () => (await lines()).length >= 10);
      await agent.stop();
      assert.deepEqual(await lines(), numbers(1, 10));
      assert.equal(agent.said.filter((what) => what.includes("records refused, retrying")).length, 1);
      assert.ok(agent.said.some((what) => what.endsWith("records are accepted again")));
    });

  it("sends records again when their acknowledgement is lost", async () => {
    const { path, start, lines } = await scene();
    writeFileSync(path("a.log"), text(numbers(1, 10)));
    world().cloud.faults.set(
      [{ service: "kinesis", operation: "PutRecords", fault: { kind: "lost-ack" }, times: 1 }],
      7,
    );
    const agent = start();
    await until("the first are sent twice", async () => (await lines()).length === 15);
    await agent.stop();
    assert.deepEqual(await lines(), [...numbers(1, 5), ...numbers(1, 5), ...numbers(6, 10)]);
  });

  it("buffers lines while the stream is down, stops reading when the buffer is full, and sends them after a restart", async () => {
    const { path, start, lines } = await scene({ maxBufferSizeBytes: 10_000, maxBufferSizeRecords: 500 });
    const all = numbers(1, 20_000);
    writeFileSync(path("app.log"), text(all));
    world().cloud.faults.set([
      {
        service: "kinesis",
        operation: "PutRecords",
        fault: { kind: "error", code: "InternalFailure", status: 500 },
      },
    ]);
    const agent = start({ shutdownTimeoutMillis: 0 });
    await until("it is refused", () => agent.said.some((what) => what.includes("refused")));
    const { flows, left } = await agent.stop();
    assert.ok(text(all.slice(0, flows[0]?.read)).length < 25_000, `${flows[0]?.read} lines read`);
    assert.equal(left, flows[0]?.read);
    assert.equal(flows[0]?.behind, text(all).length);
    assert.deepEqual(flows[0]?.trouble, ["InternalFailure: injected fault"]);
    // A request that the stop abandoned reaches the cloud before these do, and is refused while the fault is on.
    assert.deepEqual(await lines(), []);
    world().cloud.faults.set([]);
    const next = start();
    await until("all is sent", async () => (await lines()).length >= 20_000);
    await next.stop();
    assert.deepEqual((await lines()).sort(), all.sort());
  });
});
