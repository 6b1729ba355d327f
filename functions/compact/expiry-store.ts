import {
  DeleteObjectTaggingCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  PutObjectTaggingCommand,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import {
  daysKey,
  EXPIRE_CSV,
  EXPIRE_RUNS,
  EXPIRE_TAG,
  historyFolder,
  inputsKey,
  taggedKey,
} from "../../data/history/layout";
import { allowManyCalls } from "../shared/many-calls";
import type { ExpiryStore, RunFolder } from "./expiry";

/** Requests at a time. */
const WIDTH = 16;

export function expiryStore(s3: S3Client, Bucket: string, feed: string, signal: AbortSignal): ExpiryStore {
  const options = { abortSignal: signal };
  allowManyCalls(signal);
  return {
    rules: async () => {
      const rules = await lifecycleRules();
      const enabled = rules.filter(({ Status }) => Status === "Enabled");
      const csv = enabled.find(({ ID }) => ID === EXPIRE_CSV);
      return { csvDays: csv?.Expiration?.Days, runs: enabled.some(({ ID }) => ID === EXPIRE_RUNS) };
    },
    tag: (keys) =>
      eachOf(keys, (Key) => new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [EXPIRE_TAG] } })),
    untag: (keys) => eachOf(keys, (Key) => new DeleteObjectTaggingCommand({ Bucket, Key })),
    markTagged: async (day, run) => {
      await s3.send(
        new PutObjectCommand({ Bucket, Key: taggedKey(feed, day, run), Body: "tagged\n" }),
        options,
      );
    },
    saveDays: async (days) => {
      const Key = daysKey(feed);
      const Body = `${JSON.stringify(days)}\n`;
      if (Body !== (await read(Key)))
        await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: "application/json" }), options);
    },
  };

  async function eachOf(
    keys: readonly string[],
    command: (key: string) => PutObjectTaggingCommand | DeleteObjectTaggingCommand,
  ): Promise<void> {
    for (let at = 0; at < keys.length; at += WIDTH)
      await Promise.all(
        keys.slice(at, at + WIDTH).map((key) =>
          // A narrower type than that of each command's send.
          s3.send(command(key) as PutObjectTaggingCommand, options).catch((error: unknown) => {
            // The object has expired since it was listed.
            if (!(error instanceof NoSuchKey)) throw error;
          }),
        ),
      );
  }

  async function lifecycleRules() {
    try {
      return (await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }), options)).Rules ?? [];
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === "NoSuchLifecycleConfiguration") return [];
      throw error;
    }
  }

  async function read(Key: string): Promise<string | undefined> {
    try {
      return await (await s3.send(new GetObjectCommand({ Bucket, Key }), options)).Body?.transformToString();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

/** Without the right to list the whole bucket, S3 answers 403 for a key that does not exist (GetObject, "Permissions"). */
export const isMissing = (error: unknown): boolean =>
  error instanceof NoSuchKey || (error instanceof S3ServiceException && error.name === "AccessDenied");

/** The folders of a feed's runs. */
export async function runFolders(
  s3: S3Client,
  Bucket: string,
  feed: string,
  abortSignal: AbortSignal,
): Promise<RunFolder[]> {
  const folders = new Map<string, RunFolder>();
  const listing = { Bucket, Prefix: historyFolder(feed) };
  for await (const page of paginateListObjectsV2({ client: s3 }, listing, { abortSignal }))
    for (const { Key = "", LastModified, Size = 0 } of page.Contents ?? []) {
      const [, day, run] = /^history\/[^/]+\/dt=(\d{4}-\d\d-\d\d)\/([^/]+)\//.exec(Key) ?? [];
      if (day === undefined || run === undefined) continue;
      const at = LastModified?.getTime() ?? 0;
      const found = folders.get(`${day} ${run}`);
      folders.set(`${day} ${run}`, {
        day,
        run,
        keys: [...(found?.keys ?? []), Key],
        bytes: (found?.bytes ?? 0) + Size,
        modified: Math.max(at, found?.modified ?? 0),
        verified: Key === inputsKey(feed, day, run) ? at : found?.verified,
        tagged: Key === taggedKey(feed, day, run) ? at : found?.tagged,
      });
    }
  return [...folders.values()];
}
