import type { CloudContext } from "../../service";
import { commonPrefix } from "./listing";
import type { StoredObject } from "./records";
import type { S3Store } from "./store";

/** An object's bytes as a local file: plain, from offset 0, and never changed under this path. */
export interface LocalObject {
  readonly key: string;
  readonly path: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modified: number;
}

/**
 * Objects as local files, for a reader in the same process that wants bytes without a copy through GetObject
 * (queries over many objects). It is no way around rights: the reader asks `identities().authorize` for
 * s3:ListBucket and s3:GetObject on behalf of its caller first.
 */
export interface S3Files {
  hasBucket(bucket: string): boolean;
  object(bucket: string, key: string): LocalObject | undefined;
  /** Current objects whose key begins with the prefix, in S3's order. */
  list(bucket: string, prefix: string): LocalObject[];
  /** First path segments behind the prefix, each ending in "/": the folders right under it. */
  folders(bucket: string, prefix: string): string[];
  /** Until the returned function is called no path given by this interface disappears. */
  hold(): () => void;
}

const opened = new WeakMap<CloudContext, S3Files>();

/** The files of the S3 of this cloud. */
export function s3Files(cloud: CloudContext): S3Files {
  const files = opened.get(cloud);
  if (!files) throw new Error("the S3 service of this cloud has not been made yet");
  return files;
}

export function offerFiles(store: S3Store): void {
  const local = (bucket: string, { key, file, size, etag, modified }: StoredObject): LocalObject => ({
    key,
    path: store.bucket(bucket).files.path(file),
    size,
    etag,
    modified,
  });
  opened.set(store.cloud, {
    hasBucket: (bucket) => store.find(bucket) !== undefined,
    object: (bucket, key) => {
      const object = store.find(bucket)?.current(key);
      return object && local(bucket, object);
    },
    list: (name, prefix) => {
      const bucket = store.find(name);
      const found: LocalObject[] = [];
      if (!bucket) return found;
      let at = bucket.keys.from(prefix);
      for (let key = bucket.keys.at(at); key?.startsWith(prefix); key = bucket.keys.at(++at)) {
        const object = bucket.current(key);
        if (object) found.push(local(name, object));
      }
      return found;
    },
    folders: (name, prefix) => {
      const bucket = store.find(name);
      const found: string[] = [];
      if (!bucket) return found;
      let at = bucket.keys.from(prefix);
      for (let key = bucket.keys.at(at); key?.startsWith(prefix); key = bucket.keys.at(at)) {
        const common = commonPrefix(key, prefix, "/");
        if (common !== undefined) found.push(common.slice(prefix.length));
        at = common === undefined ? at + 1 : bucket.keys.past(common);
      }
      return found;
    },
    hold: () => {
      const releases = [...store.records.keys()].map((name) => store.bucket(name).files.hold());
      return () => {
        for (const release of releases) release();
      };
    },
  });
}
