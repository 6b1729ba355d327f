import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { useKey } from "../encryption";
import { type Statement, serviceRole } from "../permissions";
import { functionArchive } from "./archive";
import { type DeadLetters, sendDeadLetters } from "./dead-letters";

export interface LakeFunctionArgs {
  /** Name of the folder in functions/. */
  readonly source: string;
  readonly description: string;
  readonly feed?: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** Further files beside the code, by name. */
  readonly files?: Promise<Readonly<Record<string, string>>>;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** Permissions for the function's own calls; logging and tracing are added. */
  readonly statements: readonly Statement[];
  /** Whether a stream's event source mapping invokes it. */
  readonly readsStream?: boolean;
  /** Where events of failed asynchronous invocations go. */
  readonly deadLetters?: DeadLetters | undefined;
}

/** A Lambda function with its own role and log group. */
export class LakeFunction extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly functionName: string;
  readonly readsStream: boolean;
  readonly arn: pulumi.Output<string>;
  /** The role's policy: what invokes the function depends on it. */
  readonly permissions: pulumi.Resource;

  constructor(
    name: string,
    args: LakeFunctionArgs,
    context: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:functions:LakeFunction", name, {}, options);
    const { config, names, key } = context;
    const { tracing, reservedConcurrency, logRetentionDays } = config.functions;
    const parent = { parent: this };
    const functionName = names.function(args.source, args.feed);

    const logGroup = createLogGroup();
    const { role, policy } = createRole();
    const created = createFunction();
    this.name = created.name;
    this.functionName = functionName;
    this.readsStream = args.readsStream ?? false;
    this.arn = created.arn;
    this.permissions = policy;
    this.registerOutputs({ name: this.name, arn: this.arn });

    function createLogGroup() {
      return new aws.cloudwatch.LogGroup(
        `${name}-logs`,
        {
          name: names.logGroup(functionName),
          retentionInDays: logRetentionDays,
          ...(key && { kmsKeyId: key }),
        },
        parent,
      );
    }

    function createRole() {
      return serviceRole(
        name,
        {
          name: functionName,
          service: "lambda.amazonaws.com",
          statements: [
            ...args.statements,
            ...useKey(key),
            {
              sid: "WriteLogs",
              actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
              resources: [pulumi.interpolate`${logGroup.arn}:*`],
            },
            ...sendDeadLetters(args.deadLetters),
            ...(tracing ? [SEND_TRACES] : []),
          ],
        },
        parent,
      );
    }

    function createFunction() {
      return new aws.lambda.Function(
        name,
        {
          name: functionName,
          description: args.description,
          role: role.arn,
          runtime: "nodejs22.x",
          architectures: ["arm64"],
          handler: "index.handler",
          code: functionArchive(args.source, args.files),
          memorySize: args.memoryMegabytes,
          timeout: args.timeoutSeconds,
          ...(key && { kmsKeyArn: key }),
          environment: { variables: { ...args.environment } },
          tracingConfig: { mode: tracing ? "Active" : "PassThrough" },
          loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
          ...(reservedConcurrency && { reservedConcurrentExecutions: reservedConcurrency }),
          ...(args.deadLetters && { deadLetterConfig: { targetArn: args.deadLetters.queue.arn } }),
        },
        { ...parent, dependsOn: [policy] },
      );
    }
  }
}

/** X-Ray has no resource-level permissions. */
const SEND_TRACES: Statement = {
  sid: "SendTraces",
  actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
  resources: ["*"],
};
