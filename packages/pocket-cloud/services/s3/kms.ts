import type { Caller } from "../../caller";
import { useKey } from "../shared/customer-key";
import { bucketArn, objectArn } from "./names";
import type { Encryption } from "./records";
import type { S3Store } from "./store";

/** As recorded by LocalStack's tests (test_s3_sse_validate_kms_key, test_s3_sse_validate_kms_key_state). */
const CODES = {
  NotFoundException: "KMS.NotFoundException",
  DisabledException: "KMS.DisabledException",
  KMSInvalidStateException: "KMS.KMSInvalidStateException",
};

interface Place {
  readonly bucket: string;
  readonly key: string;
}

/**
 * S3 user guide, "Protecting data using server-side encryption with AWS KMS": writing needs kms:GenerateDataKey, reading
 * needs kms:Decrypt, and a part of an upload needs both. The encryption context is the object, or the bucket with a bucket key.
 * The key is one of the bucket's region. Only another region than the cloud's is waited for, so that nothing happens between
 * the check and the read or write that follows.
 */
function check(
  store: S3Store,
  caller: Caller,
  place: Place,
  { algorithm, keyId = "alias/aws/s3", bucketKey }: Encryption,
  actions: string[],
): string | undefined | Promise<string> {
  if (algorithm === "AES256") return undefined;
  const arn = bucketKey ? bucketArn(place.bucket) : objectArn(place.bucket, place.key);
  const use = { service: "s3", keyId, actions, caller, encryptionContext: { "aws:s3:arn": arn } };
  const { region } = store.record(place.bucket);
  if (region === store.cloud.region) return useKey(store.cloud, use, CODES);
  return store.cloud.keysIn(region).then((keys) => useKey({ keys: () => keys }, use, CODES));
}

/** The encryption of a new object, with the key's ARN. Throws when the caller may not encrypt with the key. */
export function encrypting(
  store: S3Store,
  caller: Caller,
  place: Place,
  encryption: Encryption,
): Encryption | Promise<Encryption> {
  const found = check(store, caller, place, encryption, ["kms:GenerateDataKey"]);
  const withKey = (keyId: string | undefined) =>
    keyId === undefined ? encryption : { ...encryption, keyId };
  return found instanceof Promise ? found.then(withKey) : withKey(found);
}

/** A promise when the key is in another region. */
type Checked = Promise<unknown> | undefined;

const waited = (found: ReturnType<typeof check>): Checked => (found instanceof Promise ? found : undefined);

export const checkDecrypt = (store: S3Store, caller: Caller, place: Place, encryption: Encryption): Checked =>
  waited(check(store, caller, place, encryption, ["kms:Decrypt"]));

export const checkPartKey = (store: S3Store, caller: Caller, place: Place, encryption: Encryption): Checked =>
  waited(check(store, caller, place, encryption, ["kms:GenerateDataKey", "kms:Decrypt"]));
