import { join } from "node:path";
import type { ParameterHistory } from "@aws-sdk/client-ssm";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { seal, storedKey, unseal } from "../shared/seal";
import type { Tags } from "../shared/tags";

export interface ParameterRecord {
  readonly name: string;
  /** Oldest first; the values of SecureStrings are encrypted. */
  versions: ParameterHistory[];
  tags: Tags;
}

export class ParameterStore {
  readonly parameters: Collection<ParameterRecord>;
  readonly #key: Buffer;

  constructor(readonly cloud: CloudContext) {
    const dir = join(cloud.dir, "ssm");
    this.parameters = new Collection(dir, "parameters");
    this.#key = storedKey(dir, "aws/ssm");
  }

  arn(name: string): string {
    return `arn:aws:ssm:${this.cloud.region}:${this.cloud.accountId}:parameter${name.startsWith("/") ? "" : "/"}${name}`;
  }

  /** The resource of IAM checks. */
  readonly arnsOf = ({ Name }: { Name?: string | undefined }): string[] => [
    this.arn(parseReference(Name).name),
  ];

  find(name: string): ParameterRecord {
    const found = this.parameters.get(name);
    if (!found) throw new AwsError("ParameterNotFound", "");
    return found;
  }

  seal(name: string, text: string): string {
    return seal(this.#key, Buffer.from(text), Buffer.from(name)).toString("base64");
  }

  /** A version's value; a SecureString read without decryption returns its ciphertext. */
  valueOf({ Name = "", Type, Value = "" }: ParameterHistory, decrypt: boolean | undefined): string {
    if (Type !== "SecureString" || !decrypt) return Value;
    return unseal(this.#key, Buffer.from(Value, "base64"), Buffer.from(Name)).toString("utf8");
  }
}

/** Reads "name", "name:3" or "name:label", or the parameter's ARN in one of these forms. */
export function parseReference(reference = ""): { name: string; selector?: string } {
  const [name = "", selector] = (reference.startsWith("arn:") ? nameInArn(reference) : reference).split(":");
  return selector === undefined ? { name } : { name, selector };
}

function nameInArn(arn: string): string {
  const path = arn.split(":parameter")[1] ?? "";
  return path.lastIndexOf("/") === 0 ? path.slice(1) : path;
}
