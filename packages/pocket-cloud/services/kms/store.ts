import { createHash, randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { AliasListEntry, KeyMetadata } from "@aws-sdk/client-kms";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { seal, unseal } from "../shared/seal";
import type { Tags } from "../shared/tags";
import { managedBy, managedDescription, managedPolicy } from "./managed-keys";

export interface KeyRecord {
  metadata: KeyMetadata;
  /** All key material since the key was created, newest last. New data is encrypted with the newest. */
  materials: Uint8Array[];
  policy: string;
  tags: Tags;
  rotation?: { readonly days: number; nextAt: number };
}

interface NewKey extends Pick<KeyRecord, "policy" | "tags"> {
  readonly description: string;
  readonly manager: "AWS" | "CUSTOMER";
}

export const DAY = 86_400_000;
const MATERIAL_BYTES = 32;
const KEY_ID = /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

const newMaterial = (): Buffer => randomBytes(MATERIAL_BYTES);

const aliasIn = (reference: string): string | undefined => /alias\/.+$/.exec(reference)?.[0];

export class KeyStore {
  readonly keys: Collection<KeyRecord>;
  readonly aliases: Collection<AliasListEntry>;

  constructor(readonly cloud: CloudContext) {
    const dir = join(cloud.dir, "kms");
    this.keys = new Collection(dir, "keys");
    this.aliases = new Collection(dir, "aliases");
  }

  arn(id: string): string {
    return `${this.#arnPrefix}key/${id}`;
  }

  aliasArn(name: string): string {
    return this.#arnPrefix + name;
  }

  get #arnPrefix(): string {
    return `arn:aws:kms:${this.cloud.region}:${this.cloud.accountId}:`;
  }

  /** Finds a key by id, ARN, alias or the alias's ARN. */
  find(reference = ""): KeyRecord {
    const found = this.get(reference);
    if (found) return found;
    throw new AwsError("NotFoundException", this.#notFound(reference));
  }

  /** The key with an id, ARN, alias or the alias's ARN. */
  get(reference: string): KeyRecord | undefined {
    const alias = aliasIn(reference);
    if (reference.startsWith("arn:") && !reference.startsWith(this.#arnPrefix)) return undefined;
    const id = alias ? this.aliases.get(alias)?.TargetKeyId : reference.split(":key/").at(-1);
    return this.keys.get(id ?? "") ?? this.#managed(alias);
  }

  /** The key that AWS manages for a service, which the first use of its alias makes. */
  #managed(alias = ""): KeyRecord | undefined {
    const service = managedBy(alias);
    if (service === undefined) return undefined;
    const { region, accountId } = this.cloud;
    const key = this.add({
      description: managedDescription(service),
      manager: "AWS",
      policy: managedPolicy(service, region, accountId),
      tags: {},
    });
    this.addAlias(alias, key.metadata.KeyId);
    return key;
  }

  /** Adds a symmetric key with new material. */
  add({ description, manager, policy, tags }: NewKey): KeyRecord {
    const KeyId = randomUUID();
    const key: KeyRecord = {
      metadata: {
        AWSAccountId: this.cloud.accountId,
        KeyId,
        Arn: this.arn(KeyId),
        CreationDate: new Date(this.cloud.clock.now()),
        Enabled: true,
        Description: description,
        KeyUsage: "ENCRYPT_DECRYPT",
        KeyState: "Enabled",
        Origin: "AWS_KMS",
        KeyManager: manager,
        CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
        KeySpec: "SYMMETRIC_DEFAULT",
        EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
        MultiRegion: false,
      },
      materials: [newMaterial()],
      policy,
      tags,
    };
    this.save(key);
    return key;
  }

  addAlias(AliasName: string, TargetKeyId: string | undefined): void {
    const now = new Date(this.cloud.clock.now());
    this.aliases.set(AliasName, {
      AliasName,
      AliasArn: this.aliasArn(AliasName),
      TargetKeyId,
      CreationDate: now,
      LastUpdatedDate: now,
    });
  }

  /** Finds a key by id or ARN, for operations that take no alias. */
  findWithoutAlias(reference = ""): KeyRecord {
    if (reference.includes("alias/")) throw new AwsError("NotFoundException", `Invalid keyId '${reference}'`);
    return this.find(reference);
  }

  /** AWS's messages, as recorded by LocalStack's tests (test_kms.snapshot.json, test_s3.snapshot.json). */
  #notFound(reference: string): string {
    const alias = aliasIn(reference);
    const [, , , region] = reference.split(":");
    if (reference.startsWith("arn:") && region !== this.cloud.region) return `Invalid arn ${region}`;
    if (alias) return this.aliasNotFound(alias).message;
    if (reference.startsWith("arn:")) return `Key '${reference}' does not exist`;
    return KEY_ID.test(reference)
      ? `Key '${this.arn(reference)}' does not exist`
      : `Invalid keyId '${reference}'`;
  }

  aliasNotFound(name: string): AwsError {
    return new AwsError("NotFoundException", `Alias ${this.aliasArn(name)} is not found.`);
  }

  /** Like find, but refuses keys that are disabled or pending deletion. */
  findEnabled(reference: string | undefined): KeyRecord {
    const key = this.find(reference);
    const refusal = notEnabled(key);
    if (refusal) throw refusal;
    return key;
  }

  /** The resource of IAM checks; "*" when the key does not exist. */
  readonly arnsOf = ({ KeyId }: { KeyId?: string | undefined }): string[] => {
    try {
      return [this.find(KeyId).metadata.Arn ?? "*"];
    } catch {
      return ["*"];
    }
  };

  save(key: KeyRecord): void {
    this.keys.set(key.metadata.KeyId ?? "", key);
  }

  /** Adds new material to a key whose rotation is due. Older material stays, to decrypt older data. */
  rotateIfDue(key: KeyRecord): void {
    const now = this.cloud.clock.now();
    if (!key.rotation || key.rotation.nextAt > now) return;
    key.materials.push(newMaterial());
    key.rotation.nextAt = now + key.rotation.days * DAY;
    this.save(key);
  }

  scheduleDeletion({ metadata: { KeyId = "", DeletionDate } }: KeyRecord): void {
    if (!DeletionDate) return;
    const { clock } = this.cloud;
    clock.schedule(DeletionDate.getTime(), () => {
      const due = this.keys.get(KeyId)?.metadata.DeletionDate;
      if (!due || due.getTime() > clock.now()) return;
      for (const alias of this.aliases.values())
        if (alias.TargetKeyId === KeyId) this.aliases.delete(alias.AliasName ?? "");
      this.keys.delete(KeyId);
    });
  }
}

/** KMS's error for a key that is disabled or pending deletion. */
export function notEnabled(key: KeyRecord): AwsError | undefined {
  const { Arn, KeyState } = key.metadata;
  if (KeyState === "Disabled") return new AwsError("DisabledException", `${Arn} is disabled.`);
  return KeyState === "Enabled" ? undefined : pendingDeletion(key);
}

export const pendingDeletion = ({ metadata }: KeyRecord): AwsError =>
  new AwsError("KMSInvalidStateException", `${metadata.Arn} is pending deletion.`);

type EncryptionContext = Readonly<Record<string, string>> | undefined;

/** A ciphertext begins with a format version, the index of the key material, and the key's id. */
const FORMAT = 1;
const ID_AT = 3;
export const HEADER_BYTES = 19;

export function encrypt(key: KeyRecord, plaintext: Uint8Array, context: EncryptionContext): Buffer {
  const material = key.materials.at(-1) ?? Buffer.alloc(0);
  const header = Buffer.alloc(ID_AT);
  header.writeUInt8(FORMAT);
  header.writeUInt16BE(key.materials.length - 1, 1);
  const id = Buffer.from((key.metadata.KeyId ?? "").replaceAll("-", ""), "hex");
  return Buffer.concat([header, id, seal(material, plaintext, boundTo(context))]);
}

export function decrypt(key: KeyRecord, ciphertext: Uint8Array, context: EncryptionContext): Buffer {
  const bytes = Buffer.from(ciphertext);
  try {
    const material = key.materials[bytes.readUInt16BE(1)] ?? Buffer.alloc(0);
    return unseal(material, bytes.subarray(HEADER_BYTES), boundTo(context));
  } catch {
    throw invalidCiphertext();
  }
}

/** The number of the key material that a ciphertext was encrypted with. */
export const materialOf = (ciphertext: Uint8Array): number => Buffer.from(ciphertext).readUInt16BE(1);

/** The id of a key's material: 64 hexadecimal digits that say nothing of the material. */
export const materialId = ({ metadata }: KeyRecord, index: number): string =>
  createHash("sha256").update(`material ${index} of ${metadata.Arn}`).digest("hex");

export const keyIdOf = (ciphertext: Uint8Array): string =>
  Buffer.from(ciphertext)
    .toString("hex", ID_AT, HEADER_BYTES)
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

export const invalidCiphertext = (): AwsError => new AwsError("InvalidCiphertextException", "");

const boundTo = (context: EncryptionContext): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context ?? {}).sort()));
