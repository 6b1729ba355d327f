import * as pulumi from "@pulumi/pulumi";
import type { FeedDefinition } from "../data/feeds";
import type { SecureBucket } from "./bucket";
import { FeedStream } from "./feed-stream";
import { FeedTables } from "./feed-tables";
import { RawDelivery } from "./raw-delivery";
import type { Setting } from "./setting";
import { FeedStore } from "./store";
import { StreamConsumer } from "./stream-consumer";

export interface FeedArgs {
  readonly lake: SecureBucket;
  readonly failures: SecureBucket;
  readonly bucket: string;
  readonly database: pulumi.Input<string>;
}

/** All that one feed needs: its stream, the lake's layers, the store, the tables. */
export class Feed extends pulumi.ComponentResource {
  readonly stream: FeedStream;
  readonly store: FeedStore;

  constructor(
    feed: FeedDefinition,
    args: FeedArgs,
    setting: Setting,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:feeds:Feed", feed.name, {}, options);
    const parent = { parent: this };
    const { lake, failures } = args;
    const stream = new FeedStream(feed.name, setting, parent);
    const store = new FeedStore(feed, setting, parent);
    new RawDelivery(feed.name, { stream, lake }, setting, parent);
    new FeedTables(feed, args, setting, parent);
    new StreamConsumer(
      `write-csv-${feed.name}`,
      {
        source: "write-csv",
        feed: feed.name,
        stream,
        failures,
        description: `${feed.title}: the stream as CSV by event time`,
        memoryMegabytes: 512,
        timeoutSeconds: 120,
        environment: { FEED: feed.name, LAKE_BUCKET: lake.name },
        statements: [
          {
            sid: "WriteLake",
            actions: ["s3:PutObject"],
            resources: [
              pulumi.interpolate`${lake.arn}/csv/${feed.name}/*`,
              pulumi.interpolate`${lake.arn}/quarantine/${feed.name}/*`,
            ],
          },
        ],
      },
      setting,
      parent,
    );
    new StreamConsumer(
      `store-latest-${feed.name}`,
      {
        source: "store-latest",
        feed: feed.name,
        stream,
        failures,
        description: `${feed.title}: the stream into DynamoDB`,
        memoryMegabytes: 512,
        timeoutSeconds: 120,
        environment: { FEED: feed.name, TABLE_NAME: store.name },
        statements: [
          {
            sid: "StoreRows",
            actions: ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:PutItem"],
            resources: [store.arn],
          },
        ],
      },
      setting,
      parent,
    );
    this.stream = stream;
    this.store = store;
    this.registerOutputs({ stream: stream.name, store: store.name });
  }
}
