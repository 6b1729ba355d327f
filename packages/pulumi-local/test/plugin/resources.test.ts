import { strict as assert } from "node:assert";
import { DescribeLogGroupsCommand, ListTagsForResourceCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetCrawlerCommand, GetSecurityConfigurationCommand, GlueClient } from "@aws-sdk/client-glue";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { properties } from "../../grpc";
import { secret, UNKNOWN } from "../../values";

import { ARCHIVE, DIFF_NONE, DIFF_SOME, LOG_GROUP, pluginEngine, policy } from "./engine";

describe("Resources of the plugin", () => {
  const { client, logs, create, diff, update, read, remove } = pluginEngine();

  it("creates, reads, updates and deletes a resource", async () => {
    const inputs = { name: "/a", retentionInDays: 7, tags: { team: "x", old: "y" } };
    const created = await create(LOG_GROUP, "a", inputs);
    assert.deepEqual(created, {
      id: "/a",
      outputs: {
        arn: "arn:aws:logs:eu-west-1:000000000000:log-group:/a",
        name: "/a",
        retentionInDays: 7,
        tags: { team: "x", old: "y" },
        tagsAll: { project: "shop", team: "x", old: "y" },
      },
    });
    const news = { name: "/a", retentionInDays: 14, tags: { team: "z" } };
    const old = { ...created, inputs };
    assert.equal((await update(LOG_GROUP, "a", old, news, true)).arn, created.outputs.arn);
    const outputs = await update(LOG_GROUP, "a", old, news);
    assert.deepEqual(outputs, { ...created.outputs, ...news, tagsAll: { project: "shop", team: "z" } });
    const { logGroups } = await logs().send(new DescribeLogGroupsCommand({}));
    assert.deepEqual(
      logGroups?.map(({ logGroupName, retentionInDays }) => [logGroupName, retentionInDays]),
      [["/a", 14]],
    );
    const { tags } = await logs().send(
      new ListTagsForResourceCommand({ resourceArn: String(created.outputs.arn) }),
    );
    assert.deepEqual(tags, { project: "shop", team: "z" });

    const now = { id: "/a", inputs: news, outputs };
    const found = await read(LOG_GROUP, "a", now);
    assert.deepEqual(
      [found.getId(), properties(found.getProperties()), properties(found.getInputs())],
      ["/a", outputs, news],
    );
    await remove(LOG_GROUP, "a", now);
    await remove(LOG_GROUP, "a", now);
    assert.equal((await read(LOG_GROUP, "a", now)).getId(), "");
    assert.deepEqual((await logs().send(new DescribeLogGroupsCommand({}))).logGroups, []);
  });

  it("reports what differs, and what needs a replacement", async () => {
    const inputs = { name: "/a", retentionInDays: 7 };
    const outputs = { ...inputs, tagsAll: { project: "shop" } };
    assert.deepEqual(await diff(LOG_GROUP, "a", { inputs, outputs }, inputs), {
      changes: DIFF_NONE,
      diffs: [],
      replaces: [],
      deleteFirst: false,
      details: {},
    });
    assert.deepEqual(
      await diff(LOG_GROUP, "a", { inputs, outputs }, { name: "/a", kmsKeyId: "k", tags: { "a:b": "c" } }),
      {
        changes: DIFF_SOME,
        diffs: ["retentionInDays", "kmsKeyId", "tags", "tagsAll"],
        replaces: [],
        deleteFirst: false,
        details: {
          retentionInDays: "DELETE",
          kmsKeyId: "ADD",
          'tags["a:b"]': "ADD",
          'tagsAll["a:b"]': "ADD",
        },
      },
    );
    const renamed = await diff(LOG_GROUP, "a", { inputs, outputs }, { ...inputs, name: "/b" });
    assert.deepEqual(
      [renamed.replaces, renamed.deleteFirst, renamed.details],
      [["name"], false, { name: "UPDATE_REPLACE" }],
    );
    const moved = await diff(LOG_GROUP, "a", { inputs, outputs }, { ...inputs, region: "us-west-2" });
    assert.deepEqual([moved.replaces, moved.details], [["region"], { region: "ADD_REPLACE" }]);
    const table = { name: "orders", hashKey: "id", attributes: [{ name: "id", type: "S" }] };
    const rekeyed = await diff(
      "aws:dynamodb/table:Table",
      "t",
      { inputs: table },
      { ...table, hashKey: UNKNOWN },
    );
    assert.deepEqual([rekeyed.replaces, rekeyed.deleteFirst], [["hashKey"], true]);
  });

  it("replaces a resource that cannot be updated", async () => {
    const permission = { statementId: "s", action: "lambda:InvokeFunction", function: "f", principal: "a" };
    const type = "aws:lambda/permission:Permission";
    const { replaces } = await diff(type, "p", { inputs: permission }, { ...permission, principal: "b" });
    assert.deepEqual(replaces, ["principal"]);
  });

  it("returns secrets as secrets, and gives AWS their value", async () => {
    const type = "aws:ssm/parameter:Parameter";
    const inputs = { name: "/key", type: "SecureString", value: secret("hunter2") };
    const { outputs } = await create(type, "key", inputs);
    assert.deepEqual(outputs.value, secret("hunter2"));
    const { Parameter } = await new SSMClient(client()).send(
      new GetParameterCommand({ Name: "/key", WithDecryption: true }),
    );
    assert.equal(Parameter?.Value, "hunter2");
    const { details } = await diff(type, "key", { inputs, outputs }, { ...inputs, value: secret("hunter3") });
    assert.deepEqual(details, { value: "UPDATE" });
    const same = await diff(type, "key", { inputs, outputs }, { ...inputs, value: "hunter2" });
    assert.equal(same.changes, DIFF_NONE);
  });

  it("takes archives with their content, and compares them by the engine's hash", async () => {
    const assumeRolePolicy = policy({
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    });
    const role = await create("aws:iam/role:Role", "r", { name: "r", assumeRolePolicy });
    const type = "aws:lambda/function:Function";
    const inputs = {
      name: "f",
      role: role.outputs.arn ?? null,
      handler: "index.handler",
      runtime: "nodejs22.x",
      code: ARCHIVE("exports.handler = async () => 1;", "one"),
    };
    const { id, outputs } = await create(type, "f", inputs);
    assert.deepEqual(outputs.code, inputs.code);
    // The engine leaves the content of old archives out.
    const { assets: _, ...code } = inputs.code;
    const old = { id, inputs: { ...inputs, code }, outputs };
    assert.equal((await diff(type, "f", old, inputs)).changes, DIFF_NONE);
    const news = { ...inputs, code: ARCHIVE("exports.handler = async () => 2;", "two") };
    assert.deepEqual((await diff(type, "f", old, news)).diffs, ["code"]);
    const sha256 = async () => {
      const { Configuration } = await new LambdaClient(client()).send(
        new GetFunctionCommand({ FunctionName: "f" }),
      );
      return Configuration?.CodeSha256;
    };
    const before = await sha256();
    assert.equal(outputs.codeSha256, before);
    const updated = await update(type, "f", old, news);
    assert.notEqual(await sha256(), before);
    assert.equal(updated.codeSha256, await sha256());
    await remove(type, "f", { id, inputs: news, outputs: updated });
  });

  it("resets the settings of a function that the program no longer has", async () => {
    const assumeRolePolicy = policy({
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    });
    const { id: role, outputs } = await create("aws:iam/role:Role", "q", { name: "q", assumeRolePolicy });
    const dead = "arn:aws:sqs:eu-west-1:000000000000:dead";
    const rights = { name: "send", role, policy: policy({ Action: "sqs:SendMessage", Resource: dead }) };
    await create("aws:iam/rolePolicy:RolePolicy", "q", rights);
    const type = "aws:lambda/function:Function";
    const inputs = {
      name: "g",
      role: outputs.arn ?? null,
      handler: "index.handler",
      runtime: "nodejs22.x",
      code: ARCHIVE("exports.handler = async () => 1;", "one"),
    };
    const more = { ...inputs, deadLetterConfig: { targetArn: dead }, tracingConfig: { mode: "Active" } };
    const settings = async () => {
      const { Configuration: found } = await lambda.send(new GetFunctionCommand({ FunctionName: "g" }));
      return [found?.DeadLetterConfig?.TargetArn, found?.TracingConfig?.Mode];
    };
    const lambda = new LambdaClient(client());
    const created = await create(type, "g", more);
    assert.deepEqual(await settings(), [dead, "Active"]);
    await update(type, "g", { ...created, inputs: more }, inputs);
    assert.deepEqual(await settings(), [undefined, "PassThrough"]);
  });

  it("removes the settings of a crawler that the program no longer has", async () => {
    const assumeRolePolicy = policy({
      Principal: { Service: "glue.amazonaws.com" },
      Action: "sts:AssumeRole",
    });
    const { outputs } = await create("aws:iam/role:Role", "crawl", { name: "crawl", assumeRolePolicy });
    const encryption = {
      cloudwatchEncryption: { cloudwatchEncryptionMode: "DISABLED" },
      jobBookmarksEncryption: { jobBookmarksEncryptionMode: "DISABLED" },
      s3Encryption: { s3EncryptionMode: "DISABLED" },
    };
    const configuration = { name: "plain", encryptionConfiguration: encryption };
    await create("aws:glue/securityConfiguration:SecurityConfiguration", "plain", configuration);
    const { SecurityConfiguration: made } = await new GlueClient(client()).send(
      new GetSecurityConfigurationCommand({ Name: "plain" }),
    );
    assert.deepEqual(made?.EncryptionConfiguration?.CloudWatchEncryption, {
      CloudWatchEncryptionMode: "DISABLED",
    });
    const type = "aws:glue/crawler:Crawler";
    const inputs = {
      name: "landing",
      role: outputs.arn ?? null,
      databaseName: "market",
      s3Targets: [{ path: "s3://lake/landing/" }],
    };
    const more = {
      ...inputs,
      securityConfiguration: "plain",
      schedule: "cron(0 3 * * ? *)",
      tablePrefix: "l_",
    };
    const glue = new GlueClient(client());
    const settings = async () => {
      const { Crawler: found } = await glue.send(new GetCrawlerCommand({ Name: "landing" }));
      return [found?.CrawlerSecurityConfiguration, found?.Schedule?.ScheduleExpression, found?.TablePrefix];
    };
    const created = await create(type, "landing", more);
    assert.deepEqual(await settings(), ["plain", "cron(0 3 * * ? *)", "l_"]);
    await update(type, "landing", { ...created, inputs: more }, { ...inputs, tablePrefix: "m_" });
    assert.deepEqual(await settings(), [undefined, undefined, "m_"]);
    glue.destroy();
  });

  it("removes the key of a topic and a queue, and a queue's dead-letter queue", async () => {
    const key = "alias/aws/sns";
    const topic = await create("aws:sns/topic:Topic", "n", { name: "n", kmsMasterKeyId: key });
    const dead = await create("aws:sqs/queue:Queue", "dead", { name: "dead" });
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.outputs.arn, maxReceiveCount: 3 });
    const inputs = { name: "q", kmsMasterKeyId: "alias/aws/sqs", redrivePolicy };
    const queue = await create("aws:sqs/queue:Queue", "q", inputs);
    const sns = new SNSClient(client());
    const sqs = new SQSClient(client());
    const settings = async () => {
      const of = await sns.send(new GetTopicAttributesCommand({ TopicArn: topic.id }));
      const { Attributes: found } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queue.id, AttributeNames: ["All"] }),
      );
      return [of.Attributes?.KmsMasterKeyId, found?.KmsMasterKeyId, found?.RedrivePolicy];
    };
    assert.deepEqual(await settings(), [key, "alias/aws/sqs", redrivePolicy]);
    await update(
      "aws:sns/topic:Topic",
      "n",
      { ...topic, inputs: { name: "n", kmsMasterKeyId: key } },
      { name: "n" },
    );
    await update("aws:sqs/queue:Queue", "q", { ...queue, inputs }, { name: "q" });
    assert.deepEqual((await settings()).filter(Boolean), []);
    for (const each of [sns, sqs]) each.destroy();
  });

  it("deletes what a failed creation has begun", async () => {
    const type = "aws:kinesis/stream:Stream";
    const inputs = { name: "s", shardCount: 1, encryptionType: "KMS", kmsKeyId: "alias/none" };
    await assert.rejects(create(type, "s", inputs), /kinesis:StartStreamEncryption: KMSNotFoundException/);
    await create(type, "s", { name: "s", shardCount: 1 });
    // An existing resource of another owner is left alone.
    await assert.rejects(create(type, "s", inputs), /kinesis:CreateStream: ResourceInUseException/);
    assert.equal((await read(type, "s", { id: "s", inputs })).getId(), "s");
  });
});
