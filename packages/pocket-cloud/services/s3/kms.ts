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
 */
function check(
  store: S3Store,
  caller: Caller,
  place: Place,
  { algorithm, keyId = "alias/aws/s3", bucketKey }: Encryption,
  actions: string[],
) {
  if (algorithm === "AES256") return undefined;
  const arn = bucketKey ? bucketArn(place.bucket) : objectArn(place.bucket, place.key);
  const encryptionContext = { "aws:s3:arn": arn };
  return useKey(store.cloud, { service: "s3", keyId, actions, caller, encryptionContext }, CODES);
}

/** The encryption of a new object, with the key's ARN. Throws when the caller may not encrypt with the key. */
export function encrypting(store: S3Store, caller: Caller, place: Place, encryption: Encryption): Encryption {
  const keyId = check(store, caller, place, encryption, ["kms:GenerateDataKey"]);
  return keyId === undefined ? encryption : { ...encryption, keyId };
}

export function checkDecrypt(store: S3Store, caller: Caller, place: Place, encryption: Encryption): void {
  check(store, caller, place, encryption, ["kms:Decrypt"]);
}

export function checkPartKey(store: S3Store, caller: Caller, place: Place, encryption: Encryption): void {
  check(store, caller, place, encryption, ["kms:GenerateDataKey", "kms:Decrypt"]);
}
