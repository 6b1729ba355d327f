import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SecureBucket } from "./bucket";
import { type FeedStream, readStream } from "./feed-stream";
import { errorPrefix, rawPrefix } from "./prefixes";
import { serviceRole } from "./role";
import type { Setting } from "./setting";

export interface RawDeliveryArgs {
  readonly stream: FeedStream;
  readonly lake: SecureBucket;
}

/** Firehose: the stream as it came, JSON lines by arrival hour. */
export class RawDelivery extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(
    feed: string,
    args: RawDeliveryArgs,
    setting: Setting,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:feeds:RawDelivery", `${feed}-raw`, {}, options);
    const { config, names } = setting;
    const parent = { parent: this };
    const name = names.deliveryStream(feed);
    const logGroup = new aws.cloudwatch.LogGroup(
      `${feed}-raw-logs`,
      { name: `/aws/kinesisfirehose/${name}`, retentionInDays: config.functions.logRetentionDays },
      parent,
    );
    const logStream = new aws.cloudwatch.LogStream(
      `${feed}-raw-log`,
      { name: "S3Delivery", logGroupName: logGroup.name },
      parent,
    );
    const { arn: roleArn, policy } = serviceRole(
      `${feed}-raw`,
      {
        name: names.role(`${feed}-raw`),
        service: "firehose.amazonaws.com",
        statements: [
          readStream(args.stream.arn),
          ...writeLake(feed, args.lake),
          { sid: "LogErrors", actions: ["logs:PutLogEvents"], resources: [logStream.arn] },
        ],
      },
      this,
    );
    const delivery = new aws.kinesis.FirehoseDeliveryStream(
      `${feed}-raw`,
      {
        name,
        destination: "extended_s3",
        kinesisSourceConfiguration: { kinesisStreamArn: args.stream.arn, roleArn },
        extendedS3Configuration: {
          bucketArn: args.lake.arn,
          roleArn,
          prefix: rawPrefix(feed),
          errorOutputPrefix: errorPrefix(feed),
          bufferingInterval: config.delivery.bufferSeconds,
          bufferingSize: config.delivery.bufferMegabytes,
          compressionFormat: "GZIP",
          cloudwatchLoggingOptions: {
            enabled: true,
            logGroupName: logGroup.name,
            logStreamName: logStream.name,
          },
        },
      },
      { parent: this, dependsOn: [policy, ...args.lake.settings] },
    );
    this.name = delivery.name;
    this.arn = delivery.arn;
    this.registerOutputs({ name: this.name, arn: this.arn });
  }
}

/** Firehose's own list for an S3 destination, on this feed's folders. */
const writeLake = (feed: string, lake: SecureBucket) => [
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
