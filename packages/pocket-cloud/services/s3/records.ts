/** The records of objects, uploads and parts. Their bytes are in the file named by `file`. */

/** Headers that are stored with an object and returned unchanged. */
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

/** The description of an object, from PutObject, CopyObject or CreateMultipartUpload. */
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
  /** The checksums of its parts in base64, when the upload named an algorithm. */
  readonly partChecksums?: readonly string[];
  /** The upload that made it; a repeated completion gets the same answer. */
  readonly upload?: string;
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
  /** A new latest version; `completes` is the upload that it ends. */
  | { readonly put: Version; readonly completes?: string }
  /** A new description of a version (tags, storage class). */
  | { readonly redescribe: StoredObject }
  | { readonly remove: readonly [key: string, versionId: string] }
  | { readonly upload: Upload }
  | { readonly part: Part; readonly of: string }
  | { readonly abort: string };
