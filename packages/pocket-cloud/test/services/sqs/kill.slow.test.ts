import { strict as assert } from "node:assert";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { startCloud } from "../../../cloud";
import { temporaryDirectory } from "../../temporary";
import { loadUntilKilled, rounds, victim } from "../killed";

const ROUNDS = rounds(1);
const QueueName = "jobs";

describe("SQS killed under load", function () {
  this.timeout(300_000 + ROUNDS * 10_000);

  it(`restores every message sent and none that was deleted (${ROUNDS} rounds)`, async () => {
    const directory = temporaryDirectory();
    const sent = new Set<string>();
    const deleted = new Set<string>();
    /** Messages whose deletion was in flight when the cloud was killed. */
    const deletionInFlight = new Set<string>();
    let serial = 0;
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const cloud = await victim(directory.path);
        const sqs = new SQSClient(cloud.client);
        const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
        await loadUntilKilled(cloud, 40 + (round % 17), async () => {
          const bodies = Array.from({ length: 5 }, () => `${++serial} ${"x".repeat(serial % 500)}`);
          const Entries = bodies.map((MessageBody, at) => ({ Id: `m${at}`, MessageBody }));
          await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
          for (const body of bodies) sent.add(body);
          const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
          for (const { Body = "", ReceiptHandle } of Messages) {
            deletionInFlight.add(Body);
            await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
            deleted.add(Body);
          }
        });
        sqs.destroy();
      }
      const found = await messagesIn(directory.path);
      assert.ok(sent.size >= ROUNDS * 40 * 5 && deleted.size > 0);
      assert.deepEqual(
        [...sent].filter((body) => !found.has(body) && !deletionInFlight.has(body)),
        [],
      );
      assert.deepEqual(
        [...deleted].filter((body) => found.has(body)),
        [],
      );
    } finally {
      directory.remove();
    }
  });
});

async function messagesIn(dir: string): Promise<Set<string>> {
  // After two days no message is in flight.
  const cloud = await startCloud({ dir, clock: { simulateFrom: Date.now() + 48 * 3_600_000 } });
  const { call, administrator } = cloud;
  const { QueueUrl } = await call("sqs", "GetQueueUrl", { QueueName }, administrator);
  const found = new Set<string>();
  for (;;) {
    const input = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 43_200 };
    const { Messages = [] } = await call("sqs", "ReceiveMessage", input, administrator);
    if (Messages.length === 0) break;
    for (const { Body = "" } of Messages) found.add(Body);
  }
  await cloud.stop();
  return found;
}
