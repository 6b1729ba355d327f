import * as pulumi from "@pulumi/pulumi";
import { type FeedDefinition, firstDay } from "../../data/feeds";
import { FeedTables } from "../catalogue/feed-tables";
import { batchWindow } from "../config/batch-window";
import type { Context } from "../context";
import { LakeFunction } from "../functions/function";
import type { SecureBucket } from "../storage/bucket";
import { LookBack } from "./look-back";
import { RawDelivery } from "./raw-delivery";
import { FeedStore } from "./store";
import { FeedStream } from "./stream";
import { StreamConsumer, type StreamConsumerArgs } from "./stream-consumer";

export interface FeedArgs {
  readonly lake: SecureBucket;
  /** Batches that a function gave up. */
  readonly failures: SecureBucket;
  readonly database: pulumi.Input<string>;
  /** SNS topic for matches of the feed's rules. */
  readonly topic: pulumi.Input<string>;
}

/** Everything for one feed: stream, store, tables, stream consumers and Firehose deliveries. */
export class Feed extends pulumi.ComponentResource {
  readonly stream: FeedStream;
  readonly store: FeedStore;
  /** What critical rules look back on; undefined for feeds without rules. */
  readonly lookBack: LookBack | undefined;
  readonly consumers: readonly StreamConsumer[];
  /** Normalises records of the Direct PUT delivery; undefined for feeds without one. */
  readonly transform: LakeFunction | undefined;
  readonly deliveries: readonly RawDelivery[];
  readonly tables: FeedTables;

  constructor(
    readonly definition: FeedDefinition,
    args: FeedArgs,
    context: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:feeds:Feed", definition.name, {}, options);
    const { name, title } = definition;
    const { lake, failures, topic } = args;
    const { names, config } = context;
    const parent = { parent: this };
    /** Functions quarantine events before SINCE: the tables' partition projection leaves them out. */
    const environment = { FEED: name, SINCE: firstDay(definition, config.lake.since) };

    const windowSeconds =
      config.functions.batchWindowSeconds ??
      batchWindow({
        freshnessSeconds: config.functions.freshnessSeconds,
        arrivalSeconds: definition.polled ? config.prices.pollSeconds : undefined,
      });
    const stream = createStream();
    const store = createStore();
    const tables = createTables();
    this.tables = tables;
    const lookBack = definition.watched ? new LookBack(name, stream.lanes, context, parent) : undefined;
    this.lookBack = lookBack;
    this.consumers = [
      createCsvWriter(),
      createStoreWriter(),
      ...(lookBack ? [createRuleEvaluator(lookBack)] : []),
    ];
    const rawDelivery = createRawDelivery();
    this.transform = config.directFeeds.includes(name) ? createTransform() : undefined;
    this.deliveries = [rawDelivery, ...(this.transform ? [createDirectDelivery(this.transform)] : [])];
    this.stream = stream;
    this.store = store;
    this.registerOutputs({ stream: stream.name, store: store.name });

    function createStream() {
      return new FeedStream(name, context, parent);
    }

    function createStore() {
      return new FeedStore(definition, context, parent);
    }

    function createTables() {
      return new FeedTables(definition, { database: args.database }, context, parent);
    }

    function createConsumer(
      source: string,
      rest: Pick<StreamConsumerArgs, "description" | "environment" | "statements">,
    ) {
      return new StreamConsumer(
        `${source}-${name}`,
        {
          source,
          feed: name,
          stream,
          failures,
          batchWindowSeconds: windowSeconds,
          memoryMegabytes: 512,
          timeoutSeconds: 120,
          ...rest,
        },
        context,
        parent,
      );
    }

    function createCsvWriter() {
      return createConsumer("write-csv", {
        description: `${title}: the stream as CSV by event time`,
        environment: { ...environment, LAKE_BUCKET: lake.name, GZIP: String(config.functions.csvGzip) },
        statements: [putObjects("WriteLake", lake, [`csv/${name}/*`, `quarantine/${name}/*`])],
      });
    }

    function createStoreWriter() {
      return createConsumer("store-latest", {
        description: `${title}: the stream into DynamoDB`,
        environment: { ...environment, TABLE_NAME: store.name, STORE_WRITES: config.functions.storeWrites },
        statements: [
          {
            sid: "StoreRows",
            actions: ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:PutItem"],
            resources: [store.arn],
          },
        ],
      });
    }

    function createRuleEvaluator({ name: table, arn, buckets }: LookBack) {
      return createConsumer("evaluate-rules", {
        description: `${title}: evaluates alert rules on the stream`,
        environment: {
          ...environment,
          TOPIC_ARN: topic,
          LOOK_BACK_TABLE: table,
          LOOK_BACK_BUCKETS: String(buckets),
        },
        statements: [
          { sid: "PublishAlerts", actions: ["sns:Publish"], resources: [topic] },
          { sid: "KeepLookBack", actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: [arn] },
        ],
      });
    }

    function createRawDelivery() {
      return new RawDelivery(
        `${name}-raw`,
        { feed: definition, lake, deliveryStream: names.deliveryStream(name), stream },
        context,
        { ...parent, dependsOn: [tables] },
      );
    }

    function createTransform() {
      return new LakeFunction(
        `transform-${name}`,
        {
          source: "transform",
          feed: name,
          description: `${title}: validates and normalises records of the Direct PUT stream`,
          memoryMegabytes: 256,
          timeoutSeconds: 60,
          environment: { ...environment, LAKE_BUCKET: lake.name },
          statements: [putObjects("QuarantineRows", lake, [`quarantine/${name}/*`])],
        },
        context,
        parent,
      );
    }

    function createDirectDelivery(transform: LakeFunction) {
      return new RawDelivery(
        `${name}-direct`,
        { feed: definition, lake, deliveryStream: names.directDeliveryStream(name), transform },
        context,
        { ...parent, dependsOn: [tables] },
      );
    }
  }
}

const putObjects = (sid: string, bucket: SecureBucket, keys: readonly string[]) => ({
  sid,
  actions: ["s3:PutObject"],
  resources: keys.map((key) => pulumi.interpolate`${bucket.arn}/${key}`),
});

/** The feeds with the first day of their tables, as functions for all feeds read them: "crypto:2025-01-01 posts:…". */
export const feedDays = (feeds: readonly Feed[], { config }: Context): string =>
  feeds.map(({ definition }) => `${definition.name}:${firstDay(definition, config.lake.since)}`).join(" ");
