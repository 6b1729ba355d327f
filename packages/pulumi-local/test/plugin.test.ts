import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CloudWatchLogsClient,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { GetCrawlerCommand, GlueClient } from "@aws-sdk/client-glue";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  GetFunctionCommand,
  LambdaClient,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { GetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type Cloud, startCloud } from "../../pocket-cloud";
import { zipArchive } from "../archives";
import { type Listening, properties, struct } from "../grpc";
import { AwsPlugin } from "../plugin/plugin";
import { servePlugin } from "../plugin/server";
import { readableTypes } from "../resources/live";
import { type PropertyMap, secret, UNKNOWN } from "../values";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const policy = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
const urn = (type: string, name: string): string => `urn:pulumi:test::shop::${type}::${name}`;

/** As Pulumi's engine sends them: with the hash of the content. */
const ARCHIVE = (text: string, hash: string): PropertyMap => ({
  "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7",
  hash: `archive-${hash}`,
  assets: {
    "index.js": { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", hash, text },
  },
});

describe("The provider plugin", () => {
  const dir = mkdtempSync(join(tmpdir(), "pricelake-plugin-"));
  let cloud: Cloud;
  let server: Listening;
  let engine: ResourceProviderClient;
  const warnings: string[] = [];

  before(async () => {
    cloud = await startCloud({ dir, region: "eu-west-1" });
    server = await servePlugin(new AwsPlugin(dir, {}, (message) => warnings.push(message)), "7.48.0");
    engine = new ResourceProviderClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
    await configure({});
  });
  after(async () => {
    engine?.close();
    server?.close();
    await cloud?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const ask = <Answer>(
    call: (done: (error: ServiceError | null, answer: Answer) => void) => void,
  ): Promise<Answer> =>
    new Promise((resolve, reject) => call((error, answer) => (error ? reject(error) : resolve(answer))));

  /** Structured settings arrive as JSON text. */
  const configure = (more: PropertyMap): Promise<proto.ConfigureResponse> => {
    const { accessKeyId, secretAccessKey } = cloud.credentials;
    const endpoints = [
      "athena",
      "cloudwatchlogs",
      "glue",
      "kinesis",
      "lambda",
      "iam",
      "kms",
      "s3",
      "sns",
      "sqs",
      "ssm",
      "sts",
    ];
    const args = {
      region: "eu-west-1",
      accessKey: accessKeyId,
      secretKey: secret(secretAccessKey),
      endpoints: JSON.stringify(endpoints.map((service) => ({ [service]: cloud.endpoint }))),
      defaultTags: JSON.stringify({ tags: { project: "shop" } }),
      ...more,
    };
    return ask<proto.ConfigureResponse>((done) =>
      engine.configure(new proto.ConfigureRequest().setArgs(struct(args)), done),
    );
  };

  const check = async (type: string, name: string, news: PropertyMap, olds: PropertyMap = {}) => {
    const request = new proto.CheckRequest()
      .setUrn(urn(type, name))
      .setNews(struct(news))
      .setOlds(struct(olds));
    return properties(
      (
        await ask<proto.CheckResponse>((done) =>
          engine.check(request.setRandomseed(Buffer.from("abcdef01", "hex")), done),
        )
      ).getInputs(),
    );
  };

  const create = async (type: string, name: string, inputs: PropertyMap, preview = false) => {
    const request = new proto.CreateRequest().setUrn(urn(type, name)).setProperties(struct(inputs));
    const answer = await ask<proto.CreateResponse>((done) =>
      engine.create(request.setPreview(preview), done),
    );
    return { id: answer.getId(), outputs: properties(answer.getProperties()) };
  };

  interface Recorded {
    readonly id?: string;
    readonly inputs: PropertyMap;
    readonly outputs?: PropertyMap;
  }

  const diff = async (type: string, name: string, old: Recorded, news: PropertyMap) => {
    const request = new proto.DiffRequest().setUrn(urn(type, name)).setId(old.id ?? "id");
    request
      .setOlds(struct(old.outputs ?? old.inputs))
      .setOldInputs(struct(old.inputs))
      .setNews(struct(news));
    const answer = await ask<proto.DiffResponse>((done) => engine.diff(request, done));
    const details = answer.getDetaileddiffMap().toArray() as [string, unknown][];
    return {
      changes: answer.getChanges(),
      diffs: answer.getDiffsList(),
      replaces: answer.getReplacesList(),
      deleteFirst: answer.getDeletebeforereplace(),
      details: Object.fromEntries(
        details.map(([path]) => [path, kinds[answer.getDetaileddiffMap().get(path)?.getKind() ?? -1]]),
      ),
    };
  };

  const update = async (type: string, name: string, old: Recorded, news: PropertyMap, preview = false) => {
    const request = new proto.UpdateRequest().setUrn(urn(type, name)).setId(old.id ?? "");
    request
      .setOlds(struct(old.outputs ?? {}))
      .setOldInputs(struct(old.inputs))
      .setNews(struct(news));
    return properties(
      (
        await ask<proto.UpdateResponse>((done) => engine.update(request.setPreview(preview), done))
      ).getProperties(),
    );
  };

  const read = async (type: string, name: string, { id = "", inputs, outputs = {} }: Recorded) => {
    const request = new proto.ReadRequest().setUrn(urn(type, name)).setId(id);
    return ask<proto.ReadResponse>((done) =>
      engine.read(request.setInputs(struct(inputs)).setProperties(struct(outputs)), done),
    );
  };

  const remove = (type: string, name: string, { id = "", inputs, outputs = {} }: Recorded) => {
    const request = new proto.DeleteRequest().setUrn(urn(type, name)).setId(id);
    return ask<Empty>((done) =>
      engine.delete(request.setOldInputs(struct(inputs)).setProperties(struct(outputs)), done),
    );
  };

  const kinds = Object.keys(proto.PropertyDiff.Kind);
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const client = () => ({ endpoint: cloud.endpoint, region: "eu-west-1", credentials: cloud.credentials });
  const logs = () => new CloudWatchLogsClient(client());

  it("keeps secrets apart and answers previews", async () => {
    const handshake = await ask<proto.ProviderHandshakeResponse>((done) =>
      engine.handshake(new proto.ProviderHandshakeRequest(), done),
    );
    assert.equal(handshake.getAcceptSecrets(), true);
    const configured = await configure({});
    assert.deepEqual([configured.getAcceptsecrets(), configured.getSupportspreview()], [true, true]);
    const info = await ask<PluginInfo>((done) => engine.getPluginInfo(new Empty(), done));
    assert.equal(info.getVersion(), "7.48.0");
  });

  it("is not configured without a region, an endpoint, or a cloud at the endpoint", async () => {
    await assert.rejects(
      configure({ region: "" }),
      /: no AWS region: set aws:region in the stack's configuration/,
    );
    await assert.rejects(
      configure({ endpoints: "[]" }),
      /no endpoint for sts: pulumi-local deploys to an emulator only\. Set AWS_ENDPOINT_URL, or aws:endpoints/,
    );
    await assert.rejects(
      configure({ endpoints: '[{"sts":"http://127.0.0.1:9"}]' }),
      /sts:GetCallerIdentity: .*ECONNREFUSED/,
    );
    await configure({});
  });

  it("answers invokes with the account and region of the endpoint", async () => {
    const invoke = async (token: string) =>
      properties(
        (
          await ask<proto.InvokeResponse>((done) =>
            engine.invoke(new proto.InvokeRequest().setTok(token), done),
          )
        ).getReturn(),
      );
    assert.equal((await invoke("aws:index/getCallerIdentity:getCallerIdentity")).accountId, "000000000000");
    assert.equal((await invoke("aws:index/getRegion:getRegion")).region, "eu-west-1");
    await assert.rejects(
      invoke("aws:ec2/getVpc:getVpc"),
      /the function aws:ec2\/getVpc:getVpc is not supported/,
    );
  });

  it("gives a resource without a name one that stays", async () => {
    const first = await check(LOG_GROUP, "web", { retentionInDays: 1 });
    assert.deepEqual(first, { name: "web-abcdef0", retentionInDays: 1, __defaults: ["name"] });
    const kept = await check(LOG_GROUP, "web", { retentionInDays: 3 }, { ...first, name: "web-1234567" });
    assert.equal(kept.name, "web-1234567");
    // The program gave the old name, and gives none now.
    const renamed = await check(LOG_GROUP, "web", {}, { name: "/web" });
    assert.equal(renamed.name, "web-abcdef0");
    await assert.rejects(
      check("aws:ec2/instance:Instance", "vm", {}),
      /aws:ec2\/instance:Instance is not supported/,
    );
  });

  it("creates nothing during a preview, and leaves what AWS chooses unknown", async () => {
    const planned = await create(LOG_GROUP, "planned", { name: "/planned", kmsKeyId: UNKNOWN }, true);
    assert.deepEqual(planned, {
      id: "",
      outputs: { name: "/planned", kmsKeyId: UNKNOWN, tagsAll: { project: "shop" } },
    });
    const { logGroups } = await logs().send(new DescribeLogGroupsCommand({}));
    assert.deepEqual(logGroups, []);
  });

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

  describe("refresh", () => {
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
        environment: { variables: { A: secret("1") } },
        code: ARCHIVE("exports.handler = async () => 1;", "one"),
      };
      const { id, outputs } = await create(type, "d", inputs);
      const recorded = { id, inputs, outputs };
      assert.deepEqual((await refreshed(type, "d", recorded)).inputs, inputs);

      const lambda = new LambdaClient(client());
      const changed = { Environment: { Variables: { A: "1", B: "2" } }, MemorySize: 256 };
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: "d", ...changed }));
      const ZipFile = zipArchive(ARCHIVE("exports.handler = async () => 2;", "two"), dir);
      await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: "d", ZipFile }));
      const now = await refreshed(type, "d", recorded);
      const { code: _, ...rest } = inputs;
      assert.deepEqual(now.inputs, {
        ...rest,
        environment: { variables: { A: secret("1"), B: "2" } },
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

  describe("import", () => {
    const imported = (type: string, name: string, id: string) => read(type, name, { id, inputs: {} });

    it("reads what a program has to give, without AWS's defaults", async () => {
      const group = { name: "/found", retentionInDays: 3, tags: { team: "x" } };
      const created = await create(LOG_GROUP, "found", group);
      const found = await imported(LOG_GROUP, "found", "/found");
      assert.deepEqual(
        [found.getId(), properties(found.getInputs()), properties(found.getProperties())],
        ["/found", group, created.outputs],
      );
      assert.equal(
        (await diff(LOG_GROUP, "found", { inputs: group, outputs: created.outputs }, group)).changes,
        DIFF_NONE,
      );
      const stream = { name: "found", shardCount: 2, retentionPeriod: 48 };
      const { id } = await create("aws:kinesis/stream:Stream", "found", stream);
      // As in the AWS provider, by name; the id is the ARN.
      const found2 = await imported("aws:kinesis/stream:Stream", "found", "found");
      assert.deepEqual([found2.getId(), properties(found2.getInputs())], [id, stream]);
    });

    it("keeps the value of a SecureString secret", async () => {
      const parameter = { name: "/imported", type: "SecureString", value: secret("s3cret") };
      await create("aws:ssm/parameter:Parameter", "imported", parameter);
      const found = await imported("aws:ssm/parameter:Parameter", "imported", "/imported");
      assert.deepEqual(properties(found.getInputs()), parameter);
      assert.deepEqual(properties(found.getProperties()).value, secret("s3cret"));
    });

    it("takes over the key of a creation that was interrupted", async () => {
      const description = "interrupted";
      // Pulumi records an interrupted creation as pending: it does not know the key's id.
      const { KeyMetadata: key } = await new KMSClient(client()).send(
        new CreateKeyCommand({ Description: description }),
      );
      const found = await imported("aws:kms/key:Key", "k", key?.KeyId ?? "");
      assert.deepEqual([found.getId(), properties(found.getInputs())], [key?.KeyId, { description }]);
      const { arn, keyId } = properties(found.getProperties());
      assert.deepEqual([arn, keyId], [key?.Arn, key?.KeyId]);
      const recorded = { id: found.getId(), inputs: { description }, outputs: { arn: arn ?? null } };
      await remove("aws:kms/key:Key", "k", recorded);
      assert.equal((await read("aws:kms/key:Key", "k", recorded)).getId(), "");
    });

    it("finds nothing under an unknown id, and refuses types that it cannot read", async () => {
      assert.equal((await imported(LOG_GROUP, "none", "/none")).getId(), "");
      await assert.rejects(
        imported("aws:glue/classifier:Classifier", "json", "json"),
        /aws:glue\/classifier:Classifier json cannot be imported: pulumi-local imports only aws:athena\/workgroup:Workgroup, /,
      );
    });

    it("can read the types that its README names", () => {
      const readme = readFileSync(join(__dirname, "../README.md"), "utf8");
      const [, list = ""] = /read the settings of these types:\n\n((?:[^\n]+\n)+)/.exec(readme) ?? [];
      assert.deepEqual(list.match(/aws:[\w/]+:\w+/g), readableTypes);
    });
  });
});
