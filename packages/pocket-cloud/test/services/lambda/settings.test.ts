import { strict as assert } from "node:assert";
import { Lambda } from "@aws-sdk/client-lambda";
import { createFunction, createStream, type Lab, lab, logged, map, put } from "./lab";

describe("Lambda settings", () => {
  let at: Lab;
  let lambda: Lambda;
  const FunctionName = "f";
  const gone = { name: "ResourceNotFoundException" };
  beforeEach(async () => {
    at = await lab();
    lambda = new Lambda({ ...at.client, maxAttempts: 1 });
    await createFunction(
      at,
      FunctionName,
      "exports.handler = async (e) => process.stdout.write('>' + (e.Records?.length ?? 0));",
    );
  });
  afterEach(async () => {
    lambda.destroy();
    await at.end();
  });

  it("read a function's configuration alone", async () => {
    const { Handler, Runtime, Timeout } = await lambda.getFunctionConfiguration({ FunctionName });
    assert.deepEqual([Handler, Runtime, Timeout], ["index.handler", "nodejs22.x", 3]);
    await assert.rejects(lambda.getFunctionConfiguration({ FunctionName: "none" }), gone);
  });

  it("reserve and release concurrency", async () => {
    await lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: 4 });
    const reserved = async () =>
      (await lambda.getFunctionConcurrency({ FunctionName })).ReservedConcurrentExecutions;
    assert.equal(await reserved(), 4);
    await lambda.deleteFunctionConcurrency({ FunctionName });
    assert.equal(await reserved(), undefined);
  });

  it("store and delete an event invoke configuration", async () => {
    await lambda.putFunctionEventInvokeConfig({ FunctionName, MaximumRetryAttempts: 1 });
    await lambda.updateFunctionEventInvokeConfig({ FunctionName, MaximumEventAgeInSeconds: 90 });
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = await lambda.getFunctionEventInvokeConfig({
      FunctionName,
    });
    assert.deepEqual([MaximumRetryAttempts, MaximumEventAgeInSeconds], [1, 90]);
    const { FunctionEventInvokeConfigs } = await lambda.listFunctionEventInvokeConfigs({ FunctionName });
    assert.equal(FunctionEventInvokeConfigs?.length, 1);
    await lambda.deleteFunctionEventInvokeConfig({ FunctionName });
    await assert.rejects(lambda.getFunctionEventInvokeConfig({ FunctionName }), gone);
  });

  it("remove a permission", async () => {
    await lambda.addPermission({
      FunctionName,
      StatementId: "topic",
      Action: "lambda:InvokeFunction",
      Principal: "sns.amazonaws.com",
    });
    await lambda.removePermission({ FunctionName, StatementId: "topic" });
    await assert.rejects(lambda.getPolicy({ FunctionName }), gone);
    await assert.rejects(lambda.removePermission({ FunctionName, StatementId: "topic" }), gone);
  });

  it("list tags", async () => {
    const Resource = "arn:aws:lambda:us-east-1:000000000000:function:f";
    await lambda.tagResource({ Resource, Tags: { team: "lake", env: "dev" } });
    await lambda.untagResource({ Resource, TagKeys: ["env"] });
    assert.deepEqual((await lambda.listTags({ Resource })).Tags, { team: "lake" });
  });

  it("report that there are no aliases, code signing configurations and pinned runtimes", async () => {
    assert.deepEqual((await lambda.listAliases({ FunctionName })).Aliases, []);
    await assert.rejects(lambda.getAlias({ FunctionName, Name: "live" }), gone);
    assert.equal((await lambda.getFunctionCodeSigningConfig({ FunctionName })).CodeSigningConfigArn, "");
    assert.equal((await lambda.getRuntimeManagementConfig({ FunctionName })).UpdateRuntimeOn, "Auto");
  });

  it("change, disable, list and delete a mapping", async () => {
    const stream = await createStream(at, "ticks");
    const { UUID } = await map(at, stream, { BatchSize: 10 });
    const { BatchSize } = await lambda.updateEventSourceMapping({ UUID, BatchSize: 2, Enabled: true });
    assert.equal(BatchSize, 2);
    await put(at, stream, ["a", "b", "c"]);
    await at.advance(5000);
    assert.deepEqual(await logged(at), ["2", "1"]);
    await lambda.updateEventSourceMapping({ UUID, Enabled: false });
    await put(at, stream, ["d"]);
    await at.advance(5000);
    assert.equal((await logged(at)).length, 2);
    const { EventSourceMappings = [] } = await lambda.listEventSourceMappings({ FunctionName });
    assert.deepEqual(
      EventSourceMappings.map((mapping) => [mapping.UUID, mapping.State]),
      [[UUID, "Disabled"]],
    );
    await lambda.deleteEventSourceMapping({ UUID });
    await at.advance(5000);
    await assert.rejects(lambda.getEventSourceMapping({ UUID }), gone);
  });

  it("read both parents of a merged shard to their end before their child", async () => {
    const stream = await createStream(at, "merged", 2);
    const { call, administrator } = at.cloud;
    const zero = { StreamARN: stream, ExplicitHashKey: "0", PartitionKey: "p", Data: Buffer.from("x") };
    const one = { ...zero, ExplicitHashKey: String(2n ** 128n - 1n) };
    for (const record of [zero, one]) await call("kinesis", "PutRecord", record, administrator);
    await call(
      "kinesis",
      "MergeShards",
      {
        StreamARN: stream,
        ShardToMerge: "shardId-000000000000",
        AdjacentShardToMerge: "shardId-000000000001",
      },
      administrator,
    );
    await at.advance(10_000);
    for (let i = 0; i < 3; i++) await call("kinesis", "PutRecord", zero, administrator);
    await map(at, stream, { BatchSize: 10 });
    await at.advance(20_000);
    const counts = (await logged(at)).map(Number);
    assert.deepEqual(counts.slice(0, 2), [1, 1]);
    assert.equal(
      counts.slice(2).reduce((sum, count) => sum + count, 0),
      3,
    );
  });

  it("list functions in pages", async () => {
    await createFunction(at, "g", "exports.handler = async () => {};");
    const first = await lambda.listFunctions({ MaxItems: 1 });
    assert.deepEqual(
      first.Functions?.map((each) => each.FunctionName),
      ["f"],
    );
    const rest = await lambda.listFunctions({ Marker: first.NextMarker });
    assert.deepEqual(
      rest.Functions?.map((each) => each.FunctionName),
      ["g"],
    );
  });
});
