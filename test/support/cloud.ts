import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { type Cloud, type CloudOptions, startCloud } from "../../packages/pocket-cloud";
import { temporaryDirectory } from "./temporary";

export interface TestCloud {
  readonly cloud: Cloud;
  readonly kinesis: KinesisClient;
  stop(): Promise<void>;
}

/** A cloud in a new directory, and a Kinesis client that does not retry. */
export async function testCloud(options: Partial<CloudOptions> = {}): Promise<TestCloud> {
  const { path: dir, remove } = temporaryDirectory();
  const cloud = await startCloud({ dir, ...options });
  const kinesis = new KinesisClient({ ...connectionOf(cloud), maxAttempts: 1 });
  return {
    cloud,
    kinesis,
    stop: async () => {
      kinesis.destroy();
      await cloud.stop();
      remove();
    },
  };
}

export const connectionOf = ({ endpoint, region, credentials }: Cloud) => ({ endpoint, region, credentials });

/** Creates a role that Firehose may assume to write to a bucket; its ARN. */
export async function deliveryRole(cloud: Cloud, bucket: string): Promise<string> {
  const iam = new IAMClient(connectionOf(cloud));
  const policy = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  try {
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: "delivery",
        AssumeRolePolicyDocument: policy({
          Principal: { Service: "firehose.amazonaws.com" },
          Action: "sts:AssumeRole",
        }),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "delivery",
        PolicyName: "write",
        PolicyDocument: policy({ Action: "s3:PutObject", Resource: `arn:aws:s3:::${bucket}/*` }),
      }),
    );
    return String(Role?.Arn);
  } finally {
    iam.destroy();
  }
}
