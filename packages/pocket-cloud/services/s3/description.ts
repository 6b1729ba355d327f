import { AwsError, unsupported } from "../../errors";
import { encryptionOf } from "./encryption";
import { invalidArgument, invalidRequest } from "./errors";
import { decodeMetadata, encodeMetadata } from "./metadata-text";
import type { Description, Headers, StoredObject } from "./records";
import type { BucketRecord } from "./store";
import { parseTagHeader } from "./tags";

interface CustomerKeyInput {
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
}

/** The members of PutObject, CopyObject and CreateMultipartUpload that describe an object. */
export interface DescribingInput extends CustomerKeyInput {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly Expires?: Date | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly Metadata?: Record<string, string> | undefined;
  readonly StorageClass?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
  readonly Tagging?: string | undefined;
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
}

const STORAGE_CLASSES = [
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER",
  "DEEP_ARCHIVE",
  "GLACIER_IR",
];

export function describe(input: DescribingInput, bucket: BucketRecord): Description {
  refuseCustomerKey(input);
  if (input.ObjectLockMode !== undefined || input.ObjectLockLegalHoldStatus !== undefined)
    throw invalidRequest("Bucket is missing Object Lock Configuration");
  const storageClass = input.StorageClass ?? "STANDARD";
  if (!STORAGE_CLASSES.includes(storageClass))
    throw new AwsError("InvalidStorageClass", "The storage class you specified is not valid", 400, {
      StorageClassRequested: storageClass,
    });
  return {
    headers: headersOf(input),
    metadata: metadataOf(input.Metadata),
    storageClass,
    encryption: encryptionOf(input, bucket),
    tags: parseTagHeader(input.Tagging),
  };
}

export function refuseCustomerKey(input: CustomerKeyInput): void {
  if (
    input.SSECustomerAlgorithm !== undefined ||
    input.SSECustomerKey !== undefined ||
    input.SSECustomerKeyMD5 !== undefined
  )
    throw unsupported("encryption with customer-provided keys (SSE-C)");
}

function headersOf(input: DescribingInput): Headers {
  const { CacheControl, ContentDisposition, ContentLanguage, ContentType, WebsiteRedirectLocation } = input;
  const ContentEncoding = withoutChunking(input.ContentEncoding);
  return {
    ...(CacheControl !== undefined && { CacheControl }),
    ...(ContentDisposition !== undefined && { ContentDisposition }),
    ...(ContentEncoding !== undefined && { ContentEncoding }),
    ...(ContentLanguage !== undefined && { ContentLanguage }),
    ContentType: ContentType ?? "binary/octet-stream",
    ...(input.Expires !== undefined && { Expires: input.Expires.toISOString() }),
    ...(WebsiteRedirectLocation !== undefined && { WebsiteRedirectLocation }),
  };
}

/** aws-chunked is the coding of the request, not of the object. */
function withoutChunking(encoding: string | undefined): string | undefined {
  const kept = encoding?.replace(/(^|,)\s*aws-chunked\s*(?=,|$)/g, "").replace(/^\s*,?\s*/, "");
  return kept || undefined;
}

function metadataOf(metadata: Record<string, string> | undefined): Record<string, string> {
  const entries = Object.entries(metadata ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const size = entries.reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (size > 2048)
    throw new AwsError(
      "MetadataTooLarge",
      "Your metadata headers exceed the maximum allowed metadata size",
      400,
      {
        Size: size,
        MaxSizeAllowed: 2048,
      },
    );
  return Object.fromEntries(entries.map(([name, value]) => [name, decodeMetadata(value)]));
}

export const encryptionMembers = ({ encryption }: Pick<Description, "encryption">) => ({
  ServerSideEncryption: encryption.algorithm,
  ...(encryption.keyId !== undefined && { SSEKMSKeyId: encryption.keyId }),
  ...(encryption.bucketKey && { BucketKeyEnabled: true }),
});

/** S3 returns dates in whole seconds. */
export const seconds = (millis: number): Date => new Date(Math.floor(millis / 1000) * 1000);

/** The members of GetObject and HeadObject that come from the object's description. */
export function objectMembers(object: StoredObject, versioned: boolean) {
  const { Expires, ...headers } = object.headers;
  const tagCount = Object.keys(object.tags).length;
  return {
    ...headers,
    ...(Expires !== undefined && {
      Expires: new Date(Expires),
      ExpiresString: new Date(Expires).toUTCString(),
    }),
    AcceptRanges: "bytes",
    LastModified: seconds(object.modified),
    ETag: `"${object.etag}"`,
    Metadata: Object.fromEntries(
      Object.entries(object.metadata).map(([name, value]) => [name, encodeMetadata(value)]),
    ),
    ...encryptionMembers(object),
    ...(object.storageClass !== "STANDARD" && { StorageClass: object.storageClass as "STANDARD_IA" }),
    ...(versioned && { VersionId: object.versionId }),
    ...(tagCount > 0 && { TagCount: tagCount }),
  };
}

export function checkPartNumber(number: number | undefined): void {
  if (number !== undefined && (number < 1 || number > 10_000))
    throw invalidArgument(
      "Part number must be an integer between 1 and 10000, inclusive",
      "partNumber",
      String(number),
    );
}
