import { strict as assert } from "node:assert";
import { connect } from "node:net";
import { KinesisClient, ListStreamsCommand, SubscribeToShardCommand } from "@aws-sdk/client-kinesis";
import { AwsError } from "../../errors";
import type { Service } from "../../service";
import { openDoor, send, signedSend } from "./door";
import { kinesis } from "./kinesis";

describe("HTTP front", () => {
  let door: Awaited<ReturnType<typeof openDoor>>;
  before(async () => {
    door = await openDoor([kinesis as Service], {
      idleMs: 300,
      maxBytes: 2000,
      maxObjectBytes: 5000,
    });
  });
  after(async () => door.close());
  const settings = () => ({
    endpoint: door.endpoint,
    region: "us-east-1",
    credentials: door.credentials,
    maxAttempts: 1,
  });

  it("serves HTTP/2 without TLS and HTTP/1.1 on one port", async () => {
    const client = new KinesisClient(settings());
    assert.deepEqual((await client.send(new ListStreamsCommand({}))).StreamNames, ["prices"]);
    client.destroy();
    const answer = await signedSend(door, "kinesis", {
      method: "POST",
      target: "/",
      headers: {
        "x-amz-target": "Kinesis_20131202.ListStreams",
        "content-type": "application/x-amz-json-1.1",
      },
      body: "{}",
    });
    assert.equal(answer.text, '{"StreamNames":["prices"],"HasMoreStreams":false}');
    assert.match(String(answer.headers["x-amzn-requestid"]), /^[0-9a-f-]{36}$/);
  });

  it("answers the health check without a signature", async () => {
    const { status, text } = await send(door.port, { target: "/_local/health" });
    assert.equal(status, 200);
    assert.equal(JSON.parse(text).status, "running");
  });

  it("abandons a request with slow headers", async () => {
    const socket = connect(door.port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n");
    const trickle = setInterval(() => socket.write("x: y\r\n"), 50);
    socket.on("error", () => {});
    await new Promise((resolve) => socket.once("close", resolve).resume());
    clearInterval(trickle);
  });

  it("streams events, and an error at the end", async () => {
    async function* events() {
      for (const ContinuationSequenceNumber of ["1", "2"])
        yield {
          SubscribeToShardEvent: {
            ContinuationSequenceNumber,
            MillisBehindLatest: 0,
            Records: [{ Data: Buffer.from("é"), PartitionKey: "p", SequenceNumber: "1" }],
          },
        };
      throw new AwsError("ResourceNotFoundException", "gone");
    }
    const subscribing: Service<"kinesis"> = {
      name: "kinesis",
      operations: { SubscribeToShard: { run: () => ({ EventStream: events() }) } },
    };
    const streaming = await openDoor([subscribing as Service]);
    const client = new KinesisClient({
      ...settings(),
      endpoint: streaming.endpoint,
      credentials: streaming.credentials,
    });
    const { EventStream } = await client.send(
      new SubscribeToShardCommand({
        ConsumerARN: "arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1",
        ShardId: "shardId-000000000000",
        StartingPosition: { Type: "LATEST" },
      }),
    );
    const seen: unknown[] = [];
    await assert.rejects(
      async () => {
        for await (const { SubscribeToShardEvent: event } of EventStream ?? [])
          seen.push([
            event?.ContinuationSequenceNumber,
            Buffer.from(event?.Records?.[0]?.Data ?? []).toString(),
          ]);
      },
      { name: "ResourceNotFoundException" },
    );
    assert.deepEqual(seen, [
      ["1", "é"],
      ["2", "é"],
    ]);
    client.destroy();
    await streaming.close();
  });

  describe("fault route", () => {
    const rules = [
      {
        service: "kinesis",
        operation: "ListStreams",
        fault: { kind: "error", code: "Boom", status: 500 },
        times: 1,
      },
    ];
    const put = (as: Parameters<typeof signedSend>[0], body: string, service = "local") =>
      signedSend(as, service, { method: "PUT", target: "/_local/faults", body });

    it("sets, returns and removes faults for the administrator", async () => {
      const answer = await put(door, JSON.stringify({ rules }));
      assert.deepEqual(JSON.parse(answer.text), { rules });
      const client = new KinesisClient(settings());
      await assert.rejects(client.send(new ListStreamsCommand({})), { name: "Boom" });
      client.destroy();
      const ended = await signedSend(door, "local", { method: "DELETE", target: "/_local/faults" });
      assert.deepEqual(JSON.parse(ended.text), { rules: [] });
    });

    it("refuses other callers", async () => {
      assert.equal(
        (await send(door.port, { method: "PUT", target: "/_local/faults", body: "{}" })).status,
        403,
      );
      const forger = { ...door, credentials: { ...door.credentials, secretAccessKey: "guess" } };
      assert.equal((await put(forger, JSON.stringify({ rules }))).status, 403);
    });

    for (const body of [
      "{",
      "{}",
      '{"rules":[{}]}',
      '{"rules":[{"service":"s3","operation":"*","fault":{"kind":"boom"}}]}',
    ])
      it(`refuses ${body}`, async () => {
        assert.equal((await put(door, body)).status, 400);
      });
  });

  it("drops the connection for a fault, over both HTTP versions", async () => {
    const fault = {
      service: "kinesis",
      operation: "ListStreams",
      fault: { kind: "drop" as const },
      times: 2,
    };
    const faulty = await openDoor([kinesis as Service], {}, [fault]);
    const client = new KinesisClient({
      ...settings(),
      endpoint: faulty.endpoint,
      credentials: faulty.credentials,
      maxAttempts: 2,
    });
    const headers = { "x-amz-target": "Kinesis_20131202.ListStreams" };
    const overHttp1 = signedSend(faulty, "kinesis", { method: "POST", target: "/", headers, body: "{}" });
    await assert.rejects(overHttp1, { code: "ECONNRESET" });
    // The SDK takes it for a transient failure and tries again.
    assert.equal((await client.send(new ListStreamsCommand({}))).$metadata.attempts, 2);
    client.destroy();
    await faulty.close();
  });
});
