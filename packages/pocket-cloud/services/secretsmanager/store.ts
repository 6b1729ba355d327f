import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { join } from "node:path";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";

export interface SecretVersion {
  readonly id: string;
  /** Encrypted: a string's or the bytes' content. */
  readonly sealed: string;
  readonly binary: boolean;
  readonly createdAt: number;
  stages: string[];
}

export interface SecretRecord {
  readonly arn: string;
  readonly name: string;
  description?: string;
  kmsKeyId?: string;
  versions: SecretVersion[];
  tags: Record<string, string>;
  policy?: string;
  readonly createdAt: number;
  changedAt: number;
  /** Set while deletion is scheduled. */
  deletedAt?: number;
}

export class SecretStore {
  readonly secrets: Collection<SecretRecord>;
  readonly #key: Buffer;

  constructor(readonly cloud: CloudContext) {
    const dir = join(cloud.dir, "secretsmanager");
    this.secrets = new Collection(dir, "secrets");
    const keys = new Collection<{ secret: Uint8Array }>(dir, "key");
    this.#key = Buffer.from((keys.get("key") ?? keys.set("key", { secret: randomBytes(32) })).secret);
  }

  newArn(name: string): string {
    const suffix = randomBytes(16)
      .toString("base64")
      .replace(/[^A-Za-z0-9]/g, "")
      .slice(0, 6);
    return `arn:aws:secretsmanager:${this.cloud.region}:${this.cloud.accountId}:secret:${name}-${suffix}`;
  }

  /** By name, ARN, or ARN without its random suffix. */
  lookUp(id: string | undefined): SecretRecord | undefined {
    const text = id ?? "";
    if (!text.startsWith("arn:")) return this.secrets.get(text);
    return this.secrets.values().find(({ arn }) => arn === text || arn.slice(0, -7) === text);
  }

  find(id: string | undefined): SecretRecord {
    const found = this.lookUp(id);
    if (!found)
      throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return found;
  }

  save(secret: SecretRecord): void {
    this.secrets.set(secret.name, secret);
  }

  seal(content: Uint8Array): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv);
    const sealed = Buffer.concat([cipher.update(content), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
  }

  unseal(text: string): Buffer {
    const bytes = Buffer.from(text, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, 12)).setAuthTag(
      bytes.subarray(12, 28),
    );
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
  }
}
