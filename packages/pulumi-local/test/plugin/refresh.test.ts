import { strict as assert } from "node:assert";
import {
  DeleteRetentionPolicyCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  LambdaClient,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { zipArchive } from "../../archives";
import { properties } from "../../grpc";
import { secret } from "../../values";

import { ARCHIVE, LOG_GROUP, pluginEngine, policy, type Recorded } from "./engine";

describe("Refresh by the plugin", () => {
  const { dir, warnings, client, logs, create, diff, update, read, remove } = pluginEngine();

  const refreshed = async (type: string, name: string, recorded: Recorded) => {
    const found = await read(type, name, recorded);
    return {
      id: found.getId(),
      inputs: properties(found.getInputs()),
      outputs: properties(found.getProperties()),
    };
  };

  it("finds settings and tags that something else has changed, added or removed", async () => {
    const inputs = { name: "/drift", retentionInDays: 7, tags: { team: "x", old: "y" } };
    const { id, outputs } = await create(LOG_GROUP, "drift", inputs);
    const recorded = { id, inputs, outputs };
    assert.deepEqual(await refreshed(LOG_GROUP, "drift", recorded), recorded);

    const resourceArn = String(outputs.arn);
    await logs().send(new PutRetentionPolicyCommand({ logGroupName: "/drift", retentionInDays: 30 }));
    await logs().send(new TagResourceCommand({ resourceArn, tags: { team: "z", added: "w" } }));
    await logs().send(new UntagResourceCommand({ resourceArn, tagKeys: ["old"] }));
    const now = await refreshed(LOG_GROUP, "drift", recorded);
    const tags = { team: "z", added: "w" };
    assert.deepEqual(now.inputs, { name: "/drift", retentionInDays: 30, tags });
    assert.deepEqual(now.outputs.tagsAll, { project: "shop", ...tags });

    const { details } = await diff(LOG_GROUP, "drift", now, inputs);
    assert.deepEqual(details, {
      retentionInDays: "UPDATE",
      "tags.added": "DELETE",
      "tags.old": "ADD",
      "tags.team": "UPDATE",
      "tagsAll.added": "DELETE",
      "tagsAll.old": "ADD",
      "tagsAll.team": "UPDATE",
    });
    await update(LOG_GROUP, "drift", now, inputs);
    assert.deepEqual(await refreshed(LOG_GROUP, "drift", recorded), recorded);

    await logs().send(new DeleteRetentionPolicyCommand({ logGroupName: "/drift" }));
    const { retentionInDays: _, ...rest } = inputs;
    assert.deepEqual((await refreshed(LOG_GROUP, "drift", recorded)).inputs, rest);
    await remove(LOG_GROUP, "drift", recorded);
    assert.equal((await refreshed(LOG_GROUP, "drift", recorded)).id, "");
  });

  it("finds a function's other code, and a setting that the program does not give", async () => {
    const assumeRolePolicy = policy({
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    });
    const { outputs: role } = await create("aws:iam/role:Role", "d", { name: "d", assumeRolePolicy });
    const type = "aws:lambda/function:Function";
    const inputs = {
      name: "d",
      role: role.arn ?? null,
      handler: "index.handler",
      runtime: "nodejs22.x",
      environment: { variables: { ONE: secret("1") } },
      code: ARCHIVE("exports.handler = async () => 1;", "one"),
    };
    const { id, outputs } = await create(type, "d", inputs);
    const recorded = { id, inputs, outputs };
    assert.deepEqual((await refreshed(type, "d", recorded)).inputs, inputs);

    const lambda = new LambdaClient(client());
    const changed = { Environment: { Variables: { ONE: "1", TWO: "2" } }, MemorySize: 256 };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: "d", ...changed }));
    const ZipFile = zipArchive(ARCHIVE("exports.handler = async () => 2;", "two"), dir);
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: "d", ZipFile }));
    const now = await refreshed(type, "d", recorded);
    const { code: _, ...rest } = inputs;
    assert.deepEqual(now.inputs, {
      ...rest,
      environment: { variables: { ONE: secret("1"), TWO: "2" } },
      memorySize: 256,
    });
    assert.deepEqual((await diff(type, "d", now, inputs)).diffs.sort(), [
      "code",
      "environment",
      "memorySize",
    ]);
    await update(type, "d", now, inputs);
    assert.deepEqual((await refreshed(type, "d", recorded)).inputs, inputs);
    lambda.destroy();
  });

  it("keeps the form of what is still the same: objects for JSON text, names for ARNs, secrets", async () => {
    const type = "aws:iam/role:Role";
    const document = {
      Statement: [
        { Effect: "Allow", Principal: { Service: ["lambda.amazonaws.com"] }, Action: "sts:AssumeRole" },
      ],
      Version: "2012-10-17",
    };
    const inputs = {
      name: "same",
      assumeRolePolicy: JSON.stringify(document, undefined, 2),
      maxSessionDuration: 3600,
    };
    const { id, outputs } = await create(type, "same", inputs);
    assert.deepEqual((await refreshed(type, "same", { id, inputs, outputs })).inputs, inputs);
    const parameter = { name: "/same", type: "SecureString", value: secret("s3cret") };
    const created = await create("aws:ssm/parameter:Parameter", "same", parameter);
    const recorded = { ...created, inputs: parameter };
    assert.deepEqual((await refreshed("aws:ssm/parameter:Parameter", "same", recorded)).inputs, parameter);
    const put = { Name: "/same", Value: "other", Overwrite: true };
    await new SSMClient(client()).send(new PutParameterCommand(put));
    const { inputs: now } = await refreshed("aws:ssm/parameter:Parameter", "same", recorded);
    assert.deepEqual(now.value, secret("other"));
  });

  it("finds no change in a workgroup with all its settings", async () => {
    const type = "aws:athena/workgroup:Workgroup";
    const inputs = {
      name: "all",
      description: "Reports",
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: 10_485_760,
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        resultConfiguration: {
          outputLocation: "s3://found/results/",
          expectedBucketOwner: "000000000000",
          encryptionConfiguration: { encryptionOption: "SSE_S3" },
        },
      },
    };
    const { id, outputs } = await create(type, "all", inputs);
    assert.deepEqual((await refreshed(type, "all", { id, inputs, outputs })).inputs, inputs);
  });

  it("says of which types it compares only the existence, once", async () => {
    const type = "aws:glue/classifier:Classifier";
    const inputs = { name: "json", jsonClassifier: { jsonPath: "$" } };
    const { id, outputs } = await create(type, "json", inputs);
    warnings.length = 0;
    for (let round = 0; round < 2; round++)
      assert.deepEqual((await refreshed(type, "json", { id, inputs, outputs })).inputs, inputs);
    assert.deepEqual(warnings, [
      "aws:glue/classifier:Classifier: only whether these exist is compared, not their settings",
    ]);
  });
});
