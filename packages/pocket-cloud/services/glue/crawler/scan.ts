import type { Classifier, S3Target } from "@aws-sdk/client-glue";
import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import type { CloudContext } from "../../../service";
import { collect } from "../../s3/body";
import { classify } from "./classify";
import { type CrawledFile, type Folder, tree } from "./folders";
import { globMatcher } from "./glob";

export interface Scan {
  readonly bucket: string;
  readonly root: Folder;
  /** Every key found, crawled or left out by the sample. */
  readonly keys: number;
}

export interface Scanner {
  readonly cloud: CloudContext;
  readonly caller: Caller;
  readonly classifiers: readonly Classifier[];
  /** Folders that need no look any more. */
  readonly skipFolder: (location: string) => boolean;
  /** Throws when the crawl is to stop. */
  readonly checkpoint: () => void;
}

interface Entry {
  readonly key: string;
  readonly size: number;
}

/** Everything under one include path, looked into. */
export async function scan(scanner: Scanner, target: S3Target): Promise<Scan> {
  const { bucket, path } = parseTarget(target.Path);
  const entries = await list(scanner, bucket, path);
  const single = entries.find(({ key }) => key === path);
  const base =
    path === "" || path.endsWith("/") ? path : single ? path.slice(0, path.lastIndexOf("/") + 1) : `${path}/`;
  const excluded = globMatcher(target.Exclusions ?? []);
  const wanted = (single ? [single] : entries.filter(({ key }) => key.startsWith(base)))
    .filter(
      ({ key, size }) => size > 0 && !hidden(key.slice(base.length)) && !excluded(key.slice(base.length)),
    )
    .filter(({ key }) => !scanner.skipFolder(`s3://${bucket}/${folderOf(key)}`));
  const sampled = sample(wanted, target.SampleSize);
  const files: CrawledFile[] = [];
  for (const entry of wanted) {
    scanner.checkpoint();
    const schema = sampled.has(entry.key) ? await look(scanner, bucket, entry) : undefined;
    files.push({ ...entry, schema });
    // Reads of small files never leave the thread: let requests in between.
    if (files.length % 16 === 0) await new Promise(setImmediate);
  }
  const name = base === "" ? bucket : (base.split("/").at(-2) ?? bucket);
  return { bucket, root: tree(name, base, files), keys: wanted.length };
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
  { cloud, caller, checkpoint }: Scanner,
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

async function look({ cloud, caller, classifiers }: Scanner, Bucket: string, { key: Key, size }: Entry) {
  const read = async (start: number, end: number) => {
    const { Body } = await cloud.call(
      "s3",
      "GetObject",
      { Bucket, Key, Range: `bytes=${start}-${end - 1}` },
      caller,
    );
    return collect(Body);
  };
  return classify(size, read, classifiers);
}

/** What Hive and Athena do not read either: names that begin with a dot or an underscore, and markers of folders. */
const hidden = (path: string): boolean =>
  path.split("/").some((segment) => /^[._]/.test(segment)) || path.endsWith("_$folder$");

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf("/") + 1);

/** With a sample size, that many files of each folder are looked into. */
function sample(entries: readonly Entry[], size: number | undefined): Set<string> {
  const counts = new Map<string, number>();
  const chosen = entries.filter(({ key }) => {
    const count = (counts.get(folderOf(key)) ?? 0) + 1;
    counts.set(folderOf(key), count);
    return size === undefined || count <= size;
  });
  return new Set(chosen.map(({ key }) => key));
}
