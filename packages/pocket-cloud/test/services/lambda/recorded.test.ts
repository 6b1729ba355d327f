import { strict as assert } from "node:assert";
import { Lambda } from "@aws-sdk/client-lambda";
import { unzipSync } from "fflate";
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
});
