import { strict as assert } from "node:assert";
import { CreateStreamCommand, StartStreamEncryptionCommand } from "@aws-sdk/client-kinesis";
import type { Caller } from "../../../caller";
import { type Lab, lab } from "./cloud";

const STREAM = "arn:aws:kinesis:us-east-1:000000000000:stream/ticks";
const TRUST = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

describe("Kinesis streams under a customer-managed key", () => {
  let at: Lab;
  let key: string;
  beforeEach(async () => {
    at = await lab();
    const { call, administrator } = at.cloud;
    await at.kinesis.send(new CreateStreamCommand({ StreamName: "ticks", ShardCount: 1 }));
    key = (await call("kms", "CreateKey", {}, administrator)).KeyMetadata?.Arn ?? "";
    await at.kinesis.send(
      new StartStreamEncryptionCommand({ StreamName: "ticks", EncryptionType: "KMS", KeyId: key }),
    );
  });
  afterEach(() => at.end());

  /** A caller in a role that may use the stream and these actions of the key. */
  const role = async (RoleName: string, ...actions: string[]): Promise<Caller> => {
    const { call, administrator } = at.cloud;
    const { Role } = await call(
      "iam",
      "CreateRole",
      { RoleName, AssumeRolePolicyDocument: JSON.stringify(TRUST) },
      administrator,
    );
    const Statement = [
      {
        Effect: "Allow",
        Action: ["kinesis:PutRecord", "kinesis:GetRecords", "kinesis:GetShardIterator"],
        Resource: STREAM,
      },
      ...(actions.length > 0 ? [{ Effect: "Allow", Action: actions, Resource: key }] : []),
    ];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await call("iam", "PutRolePolicy", { RoleName, PolicyName: "all", PolicyDocument }, administrator);
    const arn = Role?.Arn ?? "";
    return {
      accountId: at.cloud.accountId,
      arn: `arn:aws:sts::${at.cloud.accountId}:assumed-role/${RoleName}/test`,
      userId: "AROA:test",
      role: { arn, name: RoleName, sessionName: "test" },
    };
  };
  const put = (caller: Caller) =>
    at.cloud.call(
      "kinesis",
      "PutRecord",
      { StreamName: "ticks", Data: Buffer.from("x"), PartitionKey: "k" },
      caller,
    );
  const get = async (caller: Caller) => {
    const start = {
      StreamName: "ticks",
      ShardId: "shardId-000000000000",
      ShardIteratorType: "TRIM_HORIZON" as const,
    };
    const { ShardIterator } = await at.cloud.call("kinesis", "GetShardIterator", start, caller);
    return at.cloud.call("kinesis", "GetRecords", { ShardIterator }, caller);
  };

  it("need the right GenerateDataKey to be written and Decrypt to be read", async () => {
    const writer = await role("writer", "kms:GenerateDataKey");
    const reader = await role("reader", "kms:Decrypt");
    assert.equal((await put(writer)).EncryptionType, "KMS");
    assert.equal((await get(reader)).Records?.length, 1);
    await assert.rejects(put(reader), { name: "KMSAccessDeniedException" });
    await assert.rejects(get(writer), { name: "KMSAccessDeniedException" });
  });

  it("need a key that exists", async () => {
    const KeyId = key.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    await assert.rejects(
      at.kinesis.send(
        new StartStreamEncryptionCommand({ StreamName: "ticks", EncryptionType: "KMS", KeyId }),
      ),
      { name: "KMSNotFoundException" },
    );
  });
});
