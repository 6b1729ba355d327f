import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { join } from "node:path";
import type { AliasListEntry, KeyMetadata } from "@aws-sdk/client-kms";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";

export interface KeyRecord {
  metadata: KeyMetadata;
  /** Every material it has had; new data is encrypted with the last. */
  materials: Uint8Array[];
  policy: string;
  tags: Record<string, string>;
  rotation?: { readonly days: number; nextAt: number };
}

type Context = Readonly<Record<string, string>> | undefined;

const IV = 12;
const TAG = 16;

export class KeyStore {
  readonly keys: Collection<KeyRecord>;
  readonly aliases: Collection<AliasListEntry>;

  constructor(readonly cloud: CloudContext) {
    const dir = join(cloud.dir, "kms");
    this.keys = new Collection(dir, "keys");
    this.aliases = new Collection(dir, "aliases");
  }

  arn(id: string): string {
    return `arn:aws:kms:${this.cloud.region}:${this.cloud.accountId}:key/${id}`;
  }

  aliasArn(name: string): string {
    return `arn:aws:kms:${this.cloud.region}:${this.cloud.accountId}:${name}`;
  }

  /** A key by its id, its ARN, an alias or an alias's ARN. */
  find(reference: string | undefined): KeyRecord {
    const text = reference ?? "";
    const alias = /(alias\/.+)$/.exec(text)?.[1];
    const id =
      alias === undefined ? (text.split(":key/").at(-1) ?? "") : this.aliases.get(alias)?.TargetKeyId;
    const found = id === undefined ? undefined : this.keys.get(id);
    if (found) return found;
    const what =
      alias === undefined
        ? `Key '${text.startsWith("arn:") ? text : this.arn(text)}'`
        : `Alias ${this.aliasArn(alias)}`;
    throw new AwsError(
      "NotFoundException",
      `${what} ${alias === undefined ? "does not exist" : "is not found."}`,
    );
  }

  usable(reference: string | undefined): KeyRecord {
    const key = this.find(reference);
    const { Arn, KeyState } = key.metadata;
    if (KeyState === "Disabled") throw new AwsError("DisabledException", `${Arn} is disabled.`);
    if (KeyState !== "Enabled") throw new AwsError("KMSInvalidStateException", `${Arn} is pending deletion.`);
    return key;
  }
}

/** A ciphertext names its key and material; the encryption context is bound to it. */
export function encrypt(key: KeyRecord, plaintext: Uint8Array, context: Context): Buffer {
  const material = key.materials.length - 1;
  const iv = randomBytes(IV);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(key.materials[material] ?? []), iv);
  cipher.setAAD(boundTo(context));
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const header = Buffer.alloc(3);
  header.writeUInt8(1);
  header.writeUInt16BE(material, 1);
  return Buffer.concat([header, idBytes(key), iv, cipher.getAuthTag(), sealed]);
}

export const keyIdOf = (ciphertext: Uint8Array): string => {
  const hex = Buffer.from(ciphertext).subarray(3, 19).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

export function decrypt(key: KeyRecord, ciphertext: Uint8Array, context: Context): Buffer {
  const bytes = Buffer.from(ciphertext);
  try {
    const material = Buffer.from(key.materials[bytes.readUInt16BE(1)] ?? []);
    const at = 19;
    const decipher = createDecipheriv("aes-256-gcm", material, bytes.subarray(at, at + IV));
    decipher.setAAD(boundTo(context)).setAuthTag(bytes.subarray(at + IV, at + IV + TAG));
    return Buffer.concat([decipher.update(bytes.subarray(at + IV + TAG)), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}

export const invalidCiphertext = (): AwsError => new AwsError("InvalidCiphertextException", "");

const boundTo = (context: Context): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context ?? {}).sort()));
const idBytes = (key: KeyRecord): Buffer =>
  Buffer.from((key.metadata.KeyId ?? "").replaceAll("-", ""), "hex");
