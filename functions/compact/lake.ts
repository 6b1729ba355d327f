import { gunzipSync, gzipSync } from "node:zlib";
import type { AthenaClient } from "@aws-sdk/client-athena";
import type { GlueClient } from "@aws-sdk/client-glue";
import {
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { FeedDefinition } from "../../data/feeds";
import { inputsKey, leaseKey, runFolder } from "../../data/history/layout";
import { type QueryTarget, Statements } from "../shared/athena";
import { FeedCatalogue } from "./catalogue";
import { expiryStore, isMissing, runFolders } from "./expiry-store";
import type { ImportLake } from "./import";
import type { LeaseStore } from "./lease";
import type { CsvDay } from "./model";
import { type CsvObject, digestOf } from "./step";

export interface LakeClients {
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly athena: AthenaClient;
}

/** The lake of a feed for its compaction and for imports, through the AWS SDK. */
export function lakeOf(
  { s3, glue, athena }: LakeClients,
  target: QueryTarget,
  bucket: string,
  feed: FeedDefinition,
  signal: AbortSignal,
): ImportLake {
  const catalogue = new FeedCatalogue(glue, target.database, feed, signal);
  const statements = new Statements(athena, target, signal);
  const options = { abortSignal: signal };
  const locationOf = (day: string, run: string) => `s3://${bucket}/${runFolder(feed.name, day, run)}`;
  return {
    database: target.database,
    csvDays: () => daysOf(listCsv(s3, bucket, `csv/${feed.name}/`, signal)),
    csvObjects: (day) => objectsOf(listCsv(s3, bucket, `csv/${feed.name}/dt=${day}/`, signal)),
    partitions: () => catalogue.partitions(),
    locationOf,
    inputsOf: async (day, run) => {
      const Key = inputsKey(feed.name, day, run);
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }), options);
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      return JSON.parse(gunzipSync(bytes).toString("utf8")) as CsvObject[];
    },
    saveInputs: async (day, run, inputs) => {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: inputsKey(feed.name, day, run),
          Body: gzipSync(JSON.stringify(inputs)),
          ContentType: "application/gzip",
        }),
        options,
      );
    },
    writeRows: async (day, run, Body) => {
      const Key = `${runFolder(feed.name, day, run)}rows.parquet`;
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }), options);
    },
    query: (sql) => statements.run(sql),
    switchPartition: (day, history) => catalogue.switchPartition(day, locationOf(day, history.run), history),
    shownDays: () => catalogue.shownDays(),
    showDays: (change) => catalogue.showDays(change),
    runFolders: () => runFolders(s3, bucket, feed.name, signal),
    expiry: expiryStore(s3, bucket, feed.name, signal),
    lease: leaseStore(s3, bucket, leaseKey(feed.name)),
  };
}

interface Listed {
  readonly day: string;
  readonly object: CsvObject;
  readonly size: number;
}

/** The objects of csv/ under a prefix, in the order of their keys: by day. */
async function* listCsv(
  s3: S3Client,
  Bucket: string,
  Prefix: string,
  abortSignal: AbortSignal,
): AsyncGenerator<Listed> {
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix }, { abortSignal }))
    for (const { Key = "", ETag = "", LastModified, Size = 0 } of page.Contents ?? []) {
      const [, day] = /^csv\/[^/]+\/dt=(\d{4}-\d\d-\d\d)\//.exec(Key) ?? [];
      // Athena reads no empty objects.
      if (day === undefined || Size === 0) continue;
      yield { day, object: { key: Key, etag: ETag, modified: LastModified?.getTime() ?? 0 }, size: Size };
    }
}

async function daysOf(listed: AsyncIterable<Listed>): Promise<Map<string, CsvDay>> {
  const days = new Map<string, CsvDay>();
  let current: { day: string; objects: CsvObject[]; bytes: number } | undefined;
  const finish = () => {
    if (current) days.set(current.day, { digest: digestOf(current.objects), bytes: current.bytes });
  };
  for await (const { day, object, size } of listed) {
    if (current?.day !== day) {
      finish();
      current = { day, objects: [], bytes: 0 };
    }
    current.objects.push(object);
    current.bytes += size;
  }
  finish();
  return days;
}

async function objectsOf(listed: AsyncIterable<Listed>): Promise<CsvObject[]> {
  const objects: CsvObject[] = [];
  for await (const { object } of listed) objects.push(object);
  return objects;
}

/** The lease is released after an abort too, so its requests do not listen to the signal. */
const leaseStore = (s3: S3Client, Bucket: string, Key: string): LeaseStore => ({
  read: async () => {
    try {
      const { Body, ETag = "" } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return { text: (await Body?.transformToString()) ?? "", etag: ETag };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  write: async (Body, etag) => {
    const condition = etag === undefined ? { IfNoneMatch: "*" } : { IfMatch: etag };
    try {
      const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key, Body, ...condition }));
      return ETag;
    } catch (error) {
      // 412: the condition does not hold. 409: a concurrent conditional write (S3, "Conditional writes").
      if (error instanceof S3ServiceException && REFUSED.has(error.$metadata.httpStatusCode ?? 0))
        return undefined;
      throw error;
    }
  },
});

const REFUSED: ReadonlySet<number> = new Set([404, 409, 412]);
