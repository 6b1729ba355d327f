import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type FeedDefinition, storeKeyTypes } from "../data/feeds";
import type { Setting } from "./setting";

/** The DynamoDB table of one feed: one item per key. */
export class FeedStore extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly tableName: string;
  readonly arn: pulumi.Output<string>;

  constructor(
    feed: FeedDefinition,
    { config, names, key }: Setting,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:feeds:FeedStore", `${feed.name}-store`, {}, options);
    const lasting = config.data === "protected";
    const table = new aws.dynamodb.Table(
      `${feed.name}-store`,
      {
        name: names.table(feed.name),
        billingMode: "PAY_PER_REQUEST",
        attributes: storeKeyTypes(feed).map(({ name, type }) => ({ name, type })),
        hashKey: feed.store.hashKey,
        ...(feed.store.rangeKey && { rangeKey: feed.store.rangeKey }),
        ttl: { attributeName: "expires_at", enabled: true },
        pointInTimeRecovery: { enabled: lasting },
        deletionProtectionEnabled: lasting,
        ...(key && { serverSideEncryption: { enabled: true, kmsKeyArn: key } }),
      },
      { parent: this, ...(lasting && { protect: true, retainOnDelete: true }) },
    );
    this.name = table.name;
    this.tableName = names.table(feed.name);
    this.arn = table.arn;
    this.registerOutputs({ name: this.name, arn: this.arn });
  }
}
