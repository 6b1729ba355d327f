import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { AwsError, validationError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { seal, storedKey, unseal } from "../shared/seal";
import type { Tags } from "../shared/tags";

export interface SecretVersion {
  readonly id: string;
  /** The encrypted content in base64. */
  readonly sealed: string;
  /** Whether the content was given as SecretBinary. */
  readonly binary: boolean;
  readonly createdAt: number;
  /** The day of the last GetSecretValue. */
  accessedAt?: number;
  stages: string[];
}

export interface SecretRecord {
  readonly arn: string;
  readonly name: string;
  description?: string;
  kmsKeyId?: string;
  versions: SecretVersion[];
  tags: Tags;
  /** Whether it has ever had tags: AWS describes the tags of such secrets only. */
  tagged?: boolean;
  policy?: string;
  readonly createdAt: number;
  changedAt: number;
  /** The day of the last GetSecretValue. */
  accessedAt?: number;
  /** When the secret will be deleted; set while deletion is scheduled. */
  deletedAt?: number;
}

const ARN_SUFFIX = 6;

export class SecretStore {
  readonly secrets: Collection<SecretRecord>;
  readonly #key: Buffer;

  constructor(readonly cloud: CloudContext) {
    const dir = join(cloud.dir, "secretsmanager");
    this.secrets = new Collection(dir, "secrets");
    this.#key = storedKey(dir, "key");
  }

  arnWithoutSuffix(name: string): string {
    return `arn:aws:secretsmanager:${this.cloud.region}:${this.cloud.accountId}:secret:${name}`;
  }

  newArn(name: string): string {
    const letters = randomBytes(16)
      .toString("base64")
      .replace(/[^A-Za-z0-9]/g, "");
    return `${this.arnWithoutSuffix(name)}-${letters.slice(0, ARN_SUFFIX)}`;
  }

  /** Finds a secret by name, ARN, or ARN without its random suffix. */
  lookUp(id = ""): SecretRecord | undefined {
    if (!id.startsWith("arn:")) return this.secrets.get(id);
    return this.secrets.values().find(({ arn }) => arn === id || arn.slice(0, -ARN_SUFFIX - 1) === id);
  }

  find(id: string | undefined): SecretRecord {
    if (!id?.startsWith("arn:")) checkName(id ?? "");
    const found = this.lookUp(id);
    if (found) return found;
    throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  }

  /** Like find, but refuses a secret whose deletion is scheduled. */
  findActive(id: string | undefined): SecretRecord {
    const secret = this.find(id);
    if (secret.deletedAt === undefined) return secret;
    throw invalidRequest(
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }

  save(secret: SecretRecord): void {
    this.secrets.set(secret.name, secret);
  }

  scheduleDeletion({ name, deletedAt }: SecretRecord): void {
    if (deletedAt === undefined) return;
    const { clock } = this.cloud;
    clock.schedule(deletedAt, () => {
      const due = this.secrets.get(name)?.deletedAt;
      if (due !== undefined && due <= clock.now()) this.secrets.delete(name);
    });
  }

  seal(content: Uint8Array): string {
    return seal(this.#key, content).toString("base64");
  }

  unseal(sealed: string): Buffer {
    return unseal(this.#key, Buffer.from(sealed, "base64"));
  }

  /** The resource of IAM checks; "*" when the secret does not exist. */
  readonly arnsOf = ({ SecretId }: { SecretId?: string | undefined }): string[] => [
    this.lookUp(SecretId)?.arn ?? "*",
  ];
}

/** Recorded by LocalStack's test_invalid_secret_name, for each operation with SecretId. */
export function checkName(name: string): void {
  if (!/^[\w/+=.@!-]+$/.test(name))
    throw validationError(
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    );
}

export const invalidRequest = (message: string): AwsError => new AwsError("InvalidRequestException", message);
