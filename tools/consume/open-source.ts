import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { FeedDefinition } from "../../data/feeds";
import type { Connection } from "../kit/connect";
import { firstDayIfReadable } from "../kit/first-day";
import { kafkaConnection } from "../kit/kafka/options";
import { kinesisClient } from "../kit/kinesis";
import type { ConsumePlan, From, Given } from "./options";
import type { Source } from "./pipeline";

export interface OpenSource {
  readonly source: Source;
  readonly close: () => Promise<void>;
}

type Log = (what: string) => void;

/** The source that the options name. Clients that take a while to load are loaded only when needed. */
export async function openSource(
  { from, feed }: ConsumePlan,
  given: Given,
  connection: Connection,
  signal: AbortSignal,
  log: Log,
): Promise<OpenSource> {
  const { follow } = given;
  if (from.kind === "stream") return openStream(from, feed, given, connection, signal, log);
  if (from.kind === "queue") {
    const { queueSource } = require("./sources/queue") as typeof import("./sources/queue");
    return {
      source: queueSource({ connection, queue: from.queue, feed, follow, signal, log }),
      close: async () => {},
    };
  }
  const { topicSource } = require("./sources/kafka/source") as typeof import("./sources/kafka/source");
  const { topic, group } = from;
  const reading = {
    ...{ connection: kafkaConnection(given), topic, group, follow, signal, log },
    from: follow && group === undefined ? ("latest" as const) : ("earliest" as const),
  };
  return { source: topicSource(reading, feed as FeedDefinition), close: async () => {} };
}

async function openStream(
  { stream, start, leases }: From & { readonly kind: "stream" },
  feed: FeedDefinition | undefined,
  given: Given,
  connection: Connection,
  signal: AbortSignal,
  log: Log,
): Promise<OpenSource> {
  const { streamSource } = require("./sources/kinesis/source") as typeof import("./sources/kinesis/source");
  const kinesis = kinesisClient(connection);
  const dynamodb = new DynamoDBClient(connection);
  const reading = { kinesis, stream, signal, log };
  const fanOut = given["fan-out"];
  let opened: Source | undefined;
  let deregister = async () => {};
  const subscribe = async (name: string) => {
    const {
      deregisterConsumer,
      fanOut: pagesOf,
      registerConsumer,
    } = require("./sources/kinesis/fan-out") as typeof import("./sources/kinesis/fan-out");
    const { arn, isNew } = await registerConsumer(reading, name);
    if (isNew && leases === undefined) deregister = () => deregisterConsumer(kinesis, arn);
    else if (isNew) log(`registered the consumer ${name}, which costs by the hour until it is deregistered`);
    return pagesOf(arn);
  };
  const leaseMillis = 1000 * given["lease-seconds"];
  return {
    source: {
      read: async (take) => {
        const since = feed && (await firstDayIfReadable(connection, stream, feed, log));
        opened = streamSource({
          ...{ ...reading, start, follow: given.follow, feed, since },
          pages: fanOut === undefined ? undefined : await subscribe(fanOut),
          group: leases === undefined ? undefined : { dynamodb, table: leases, leaseMillis },
        });
        await opened.read(take);
      },
      describe: (records) => opened?.describe(records) ?? "no records",
    },
    close: async () => {
      await deregister();
      kinesis.destroy();
      dynamodb.destroy();
    },
  };
}
