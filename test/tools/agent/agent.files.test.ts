import { strict as assert } from "node:assert";
import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { CreateDeliveryStreamCommand, FirehoseClient } from "@aws-sdk/client-firehose";
import { deliveryRole } from "../../support/cloud";
import { startAgent, until } from "./running";
import { agentScenes, numbers, text } from "./scenes";

describe("The agent", () => {
  const { scene, world } = agentScenes();

  it("follows rotations of each kind while it runs, every line once", async () => {
    const { path, start, lines } = await scene({}, { shards: 2 });
    const agent = start();
    const pause = () => new Promise((done) => setTimeout(done, 30));
    writeFileSync(path("app.log"), text(numbers(1, 100)));
    await pause();
    renameSync(path("app.log"), path("app.log.1"));
    writeFileSync(path("app.log"), text(numbers(101, 200)));
    await pause();
    appendFileSync(path("app.log"), text(numbers(201, 300)));
    copyFileSync(path("app.log"), path("app.log.2"));
    await pause();
    truncateSync(path("app.log"));
    appendFileSync(path("app.log"), text(numbers(301, 400)));
    await pause();
    appendFileSync(path("app.log"), text(numbers(401, 500)));
    await pause();
    rmSync(path("app.log"));
    writeFileSync(path("app.log"), text(numbers(501, 600)));
    await until("all is sent", async () => (await lines()).length >= 600);
    const { left } = await agent.stop();
    assert.equal(left, 0);
    assert.deepEqual((await lines()).sort(), numbers(1, 600).sort());
  });

  it("continues after a restart, with the changes made meanwhile", async () => {
    const { path, start, lines } = await scene();
    writeFileSync(path("app.log"), text(numbers(1, 100)));
    const first = start();
    await until("it has begun", () => first.said.length > 0);
    await first.stop();
    assert.equal((await lines()).length, 100);
    appendFileSync(path("app.log"), text(numbers(101, 110)));
    renameSync(path("app.log"), path("app.log.1"));
    writeFileSync(path("app.log"), text(numbers(111, 120)));
    const second = start();
    await until("it has begun", () => second.said.length > 0);
    await second.stop();
    assert.deepEqual((await lines()).sort(), numbers(1, 120).sort());
  });

  it("sends the same files to a stream and to a delivery stream, each with its own positions", async () => {
    const { path, dir, stream, lines } = await scene();
    const { endpoint, region, credentials } = world().cloud;
    const firehose = new FirehoseClient({ endpoint, region, credentials });
    await firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: "raw",
        S3DestinationConfiguration: {
          RoleARN: await deliveryRole(world().cloud, "none"),
          BucketARN: "arn:aws:s3:::none",
        },
      }),
    );
    firehose.destroy();
    writeFileSync(path("a.log"), text(numbers(1, 5)));
    const flow = { filePattern: "a.log", initialPosition: "START_OF_FILE" };
    const config = {
      flows: [
        { ...flow, kinesisStream: stream },
        { ...flow, deliveryStream: "raw" },
      ],
    };
    world().cloud.faults.set(
      [
        {
          service: "firehose",
          operation: "PutRecordBatch",
          fault: { kind: "error", code: "ServiceUnavailableException", status: 503 },
          times: 2,
        },
      ],
      7,
    );
    const agent = startAgent(dir, config, { endpoint, region, credentials });
    await until("both have begun", () => agent.said.length >= 2);
    const { flows } = await agent.stop();
    assert.deepEqual(
      flows.map(({ destination, sent, records }) => [destination, sent, records]),
      [
        [stream, 5, 5],
        ["raw", 5, 5],
      ],
    );
    assert.deepEqual(await lines(), numbers(1, 5));
    const { flows: saved } = JSON.parse(readFileSync(path("checkpoints.json"), "utf8"));
    assert.deepEqual(Object.keys(saved), [
      `kinesis:${stream}:${path("a.log")}`,
      `firehose:raw:${path("a.log")}`,
    ]);
  });
});
