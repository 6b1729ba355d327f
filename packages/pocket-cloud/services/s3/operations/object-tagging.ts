import type { Tag } from "@aws-sdk/client-s3";
import type { Call } from "../../../service";
import { findObject } from "../find";
import { type Make, onObject } from "../operation";
import type { StoredObject } from "../records";
import type { S3Store } from "../store";
import { tagList, tagMap } from "../tags";

export const getObjectTagging: Make<"GetObjectTagging"> = (store) => ({
  ...onObject("s3:GetObjectTagging"),
  run: (input, call) => {
    const object = findObject(store, input, call, "GET");
    return { TagSet: tagList(object.tags), ...versionMember(store, input.Bucket, object) };
  },
});

export const putObjectTagging: Make<"PutObjectTagging"> = (store) => ({
  ...onObject("s3:PutObjectTagging"),
  context: ({ Tagging }) => requestTags(Tagging?.TagSet ?? []),
  run: (input, call) => retag(store, input, tagMap(input.Tagging?.TagSet ?? [], "object"), call, "PUT"),
});

export const deleteObjectTagging: Make<"DeleteObjectTagging"> = (store) => ({
  ...onObject("s3:DeleteObjectTagging"),
  run: (input, call) => retag(store, input, {}, call, "DELETE"),
});

/** Condition keys s3:RequestObjectTag/<key> (Service Authorization Reference, Amazon S3). */
const requestTags = (tags: readonly Tag[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [`s3:RequestObjectTag/${Key}`, Value]));

type ObjectInput = Parameters<typeof findObject>[1];

function retag(store: S3Store, input: ObjectInput, tags: Record<string, string>, call: Call, method: string) {
  const object = findObject(store, input, call, method);
  store.bucket(input.Bucket).commit({ redescribe: { ...object, tags } });
  return versionMember(store, input.Bucket, object);
}

const versionMember = (store: S3Store, bucket: string | undefined, object: StoredObject) =>
  store.record(bucket ?? "").versioning ? { VersionId: object.versionId } : {};
