import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { Collection } from "../../storage/collection";

const ALGORITHM = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts content and authenticates `bound` with it: unsealing needs the same `bound`. */
export function seal(key: Uint8Array, content: Uint8Array, bound: Uint8Array = Buffer.alloc(0)): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(bound);
  const encrypted = Buffer.concat([cipher.update(content), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), encrypted]);
}

/** Throws when the key or `bound` differ, or the bytes were changed. */
export function unseal(key: Uint8Array, sealed: Buffer, bound: Uint8Array = Buffer.alloc(0)): Buffer {
  const encryptedAt = IV_BYTES + TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, IV_BYTES));
  decipher.setAAD(bound).setAuthTag(sealed.subarray(IV_BYTES, encryptedAt));
  return Buffer.concat([decipher.update(sealed.subarray(encryptedAt)), decipher.final()]);
}

/** The service's own encryption key: created at the first start and stored in its state directory. */
export function storedKey(dir: string, name: string): Buffer {
  const keys = new Collection<{ secret: Uint8Array }>(dir, "key");
  return Buffer.from((keys.get(name) ?? keys.set(name, { secret: randomBytes(32) })).secret);
}
