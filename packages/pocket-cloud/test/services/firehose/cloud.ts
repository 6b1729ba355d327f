import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  CreateDeliveryStreamCommand,
  type CreateDeliveryStreamInput,
  type ExtendedS3DestinationConfiguration,
  FirehoseClient,
} from "@aws-sdk/client-firehose";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Cloud, type CloudOptions, startCloud } from "../../../cloud";
import { IamStore } from "../../../services/iam/store";

export const NOON = Date.UTC(2026, 0, 1, 12);
export const ROLE = "arn:aws:iam::000000000000:role/delivery";

export interface Lab {
  readonly cloud: Cloud;
  readonly firehose: FirehoseClient;
  readonly s3: S3Client;
  readonly dir: string;
  /** Stops the cloud and starts it again with the same state. */
  restart(): Promise<Lab>;
  end(): Promise<void>;
}

/** A cloud with a bucket "lake", a stream "ticks" and a role "delivery" that may use both. */
export async function lab(options: Partial<CloudOptions> = {}): Promise<Lab> {
  const dir = mkdtempSync(join(tmpdir(), "firehose-"));
  seedRole(dir);
  const made = await open(dir, { clock: { simulateFrom: NOON }, ...options });
  const { call, administrator } = made.cloud;
  await call("s3", "CreateBucket", { Bucket: "lake" }, administrator);
  await call("kinesis", "CreateStream", { StreamName: "ticks", ShardCount: 2 }, administrator);
  return made;
}

async function open(dir: string, options: Partial<CloudOptions>): Promise<Lab> {
  const cloud = await startCloud({ dir, ...options });
  const { endpoint, region, credentials } = cloud;
  const firehose = new FirehoseClient({ endpoint, region, credentials, maxAttempts: 1 });
  const s3 = new S3Client({ endpoint, region, credentials, maxAttempts: 1, forcePathStyle: true });
  const close = async () => {
    firehose.destroy();
    s3.destroy();
    await cloud.stop();
  };
  return {
    cloud,
    firehose,
    s3,
    dir,
    restart: async () => {
      const now = cloud.clock.now();
      await close();
      return open(dir, { ...options, clock: { simulateFrom: now } });
    },
    end: async () => {
      await close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Puts the role "delivery" into a state directory before a cloud opens it. */
export function seedRole(dir: string): void {
  const allow = (Action: string[], Resource: string[]) => ({ Effect: "Allow", Action, Resource });
  const Statement = [
    allow(
      ["kinesis:ListShards", "kinesis:GetShardIterator", "kinesis:GetRecords"],
      ["arn:aws:kinesis:us-east-1:000000000000:stream/ticks"],
    ),
    allow(["s3:PutObject"], ["arn:aws:s3:::lake/*", "arn:aws:s3:::backup/*"]),
    allow(["lambda:InvokeFunction"], ["arn:aws:lambda:us-east-1:000000000000:function:*"]),
    allow(["glue:GetTable", "logs:PutLogEvents"], ["*"]),
  ];
  const trust = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: ["firehose.amazonaws.com", "lambda.amazonaws.com"] },
        Action: "sts:AssumeRole",
      },
    ],
  };
  new IamStore(join(dir, "cloud", "iam")).roles.set("delivery", {
    name: "delivery",
    path: "/",
    arn: ROLE,
    id: "AROAEXAMPLE",
    created: new Date(NOON),
    trust: JSON.stringify(trust),
    maxSessionSeconds: 3600,
    tags: {},
    inline: { all: JSON.stringify({ Version: "2012-10-17", Statement }) },
    attached: [],
  });
}

export const create = (
  { firehose }: Lab,
  destination: Partial<ExtendedS3DestinationConfiguration>,
  input: Partial<CreateDeliveryStreamInput> = {},
) =>
  firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: "raw",
      ExtendedS3DestinationConfiguration: {
        RoleARN: ROLE,
        BucketARN: "arn:aws:s3:::lake",
        BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 },
        ...destination,
      },
      ...input,
    }),
  );

export const FROM_TICKS: Partial<CreateDeliveryStreamInput> = {
  DeliveryStreamType: "KinesisStreamAsSource",
  KinesisStreamSourceConfiguration: {
    KinesisStreamARN: "arn:aws:kinesis:us-east-1:000000000000:stream/ticks",
    RoleARN: ROLE,
  },
};

/** The text of each object of the bucket by key. */
export async function objects({ cloud, s3 }: Lab, Bucket = "lake"): Promise<Record<string, string>> {
  const { Contents = [] } = await cloud.call("s3", "ListObjectsV2", { Bucket }, cloud.administrator);
  const found: Record<string, string> = {};
  for (const { Key = "" } of Contents) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    found[Key] = (Key.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  }
  return found;
}

export const putTicks = async ({ cloud }: Lab, ...data: string[]): Promise<void> => {
  for (const [index, text] of data.entries())
    await cloud.call(
      "kinesis",
      "PutRecord",
      { StreamName: "ticks", Data: Buffer.from(text), PartitionKey: `key-${index}` },
      cloud.administrator,
    );
};
