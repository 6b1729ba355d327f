import { join } from "node:path";
import type {
  EventSourceMappingConfiguration,
  FunctionConfiguration,
  FunctionEventInvokeConfig,
} from "@aws-sdk/client-lambda";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";

export interface FunctionRecord {
  /** $LATEST, as GetFunctionConfiguration answers it. */
  configuration: FunctionConfiguration;
  /** Published versions, oldest first. */
  versions: FunctionConfiguration[];
  tags: Record<string, string>;
  /** Resource policy. */
  statements: PolicyStatement[];
  policyRevision: string;
  reservedConcurrency?: number;
  invokeConfig?: FunctionEventInvokeConfig;
}

export interface PolicyStatement {
  Sid: string;
  Effect: "Allow";
  Principal: "*" | { Service: string } | { AWS: string };
  Action: string;
  Resource: string;
  Condition?: Record<string, Record<string, string>>;
}

export interface MappingRecord {
  configuration: EventSourceMappingConfiguration;
  tags: Record<string, string>;
  /** When it was made: LATEST means from here on, also after a restart. */
  createdAt: number;
}

export interface LambdaStore {
  readonly dir: string;
  readonly functions: Collection<FunctionRecord>;
  readonly mappings: Collection<MappingRecord>;
  arn(name: string): string;
  find(nameOrArn: string | undefined): FunctionRecord;
}

export function openStore(cloud: CloudContext): LambdaStore {
  const dir = join(cloud.dir, "lambda");
  const functions = new Collection<FunctionRecord>(dir, "functions");
  const arn = (name: string) => `arn:aws:lambda:${cloud.region}:${cloud.accountId}:function:${name}`;
  return {
    dir,
    functions,
    mappings: new Collection<MappingRecord>(dir, "mappings"),
    arn,
    find(nameOrArn) {
      const { name } = parseName(nameOrArn);
      const found = functions.get(name);
      if (!found) throw notFound(`Function not found: ${arn(name)}`);
      return found;
    },
  };
}

export const notFound = (message: string): AwsError =>
  new AwsError("ResourceNotFoundException", message, 404);
export const conflict = (message: string): AwsError =>
  new AwsError("ResourceConflictException", message, 409);
export const invalid = (message: string): AwsError =>
  new AwsError("InvalidParameterValueException", message, 400);

/** A function is named by its name, a partial ARN (account:function:name) or its ARN, each with or without qualifier. */
export function parseName(nameOrArn: string | undefined): { name: string; qualifier?: string } {
  const parts = (nameOrArn ?? "").split(":");
  const at = parts.indexOf("function");
  const [name = "", qualifier] = at < 0 ? parts : parts.slice(at + 1);
  return qualifier ? { name, qualifier } : { name };
}
