import type { Classifier, S3Target } from "@aws-sdk/client-glue";
import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import type { CloudContext } from "../../../service";
import { collect } from "../../s3/body";
import { exclusionMatcher } from "./exclusions";
import { buildTree, type CrawledFile, type Folder } from "./folders";
import { classify, type ObjectReader } from "./formats/classify";

export interface Scan {
  readonly bucket: string;
  readonly root: Folder;
}

interface ScanContext {
  readonly cloud: CloudContext;
  readonly caller: Caller;
  readonly classifiers: readonly Classifier[];
  /** Whether a folder was crawled before and is not crawled again. */
  readonly skipFolder: (location: string) => boolean;
  /** Throws when the crawl is to stop. */
  readonly checkpoint: () => void;
}

interface Entry {
  readonly key: string;
  readonly size: number;
}

/** Lists and classifies the files under one include path. */
export async function scan(context: ScanContext, target: S3Target): Promise<Scan> {
  const { bucket, path } = parseTarget(target.Path);
  const entries = await list(context, bucket, path);
  const single = entries.find(({ key }) => key === path);
  const base =
    path === "" || path.endsWith("/") ? path : single ? path.slice(0, path.lastIndexOf("/") + 1) : `${path}/`;
  const excluded = exclusionMatcher(target.Exclusions ?? []);
  const included = (single ? [single] : entries.filter(({ key }) => key.startsWith(base)))
    .filter(
      ({ key, size }) => size > 0 && !hidden(key.slice(base.length)) && !excluded(key.slice(base.length)),
    )
    .filter(({ key }) => !context.skipFolder(`s3://${bucket}/${folderOf(key)}`));
  const sampled = sample(included, target.SampleSize);
  const files: CrawledFile[] = [];
  for (const entry of included) {
    context.checkpoint();
    const schema = sampled.has(entry.key) ? await classifyObject(context, bucket, entry) : undefined;
    files.push({ ...entry, schema });
    // Reading small files does not yield to the event loop; requests would wait for the whole scan.
    if (files.length % 16 === 0) await new Promise(setImmediate);
  }
  const name = base === "" ? bucket : (base.split("/").at(-2) ?? bucket);
  return { bucket, root: buildTree(name, base, files) };
}

export function parseTarget(path: string | undefined): { bucket: string; path: string } {
  const match = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(path ?? "");
  if (!match)
    throw new AwsError(
      "InvalidInputException",
      `S3 target path ${path} is not of the form s3://bucket/prefix`,
    );
  return { bucket: match[1] ?? "", path: match[2] ?? "" };
}

async function list(
  { cloud, caller, checkpoint }: ScanContext,
  Bucket: string,
  Prefix: string,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let ContinuationToken: string | undefined; ; ) {
    checkpoint();
    const page = await cloud.call("s3", "ListObjectsV2", { Bucket, Prefix, ContinuationToken }, caller);
    for (const { Key = "", Size = 0 } of page.Contents ?? []) entries.push({ key: Key, size: Size });
    ContinuationToken = page.NextContinuationToken;
    if (ContinuationToken === undefined) return entries;
  }
}

async function classifyObject(
  { cloud, caller, classifiers }: ScanContext,
  Bucket: string,
  { key: Key, size }: Entry,
) {
  const object: ObjectReader = {
    head: async (length) => {
      const input = { Bucket, Key, Range: `bytes=0-${length - 1}` };
      return collect((await cloud.call("s3", "GetObject", input, caller)).Body);
    },
    asFile: async (read) => {
      const release = cloud.s3Files().hold();
      try {
        const file = cloud.s3Files().object(Bucket, Key);
        return file && (await read(file.path));
      } finally {
        release();
      }
    },
  };
  return classify(size, object, classifiers);
}

/** Hive and Athena ignore names that begin with a dot or an underscore, and folder markers. */
const hidden = (path: string): boolean =>
  path.split("/").some((segment) => /^[._]/.test(segment)) || path.endsWith("_$folder$");

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf("/") + 1);

/** The keys of the files to classify: all, or with a sample size at most that many of each folder. */
function sample(entries: readonly Entry[], size: number | undefined): Set<string> {
  const counts = new Map<string, number>();
  const chosen = entries.filter(({ key }) => {
    const count = (counts.get(folderOf(key)) ?? 0) + 1;
    counts.set(folderOf(key), count);
    return size === undefined || count <= size;
  });
  return new Set(chosen.map(({ key }) => key));
}
