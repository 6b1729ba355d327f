import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { join } from "node:path";
import type { ParameterHistory } from "@aws-sdk/client-ssm";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";

export interface ParameterRecord {
  readonly name: string;
  /** Oldest first; a SecureString's value is kept encrypted. */
  versions: ParameterHistory[];
  tags: Record<string, string>;
}

/** AWS keeps so many versions. */
export const KEPT_VERSIONS = 100;

export class ParameterStore {
  readonly parameters: Collection<ParameterRecord>;
  readonly #key: Buffer;

  constructor(readonly cloud: CloudContext) {
    const dir = join(cloud.dir, "ssm");
    this.parameters = new Collection(dir, "parameters");
    const keys = new Collection<{ secret: Uint8Array }>(dir, "key");
    const kept = keys.get("aws/ssm") ?? keys.set("aws/ssm", { secret: randomBytes(32) });
    this.#key = Buffer.from(kept.secret);
  }

  arn(name: string): string {
    return `arn:aws:ssm:${this.cloud.region}:${this.cloud.accountId}:parameter${name.startsWith("/") ? "" : "/"}${name}`;
  }

  find(name: string): ParameterRecord {
    const found = this.parameters.get(name);
    if (!found) throw new AwsError("ParameterNotFound", "");
    return found;
  }

  /** So that no secret lies readable in the state directory. */
  seal(name: string, text: string): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key, iv).setAAD(Buffer.from(name));
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
  }

  unseal(name: string, sealed: string): string {
    const bytes = Buffer.from(sealed, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, 12));
    decipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
  }
}

/** "name", "name:3", or the parameter's ARN with either. */
export function parseReference(reference: string | undefined): {
  name: string;
  version?: number;
  selector?: string;
} {
  const text = reference?.startsWith("arn:") ? nameInArn(reference) : (reference ?? "");
  const [name = "", selector] = text.split(":");
  const version = Number(selector);
  if (selector === undefined) return { name };
  return Number.isInteger(version)
    ? { name, version, selector: `:${selector}` }
    : { name, selector: `:${selector}` };
}

function nameInArn(arn: string): string {
  const path = arn.split(":parameter")[1] ?? "";
  return path.lastIndexOf("/") === 0 ? path.slice(1) : path;
}
