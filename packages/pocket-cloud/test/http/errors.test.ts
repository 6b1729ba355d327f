import { strict as assert } from "node:assert";
import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Service } from "../../service";
import { memoryS3, openDoor, send, signedSend } from "./door";
import { kinesis } from "./kinesis";

describe("HTTP errors", () => {
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

  it("of Kinesis have one message, spelt by the error", async () => {
    const refused = async (body: string) => {
      const headers = { "x-amz-target": "Kinesis_20131202.PutRecord" };
      const answer = await signedSend(door, "kinesis", { method: "POST", target: "/", headers, body });
      return Object.keys(JSON.parse(answer.text));
    };
    assert.deepEqual(await refused('{"StreamName":"s"}'), ["__type", "message"]);
    assert.deepEqual(await refused("{"), ["__type", "Message"]);
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

  it("name what is not supported, in each protocol", async () => {
    const sts = new STSClient(settings());
    await assert.rejects(sts.send(new GetCallerIdentityCommand({})), { name: "NotImplemented" });
    const lambda = new LambdaClient(settings());
    await assert.rejects(lambda.send(new GetFunctionCommand({ FunctionName: "f" })), {
      name: "NotImplementedException",
      message: "The embedded cloud does not run the service lambda",
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
    it(`name the unknown service ${service} in the protocol of its clients`, async () => {
      const answer = await signedSend(door, service, { method: "POST", target: "/", headers, body: "" });
      assert.equal(answer.status, 501);
      assert.match(answer.text, expected);
    });

  it("name presigned POST, which is not supported", async () => {
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    const answer = await send(door.port, { method: "POST", target: "/bucket", headers, body: "--x--" });
    assert.equal(answer.status, 501);
    assert.match(
      answer.text,
      /<Code>NotImplemented<\/Code><Message>The embedded cloud does not support uploads by HTML forms/,
    );
  });

  it("are encoded in CBOR", async () => {
    const headers = { "smithy-protocol": "rpc-v2-cbor" };
    const answer = await signedSend(door, "bedrock", { method: "POST", target: "/", headers });
    assert.equal(answer.headers["content-type"], "application/cbor");
    assert.ok(answer.text.includes(message("bedrock")));
  });

  it("are XML for an anonymous GET, and JSON for an anonymous operation", async () => {
    const reader = await send(door.port, { target: "/bucket/key" });
    assert.match(reader.text, /<Error><Code>AccessDenied<\/Code><Message>Access Denied</);
    const headers = { "x-amz-target": "DynamoDB_20120810.ListTables" };
    const caller = await send(door.port, { method: "POST", target: "/", headers, body: "{}" });
    assert.equal(JSON.parse(caller.text).__type, "MissingAuthenticationTokenException");
  });

  it("inside the cloud are 500, and logged", async () => {
    const headers = { "x-amz-target": "Kinesis_20131202.DescribeLimits" };
    const answer = await signedSend(door, "kinesis", { method: "POST", target: "/", headers, body: "{}" });
    assert.equal(answer.status, 500);
    assert.equal(JSON.parse(answer.text).__type, "InternalFailure");
    assert.ok(door.logged.some((line) => line.includes("a mistake of ours")));
  });
});
