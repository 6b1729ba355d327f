/** What a bucket keeps of an object, an upload and a part. The bytes are in a file beside, named by `file`. */

/** Headers kept with an object and given back as they came. */
export interface Headers {
  readonly CacheControl?: string;
  readonly ContentDisposition?: string;
  readonly ContentEncoding?: string;
  readonly ContentLanguage?: string;
  readonly ContentType?: string;
  readonly Expires?: string;
  readonly WebsiteRedirectLocation?: string;
}

export interface Checksum {
  readonly algorithm: ChecksumName;
  /** Base64; a multipart object's composite ends in "-<parts>". */
  readonly value: string;
  readonly type: "FULL_OBJECT" | "COMPOSITE";
}

export type ChecksumName = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256";

export interface Encryption {
  readonly algorithm: "AES256" | "aws:kms" | "aws:kms:dsse";
  readonly keyId?: string;
  readonly bucketKey?: boolean;
}

/** What an object is described by, apart from its bytes; chosen when a put or a multipart upload begins. */
export interface Description {
  readonly headers: Headers;
  readonly metadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  readonly encryption: Encryption;
  readonly tags: Readonly<Record<string, string>>;
}

export interface StoredObject extends Description {
  readonly kind: "object";
  readonly key: string;
  /** "null" in a bucket without versioning. */
  readonly versionId: string;
  readonly modified: number;
  readonly file: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly checksum: Checksum;
  /** Sizes of the parts of a multipart object. */
  readonly parts?: readonly number[];
}

export interface DeleteMarker {
  readonly kind: "marker";
  readonly key: string;
  readonly versionId: string;
  readonly modified: number;
}

export type Version = StoredObject | DeleteMarker;

export interface Upload extends Description {
  readonly id: string;
  readonly key: string;
  readonly initiated: number;
  readonly checksumAlgorithm?: ChecksumName;
  readonly checksumType?: "FULL_OBJECT" | "COMPOSITE";
}

export interface Part {
  readonly number: number;
  readonly file: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: number;
  readonly checksum: Checksum;
}

/** The lines of a bucket's log. */
export type Change =
  /** A new version on top of its key; with `completes`, the end of that upload. */
  | { readonly put: Version; readonly completes?: string }
  /** The same version, described anew (tags, storage class). */
  | { readonly redescribe: StoredObject }
  | { readonly remove: readonly [key: string, versionId: string] }
  | { readonly upload: Upload }
  | { readonly part: Part; readonly of: string }
  | { readonly abort: string };
