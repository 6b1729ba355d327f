import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FeedDefinition } from "../data/feeds";
import type { SecureBucket } from "./bucket";
import { type DeliveryFormat, destinationFormat } from "./delivery-format";
import { useKey } from "./encryption";
import { type FeedStream, readStream } from "./feed-stream";
import type { LakeFunction } from "./function";
import { serviceRole } from "./role";
import type { Setting } from "./setting";
import type { Statement } from "./statements";

export interface RawDeliveryArgs {
  readonly feed: FeedDefinition;
  readonly lake: SecureBucket;
  /** Physical name of the delivery stream. */
  readonly deliveryStream: string;
  /** Records come from a stream, or without one straight from producers. */
  readonly stream?: FeedStream;
  /** Checks and normalises records on their way. */
  readonly transform?: LakeFunction;
  readonly format: DeliveryFormat;
}

/** Firehose: records as they came, JSON lines by arrival hour unless the format says otherwise. */
export class RawDelivery extends pulumi.ComponentResource {
  readonly name: string;
  readonly fromStream: boolean;
  readonly arn: pulumi.Output<string>;

  constructor(
    name: string,
    args: RawDeliveryArgs,
    setting: Setting,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:feeds:RawDelivery", name, {}, options);
    const { config, names } = setting;
    const { feed, lake, stream, transform } = args;
    const parent = { parent: this };
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      {
        name: `/aws/kinesisfirehose/${args.deliveryStream}`,
        retentionInDays: config.functions.logRetentionDays,
        ...(setting.key && { kmsKeyId: setting.key }),
      },
      parent,
    );
    const logStream = new aws.cloudwatch.LogStream(
      `${name}-log`,
      { name: "S3Delivery", logGroupName: logGroup.name },
      parent,
    );
    const format = destinationFormat(args.format, feed, setting);
    const { arn: roleArn, policy } = serviceRole(
      name,
      {
        name: names.role(name),
        service: "firehose.amazonaws.com",
        sourceAccount: setting.account,
        statements: [
          ...(stream ? [readStream(stream.arn)] : []),
          ...writeLake(feed.name, lake),
          ...(transform ? [invoke(transform)] : []),
          ...format.statements,
          ...useKey(setting.key),
          { sid: "LogErrors", actions: ["logs:PutLogEvents"], resources: [logStream.arn] },
        ],
      },
      this,
    );
    const processors = [...(transform ? [lambdaProcessor(transform)] : []), ...format.processors];
    const delivery = new aws.kinesis.FirehoseDeliveryStream(
      name,
      {
        name: args.deliveryStream,
        destination: "extended_s3",
        ...(stream
          ? { kinesisSourceConfiguration: { kinesisStreamArn: stream.arn, roleArn } }
          : { serverSideEncryption: sourceEncryption(setting) }),
        extendedS3Configuration: {
          bucketArn: lake.arn,
          roleArn,
          ...format.destination(roleArn),
          bufferingInterval: config.delivery.bufferSeconds,
          ...(setting.key && { kmsKeyArn: setting.key }),
          ...(processors.length > 0 && { processingConfiguration: { enabled: true, processors } }),
          cloudwatchLoggingOptions: {
            enabled: true,
            logGroupName: logGroup.name,
            logStreamName: logStream.name,
          },
        },
      },
      { parent: this, dependsOn: [policy, ...lake.settings] },
    );
    this.name = args.deliveryStream;
    this.fromStream = stream !== undefined;
    this.arn = delivery.arn;
    this.registerOutputs({ name: delivery.name, arn: this.arn });
  }
}

const sourceEncryption = ({ key }: Setting) =>
  key
    ? { enabled: true, keyType: "CUSTOMER_MANAGED_CMK", keyArn: key }
    : { enabled: true, keyType: "AWS_OWNED_CMK" };

const invoke = (transform: LakeFunction): Statement => ({
  sid: "Transform",
  actions: ["lambda:InvokeFunction"],
  resources: [pulumi.interpolate`${transform.arn}:$LATEST`],
});

/** Buffering hints at their defaults must stay out: AWS does not give them back, and the provider would see a change. */
const lambdaProcessor = (transform: LakeFunction) => ({
  type: "Lambda",
  parameters: [{ parameterName: "LambdaArn", parameterValue: pulumi.interpolate`${transform.arn}:$LATEST` }],
});

/** Firehose's own list for an S3 destination, on this feed's folders. */
const writeLake = (feed: string, lake: SecureBucket): Statement[] => [
  {
    sid: "WriteObjects",
    actions: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
    resources: [
      pulumi.interpolate`${lake.arn}/raw/${feed}/*`,
      pulumi.interpolate`${lake.arn}/errors/${feed}/*`,
    ],
  },
  {
    sid: "UseBucket",
    actions: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
    resources: [lake.arn],
  },
];
