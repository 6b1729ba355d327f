import { strict as assert } from "node:assert";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { CreateTopicCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { startPricelake } from "../../pipeline/command";
import { connectionOf, type TestCloud, testCloud } from "../../support/cloud";

describe("npm run alerts -- subscribe", function () {
  this.timeout(300_000);
  let world: TestCloud;
  let sns: SNSClient;
  before(async () => {
    world = await testCloud();
    sns = new SNSClient(connectionOf(world.cloud));
  });
  after(async () => {
    sns.destroy();
    await world.stop();
  });

  async function run(...args: string[]) {
    const child = startPricelake(world.cloud, args);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    return { code, stdout, stderr };
  }

  it("fans alerts out to queues, which consume reads, until they unsubscribe", async () => {
    const missing = await run("alerts", "subscribe", "mobile");
    assert.deepEqual(
      [missing.code, missing.stderr],
      [1, "pricelake: there is no topic pricelake-local-alerts\n"],
    );
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "pricelake-local-alerts" }));
    const publish = (rule: string) =>
      sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify({ rule }, undefined, 2) }));
    assert.equal(
      (await run("alerts", "subscribe", "mobile")).stdout,
      "the queue mobile receives the alerts of pricelake-local-alerts\n",
    );
    assert.equal(
      (await run("alerts", "subscribe", "archive")).stdout,
      "created the queue archive; it receives the alerts of pricelake-local-alerts\n",
    );
    await run("alerts", "subscribe", "archive");
    await publish("price-jump");
    for (const queue of ["mobile", "archive"])
      assert.equal((await run("consume", "--queue", queue, "--json")).stdout, '{"rule":"price-jump"}\n');
    assert.equal(
      (await run("alerts", "unsubscribe", "mobile")).stdout,
      "the queue mobile receives no more alerts of pricelake-local-alerts\n",
    );
    await publish("stale");
    assert.equal((await run("consume", "--queue", "archive", "--json")).stdout, '{"rule":"stale"}\n');
    assert.equal((await run("consume", "--queue", "mobile", "--json")).stdout, "");
    const { code, stderr } = await run("alerts", "unsubscribe", "mobile");
    assert.deepEqual(
      [code, stderr],
      [1, "pricelake: the queue mobile does not subscribe to pricelake-local-alerts\n"],
    );
  });
});
