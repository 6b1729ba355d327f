import { strict as assert } from "node:assert";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { CreateStreamCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { feeds } from "../../../../data/feeds";
import { SnsSink } from "../../../../tools/consume/sinks/sns";
import { readEvents } from "../../../../tools/consume/sources/kinesis/source";
import { startPricelake } from "../../../pipeline/command";
import { connectionOf, type TestCloud, testCloud } from "../../../support/cloud";
import { itemOf } from "../items";

const tick = (ticker_symbol: string, price: number) => ({
  ...{ ticker_symbol, sector: null, change: null, price },
  event_time: `2026-01-02T03:04:0${price % 10}.000Z`,
});

describe("consume passes events on", function () {
  this.timeout(300_000);
  let world: TestCloud;
  let sns: SNSClient;
  let sqs: SQSClient;
  before(async () => {
    world = await testCloud({ enforceLimits: false });
    sns = new SNSClient(connectionOf(world.cloud));
    sqs = new SQSClient(connectionOf(world.cloud));
    for (const StreamName of ["pricelake-local-stocks", "lab"])
      await world.kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const lines = [1, 2, 3, 4].map((n) => JSON.stringify(tick(n % 2 ? "ALY" : "JKL", n)));
    await world.kinesis.send(
      new PutRecordsCommand({
        StreamName: "pricelake-local-stocks",
        Records: [{ Data: Buffer.from(lines.join("\n")), PartitionKey: "0" }],
      }),
    );
  });
  after(async () => {
    sns.destroy();
    sqs.destroy();
    await world.stop();
  });
  beforeEach(() => world.cloud.faults.set([]));

  async function consume(...args: string[]) {
    const child = startPricelake(world.cloud, ["consume", ...args]);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    return { code, stdout, stderr };
  }

  /** A topic with a queue for each name, as the fan-out of the course. */
  async function fanOut(Name: string, queues: readonly string[], raw = false): Promise<string> {
    const fifo = Name.endsWith(".fifo");
    const Attributes = fifo ? { FifoTopic: "true" } : {};
    const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name, Attributes }));
    for (const QueueName of queues) {
      const { QueueUrl } = await sqs.send(
        new CreateQueueCommand({ QueueName, ...(fifo && { Attributes: { FifoQueue: "true" } }) }),
      );
      const { Attributes: found } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
      );
      const Policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: found?.QueueArn,
            Condition: { ArnEquals: { "aws:SourceArn": TopicArn } },
          },
        ],
      });
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
      await sns.send(
        new SubscribeCommand({
          ...{ TopicArn, Protocol: "sqs", Endpoint: found?.QueueArn },
          ...(raw && { Attributes: { RawMessageDelivery: "true" } }),
        }),
      );
    }
    return TopicArn;
  }

  it("to a topic, from where each queue gets all of them, and --queue reads and deletes them", async () => {
    await fanOut("ticks", ["left", "right"]);
    const sent = await consume(
      "--stream",
      "pricelake-local-stocks",
      "--where",
      "price>1",
      "--to",
      "sns:ticks",
    );
    assert.equal(sent.code, 0, sent.stderr);
    assert.match(sent.stderr, /^3 of 4 rows in 1 record of 1 shard; 3 published to ticks; response time /);
    for (const queue of ["left", "right"]) {
      const { code, stdout, stderr } = await consume("--queue", queue, "--feed", "stocks", "--json");
      assert.equal(code, 0, stderr);
      assert.deepEqual(
        stdout
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line).price)
          .sort(),
        [2, 3, 4],
      );
      assert.equal(stderr, "3 rows in 3 messages\n");
      assert.equal((await consume("--queue", queue)).stderr, "0 rows in 0 messages\n");
    }
  });

  it("to a FIFO topic, which drops what is published again", async () => {
    await fanOut("ticks.fifo", ["once.fifo"], true);
    for (let i = 0; i < 2; i++) {
      const { code, stderr } = await consume("--stream", "pricelake-local-stocks", "--to", "sns:ticks.fifo");
      assert.equal(code, 0, stderr);
    }
    const { stdout } = await consume("--queue", "once.fifo", "--json");
    assert.deepEqual(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).price)
        .sort(),
      [1, 2, 3, 4],
    );
  });

  it("to another stream, with the feed's partition key", async () => {
    const { code, stderr } = await consume("--stream", "pricelake-local-stocks", "--to", "kinesis:lab");
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^4 rows in 1 record of 1 shard; 4 sent to lab; response time /);
    const events = await readEvents({
      ...{ kinesis: world.kinesis, stream: "lab", start: { type: "TRIM_HORIZON" }, feed: feeds.stocks },
    });
    assert.deepEqual(
      events.map(({ partitionKey, value }) => [partitionKey, value]),
      [1, 2, 3, 4].map((n) => [n % 2 ? "ALY" : "JKL", tick(n % 2 ? "ALY" : "JKL", n)]),
    );
    const [second] = events.slice(1);
    const at = await consume("--stream", "lab", "--from", `at:${second?.sequenceNumber}`, "--json");
    const past = await consume("--stream", "lab", "--from", `after:${second?.sequenceNumber}`, "--json");
    assert.deepEqual(
      [at, past].map(({ stdout }) => stdout.trimEnd().split("\n").length),
      [3, 2],
    );
    const nowhere = await consume("--stream", "lab", "--from", "at:1");
    assert.deepEqual(
      [nowhere.code, nowhere.stderr],
      [1, "pricelake: no shard of lab has the sequence number 1\n"],
    );
  });

  it("says when topic, queue or stream are not there", async () => {
    for (const [args, message] of [
      [["--stream", "lab", "--to", "sns:nowhere"], "there is no topic nowhere"],
      [
        ["--stream", "lab", "--to", "kinesis:nowhere"],
        "there is no stream nowhere; there are: lab, pricelake-local-stocks",
      ],
      [["--queue", "nowhere"], "there is no queue nowhere"],
    ] as const) {
      const { code, stderr } = await consume(...args);
      assert.deepEqual([code, stderr], [1, `pricelake: ${message}\n`]);
    }
  });

  it("publishes again what a throttled topic refuses, and leaves out what is too long", async () => {
    await fanOut("busy", ["busy"]);
    const throttled = { kind: "error", code: "Throttling", status: 400 } as const;
    world.cloud.faults.set([{ service: "sns", operation: "PublishBatch", fault: throttled, times: 5 }]);
    const said: string[] = [];
    const signal = new AbortController().signal;
    const sink = new SnsSink("busy", undefined, connectionOf(world.cloud), signal, (what) => said.push(what));
    await sink.open();
    const long = "x".repeat(300_000);
    await sink.put([...Array.from({ length: 25 }, (_, n) => itemOf({ n })), itemOf(long), itemOf("last")]);
    await sink.close();
    assert.deepEqual(sink.counts, { published: 26, tooLong: 1 });
    assert.deepEqual(said, ["shardId-000000000000:1 is too long for a message of SNS, and left out"]);
    const { stdout } = await consume("--queue", "busy", "--json");
    assert.equal(stdout.trimEnd().split("\n").length, 26);
  });
});
