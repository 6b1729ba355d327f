import type { Caller } from "./caller";

/** A use of a KMS key by a service, on behalf of its caller. */
export interface KeyUse {
  /** The calling service, such as "s3". It is in the condition key kms:ViaService. */
  readonly service: string;
  /** The key's id, ARN, alias or the alias's ARN. */
  readonly keyId: string;
  readonly actions: readonly string[];
  /** The caller of the service, the role that it acts in, or the service itself (a caller with a service principal). */
  readonly caller: Caller;
  readonly encryptionContext?: Readonly<Record<string, string>>;
}

/**
 * The checks that KMS makes when another service uses a key: the key exists and is enabled, and the caller's policies and
 * the key policy allow the actions. No data is encrypted.
 */
export interface KeyAccess {
  /** The key's ARN. Throws KMS's errors. */
  use(use: KeyUse): string;
}
