import { strict as assert } from "node:assert";
import { Lambda } from "@aws-sdk/client-lambda";
import { unzipSync, zipSync } from "fflate";
import { readCode, storeCode } from "../../../services/lambda/code";
import { createFunction, type Lab, lab, zipOf } from "./lab";

/** What AWS answered to LocalStack's tests of Lambda, in their *.snapshot.json files. */
describe("Lambda answers as recorded from AWS", () => {
  let at: Lab;
  let lambda: Lambda;
  const source = "exports.handler = async () => 1";
  const FunctionName = "f";
  const arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
  beforeEach(async () => {
    at = await lab();
    lambda = new Lambda({ ...at.client, maxAttempts: 1 });
  });
  afterEach(async () => {
    lambda.destroy();
    await at.end();
  });
  const refused = (call: Promise<unknown>, name: string, message: string) =>
    assert.rejects(call, (error: Error) => {
      assert.deepEqual([error.name, error.message], [name, message]);
      return true;
    });
  const create = (more: object = {}) =>
    lambda.createFunction({
      FunctionName,
      Role: "arn:aws:iam::000000000000:role/worker",
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Code: { ZipFile: zipOf({ "index.js": source }) },
      ...more,
    });

  it("a new or changed function is pending, and gets another revision when it is done", async () => {
    const created = await create();
    assert.deepEqual(
      [created.State, created.StateReasonCode, created.LastUpdateStatus],
      ["Pending", "Creating", undefined],
    );
    const active = await lambda.getFunctionConfiguration({ FunctionName });
    assert.deepEqual([active.State, active.LastUpdateStatus], ["Active", "Successful"]);
    assert.notEqual(active.RevisionId, created.RevisionId);
    const updated = await lambda.updateFunctionConfiguration({ FunctionName, Description: "new" });
    assert.deepEqual([updated.State, updated.LastUpdateStatus], ["Active", "InProgress"]);
    const done = await lambda.getFunctionConfiguration({ FunctionName });
    assert.notEqual(done.RevisionId, updated.RevisionId);
  });

  it("a version that is published at creation is named, with the function's ARN", async () => {
    const { Version, FunctionArn } = await create({ Publish: true });
    assert.deepEqual([Version, FunctionArn], ["1", arn]);
    const { Configuration } = await lambda.getFunction({ FunctionName, Qualifier: "$LATEST" });
    assert.equal(Configuration?.FunctionArn, `${arn}:$LATEST`);
  });

  it("code is downloaded from its location, without a signature", async () => {
    await create();
    const { Code } = await lambda.getFunction({ FunctionName });
    const zip = await fetch(Code?.Location ?? "");
    assert.equal(zip.status, 200);
    const source = unzipSync(new Uint8Array(await zip.arrayBuffer()))["index.js"];
    assert.equal(Buffer.from(source ?? "").toString(), "exports.handler = async () => 1");
    assert.equal((await fetch(`${at.cloud.endpoint}/_download/guessed`)).status, 403);
  });

  it("lists have no states", async () => {
    await create();
    const [listed] = (await lambda.listFunctions({})).Functions ?? [];
    const [version] = (await lambda.listVersionsByFunction({ FunctionName })).Versions ?? [];
    for (const entry of [listed, version])
      assert.deepEqual(
        [entry?.Version, entry?.State, entry?.LastUpdateStatus, entry?.RuntimeVersionConfig],
        ["$LATEST", undefined, undefined, undefined],
      );
  });

  it("runtimes that AWS no longer supports are refused", () =>
    refused(
      create({ Runtime: "nodejs14.x" }),
      "InvalidParameterValueException",
      "The runtime parameter of nodejs14.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.",
    ));

  it("code that S3 does not have is refused with S3's error", () =>
    refused(
      create({ Code: { S3Bucket: "absent", S3Key: "code.zip" } }),
      "InvalidParameterValueException",
      "Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist",
    ));

  it("versions are published of the code that the client has seen", async () => {
    await createFunction(at, "f", source);
    const { CodeSha256 } = await lambda.getFunctionConfiguration({ FunctionName });
    await refused(
      lambda.publishVersion({ FunctionName, CodeSha256: "other" }),
      "InvalidParameterValueException",
      `CodeSHA256 (other) is different from current CodeSHA256 in $LATEST (${CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
    );
  });

  it("asynchronous invocations are configured by version", async () => {
    await createFunction(at, "f", source);
    const { Version: Qualifier } = await lambda.publishVersion({ FunctionName });
    const read = () => lambda.getFunctionEventInvokeConfig({ FunctionName, Qualifier });
    await lambda.putFunctionEventInvokeConfig({ FunctionName, MaximumRetryAttempts: 1 });
    await refused(
      read(),
      "ResourceNotFoundException",
      `The function ${arn}:1 doesn't have an EventInvokeConfig`,
    );
    await lambda.putFunctionEventInvokeConfig({ FunctionName, Qualifier, MaximumRetryAttempts: 0 });
    const { FunctionArn, MaximumRetryAttempts } = await read();
    assert.deepEqual([FunctionArn, MaximumRetryAttempts], [`${arn}:1`, 0]);
    const { FunctionEventInvokeConfigs } = await lambda.listFunctionEventInvokeConfigs({ FunctionName });
    assert.equal(FunctionEventInvokeConfigs?.length, 2);
  });

  it("publishing gives $LATEST and the version new revisions", async () => {
    await createFunction(at, "f", source);
    const before = await lambda.getFunctionConfiguration({ FunctionName });
    const version = await lambda.publishVersion({ FunctionName, RevisionId: before.RevisionId });
    const after = await lambda.getFunctionConfiguration({ FunctionName });
    assert.equal(new Set([before.RevisionId, version.RevisionId, after.RevisionId]).size, 3);
    await assert.rejects(lambda.publishVersion({ FunctionName, RevisionId: "wrong" }), {
      name: "PreconditionFailedException",
    });
    assert.equal((await lambda.publishVersion({ FunctionName })).Version, version.Version);
  });

  it("tags are on functions that exist, fifty at most, and not on versions", async () => {
    const code = "InvalidParameterValueException";
    const tag = (Resource: string, Tags: Record<string, string>) => lambda.tagResource({ Resource, Tags });
    await refused(tag(arn, { a: "1" }), "ResourceNotFoundException", `Function not found: ${arn}`);
    await createFunction(at, "f", source);
    await refused(
      tag(`${arn}:1`, { a: "1" }),
      code,
      "Tags on function aliases and versions are not supported. Please specify a function ARN.",
    );
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, "v"]));
    await refused(tag(arn, many), code, "Number of tags exceeds resource tag limit.");
  });

  it("permissions are on versions that exist, for principals of AWS", async () => {
    await createFunction(at, "f", source);
    const add = (more: object) =>
      lambda.addPermission({
        FunctionName,
        Action: "lambda:InvokeFunction",
        StatementId: "s3",
        Principal: "s3.amazonaws.com",
        ...more,
      });
    const invalid = "InvalidParameterValueException";
    const missing = "ResourceNotFoundException";
    await refused(
      add({ Qualifier: "$LATEST" }),
      invalid,
      "We currently do not support adding policies for $LATEST.",
    );
    await refused(
      add({ Principal: "invalid.nonaws.com" }),
      invalid,
      "The provided principal was invalid. Please check the principal and try again.",
    );
    await refused(add({ Qualifier: "42" }), missing, `Function not found: ${arn}:42`);
    await refused(add({ Qualifier: "live" }), missing, `Cannot find alias arn: ${arn}:live`);
    await refused(
      lambda.removePermission({ FunctionName, StatementId: "s3" }),
      missing,
      "No policy is associated with the given resource.",
    );
  });

  describe("permissions", () => {
    const add = (more: object = {}) =>
      lambda.addPermission({
        FunctionName,
        Action: "lambda:InvokeFunction",
        StatementId: "s3",
        Principal: "s3.amazonaws.com",
        ...more,
      });
    const policyOf = async (Qualifier?: string) => {
      const { Policy = "", RevisionId } = await lambda.getPolicy({ FunctionName, Qualifier });
      return { statements: JSON.parse(Policy).Statement as { Sid: string; Resource: string }[], RevisionId };
    };
    const none = "The resource you requested does not exist.";

    it("of a version are apart from those of the function", async () => {
      await create();
      await add();
      const before = await policyOf();
      await lambda.publishVersion({ FunctionName });
      await refused(policyOf("1"), "ResourceNotFoundException", none);
      await add({ FunctionName: "f:1", Qualifier: "1" });
      const { statements, RevisionId } = await policyOf("1");
      assert.deepEqual(
        statements.map(({ Sid, Resource }) => [Sid, Resource]),
        [["s3", `${arn}:1`]],
      );
      assert.notEqual(RevisionId, before.RevisionId);
      assert.deepEqual(await policyOf(), before);
      await lambda.removePermission({ FunctionName, StatementId: "s3", Qualifier: "1" });
      await refused(policyOf("1"), "ResourceNotFoundException", none);
      assert.deepEqual(await policyOf(), before);
    });

    it("are added to the policy's revision alone", async () => {
      await create();
      await add();
      const { RevisionId } = await policyOf();
      await refused(
        add({ StatementId: "other", RevisionId: "wrong" }),
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id",
      );
      await add({ StatementId: "other", RevisionId });
      assert.equal((await policyOf()).statements.length, 2);
    });

    it("have conditions for function URLs, organizations and event sources", async () => {
      await create();
      const { Statement = "" } = await add({
        Principal: "*",
        Action: "lambda:InvokeFunctionUrl",
        SourceAccount: "111111111111",
        FunctionUrlAuthType: "NONE",
        PrincipalOrgID: "o-1234567890",
        SourceArn: "arn:aws:s3:::bucket",
      });
      assert.deepEqual(JSON.parse(Statement).Condition, {
        StringEquals: {
          "AWS:SourceAccount": "111111111111",
          "lambda:FunctionUrlAuthType": "NONE",
          "aws:PrincipalOrgID": "o-1234567890",
        },
        ArnLike: { "AWS:SourceArn": "arn:aws:s3:::bucket" },
      });
      const alexa = await add({
        StatementId: "alexa",
        Principal: "*",
        EventSourceToken: "amzn1.ask.skill.x",
      });
      assert.deepEqual(JSON.parse(alexa.Statement ?? "").Condition, {
        StringEquals: { "lambda:EventSourceToken": "amzn1.ask.skill.x" },
      });
    });

    it("of an alias that does not exist are not removed", async () => {
      await create();
      await add();
      await refused(
        lambda.removePermission({ FunctionName, StatementId: "s3", Qualifier: "alias-doesnotexist" }),
        "ResourceNotFoundException",
        `Cannot find alias arn: ${arn}:alias-doesnotexist`,
      );
    });
  });

  it("every runtime has a version of its own", async () => {
    const before = (await create()).RuntimeVersionConfig?.RuntimeVersionArn;
    assert.match(before ?? "", /^arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}$/);
    const after = await lambda.updateFunctionConfiguration({ FunctionName, Runtime: "nodejs20.x" });
    assert.notEqual(after.RuntimeVersionConfig?.RuntimeVersionArn, before);
    const kept = await lambda.updateFunctionConfiguration({ FunctionName, Description: "x" });
    assert.deepEqual(kept.RuntimeVersionConfig, after.RuntimeVersionConfig);
  });

  it("a runtime that does not exist is a wrong value", () =>
    assert.rejects(create({ Runtime: "PYTHON3.9" }), {
      name: "InvalidParameterValueException",
      message:
        /^Value PYTHON3\.9 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[nodejs20\.x, .*\] or be a valid ARN$/,
    }));

  it("tags change the revision of $LATEST, and publish no version", async () => {
    await create({ Publish: true });
    const revision = async () => (await lambda.getFunctionConfiguration({ FunctionName })).RevisionId;
    const before = await revision();
    await lambda.tagResource({ Resource: arn, Tags: { a: "1" } });
    assert.notEqual(await revision(), before);
    assert.equal((await lambda.publishVersion({ FunctionName })).Version, "1");
  });

  it("tags are removed by keys that are given", () =>
    assert.rejects(
      create().then(() => lambda.untagResource({ Resource: arn, TagKeys: [] })),
      {
        name: "ValidationException",
        message:
          "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null",
      },
    ));

  it("$LATEST is deleted with its function only", () =>
    refused(
      lambda.deleteFunction({ FunctionName: "absent", Qualifier: "$LATEST" }),
      "InvalidParameterValueException",
      "$LATEST version cannot be deleted without deleting the function.",
    ));

  it("an ARN that ends in function names the function of that name", () =>
    refused(
      lambda.getFunction({ FunctionName: "arn:aws:lambda:us-east-1:000000000000:function" }),
      "ResourceNotFoundException",
      "Function not found: arn:aws:lambda:us-east-1:000000000000:function:function",
    ));

  it("an invocation names the qualifier of a function that does not exist", () =>
    refused(
      lambda.invoke({ FunctionName: "absent", Qualifier: "$latest" }),
      "ResourceNotFoundException",
      "Function not found: arn:aws:lambda:us-east-1:000000000000:function:absent:$latest",
    ));

  it("code is at most 50 MiB, and 250 MiB unzipped", async () => {
    const nothing = {} as never;
    await assert.rejects(readCode(nothing, { ZipFile: new Uint8Array(52_428_801) }, nothing), {
      name: "RequestEntityTooLargeException",
      message: "Zipped size must be smaller than 52428800 bytes",
      status: 413,
    });
    const zip = Buffer.from(zipSync({ "a.bin": new Uint8Array(1) }));
    // The directory at the zip's end says how long each file is when unzipped: here, instead of 1 byte, 250 MiB.
    zip.writeUInt32LE(262_144_000, zip.lastIndexOf("PK\x01\x02") + 24);
    assert.throws(() => storeCode({ dir: at.dir } as never, zip), {
      name: "InvalidParameterValueException",
      message: "Unzipped size must be smaller than 262144000 bytes",
    });
  });

  it("configurations of asynchronous invocation are listed in pages", async () => {
    await create({ Publish: true });
    await lambda.putFunctionEventInvokeConfig({ FunctionName, MaximumRetryAttempts: 0 });
    await lambda.putFunctionEventInvokeConfig({ FunctionName, Qualifier: "1", MaximumRetryAttempts: 1 });
    const first = await lambda.listFunctionEventInvokeConfigs({ FunctionName, MaxItems: 1 });
    assert.equal(first.FunctionEventInvokeConfigs?.length, 1);
    const second = await lambda.listFunctionEventInvokeConfigs({ FunctionName, Marker: first.NextMarker });
    assert.deepEqual(
      second.FunctionEventInvokeConfigs?.map((one) => one.FunctionArn),
      [`${arn}:1`],
    );
  });

  it("a message in a dead-letter queue has the invocation's id, status and error as attributes", async () => {
    const { call, administrator } = at.cloud;
    const { QueueUrl } = await call("sqs", "CreateQueue", { QueueName: "dead" }, administrator);
    await create({
      Code: { ZipFile: zipOf({ "index.js": "exports.handler = async () => { throw new Error('no') }" }) },
      DeadLetterConfig: { TargetArn: "arn:aws:sqs:us-east-1:000000000000:dead" },
    });
    await lambda.putFunctionEventInvokeConfig({ FunctionName, MaximumRetryAttempts: 0 });
    await lambda.invoke({ FunctionName, InvocationType: "Event", Payload: Buffer.from('{"a":1}') });
    await at.advance(60_000);
    const input = { QueueUrl, MessageAttributeNames: ["All"] };
    const { Messages } = await call("sqs", "ReceiveMessage", input, administrator);
    const { RequestID, ...others } = Messages?.[0]?.MessageAttributes ?? {};
    assert.match(RequestID?.StringValue ?? "", /^[0-9a-f-]{36}$/);
    assert.deepEqual(others, {
      ErrorCode: { DataType: "Number", StringValue: "200" },
      ErrorMessage: { DataType: "String", StringValue: "no" },
    });
  });

  it("functions of other accounts are refused", () =>
    assert.rejects(
      create({ FunctionName: "arn:aws:lambda:us-east-1:111111111111:function:f" }),
      (error: Error & { $metadata?: { httpStatusCode?: number } }) =>
        error.name === "AccessDeniedException" && error.$metadata?.httpStatusCode === 403,
    ));
});
