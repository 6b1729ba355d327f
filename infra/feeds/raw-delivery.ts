import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FeedDefinition } from "../../data/feeds";
import type { Context } from "../context";
import { useKey } from "../encryption";
import type { LakeFunction } from "../functions/function";
import { type Statement, serviceRole } from "../permissions";
import type { SecureBucket } from "../storage/bucket";
import { deliveryFolder, destinationFormat } from "./delivery-format";
import { type FeedStream, readStream } from "./stream";

export interface RawDeliveryArgs {
  readonly feed: FeedDefinition;
  readonly lake: SecureBucket;
  /** Physical name of the delivery stream. */
  readonly deliveryStream: string;
  /** The source of records; without it producers put records directly. */
  readonly stream?: FeedStream;
  /** Checks and normalises records before delivery. */
  readonly transform?: LakeFunction;
}

/** A Firehose delivery of a feed's records to raw/ in the lake. */
export class RawDelivery extends pulumi.ComponentResource {
  readonly name: string;
  readonly fromStream: boolean;
  readonly stream: pulumi.Resource;

  constructor(
    name: string,
    args: RawDeliveryArgs,
    context: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:feeds:RawDelivery", name, {}, options);
    const { config, names, account, key } = context;
    const { feed, lake, stream, transform, deliveryStream } = args;
    const parent = { parent: this };
    const format = destinationFormat(feed, context);

    const logGroup = createLogGroup();
    const logStream = createLogStream();
    const { arn: roleArn, policy } = createRole();
    const delivery = createDeliveryStream();
    this.name = deliveryStream;
    this.fromStream = stream !== undefined;
    this.stream = delivery;
    this.registerOutputs({ name: delivery.name, arn: delivery.arn });

    function createLogGroup() {
      return new aws.cloudwatch.LogGroup(
        `${name}-logs`,
        {
          name: `/aws/kinesisfirehose/${deliveryStream}`,
          retentionInDays: config.functions.logRetentionDays,
          ...(key && { kmsKeyId: key }),
        },
        parent,
      );
    }

    function createLogStream() {
      return new aws.cloudwatch.LogStream(
        `${name}-log`,
        { name: "S3Delivery", logGroupName: logGroup.name },
        parent,
      );
    }

    function createRole() {
      return serviceRole(
        name,
        {
          name: names.role(name),
          service: "firehose.amazonaws.com",
          sourceAccount: account,
          statements: [
            ...(stream ? [readStream(stream.arn)] : []),
            ...writeLake(lake, [`raw/${deliveryFolder(feed.name, context)}`, `errors/${feed.name}`]),
            ...(transform ? [invoke(transform)] : []),
            ...format.statements,
            ...useKey(key),
            { sid: "LogErrors", actions: ["logs:PutLogEvents"], resources: [logStream.arn] },
          ],
        },
        parent,
      );
    }

    function createDeliveryStream() {
      const processors = [...(transform ? [lambdaProcessor(transform)] : []), ...format.processors];
      return new aws.kinesis.FirehoseDeliveryStream(
        name,
        {
          name: deliveryStream,
          destination: "extended_s3",
          ...(stream
            ? { kinesisSourceConfiguration: { kinesisStreamArn: stream.arn, roleArn } }
            : { serverSideEncryption: sourceEncryption(context) }),
          extendedS3Configuration: {
            bucketArn: lake.arn,
            roleArn,
            ...format.destination(roleArn),
            bufferingInterval: config.delivery.bufferSeconds,
            ...(key && { kmsKeyArn: key }),
            ...(processors.length > 0 && { processingConfiguration: { enabled: true, processors } }),
            cloudwatchLoggingOptions: {
              enabled: true,
              logGroupName: logGroup.name,
              logStreamName: logStream.name,
            },
          },
        },
        { ...parent, dependsOn: [policy, ...lake.ready] },
      );
    }
  }
}

const sourceEncryption = ({ key }: Context) =>
  key
    ? { enabled: true, keyType: "CUSTOMER_MANAGED_CMK", keyArn: key }
    : { enabled: true, keyType: "AWS_OWNED_CMK" };

const invoke = (transform: LakeFunction): Statement => ({
  sid: "Transform",
  actions: ["lambda:InvokeFunction"],
  resources: [pulumi.interpolate`${transform.arn}:$LATEST`],
});

/** No buffering hints: AWS does not return them at their defaults, and the provider would report a change. */
const lambdaProcessor = (transform: LakeFunction) => ({
  type: "Lambda",
  parameters: [{ parameterName: "LambdaArn", parameterValue: pulumi.interpolate`${transform.arn}:$LATEST` }],
});

/** The permissions that Firehose documents for an S3 destination, limited to this feed's folders. */
const writeLake = (lake: SecureBucket, folders: readonly string[]): Statement[] => [
  {
    sid: "WriteObjects",
    actions: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
    resources: folders.map((folder) => pulumi.interpolate`${lake.arn}/${folder}/*`),
  },
  {
    sid: "UseBucket",
    actions: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
    resources: [lake.arn],
  },
];
