import { commonPrefix } from "./listing";
import type { StoredObject } from "./records";
import type { S3Store } from "./store";

/** An object's bytes as a local file. The file never changes: a new version gets a new path. */
export interface LocalObject {
  readonly key: string;
  readonly path: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modified: number;
}

/**
 * Objects as local files, so that Athena reads them without a copy through GetObject. No access check happens here:
 * the reader first calls `identities().authorize` for s3:ListBucket and s3:GetObject on behalf of its caller.
 */
export interface S3Files {
  hasBucket(bucket: string): boolean;
  object(bucket: string, key: string): LocalObject | undefined;
  /** Current objects under the prefix, in S3's order. */
  list(bucket: string, prefix: string): LocalObject[];
  /** The folders directly under the prefix, each ending in "/". */
  folders(bucket: string, prefix: string): string[];
  /** Keeps every file on disk, also of deleted and overwritten objects, until the returned function is called. */
  hold(): () => void;
}

export function localFiles(store: S3Store): S3Files {
  const local = (bucket: string, { key, file, size, etag, modified }: StoredObject): LocalObject => ({
    key,
    path: store.bucket(bucket).files.path(file),
    size,
    etag,
    modified,
  });
  return {
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
  };
}
