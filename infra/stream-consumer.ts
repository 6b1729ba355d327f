import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SecureBucket } from "./bucket";
import { type FeedStream, readStream } from "./feed-stream";
import { LakeFunction, type LakeFunctionArgs } from "./function";
import type { Setting } from "./setting";

export interface StreamConsumerArgs extends Omit<LakeFunctionArgs, "deadLetters" | "feed"> {
  readonly feed: string;
  readonly stream: FeedStream;
  /** Where batches go, records and all, that were given up. */
  readonly failures: SecureBucket;
}

/** A function fed by a stream: in order, in batches, and never stuck on what it cannot digest. */
export class StreamConsumer extends pulumi.ComponentResource {
  readonly function: LakeFunction;
  /** The event source mapping, by the name of its function. */
  readonly mapping: { readonly of: string; readonly uuid: pulumi.Output<string> };

  constructor(
    name: string,
    args: StreamConsumerArgs,
    setting: Setting,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:functions:StreamConsumer", name, {}, options);
    const { functions } = setting.config;
    this.function = new LakeFunction(
      name,
      {
        ...args,
        readsStream: true,
        statements: [...args.statements, readStream(args.stream.arn), ...writeFailures(args.failures)],
      },
      setting,
      { parent: this },
    );
    const mapping = new aws.lambda.EventSourceMapping(
      `${name}-mapping`,
      {
        eventSourceArn: args.stream.arn,
        functionName: this.function.arn,
        startingPosition: "TRIM_HORIZON",
        batchSize: functions.batchSize,
        maximumBatchingWindowInSeconds: functions.batchWindowSeconds,
        bisectBatchOnFunctionError: true,
        functionResponseTypes: ["ReportBatchItemFailures"],
        maximumRetryAttempts: functions.retries,
        maximumRecordAgeInSeconds: functions.recordAgeSeconds,
        metricsConfig: { metrics: ["EventCount"] },
        destinationConfig: { onFailure: { destinationArn: args.failures.arn } },
      },
      { parent: this, dependsOn: [this.function.permissions] },
    );
    this.mapping = { of: this.function.functionName, uuid: mapping.uuid };
    this.registerOutputs({ function: this.function.name });
  }
}

const writeFailures = (bucket: SecureBucket) => [
  {
    sid: "WriteFailures",
    actions: ["s3:PutObject"],
    resources: [pulumi.interpolate`${bucket.arn}/aws/lambda/*`],
  },
  { sid: "ListFailures", actions: ["s3:ListBucket"], resources: [bucket.arn] },
];
