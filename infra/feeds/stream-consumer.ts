import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { LakeFunction, type LakeFunctionArgs } from "../functions/function";
import type { Statement } from "../permissions";
import type { SecureBucket } from "../storage/bucket";
import { type FeedStream, readStream } from "./stream";

export interface StreamConsumerArgs extends Omit<LakeFunctionArgs, "deadLetters" | "readsStream"> {
  readonly stream: FeedStream;
  readonly batchWindowSeconds: number;
  /** The bucket for batches that were given up, records included. */
  readonly failures: SecureBucket;
}

/** A function that a stream invokes with batches in order. A batch that keeps failing is split, then given up. */
export class StreamConsumer extends pulumi.ComponentResource {
  readonly function: LakeFunction;
  readonly mappingUuid: pulumi.Output<string>;

  constructor(
    name: string,
    args: StreamConsumerArgs,
    context: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:functions:StreamConsumer", name, {}, options);
    const parent = { parent: this };
    const { functions, stream: streamConfig } = context.config;
    const { stream, failures } = args;
    const reader = streamConfig.readers === "dedicated" ? createReader() : undefined;
    this.function = new LakeFunction(
      name,
      {
        ...args,
        readsStream: true,
        statements: [
          ...args.statements,
          readStream(stream.arn),
          ...subscribe(reader),
          ...writeFailures(failures),
        ],
      },
      context,
      parent,
    );
    const mapping = new aws.lambda.EventSourceMapping(
      `${name}-mapping`,
      {
        eventSourceArn: reader?.arn ?? stream.arn,
        functionName: this.function.arn,
        startingPosition: "TRIM_HORIZON",
        batchSize: functions.batchSize,
        maximumBatchingWindowInSeconds: args.batchWindowSeconds,
        bisectBatchOnFunctionError: true,
        functionResponseTypes: ["ReportBatchItemFailures"],
        maximumRetryAttempts: functions.retries,
        maximumRecordAgeInSeconds: functions.recordAgeSeconds,
        metricsConfig: { metrics: ["EventCount"] },
        destinationConfig: { onFailure: { destinationArn: failures.arn } },
      },
      { parent: this, dependsOn: [this.function.permissions] },
    );
    this.mappingUuid = mapping.uuid;
    this.registerOutputs({ function: this.function.name });

    function createReader() {
      return new aws.kinesis.StreamConsumer(
        `${name}-reader`,
        { name: context.names.function(args.source, args.feed), streamArn: stream.arn },
        parent,
      );
    }
  }
}

/** Enhanced fan-out. AWSLambdaKinesisExecutionRole allows the same action. */
const subscribe = (reader: aws.kinesis.StreamConsumer | undefined): Statement[] =>
  reader
    ? [{ sid: "SubscribeToShards", actions: ["kinesis:SubscribeToShard"], resources: [reader.arn] }]
    : [];

const writeFailures = ({ arn }: SecureBucket): Statement[] => [
  { sid: "WriteFailures", actions: ["s3:PutObject"], resources: [pulumi.interpolate`${arn}/aws/lambda/*`] },
  { sid: "ListFailures", actions: ["s3:ListBucket"], resources: [arn] },
];
