import type { LocalObject, S3Files } from "../../s3-files";
import { checkDecrypt } from "./kms";
import { commonPrefix } from "./listing";
import type { StoredObject } from "./records";
import type { S3Store } from "./store";

export function localFiles(store: S3Store): S3Files {
  const local = (
    bucket: string,
    { key, file, size, etag, modified, encryption }: StoredObject,
  ): LocalObject => ({
    key,
    path: store.bucket(bucket).files.path(file),
    size,
    etag,
    modified,
    ...(encryption.keyId !== undefined && { keyId: encryption.keyId }),
  });
  return {
    policyOf: (arn) => store.policyOf(arn),
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
    checkKeys: (bucket, objects, caller) => {
      const checked = new Set<string>();
      for (const { key, keyId } of objects) {
        if (keyId === undefined || checked.has(keyId)) continue;
        checked.add(keyId);
        checkDecrypt(store, caller, { bucket, key }, { algorithm: "aws:kms", keyId });
      }
    },
    hold: () => {
      const releases = [...store.records.keys()].map((name) => store.bucket(name).files.hold());
      return () => {
        for (const release of releases) release();
      };
    },
  };
}
