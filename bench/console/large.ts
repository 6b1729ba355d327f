import {
  CreateStreamCommand,
  KinesisClient,
  PutRecordsCommand,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { RunningCloud } from "../../packages/pocket-cloud";

export const LARGE_STREAM = "large";
export const LARGE_PREFIX = "landing/large/";
const SHARDS = 10;
const RECORDS_AT_ONCE = 500;
const OBJECTS_AT_ONCE = 24;

/** Fills a stream with small records, evenly over its shards. */
export async function fillStream(cloud: RunningCloud, records: number): Promise<void> {
  const kinesis = new KinesisClient({ ...cloud, maxAttempts: 20 });
  const StreamName = LARGE_STREAM;
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: SHARDS }));
  await waitUntilStreamExists({ client: kinesis, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StreamName });
  const put = async (entries: { Data: Buffer; PartitionKey: string }[]): Promise<void> => {
    const { Records = [] } = await kinesis.send(new PutRecordsCommand({ StreamName, Records: entries }));
    const refused = entries.filter((_, index) => Records[index]?.ErrorCode !== undefined);
    if (refused.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
    await put(refused);
  };
  const lane = async (from: number) => {
    for (let n = from; n < records; n += LANES * RECORDS_AT_ONCE)
      await put(
        Array.from({ length: Math.min(RECORDS_AT_ONCE, records - n) }, (_, i) => ({
          Data: Buffer.from(JSON.stringify({ id: n + i, coin: `coin-${(n + i) % 100}`, price: (n + i) / 7 })),
          PartitionKey: String(n + i),
        })),
      );
  };
  await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index * RECORDS_AT_ONCE)));
  kinesis.destroy();
}

const LANES = 4;

/** Fills a prefix with small objects. */
export async function fillPrefix(cloud: RunningCloud, Bucket: string, objects: number): Promise<void> {
  const s3 = new S3Client({ ...cloud, forcePathStyle: true });
  const lane = async (from: number) => {
    for (let n = from; n < objects; n += OBJECTS_AT_ONCE) {
      const Key = `${LARGE_PREFIX}part-${String(n).padStart(6, "0")}.csv`;
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: `id,price\n${n},${n / 7}\n` }));
    }
  };
  await Promise.all(Array.from({ length: OBJECTS_AT_ONCE }, (_, index) => lane(index)));
  s3.destroy();
}
