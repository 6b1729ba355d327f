import { strict as assert } from "node:assert";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { Kinesis } from "@aws-sdk/client-kinesis";
import { KMS } from "@aws-sdk/client-kms";
import { SSM } from "@aws-sdk/client-ssm";
import { STS } from "@aws-sdk/client-sts";
import { type Lab, lab } from "./lambda/lab";

/** Code, message and status of errors, as AWS answered LocalStack's tests where no other source is named. */
describe("Validations of", () => {
  let at: Lab;
  const open: { destroy(): void }[] = [];
  before(async () => {
    at = await lab();
  });
  after(async () => {
    for (const one of open.splice(0)) one.destroy();
    await at.end();
  });

  function client<C extends { destroy(): void }>(
    Of: new (options: Lab["client"] & { maxAttempts: number }) => C,
    credentials: Lab["client"]["credentials"] = at.client.credentials,
  ): C {
    const made = new Of({ ...at.client, credentials, maxAttempts: 1 });
    open.push(made);
    return made;
  }
  const refused = async (call: Promise<unknown>, code: string, message: string, status = 400) => {
    try {
      await call;
    } catch (error) {
      const { name, message: got, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
      return assert.deepEqual([name, got, $metadata?.httpStatusCode], [code, message, status]);
    }
    assert.fail(`${code}: accepted`);
  };

  it("AccessDenied has status 400 in JSON, as in AWS's common errors", async () => {
    const { call, administrator } = at.cloud;
    const AssumeRolePolicyDocument = JSON.stringify({
      Statement: [
        { Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:root" }, Action: "sts:AssumeRole" },
      ],
    });
    await call("iam", "CreateRole", { RoleName: "none", AssumeRolePolicyDocument }, administrator);
    const { Credentials } = await client(STS).assumeRole({
      RoleArn: "arn:aws:iam::000000000000:role/none",
      RoleSessionName: "test",
    });
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    };
    await refused(
      client(KMS, credentials).listKeys({}),
      "AccessDeniedException",
      "User: arn:aws:sts::000000000000:assumed-role/none/test is not authorized to perform: kms:ListKeys on resource: * because no identity-based policy allows the kms:ListKeys action",
    );
  });

  it("STS: the form of the role's ARN", async () => {
    for (const RoleArn of [
      "nothing-valid-in-here",
      "arn::b:::something/test-role",
      "arn:a::::something/test-role",
      "arn:a:::something/test-role",
      "arn:a:a::aaaaaaaaaa:",
    ])
      await refused(
        client(STS).assumeRole({ RoleArn, RoleSessionName: "test" }),
        "ValidationError",
        `${RoleArn} is invalid`,
      );
  });

  it("SSM: a hierarchy begins with a slash (Systems Manager user guide)", async () => {
    const parameter = { Name: "a/b", Value: "x", Type: "String" as const };
    await refused(
      client(SSM).putParameter(parameter),
      "ValidationException",
      "Parameter name must be a fully qualified name.",
    );
    await assert.rejects(client(SSM).getParametersByPath({ Path: "a" }), {
      name: "ValidationException",
      message: /must begin with a forward slash/,
    });
    await client(SSM).putParameter({ ...parameter, Name: "/a/b" });
    await client(SSM).putParameter({ ...parameter, Name: "plain" });
  });

  it("Kinesis: shards of an on-demand stream cannot be counted (API reference, UpdateShardCount)", async () => {
    const kinesis = client(Kinesis);
    await kinesis.createStream({ StreamName: "d", StreamModeDetails: { StreamMode: "ON_DEMAND" } });
    await assert.rejects(
      kinesis.updateShardCount({ StreamName: "d", TargetShardCount: 8, ScalingType: "UNIFORM_SCALING" }),
      { name: "ValidationException" },
    );
  });

  it("KMS: aliases, sizes and tags", async () => {
    const kms = client(KMS);
    const KeyId = (await kms.createKey({})).KeyMetadata?.KeyId ?? "";
    await refused(
      kms.createAlias({ AliasName: "plain", TargetKeyId: KeyId }),
      "ValidationException",
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    );
    await refused(
      kms.describeKey({ KeyId: "fake-key-id" }),
      "NotFoundException",
      "Invalid keyId 'fake-key-id'",
    );
    await refused(
      kms.encrypt({ KeyId, Plaintext: new Uint8Array(4097) }),
      "ValidationException",
      "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
    );
    await refused(kms.generateRandom({}), "ValidationException", "NumberOfBytes is required.");
    const tag = (TagKey: string) => ({ TagKey, TagValue: "x" });
    await refused(kms.createKey({ Tags: [tag("a"), tag("a")] }), "TagException", "Duplicate tag keys");
    await refused(
      kms.tagResource({ KeyId, Tags: [tag("aws:a")] }),
      "TagException",
      "Tags beginning with aws: are reserved",
    );
    const many = Array.from({ length: 51 }, (_, index) => tag(String(index)));
    await refused(kms.createKey({ Tags: many }), "TagException", "Too many tags");
  });

  it("CloudWatch Logs: names and references of groups", async () => {
    const logs = client(CloudWatchLogs);
    await refused(
      logs.createLogGroup({ logGroupName: "a".repeat(513) }),
      "InvalidParameterException",
      "Invalid LogGroup or LogStream, both must have length less than or equal to 512.",
    );
    await logs.createLogGroup({ logGroupName: "g" });
    const logGroupIdentifier = "arn:aws:logs:us-east-1:000000000000:log-group:g";
    await refused(
      logs.describeLogStreams({ logGroupName: "g", logGroupIdentifier }),
      "ValidationException",
      "LogGroup name and LogGroup ARN are mutually exclusive parameters.",
    );
    await refused(
      logs.describeLogGroups({ logGroupNamePrefix: "g", logGroupNamePattern: "g" }),
      "InvalidParameterException",
      "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
    );
    await logs.createLogStream({ logGroupName: "g", logStreamName: "s" });
    await refused(
      logs.getLogEvents({ logGroupName: "g", logStreamName: "s", limit: 10_001 }),
      "InvalidParameterException",
      "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    );
  });

  it("CloudWatch: metric data, dashboards and alarms", async () => {
    const cloudwatch = client(CloudWatch);
    const put = (datum: object) =>
      cloudwatch.putMetricData({ Namespace: "n", MetricData: [{ MetricName: "m", ...datum }] });
    await refused(
      put({ Value: 1, Values: [1] }),
      "InvalidParameterCombinationException",
      "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.",
    );
    await refused(
      put({ Values: [1, 2], Counts: [1] }),
      "InvalidParameterValueException",
      "The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.",
    );
    await refused(
      cloudwatch.putDashboard({ DashboardName: "a b", DashboardBody: '{"widgets":[]}' }),
      "InvalidParameterValueException",
      "The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n",
    );
    const at = new Date();
    await refused(
      cloudwatch.getMetricStatistics({
        Namespace: "n",
        MetricName: "m",
        StartTime: at,
        EndTime: at,
        Period: 60,
        Statistics: ["Sum"],
      }),
      "InvalidParameterValueException",
      "The parameter StartTime must be less than the parameter EndTime.",
    );
    await assert.rejects(
      cloudwatch.setAlarmState({ AlarmName: "a", StateValue: "INVALID" as never, StateReason: "x" }),
      {
        message:
          "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
      },
    );
  });
});
