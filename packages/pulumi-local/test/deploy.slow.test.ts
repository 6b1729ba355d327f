import { strict as assert } from "node:assert";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeDeliveryStreamCommand, FirehoseClient } from "@aws-sdk/client-firehose";
import { CreatePolicyCommand, GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateKeyCommand, DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { type Cloud, startCloud } from "../../pocket-cloud";
import { deployProgram } from "../deploy/deploy";
import type { Deployment, DeployOptions } from "../deploy/deployment";
import { project } from "./program";

describe("deployProgram", () => {
  const shop = project("");
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud({ dir: join(shop.dir, "state"), region: "eu-west-1" });
  });
  after(async () => {
    await cloud.stop();
    shop.remove();
  });

  const statePath = join(shop.dir, "stack.json");
  const deploy = (source: string, options: Partial<DeployOptions> = {}): Promise<Deployment> => {
    shop.rewrite(source);
    const { endpoint, credentials } = cloud;
    return deployProgram({ dir: shop.dir, stack: "test", endpoint, credentials, statePath, ...options });
  };
  const client = () => ({ endpoint: cloud.endpoint, region: "eu-west-1", credentials: cloud.credentials });
  const groups = async (): Promise<Record<string, number | undefined>> => {
    const { logGroups = [] } = await new CloudWatchLogsClient(client()).send(
      new DescribeLogGroupsCommand({}),
    );
    return Object.fromEntries(logGroups.map((group) => [group.logGroupName ?? "", group.retentionInDays]));
  };
  const names = (urns: readonly string[]) => urns.map((urn) => urn.split("::")[3]).sort();

  const group = (name: string, days: number, options = "{}") =>
    `new aws.cloudwatch.LogGroup("${name}", { name: "/${name}", retentionInDays: ${days} }, ${options});`;

  it("sends the tags of a lifecycle rule's filter as a list", async () => {
    await deploy(`
      const { bucket } = new aws.s3.Bucket("ageing", { bucket: "shop-ageing" });
      const filter = { and: { prefix: "csv/", tags: { expire: "true" } } };
      const rules = [{ id: "old", status: "Enabled", filter, expiration: { days: 7 } }];
      new aws.s3.BucketLifecycleConfiguration("rules", { bucket, rules });
    `);
    const { Rules } = await new S3Client({ ...client(), forcePathStyle: true }).send(
      new GetBucketLifecycleConfigurationCommand({ Bucket: "shop-ageing" }),
    );
    assert.deepEqual(Rules, [
      {
        ID: "old",
        Status: "Enabled",
        Filter: { And: { Prefix: "csv/", Tags: [{ Key: "expire", Value: "true" }] } },
        Expiration: { Days: 7 },
      },
    ]);
  });

  it("creates new resources and passes their outputs to the program", async () => {
    const { created, outputs } = await deploy(`
      ${group("a", 7)} const b = ${group("b", 7)}
      const bucket = new aws.s3.Bucket("box", { bucket: "shop-box", tags: { of: b.name } });
      exports.arn = bucket.arn; exports.group = b.arn;
    `);
    assert.deepEqual(names(created), ["a", "b", "box"]);
    assert.deepEqual(outputs, {
      arn: "arn:aws:s3:::shop-box",
      group: "arn:aws:logs:eu-west-1:000000000000:log-group:/b",
    });
    assert.deepEqual(await groups(), { "/a": 7, "/b": 7 });
    const tagging = await new S3Client({ ...client(), forcePathStyle: true }).send(
      new GetBucketTaggingCommand({ Bucket: "shop-box" }),
    );
    assert.deepEqual(tagging.TagSet, [{ Key: "of", Value: "/b" }]);
  });

  it("updates, replaces and deletes only what changed", async () => {
    const done = await deploy(
      `${group("a", 14)} new aws.cloudwatch.LogGroup("b", { name: "/b2", retentionInDays: 7 });`,
    );
    assert.deepEqual(
      { updated: names(done.updated), replaced: names(done.replaced), deleted: names(done.deleted) },
      { updated: ["a"], replaced: ["b"], deleted: ["box"] },
    );
    assert.deepEqual(await groups(), { "/a": 14, "/b2": 7 });
    const again = await deploy(
      `${group("a", 14)} new aws.cloudwatch.LogGroup("b", { name: "/b2", retentionInDays: 7 });`,
    );
    assert.deepEqual([again.unchanged.length, again.updated.length, again.created.length], [2, 0, 0]);
  });

  it("updates a table whose program drops its TTL and adds an index", async () => {
    const table = (more: string) => `new aws.dynamodb.Table("orders", {
      name: "orders", billingMode: "PAY_PER_REQUEST", hashKey: "id", ${more} });`;
    await deploy(
      table(`attributes: [{ name: "id", type: "S" }], ttl: { attributeName: "expires_at", enabled: true }`),
    );
    await deploy(
      table(`attributes: [{ name: "id", type: "S" }, { name: "customer", type: "S" }],
        globalSecondaryIndexes: [{ name: "by-customer", hashKey: "customer", projectionType: "ALL" }]`),
    );
    const dynamodb = new DynamoDBClient(client());
    const { TimeToLiveDescription } = await dynamodb.send(
      new DescribeTimeToLiveCommand({ TableName: "orders" }),
    );
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: "orders" }));
    dynamodb.destroy();
    assert.equal(TimeToLiveDescription?.TimeToLiveStatus, "DISABLED");
    assert.deepEqual(
      Table?.GlobalSecondaryIndexes?.map(({ IndexName, IndexStatus }) => [IndexName, IndexStatus]),
      [["by-customer", "ACTIVE"]],
    );
    await deploy(`${group("a", 14)} new aws.cloudwatch.LogGroup("b", { name: "/b2", retentionInDays: 7 });`);
  });

  it("changes the keys of a log group, a table and a delivery stream, and the boundary of a role, in place", async () => {
    const program = (more: string) => `const key = new aws.kms.Key("key", { policy: JSON.stringify({
        Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" }] }) });
      const { group, table, role, delivery } = ((key) => (${more}))(key);
      exports.key = key.arn;
      new aws.cloudwatch.LogGroup("g", { name: "/g", ...group });
      new aws.dynamodb.Table("t", { name: "items", billingMode: "PAY_PER_REQUEST", hashKey: "id",
        attributes: [{ name: "id", type: "S" }], ...table });
      const r = new aws.iam.Role("r", { name: "r", assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [
        { Effect: "Allow", Principal: { Service: "firehose.amazonaws.com" }, Action: "sts:AssumeRole" }] }), ...role });
      const bucket = new aws.s3.Bucket("box", { bucket: "shop-box" });
      new aws.kinesis.FirehoseDeliveryStream("f", { name: "f", destination: "extended_s3",
        serverSideEncryption: { enabled: true, ...delivery },
        extendedS3Configuration: { bucketArn: bucket.arn, roleArn: r.arn } });`;
    const logs = new CloudWatchLogsClient(client());
    const dynamodb = new DynamoDBClient(client());
    const iam = new IAMClient(client());
    const firehose = new FirehoseClient(client());
    const found = async () => {
      const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/g" }));
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: "items" }));
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: "r" }));
      const { DeliveryStreamDescription: stream } = await firehose.send(
        new DescribeDeliveryStreamCommand({ DeliveryStreamName: "f" }),
      );
      return [
        logGroups?.[0]?.kmsKeyId,
        Table?.SSEDescription?.KMSMasterKeyArn,
        Role?.PermissionsBoundary?.PermissionsBoundaryArn,
        stream?.DeliveryStreamEncryptionConfiguration?.KeyARN,
      ];
    };
    await deploy(program("{}"));
    assert.deepEqual(await found(), [undefined, undefined, undefined, undefined]);
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: "boundary",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }],
        }),
      }),
    );
    const boundary = Policy?.Arn;
    const { outputs, updated } = await deploy(
      program(`{ group: { kmsKeyId: key.arn }, role: { permissionsBoundary: "${boundary}" },
        table: { serverSideEncryption: { enabled: true, kmsKeyArn: key.arn } },
        delivery: { keyType: "CUSTOMER_MANAGED_CMK", keyArn: key.arn } }`),
    );
    assert.deepEqual(names(updated), ["f", "g", "r", "t"]);
    assert.deepEqual(await found(), [outputs.key, outputs.key, boundary, outputs.key]);
    await deploy(program("{}"));
    assert.deepEqual(await found(), [undefined, undefined, undefined, undefined]);
    for (const each of [logs, dynamodb, iam, firehose]) each.destroy();
    await deploy(`${group("a", 14)} new aws.cloudwatch.LogGroup("b", { name: "/b2", retentionInDays: 7 });`);
  });

  it("finds a resource by its alias, and keeps inputs with ignored changes", async () => {
    const done = await deploy(
      `new aws.cloudwatch.LogGroup("c", { name: "/b2", retentionInDays: 7 }, { aliases: [{ name: "b" }] });
       ${group("a", 30, '{ ignoreChanges: ["retentionInDays"] }')}`,
    );
    assert.deepEqual(names(done.unchanged), ["a", "c"]);
    assert.deepEqual(await groups(), { "/a": 14, "/b2": 7 });
  });

  it("refuses to delete or replace protected resources, and keeps retained ones", async () => {
    const keep = group("kept", 1, "{ protect: true }");
    await deploy(keep + group("left", 1, "{ retainOnDelete: true }"));
    await assert.rejects(deploy(""), /LogGroup::kept is protected and cannot be deleted/);
    await assert.rejects(
      deploy(keep.replace("/kept", "/other")),
      /LogGroup::kept is protected and cannot be replaced \(name changed\)/,
    );
    const done = await deploy(group("kept", 1));
    assert.deepEqual(names(done.deleted), ["left"]);
    assert.deepEqual(await groups(), { "/kept": 1, "/left": 1 });
  });

  it("stops at the first failed resource and continues from there in the next run", async () => {
    const bad = `const g = ${group("x", 1)} new aws.s3.Bucket("y", { bucket: g.name.apply(() => "Not A Name") });`;
    await assert.rejects(deploy(bad), /aws:s3\/bucket:Bucket y: s3:CreateBucket: InvalidBucketName/);
    const done = await deploy(`${group("x", 1)} new aws.s3.Bucket("y", { bucket: "a-good-name" });`);
    assert.deepEqual([names(done.unchanged), names(done.created)], [["x"], ["y"]]);
  });

  it("stores no secret in the state file, and still detects its change", async () => {
    const source = `const s = new pulumi.Config().requireSecret("s");
      new aws.cloudwatch.LogGroup("x", { name: "/x", retentionInDays: 1, tags: { s } });`;
    const config = (value: string) => ({ config: { s: { value, secret: true as const } } });
    await deploy(source, config("canary-1"));
    assert.equal(readFileSync(statePath, "utf8").includes("canary"), false);
    assert.deepEqual(names((await deploy(source, config("canary-1"))).unchanged), ["x"]);
    assert.deepEqual(names((await deploy(source, config("canary-2"))).updated), ["x"]);
  });

  it("recreates a resource whose creation was interrupted", async () => {
    const record = JSON.parse(readFileSync(statePath, "utf8")).resources[0];
    appendFileSync(
      `${statePath}.journal`,
      `${JSON.stringify({ put: { ...record, pending: true } })}\n{"put":{"urn`,
    );
    const { created } = await deploy(group("x", 3));
    assert.deepEqual(names(created), ["x"]);
    assert.equal((await groups())["/x"], 3);
  });

  it("deletes the key of an interrupted creation, and no other key with its description", async () => {
    const keys = (name: string) =>
      `new aws.kms.Key("${name}", { description: "lake", deletionWindowInDays: 7, tags: { team: "data" } });`;
    await deploy(keys("first"));
    const kms = new KMSClient(client());
    const Tags = [{ TagKey: "team", TagValue: "data" }];
    const { KeyMetadata: lost } = await kms.send(new CreateKeyCommand({ Description: "lake", Tags }));
    const { KeyMetadata: foreign } = await kms.send(new CreateKeyCommand({ Description: "lake" }));
    const [record] = JSON.parse(readFileSync(statePath, "utf8")).resources.slice(-1);
    const second = {
      ...record,
      urn: record.urn.replace("::first", "::second"),
      id: "unknown",
      pending: true,
    };
    appendFileSync(`${statePath}.journal`, `${JSON.stringify({ put: second })}\n`);
    await deploy(keys("first") + keys("second"));
    const stateOf = async (KeyId: string | undefined) =>
      (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;
    assert.equal(await stateOf(lost?.KeyId), "PendingDeletion");
    assert.equal(await stateOf(foreign?.KeyId), "Enabled");
    assert.equal(await stateOf(record.id), "Enabled");
    kms.destroy();
  });

  it("restores a resource that something else has deleted, and reports its progress", async () => {
    await deploy(group("x", 3) + group("z", 1));
    await new CloudWatchLogsClient(client()).send(new DeleteLogGroupCommand({ logGroupName: "/x" }));
    const steps: string[] = [];
    const done = await deploy(group("x", 3) + group("z", 1), {
      onProgress: (finished, total) => steps.push(`${finished} of ${total}`),
    });
    assert.deepEqual(
      [names(done.restored), names(done.created), names(done.unchanged)],
      [["x"], ["x"], ["z"]],
    );
    assert.equal((await groups())["/x"], 3);
    assert.deepEqual(steps, ["1 of 2", "2 of 2"]);
  });

  it("knows the total of the first deployment once the program has declared its resources", async () => {
    const steps: string[] = [];
    const chain =
      group("first", 1) +
      'for (const n of ["a", "b", "c"]) new aws.cloudwatch.LogGroup(n, { name: "/chain-" + n });\n';
    await deploy(chain, {
      statePath: join(shop.dir, "first.json"),
      onProgress: (finished, total) => steps.push(`${finished} of ${total}`),
    });
    assert.deepEqual(steps, ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]);
  });

  it("names a damaged state file, what is lost and how to continue", async () => {
    const text = readFileSync(statePath, "utf8");
    writeFileSync(statePath, text.slice(0, text.length / 2));
    await assert.rejects(deploy(group("x", 3)), (error: Error) => {
      assert.match(error.message, /stack\.json is damaged .*: it records what is deployed/);
      assert.equal((error as { exitCode?: number }).exitCode, 1);
      return true;
    });
    writeFileSync(statePath, text);
  });
});
