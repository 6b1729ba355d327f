import * as pulumi from "@pulumi/pulumi";
import type { FeedDefinition } from "../data/feeds";
import type { SecureBucket } from "./bucket";
import { FeedStream } from "./feed-stream";
import { FeedTables } from "./feed-tables";
import { LakeFunction } from "./function";
import { RawDelivery } from "./raw-delivery";
import type { Setting } from "./setting";
import { FeedStore } from "./store";
import { StreamConsumer, type StreamConsumerArgs } from "./stream-consumer";

export interface FeedArgs {
  readonly lake: SecureBucket;
  readonly failures: SecureBucket;
  readonly bucket: string;
  readonly database: pulumi.Input<string>;
  /** Where matches of the feed's rules go; without it its rules are not evaluated. */
  readonly alerts?: pulumi.Input<string> | undefined;
  /** A delivery stream for producers that do without the stream. */
  readonly direct: boolean;
}

/** All that one feed needs: its stream, the lake's layers, the store, the tables, the rules. */
export class Feed extends pulumi.ComponentResource {
  readonly stream: FeedStream;
  readonly store: FeedStore;
  readonly deliveries: readonly RawDelivery[];
  readonly functions: readonly LakeFunction[];
  readonly mappings: readonly StreamConsumer["mapping"][];

  constructor(
    feed: FeedDefinition,
    args: FeedArgs,
    setting: Setting,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:feeds:Feed", feed.name, {}, options);
    const parent = { parent: this };
    const { lake, failures, alerts } = args;
    const { names, config } = setting;
    const stream = new FeedStream(feed.name, setting, parent);
    const store = new FeedStore(feed, setting, parent);
    const tables = new FeedTables(feed, args, setting, parent);
    const consumer = (
      source: string,
      rest: Pick<StreamConsumerArgs, "description" | "environment" | "statements">,
    ) =>
      new StreamConsumer(
        `${source}-${feed.name}`,
        { source, feed: feed.name, stream, failures, memoryMegabytes: 512, timeoutSeconds: 120, ...rest },
        setting,
        parent,
      );

    const consumers = [
      consumer("write-csv", {
        description: `${feed.title}: the stream as CSV by event time`,
        environment: { FEED: feed.name, LAKE_BUCKET: lake.name, GZIP: String(config.functions.csvGzip) },
        statements: [putObjects("WriteLake", lake, [`csv/${feed.name}/*`, `quarantine/${feed.name}/*`])],
      }),
      consumer("store-latest", {
        description: `${feed.title}: the stream into DynamoDB`,
        environment: {
          FEED: feed.name,
          TABLE_NAME: store.name,
          STORE_WRITES: config.functions.storeWrites,
        },
        statements: [
          {
            sid: "StoreRows",
            actions: ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:PutItem"],
            resources: [store.arn],
          },
        ],
      }),
    ];
    if (alerts)
      consumers.push(
        consumer("evaluate-rules", {
          description: `${feed.title}: the stream against the rules`,
          environment: { FEED: feed.name, TOPIC_ARN: alerts },
          statements: [{ sid: "PublishAlerts", actions: ["sns:Publish"], resources: [alerts] }],
        }),
      );

    const functions = consumers.map((made) => made.function);
    const { format } = config.delivery;
    const deliverTo = { parent: this, dependsOn: [tables] };
    const deliveries = [
      new RawDelivery(
        `${feed.name}-raw`,
        { feed, lake, deliveryStream: names.deliveryStream(feed.name), stream, format },
        setting,
        deliverTo,
      ),
    ];
    if (args.direct) {
      const transform = new LakeFunction(
        `transform-${feed.name}`,
        {
          source: "transform",
          feed: feed.name,
          description: `${feed.title}: checks and normalises what is put straight into Firehose`,
          memoryMegabytes: 256,
          timeoutSeconds: 60,
          environment: { FEED: feed.name, LAKE_BUCKET: lake.name },
          statements: [putObjects("QuarantineRows", lake, [`quarantine/${feed.name}/*`])],
        },
        setting,
        parent,
      );
      functions.push(transform);
      const deliveryStream = names.directDeliveryStream(feed.name);
      deliveries.push(
        new RawDelivery(
          `${feed.name}-direct`,
          { feed, lake, deliveryStream, transform, format },
          setting,
          deliverTo,
        ),
      );
    }
    this.stream = stream;
    this.store = store;
    this.deliveries = deliveries;
    this.functions = functions;
    this.mappings = consumers.map(({ mapping }) => mapping);
    this.registerOutputs({ stream: stream.name, store: store.name });
  }
}

const putObjects = (sid: string, bucket: SecureBucket, keys: readonly string[]) => ({
  sid,
  actions: ["s3:PutObject"],
  resources: keys.map((key) => pulumi.interpolate`${bucket.arn}/${key}`),
});
