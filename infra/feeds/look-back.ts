import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";

/**
 * The past that critical rules look back on, and the alerts that they have sent. Tumbling windows, Lambda's own state, end
 * after 15 minutes at most and begin anew, so a rule could not look back an hour.
 */
export class LookBack extends pulumi.ComponentResource {
  readonly tableName: string;
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** Subjects share an item per bucket. */
  readonly buckets: number;

  constructor(
    feed: string,
    lanes: number,
    { config, names, key }: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:feeds:LookBack", `${feed}-look-back`, {}, options);
    this.tableName = names.table(`${feed}-look-back`);
    const table = new aws.dynamodb.Table(
      `${feed}-look-back`,
      {
        name: this.tableName,
        billingMode: "PAY_PER_REQUEST",
        attributes: [{ name: "bucket", type: "S" }],
        hashKey: "bucket",
        ttl: { enabled: true, attributeName: "expires_at" },
        ...(key && { serverSideEncryption: { enabled: true, kmsKeyArn: key } }),
      },
      { parent: this },
    );
    this.name = table.name;
    this.arn = table.arn;
    this.buckets = bucketsFor(config.stream, lanes, config.prices.coins);
    this.registerOutputs({ name: this.name, arn: this.arn });
  }
}

const SUBJECTS_PER_BUCKET = 250;

/**
 * A bucket of a stream with several shards belongs to one lane, and so to one shard: two containers never write the same
 * item, and neither is an item larger than DynamoDB allows.
 */
export const bucketsFor = (
  { mode, shards }: Context["config"]["stream"],
  lanes: number,
  subjects: number,
): number => {
  const groups = mode === "PROVISIONED" && shards === 1 ? 1 : lanes;
  return groups * Math.max(1, Math.ceil(subjects / groups / SUBJECTS_PER_BUCKET));
};
