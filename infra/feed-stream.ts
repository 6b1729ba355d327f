import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { lanesFor } from "../data/records/pack";
import type { Setting } from "./setting";

/** The Kinesis stream of one feed. */
export class FeedStream extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly streamName: string;
  readonly arn: pulumi.Output<string>;
  /** How many ordered lanes producers spread events over. */
  readonly lanes: number;

  constructor(feed: string, { config, names, key }: Setting, options?: pulumi.ComponentResourceOptions) {
    super("pricelake:feeds:FeedStream", `${feed}-stream`, {}, options);
    const { mode, shards, retentionHours } = config.stream;
    const stream = new aws.kinesis.Stream(
      `${feed}-stream`,
      {
        name: names.stream(feed),
        streamModeDetails: { streamMode: mode },
        ...(mode === "PROVISIONED" && { shardCount: shards }),
        retentionPeriod: retentionHours,
        encryptionType: "KMS",
        kmsKeyId: key ?? "alias/aws/kinesis",
      },
      { parent: this, ...(config.data === "protected" && { protect: true }) },
    );
    this.name = stream.name;
    this.streamName = names.stream(feed);
    this.arn = stream.arn;
    this.lanes = lanesFor(shards);
    this.registerOutputs({ name: this.name, arn: this.arn });
  }
}

/** What a reader of a stream may do, as Lambda and Firehose need it. */
export const readStream = (arn: pulumi.Input<string>) => ({
  sid: "ReadStream",
  actions: [
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
  ],
  resources: [arn],
});
