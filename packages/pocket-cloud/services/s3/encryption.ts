import type { ServerSideEncryptionConfiguration } from "@aws-sdk/client-s3";
import { invalidArgument } from "./errors";
import type { Encryption } from "./records";
import type { BucketRecord } from "./store";

interface EncryptingInput {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

const ALGORITHMS: readonly string[] = ["AES256", "aws:kms", "aws:kms:dsse"];

/** The encryption of a bucket without a configuration: keys managed by S3. */
export const defaultEncryption: ServerSideEncryptionConfiguration = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
};

/** The encryption of a new object: from the request, else from the bucket. */
export function encryptionOf(input: EncryptingInput, bucket: BucketRecord): Encryption {
  const configured = (bucket.configurations.encryption as ServerSideEncryptionConfiguration | undefined)
    ?.Rules?.[0];
  const fallback = configured?.ApplyServerSideEncryptionByDefault;
  const algorithm = input.ServerSideEncryption ?? fallback?.SSEAlgorithm ?? "AES256";
  if (!ALGORITHMS.includes(algorithm))
    throw invalidArgument(
      "The encryption method specified is not supported",
      "x-amz-server-side-encryption",
      algorithm,
    );
  // The text is quoted in aws/aws-cli#1431.
  if (input.SSEKMSKeyId !== undefined && !input.ServerSideEncryption?.startsWith("aws:kms"))
    throw invalidArgument(
      "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
      "x-amz-server-side-encryption",
      input.ServerSideEncryption,
    );
  if (algorithm === "AES256") return { algorithm: "AES256" };
  const keyId = input.SSEKMSKeyId ?? fallback?.KMSMasterKeyID;
  const bucketKey = input.BucketKeyEnabled ?? configured?.BucketKeyEnabled;
  return {
    algorithm: algorithm as Encryption["algorithm"],
    ...(keyId !== undefined && { keyId }),
    ...(bucketKey !== undefined && { bucketKey }),
  };
}
