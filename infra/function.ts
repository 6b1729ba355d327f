import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { functionArchive } from "./archive";
import { sendDeadLetters } from "./dead-letters";
import { useKey } from "./encryption";
import { serviceRole } from "./role";
import type { Setting } from "./setting";
import type { Statement } from "./statements";

export interface LakeFunctionArgs {
  /** The folder in functions/. */
  readonly source: string;
  readonly description: string;
  readonly feed?: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** What its own calls need; logging and tracing are added. */
  readonly statements: readonly Statement[];
  readonly readsStream?: boolean;
  /** Where events go that it could not handle when called asynchronously. */
  readonly deadLetters?: aws.sqs.Queue | undefined;
}

/** A Lambda function with a role, a log group and permissions of its own. */
export class LakeFunction extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly functionName: string;
  readonly readsStream: boolean;
  readonly arn: pulumi.Output<string>;
  readonly roleName: pulumi.Output<string>;
  /** Done when it may do its work. */
  readonly permissions: pulumi.Resource;

  constructor(
    name: string,
    args: LakeFunctionArgs,
    setting: Setting,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:functions:LakeFunction", name, {}, options);
    const { config, names, key } = setting;
    const functionName = names.function(args.source, args.feed);
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      {
        name: names.logGroup(functionName),
        retentionInDays: config.functions.logRetentionDays,
        ...(key && { kmsKeyId: key }),
      },
      { parent: this },
    );
    const { role, policy } = serviceRole(
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
          ...(args.deadLetters ? [sendDeadLetters(args.deadLetters)] : []),
          ...(config.functions.tracing ? [SEND_TRACES] : []),
        ],
      },
      this,
    );
    const made = new aws.lambda.Function(
      name,
      {
        name: functionName,
        description: args.description,
        role: role.arn,
        runtime: "nodejs22.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: functionArchive(args.source),
        memorySize: args.memoryMegabytes,
        timeout: args.timeoutSeconds,
        ...(key && { kmsKeyArn: key }),
        environment: { variables: { ...args.environment } },
        tracingConfig: { mode: config.functions.tracing ? "Active" : "PassThrough" },
        loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
        ...(config.functions.reservedConcurrency && {
          reservedConcurrentExecutions: config.functions.reservedConcurrency,
        }),
        ...(args.deadLetters && { deadLetterConfig: { targetArn: args.deadLetters.arn } }),
      },
      { parent: this, dependsOn: [policy] },
    );
    this.name = made.name;
    this.functionName = functionName;
    this.readsStream = args.readsStream ?? false;
    this.arn = made.arn;
    this.roleName = role.name;
    this.permissions = policy;
    this.registerOutputs({ name: this.name, arn: this.arn });
  }
}

/** X-Ray has no resources to name. */
const SEND_TRACES: Statement = {
  sid: "SendTraces",
  actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
  resources: ["*"],
};
