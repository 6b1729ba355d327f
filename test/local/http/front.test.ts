import { strict as assert } from "node:assert";
import { connect } from "node:net";
import {
  KinesisClient,
  ListStreamsCommand,
  PutRecordCommand,
  SubscribeToShardCommand,
} from "@aws-sdk/client-kinesis";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { AwsError } from "../../../local/errors";
import { startChecksum } from "../../../local/http/checksums";
import type { Service } from "../../../local/service";
import { memoryS3, openDoor, send, signedSend } from "./door";

const kinesis: Service<"kinesis"> = {
  name: "kinesis",
  operations: {
    ListStreams: { run: () => ({ StreamNames: ["prices"], HasMoreStreams: false }) },
    PutRecord: {
      run: () => {
        throw new AwsError("ResourceNotFoundException", "Stream nope under account 000000000000 not found.");
      },
    },
    DescribeLimits: {
      run: () => {
        throw new TypeError("a mistake of ours");
      },
    },
  },
};

describe("HTTP front", () => {
  const s3 = memoryS3();
  let door: Awaited<ReturnType<typeof openDoor>>;
  before(async () => {
    door = await openDoor([kinesis as Service, s3.service], {
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

  it("tells its health without a signature", async () => {
    const { status, text } = await send(door.port, { target: "/_local/health" });
    assert.equal(status, 200);
    assert.equal(JSON.parse(text).status, "running");
  });

  describe("errors", () => {
    it("reach JSON clients by name", async () => {
      const client = new KinesisClient(settings());
      const put = client.send(
        new PutRecordCommand({ StreamName: "nope", PartitionKey: "p", Data: Buffer.from("x") }),
      );
      await assert.rejects(put, {
        name: "ResourceNotFoundException",
        message: "Stream nope under account 000000000000 not found.",
      });
      client.destroy();
    });

    it("name every required member that is missing", async () => {
      const answer = await signedSend(door, "kinesis", {
        method: "POST",
        target: "/",
        headers: { "x-amz-target": "Kinesis_20131202.PutRecord" },
        body: '{"StreamName":"s"}',
      });
      assert.equal(answer.status, 400);
      const { __type, message } = JSON.parse(answer.text);
      assert.equal(__type, "ValidationException");
      assert.match(message, /Value null at 'data' failed to satisfy constraint: Member must not be null/);
    });

    const bad: Readonly<Record<string, string>> = {
      "JSON that does not parse": "{",
      "a value of the wrong type": '{"Limit":"ten"}',
      "a list for a structure": "[]",
    };
    for (const [what, body] of Object.entries(bad))
      it(`refuse ${what}`, async () => {
        const headers = { "x-amz-target": "Kinesis_20131202.ListStreams" };
        const answer = await signedSend(door, "kinesis", { method: "POST", target: "/", headers, body });
        assert.equal(answer.status, 400);
        assert.equal(JSON.parse(answer.text).__type, "SerializationException");
      });

    it("say plainly what is not supported, in each protocol's shape", async () => {
      const sts = new STSClient(settings());
      await assert.rejects(sts.send(new GetCallerIdentityCommand({})), { name: "NotImplemented" });
      const lambda = new LambdaClient(settings());
      await assert.rejects(lambda.send(new GetFunctionCommand({ FunctionName: "f" })), {
        name: "NotImplementedException",
        message: "The embedded cloud does not support the service lambda",
      });
      const s3Answer = await signedSend(door, "s3", { method: "PUT", target: "/bucket" });
      assert.equal(s3Answer.status, 501);
      assert.match(s3Answer.text, /<Error><Code>NotImplemented<\/Code>/);
      assert.ok(s3Answer.headers["x-amz-id-2"]);
    });

    const message = (service: string) => `The embedded cloud has no service "${service}"`;
    const form = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    const strangers: Readonly<Record<string, [headers: Record<string, string>, answer: RegExp]>> = {
      events: [
        { "x-amz-target": "AWSEvents.ListRules", "content-type": "application/x-amz-json-1.1" },
        /^\{"__type":"NotImplementedException","message":"The embedded cloud has no service \\"events\\""/,
      ],
      rds: [
        form,
        /^<ErrorResponse xmlns=""><Error><Type>Receiver<\/Type><Code>NotImplemented<\/Code><Message>The embedded cloud has no service &quot;rds&quot;</,
      ],
      ec2: [
        form,
        /^<Response><Errors><Error><Code>NotImplemented<\/Code><Message>The embedded cloud has no service &quot;ec2&quot;<\/Message><\/Error><\/Errors><RequestID>[0-9a-f-]{36}</,
      ],
      route53: [
        {},
        /^<\?xml .*\?>\n<Error><Code>NotImplemented<\/Code><Message>The embedded cloud has no service &quot;route53&quot;</,
      ],
      eks: [{}, /^\{"message":"The embedded cloud has no service \\"eks\\""/],
    };
    for (const [service, [headers, expected]] of Object.entries(strangers))
      it(`say that there is no ${service} in the form its clients read`, async () => {
        const answer = await signedSend(door, service, { method: "POST", target: "/", headers, body: "" });
        assert.equal(answer.status, 501);
        assert.match(answer.text, expected);
      });

    it("say that a browser's form uploads nothing", async () => {
      const headers = { "content-type": "multipart/form-data; boundary=x" };
      const answer = await send(door.port, { method: "POST", target: "/bucket", headers, body: "--x--" });
      assert.equal(answer.status, 501);
      assert.match(
        answer.text,
        /<Code>NotImplemented<\/Code><Message>The embedded cloud does not support uploads by HTML forms/,
      );
    });

    it("say it in CBOR too", async () => {
      const headers = { "smithy-protocol": "rpc-v2-cbor" };
      const answer = await signedSend(door, "bedrock", { method: "POST", target: "/", headers });
      assert.equal(answer.headers["content-type"], "application/cbor");
      assert.ok(answer.text.includes(message("bedrock")));
    });

    it("are XML for an anonymous reader, and not for an anonymous caller of an operation", async () => {
      const reader = await send(door.port, { target: "/bucket/key" });
      assert.match(reader.text, /<Error><Code>AccessDenied<\/Code><Message>Access Denied</);
      const headers = { "x-amz-target": "DynamoDB_20120810.ListTables" };
      const caller = await send(door.port, { method: "POST", target: "/", headers, body: "{}" });
      assert.equal(JSON.parse(caller.text).__type, "MissingAuthenticationTokenException");
    });

    it("of ours are a 500, and logged", async () => {
      const headers = { "x-amz-target": "Kinesis_20131202.DescribeLimits" };
      const answer = await signedSend(door, "kinesis", { method: "POST", target: "/", headers, body: "{}" });
      assert.equal(answer.status, 500);
      assert.equal(JSON.parse(answer.text).__type, "InternalFailure");
      assert.ok(door.logged.some((line) => line.includes("a mistake of ours")));
    });
  });

  describe("who may ask", () => {
    const target = "/_local/health";

    for (const host of ["localhost", "127.0.0.1", "[::1]", "bucket.localhost", "my.bucket.127.0.0.1"])
      it(`answers under the name ${host}`, async () => {
        assert.equal(
          (await send(door.port, { target, headers: { host: `${host}:${door.port}` } })).status,
          200,
        );
      });

    it("refuses any other name: DNS rebinding", async () => {
      for (const host of [
        "evil.example",
        `evil.example:${door.port}`,
        "127.0.0.1:1",
        `127.0.0.1.evil.example:${door.port}`,
      ])
        assert.equal((await send(door.port, { target, headers: { host } })).status, 403);
    });

    it("refuses foreign origins and sends no CORS headers", async () => {
      for (const origin of ["http://evil.example", "null", `https://127.0.0.1.evil.example:${door.port}`]) {
        const answer = await send(door.port, { target, headers: { origin } });
        assert.equal(answer.status, 403);
        assert.equal(answer.headers["access-control-allow-origin"], undefined);
      }
      assert.equal((await send(door.port, { target, headers: { origin: door.endpoint } })).status, 200);
    });

    it("refuses unsigned requests and unknown keys", async () => {
      assert.equal((await send(door.port, { target: "/bucket/key" })).status, 403);
      const stranger = { ...door, credentials: { accessKeyId: "AKIASTRANGER", secretAccessKey: "x" } };
      const answer = await signedSend(stranger, "s3", { target: "/bucket/key" });
      assert.equal(answer.status, 403);
      assert.match(
        answer.text,
        /<Code>InvalidAccessKeyId<\/Code><Message>The AWS Access Key Id you provided does not exist in our records\.</,
      );
    });

    it("refuses a forged signature before it reads the body", async () => {
      const forger = { ...door, credentials: { ...door.credentials, secretAccessKey: "guess" } };
      const answer = await signedSend(forger, "s3", { method: "PUT", target: "/bucket/forged", body: "x" });
      assert.equal(answer.status, 403);
      assert.match(
        answer.text,
        /<Code>SignatureDoesNotMatch<\/Code><Message>The request signature we calculated does not match the signature you provided\. Check your key and signing method\.<\/Message>/,
      );
      assert.equal(s3.objects.has("bucket/forged"), false);
    });
  });

  describe("object keys", () => {
    const keys: Readonly<Record<string, string>> = {
      "/bucket/../../etc/passwd": "../../etc/passwd",
      "/bucket/%2e%2e%2f%2e%2e%2fetc": "../../etc",
      "/bucket/a//b/": "a//b/",
      "/bucket/./x": "./x",
      "/bucket/a%00b": "a\0b",
      "/bucket/a%5Cb": "a\\b",
      "/bucket/a+b%2Bc%20d": "a+b+c d",
      "/bucket/%C3%BC": "ü",
    };
    for (const [target, key] of Object.entries(keys))
      it(`are taken from ${target} unfolded`, async () => {
        assert.equal((await signedSend(door, "s3", { method: "PUT", target, body: "x" })).status, 200);
        assert.equal(s3.objects.get(`bucket/${key}`), "x");
        s3.objects.clear();
      });

    it("come from the path alone in virtual-host style", async () => {
      const headers = { host: `bucket.localhost:${door.port}` };
      await signedSend(door, "s3", { method: "PUT", target: "/a/b", headers, body: "x" });
      assert.deepEqual([...s3.objects.keys()], ["bucket/a/b"]);
      s3.objects.clear();
    });

    it("never fall back to the plain operation for a sub-resource it does not know", async () => {
      const answer = await signedSend(door, "s3", {
        method: "PUT",
        target: "/bucket/key?intelligent-tiering",
        body: "x",
      });
      assert.equal(answer.status, 405);
      assert.equal(s3.objects.size, 0);
    });
  });

  describe("bodies", () => {
    const put = (headers: Record<string, string>, body: string) =>
      signedSend(door, "s3", { method: "PUT", target: "/bucket/key", headers, body });
    afterEach(() => s3.objects.clear());

    const wrong: readonly [what: string, code: string, headers: Record<string, string>][] = [
      ["SHA-256", "XAmzContentSHA256Mismatch", { "x-amz-content-sha256": "0".repeat(64) }],
      ["CRC-32", "BadDigest", { "x-amz-checksum-crc32": "AAAAAA==" }],
      ["CRC-32C", "BadDigest", { "x-amz-checksum-crc32c": "AAAAAA==" }],
      ["CRC-64/NVME", "BadDigest", { "x-amz-checksum-crc64nvme": "AAAAAAAAAAA=" }],
      ["SHA-1", "BadDigest", { "x-amz-checksum-sha1": "AAAA" }],
      ["MD5", "BadDigest", { "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" }],
    ];
    for (const [what, code, headers] of wrong)
      it(`with a wrong ${what} leave nothing visible`, async () => {
        const answer = await put(headers, "hello");
        assert.equal(answer.status, 400);
        assert.match(answer.text, new RegExp(`<Code>${code}</Code>`));
        assert.equal(s3.objects.size, 0);
      });

    it("with right checksums arrive", async () => {
      const right = {
        "x-amz-checksum-crc32": "NhCmhg==",
        "x-amz-checksum-crc32c": "mnG7TA==",
        "x-amz-checksum-sha1": "qvTGHdzF6KLavt4PO0gs2a6pQ00=",
        "content-md5": "XUFAKrxLKna5cZ2REBfFkg==",
      };
      assert.equal((await put(right, "hello")).status, 200);
      assert.equal(s3.objects.get("bucket/key"), "hello");
    });

    const trailer = (sum: string) => `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${sum}\r\n\r\n`;
    const chunked = {
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-decoded-content-length": "5",
      "x-amz-trailer": "x-amz-checksum-crc32",
      "content-encoding": "aws-chunked",
    };

    it("in aws-chunked framing arrive without it", async () => {
      assert.equal((await put(chunked, trailer("NhCmhg=="))).status, 200);
      assert.equal(s3.objects.get("bucket/key"), "hello");
    });

    for (const [what, body] of [
      ["a wrong trailer", trailer("AAAAAA==")],
      ["a cut end", trailer("NhCmhg==").slice(0, 20)],
      ["no framing", "hello"],
    ] as const)
      it(`in aws-chunked framing with ${what} leave nothing visible`, async () => {
        const answer = await put(chunked, body);
        assert.ok(answer.status === 400 || answer.status === 403, answer.text);
        assert.equal(s3.objects.size, 0);
      });

    it("too long to be held stream, and commit only when their end proves right", async () => {
      const memory = memoryS3();
      const wide = await openDoor([memory.service]);
      const data = "x".repeat(1_500_000);
      const sum = startChecksum("crc32");
      sum.update(Buffer.from(data));
      const upload = (Key: string, crc: string) =>
        signedSend(wide, "s3", {
          method: "PUT",
          target: `/bucket/${Key}`,
          headers: { ...chunked, "x-amz-decoded-content-length": String(data.length) },
          body: `${data.length.toString(16)}\r\n${data}\r\n0\r\nx-amz-checksum-crc32:${crc}\r\n\r\n`,
        });
      assert.match((await upload("wrong", "AAAAAA==")).text, /<Code>BadDigest<\/Code>/);
      assert.equal((await upload("right", sum.digest())).status, 200);
      assert.deepEqual([...memory.objects.keys()], ["bucket/right"]);
      assert.equal(memory.objects.get("bucket/right"), data);
      await wide.close();
    });

    it("that are too large are refused", async () => {
      assert.match((await put({}, "x".repeat(5001))).text, /<Code>EntityTooLarge<\/Code>/);
      const headers = { "x-amz-target": "Kinesis_20131202.ListStreams" };
      const body = `{"Pad":"${"x".repeat(2000)}"}`;
      assert.equal(
        (await signedSend(door, "kinesis", { method: "POST", target: "/", headers, body })).status,
        413,
      );
      assert.equal(s3.objects.size, 0);
    });

    it("of unknown length are refused for objects", async () => {
      const headers = { "transfer-encoding": "chunked", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
      assert.equal((await put(headers, "hello")).status, 411);
    });

    it("that stand still are given up", async () => {
      const socket = connect(door.port, "127.0.0.1");
      const { sign } = await import("./door");
      const sent = { method: "PUT", target: "/bucket/slow", headers: { "content-length": "10" } };
      const headers = sign(door, "s3", {
        ...sent,
        headers: { ...sent.headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
      });
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`PUT /bucket/slow HTTP/1.1\r\n${lines.join("")}\r\nhel`);
      const received = Buffer.concat(await socket.toArray()).toString();
      assert.match(received, /^HTTP\/1.1 400 [\s\S]*<Code>RequestTimeout<\/Code>/);
      assert.equal(s3.objects.size, 0);
    });

    it("are asked for only after the signature held: Expect: 100-continue", async () => {
      const forger = { ...door, credentials: { ...door.credentials, secretAccessKey: "guess" } };
      const { sign } = await import("./door");
      const ask = (as: typeof door) =>
        new Promise<string>((resolve) => {
          const headers = sign(as, "s3", {
            method: "PUT",
            target: "/b/k",
            headers: { expect: "100-continue" },
            body: "x",
          });
          const socket = connect(door.port, "127.0.0.1");
          const lines = Object.entries({ ...headers, "content-length": "1" }).map(
            ([name, value]) => `${name}: ${value}\r\n`,
          );
          socket.once("data", (data: Buffer) => {
            resolve(data.toString().split("\r\n")[0] ?? "");
            socket.destroy();
          });
          socket.write(`PUT /b/k HTTP/1.1\r\n${lines.join("")}\r\n`);
        });
      assert.equal(await ask(door), "HTTP/1.1 100 Continue");
      assert.equal(await ask(forger), "HTTP/1.1 403 Forbidden");
    });
  });

  it("gives up on headers that trickle in", async () => {
    const socket = connect(door.port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n");
    const trickle = setInterval(() => socket.write("x: y\r\n"), 50);
    socket.on("error", () => {});
    await new Promise((resolve) => socket.once("close", resolve).resume());
    clearInterval(trickle);
  });

  it("streams events as they come and ends with the error a stream may end with", async () => {
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

    it("sets, reads and ends injected faults for the administrator", async () => {
      const answer = await put(door, JSON.stringify({ rules }));
      assert.deepEqual(JSON.parse(answer.text), { rules });
      const client = new KinesisClient(settings());
      await assert.rejects(client.send(new ListStreamsCommand({})), { name: "Boom" });
      client.destroy();
      const ended = await signedSend(door, "local", { method: "DELETE", target: "/_local/faults" });
      assert.deepEqual(JSON.parse(ended.text), { rules: [] });
    });

    it("is closed to everyone else", async () => {
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

  it("drops the connection where a fault says so, over both HTTP versions", async () => {
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
