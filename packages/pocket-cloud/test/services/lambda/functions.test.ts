import { strict as assert } from "node:assert";
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { createFunction, type Lab, lab, logged, zipOf } from "./lab";

describe("Lambda functions", () => {
  let at: Lab;
  let lambda: LambdaClient;
  beforeEach(async () => {
    at = await lab();
    lambda = new LambdaClient({ ...at.client, maxAttempts: 1 });
  });
  afterEach(async () => {
    lambda.destroy();
    await at.end();
  });

  const invoke = async (event: unknown, name = "f") => {
    const answer = await lambda.send(
      new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)), LogType: "Tail" }),
    );
    return {
      ...answer,
      value: JSON.parse(answer.Payload?.transformToString() ?? "null"),
      tail: Buffer.from(answer.LogResult ?? "", "base64").toString(),
    };
  };

  it("run with their own environment variables and none of the host's", async () => {
    await createFunction(at, "f", "exports.handler = async () => ({ ...process.env })", {
      Environment: { Variables: { FEED: "crypto" } },
    });
    const { value } = await invoke({});
    assert.equal(value.FEED, "crypto");
    assert.equal(value.AWS_REGION, "us-east-1");
    assert.equal(value.AWS_ENDPOINT_URL, at.cloud.endpoint);
    assert.equal(value.AWS_LAMBDA_FUNCTION_NAME, "f");
    assert.equal(value.HOME, undefined);
    assert.equal(value.PATH, undefined);
  });

  it("refuse names that AWS refuses, as recorded by LocalStack's tests", async () => {
    const refused = async (call: Promise<unknown>, name: string, message: string) =>
      assert.rejects(call, { name, message });
    const long = "a".repeat(65);
    await refused(
      createFunction(at, long, "exports.handler = async () => 1"),
      "InvalidParameterValueException",
      `1 validation error detected: Value '${long}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    );
    const FunctionName = "arn:aws:lambda:ap-southeast-1:000000000000:function:f";
    const elsewhere = "Functions from 'ap-southeast-1' are not reachable in this region ('us-east-1')";
    for (const call of [
      lambda.send(new GetFunctionCommand({ FunctionName })),
      lambda.send(new InvokeCommand({ FunctionName })),
    ])
      await refused(call, "ResourceNotFoundException", elsewhere);
    await refused(
      lambda.send(new GetFunctionCommand({ FunctionName: "f:1", Qualifier: "2" })),
      "InvalidParameterValueException",
      "The derived qualifier from the function name does not match the specified qualifier.",
    );
  });

  it("run on the cloud's clock", async () => {
    await createFunction(
      at,
      "f",
      "exports.handler = async () => [new Date().toISOString(), Date.now(), new Date() instanceof Date]",
    );
    const { value } = await invoke({});
    assert.ok(value[0].startsWith("2026-01-15T12:00:0"), value[0]);
    assert.ok(Math.abs(value[1] - Date.UTC(2026, 0, 15, 12)) < 5000);
    assert.equal(value[2], true);
  });

  it("reuse a warm environment with its module state", async () => {
    await createFunction(at, "f", "let calls = 0; exports.handler = async () => ++calls");
    assert.equal((await invoke({})).value, 1);
    assert.equal((await invoke({})).value, 2);
  });

  it("return the memory of an invocation once idle", async () => {
    const source = `const heap = () => require("node:v8").getHeapStatistics().total_physical_size / 2 ** 20;
      exports.handler = async ({ items }) => {
        const before = heap();
        const kept = Array.from({ length: items }, (_, i) => "item " + i);
        return { before, after: heap(), kept: kept.length };
      }`;
    await createFunction(at, "f", source, { MemorySize: 512, Timeout: 20 });
    const filled = (await invoke({ items: 700_000 })).value;
    assert.ok(filled.after > 40, `${filled.after} MB`);
    // On a machine with other work the environment may need longer.
    for (let tries = 1; ; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 2500));
      const idle = (await invoke({ items: 1 })).value;
      if (idle.before < 25) break;
      assert.ok(tries < 10, `${idle.before} MB`);
    }
  });

  it("return an exception as AWS does, with the log's tail", async () => {
    await createFunction(at, "f", 'exports.handler = async () => { throw new RangeError("out of range"); }');
    const { FunctionError, StatusCode, value, tail } = await invoke({});
    assert.equal(StatusCode, 200);
    assert.equal(FunctionError, "Unhandled");
    assert.equal(value.errorType, "RangeError");
    assert.equal(value.errorMessage, "out of range");
    assert.match(tail, /^START RequestId: .* Version: \$LATEST\n/);
    assert.match(tail, /\tERROR\tInvoke Error\t?/);
    assert.match(tail, /REPORT RequestId: .*\tDuration: .* ms\t/);
  });

  it("end at their timeout and start in a new environment", async () => {
    const source =
      "let calls = 0; exports.handler = async (e) => { calls++; if (e.hang) for (;;); return calls; }";
    await createFunction(at, "f", source, { Timeout: 1 });
    assert.equal((await invoke({})).value, 1);
    const { value, FunctionError } = await invoke({ hang: true });
    assert.equal(FunctionError, "Unhandled");
    assert.equal(value.errorType, "Sandbox.Timedout");
    assert.match(value.errorMessage, /Task timed out after 1\.00 seconds$/);
    assert.equal((await invoke({})).value, 1);
  });

  for (const [style, source, expected] of [
    ["a callback", "exports.handler = (e, c, done) => done(null, e.x)", 7],
    ["a promise", "exports.handler = (e) => Promise.resolve(e.x)", 7],
    ["nothing at all", "exports.handler = () => {}", null],
    ["context.succeed", "exports.handler = (e, c) => { setTimeout(() => c.succeed(e.x), 5) }", 7],
  ] as const)
    it(`can return by ${style}`, async () => {
      await createFunction(at, "f", source);
      assert.equal((await invoke({ x: 7 })).value, expected);
    });

  it("can be ES modules", async () => {
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "m",
        Role: at.role,
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Code: { ZipFile: zipOf({ "index.mjs": "export const handler = async (e) => e.x * 2;" }) },
      }),
    );
    assert.equal((await invoke({ x: 4 }, "m")).value, 8);
  });

  it("report a missing handler", async () => {
    await createFunction(at, "f", "exports.other = 1");
    const { value } = await invoke({});
    assert.deepEqual(
      [value.errorType, value.errorMessage],
      ["Runtime.HandlerNotFound", "index.handler is undefined or not exported"],
    );
  });

  it("report a process that exits", async () => {
    await createFunction(at, "f", "exports.handler = async () => process.exit(3)");
    const { value } = await invoke({});
    assert.equal(value.errorType, "Runtime.ExitError");
    assert.match(value.errorMessage, /exit status 3$/);
  });

  it("read back as created, updated and published", async () => {
    await createFunction(at, "f", "exports.handler = async () => 1");
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: "f" }));
    assert.equal(Configuration?.FunctionArn, "arn:aws:lambda:us-east-1:000000000000:function:f");
    assert.equal(Configuration?.State, "Active");
    assert.equal(Configuration?.MemorySize, 128);
    await lambda.send(new PublishVersionCommand({ FunctionName: "f" }));
    await lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName: "f",
        ZipFile: zipOf({ "index.js": "exports.handler = async () => 2" }),
      }),
    );
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: "f", Timeout: 9 }));
    assert.equal((await invoke({})).value, 2);
    assert.equal((await invoke({}, "f:1")).value, 1);
    const { Versions } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName: "f" }));
    assert.deepEqual(
      Versions?.map(({ Version, Timeout }) => [Version, Timeout]),
      [
        ["$LATEST", 9],
        ["1", 3],
      ],
    );
    await lambda.send(new DeleteFunctionCommand({ FunctionName: "f" }));
    await assert.rejects(lambda.send(new GetFunctionCommand({ FunctionName: "f" })), {
      name: "ResourceNotFoundException",
      message: "Function not found: arn:aws:lambda:us-east-1:000000000000:function:f",
    });
  });

  it("are throttled beyond their reserved concurrency", async () => {
    await createFunction(at, "f", "exports.handler = () => new Promise((done) => setTimeout(done, 1000))");
    await lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: "f", ReservedConcurrentExecutions: 1 }),
    );
    const [first, second] = await Promise.allSettled([invoke({}), invoke({})]);
    const refused = first.status === "rejected" ? first : second;
    assert.equal(refused.status === "rejected" && refused.reason.name, "TooManyRequestsException");
  });

  it("start many environments at the same time", async () => {
    await createFunction(at, "f", "exports.handler = async () => 1", { Timeout: 60 });
    const errors = new Set<string | undefined>();
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(Array.from({ length: 12 }, () => invoke({})));
      for (const { FunctionError, tail } of answers) if (FunctionError) errors.add(tail);
      await lambda.send(
        new UpdateFunctionConfigurationCommand({ FunctionName: "f", Description: `round ${round}` }),
      );
    }
    assert.deepEqual([...errors], []);
  });

  it("store their permissions", async () => {
    await createFunction(at, "f", "");
    const permission = {
      FunctionName: "f",
      StatementId: "s",
      Action: "lambda:InvokeFunction",
      Principal: "sns.amazonaws.com",
    };
    await lambda.send(new AddPermissionCommand(permission));
    const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName: "f" }));
    assert.deepEqual(JSON.parse(Policy ?? "").Statement[0].Principal, { Service: "sns.amazonaws.com" });
    await assert.rejects(lambda.send(new AddPermissionCommand(permission)), {
      name: "ResourceConflictException",
    });
  });

  it("name unsupported options", async () => {
    const create = new CreateFunctionCommand({
      FunctionName: "p",
      Role: at.role,
      Runtime: "ruby3.4",
      Handler: "a.b",
      Code: { ZipFile: zipOf({}) },
    });
    await assert.rejects(lambda.send(create), {
      message: "The embedded cloud does not support the runtime ruby3.4",
    });
  });

  const waiting = `
    const { scheduler } = require("node:timers/promises");
    const say = (context) => process.stdout.write(
      ">" + new Date().toISOString().slice(14, 19) + " " + Math.round(context.getRemainingTimeInMillis() / 1000));
    exports.handler = async (event, context) => {
      say(context);
      await scheduler.wait(30_000);
      say(context);
    }`;

  it("wait on the cloud's clock with scheduler.wait when invoked asynchronously", async () => {
    await createFunction(at, "f", waiting, { Timeout: 60 });
    await lambda.send(new InvokeCommand({ FunctionName: "f", InvocationType: "Event" }));
    const started = performance.now();
    await at.advance(29_000);
    assert.deepEqual(await logged(at), ["00:00 60"]);
    await at.advance(2000);
    assert.deepEqual(await logged(at), ["00:00 60", "00:30 30"]);
    assert.ok(performance.now() - started < 25_000, "the 30 s did not pass in real time");
  });

  it("that wait when the cloud stops begin again after the next start", async () => {
    await createFunction(at, "f", waiting, { Timeout: 60 });
    await lambda.send(new InvokeCommand({ FunctionName: "f", InvocationType: "Event" }));
    await at.advance(10_000);
    at = await at.restart();
    await at.advance(60_000);
    assert.deepEqual(await logged(at), ["00:00 60", "00:10 60", "00:40 30"]);
  });

  it("invoked asynchronously are retried after one and two minutes, then reported", async () => {
    await createFunction(
      at,
      "f",
      'exports.handler = async () => { process.stdout.write(">" + new Date().toISOString().slice(11, 16)); throw new Error("no"); }',
    );
    const { QueueUrl } = await at.cloud.call(
      "sqs",
      "CreateQueue",
      { QueueName: "failures" },
      at.cloud.administrator,
    );
    const Destination = "arn:aws:sqs:us-east-1:000000000000:failures";
    await lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: "f",
        DestinationConfig: { OnFailure: { Destination } },
      }),
    );
    await lambda.send(
      new InvokeCommand({ FunctionName: "f", InvocationType: "Event", Payload: Buffer.from('{"a":1}') }),
    );
    await at.advance(600_000);
    assert.deepEqual(await logged(at), ["12:00", "12:01", "12:03"]);
    const { Messages } = await at.cloud.call(
      "sqs",
      "ReceiveMessage",
      { QueueUrl: QueueUrl ?? "" },
      at.cloud.administrator,
    );
    const record = JSON.parse(Messages?.[0]?.Body ?? "");
    assert.equal(record.requestContext.condition, "RetriesExhausted");
    assert.deepEqual(record.requestPayload, { a: 1 });
  });
});
