import { join } from "node:path";
import type {
  EventSourceMappingConfiguration,
  FunctionConfiguration,
  FunctionEventInvokeConfig,
} from "@aws-sdk/client-lambda";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { type LambdaMetrics, lambdaMetrics } from "./metrics";

export interface FunctionRecord {
  /** $LATEST, as GetFunctionConfiguration returns it. */
  configuration: FunctionConfiguration;
  /** Published versions, oldest first. */
  versions: FunctionConfiguration[];
  tags: Record<string, string>;
  /** Statements of the resource policy. */
  statements: PolicyStatement[];
  policyRevision: string;
  /** Revisions of the policies of versions. */
  qualifiedPolicyRevisions?: Record<string, string>;
  reservedConcurrency?: number;
  invokeConfig?: FunctionEventInvokeConfig;
  /** The configurations of published versions. */
  versionInvokeConfigs?: Record<string, FunctionEventInvokeConfig>;
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
  /** A mapping that starts at LATEST reads records that arrive after this time, also after a restart. */
  createdAt: number;
}

export class LambdaStore {
  readonly dir: string;
  readonly functions: Collection<FunctionRecord>;
  readonly mappings: Collection<MappingRecord>;
  readonly metrics: LambdaMetrics;

  constructor(readonly cloud: CloudContext) {
    this.dir = join(cloud.dir, "lambda");
    this.metrics = lambdaMetrics(cloud.bus);
    this.functions = new Collection<FunctionRecord>(this.dir, "functions");
    this.mappings = new Collection<MappingRecord>(this.dir, "mappings");
  }

  arn(name: string): string {
    return `arn:aws:lambda:${this.cloud.region}:${this.cloud.accountId}:function:${name}`;
  }

  /** The function with a name, partial ARN or ARN. The error names the qualifier that was asked for. */
  find(nameOrArn: string | undefined, qualifier?: string): FunctionRecord {
    const { name } = parseName(nameOrArn);
    const found = this.functions.get(name);
    if (!found) throw notFound(`Function not found: ${this.arn(name)}${qualifier ? `:${qualifier}` : ""}`);
    return found;
  }

  save(record: FunctionRecord): void {
    this.functions.set(record.configuration.FunctionName ?? "", record);
  }
}

/** How an asynchronous invocation of a version is retried, and where its result goes. */
export const invokeConfigOf = (
  { invokeConfig, versionInvokeConfigs }: FunctionRecord,
  version = "$LATEST",
): FunctionEventInvokeConfig | undefined =>
  version === "$LATEST" ? invokeConfig : versionInvokeConfigs?.[version];

export const notFound = (message: string): AwsError =>
  new AwsError("ResourceNotFoundException", message, 404);
export const conflict = (message: string): AwsError =>
  new AwsError("ResourceConflictException", message, 409);
export const invalid = (message: string): AwsError =>
  new AwsError("InvalidParameterValueException", message, 400);

const MAX_TAGS = 50;

export function checkTagCount(tags: Readonly<Record<string, string>> = {}): void {
  if (Object.keys(tags).length > MAX_TAGS) throw invalid("Number of tags exceeds resource tag limit.");
}

/** Reads a function's name, partial ARN (account:function:name) or ARN, with or without a qualifier. */
export function parseName(nameOrArn: string | undefined): { name: string; qualifier?: string } {
  const parts = (nameOrArn ?? "").split(":");
  const at = parts.indexOf("function");
  // Without a name, "function" is the name (recorded by LocalStack's test_function_name_and_qualifier_validation).
  const [name = "", qualifier] = at < 0 ? parts : parts.slice(at === parts.length - 1 ? at : at + 1);
  return qualifier ? { name, qualifier } : { name };
}
