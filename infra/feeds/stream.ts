import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { lanesFor } from "../../data/records/pack";
import type { Context } from "../context";
import type { Statement } from "../permissions";

/** The Kinesis stream of one feed. */
export class FeedStream extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly streamName: string;
  readonly arn: pulumi.Output<string>;
  /** How many ordered lanes producers spread events over. */
  readonly lanes: number;

  constructor(feed: string, { config, names, key }: Context, options?: pulumi.ComponentResourceOptions) {
    super("pricelake:feeds:FeedStream", `${feed}-stream`, {}, options);
    const { mode, shards, retentionHours } = config.stream;
    this.streamName = names.stream(feed);
    const stream = new aws.kinesis.Stream(
      `${feed}-stream`,
      {
        name: this.streamName,
        streamModeDetails: { streamMode: mode },
        ...(mode === "PROVISIONED" && { shardCount: shards }),
        retentionPeriod: retentionHours,
        encryptionType: "KMS",
        kmsKeyId: key ?? "alias/aws/kinesis",
      },
      { parent: this, ...(config.isProtected && { protect: true }) },
    );
    this.name = stream.name;
    this.arn = stream.arn;
    this.lanes = lanesFor(shards);
    this.registerOutputs({ name: this.name, arn: this.arn });
  }
}

/** What a consumer of a stream needs, Lambda and Firehose alike. */
export const readStream = (arn: pulumi.Input<string>): Statement => ({
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
