import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type FeedDefinition, storeAttributes, storeKeyNames } from "../../data/feeds";
import type { Context } from "../context";

/** The DynamoDB table of one feed: one item per key. */
export class FeedStore extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly tableName: string;
  readonly arn: pulumi.Output<string>;

  constructor(
    feed: FeedDefinition,
    { config, names, key }: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:feeds:FeedStore", `${feed.name}-store`, {}, options);
    const { isProtected } = config;
    const [hashKey = "", rangeKey] = storeKeyNames(feed);
    this.tableName = names.table(feed.name);
    const table = new aws.dynamodb.Table(
      `${feed.name}-store`,
      {
        name: this.tableName,
        billingMode: "PAY_PER_REQUEST",
        attributes: storeAttributes(feed).map(({ name, type }) => ({ name, type })),
        hashKey,
        ...(rangeKey !== undefined && { rangeKey }),
        ...(feed.store.indexes && {
          globalSecondaryIndexes: feed.store.indexes.map((index) => ({ ...index, projectionType: "ALL" })),
        }),
        pointInTimeRecovery: { enabled: isProtected },
        deletionProtectionEnabled: isProtected,
        ...(key && { serverSideEncryption: { enabled: true, kmsKeyArn: key } }),
      },
      { parent: this, ...(isProtected && { protect: true, retainOnDelete: true }) },
    );
    this.name = table.name;
    this.arn = table.arn;
    this.registerOutputs({ name: this.name, arn: this.arn });
  }
}
