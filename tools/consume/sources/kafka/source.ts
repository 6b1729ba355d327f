import type { FeedDefinition } from "../../../../data/feeds";
import { type Item, itemsOf } from "../../events";
import type { Source } from "../../pipeline";
import { type KafkaMessage, readTopic, type TopicReading } from "./topic-reader";

/** A Kafka topic of a feed's rows, in the groups of Kafka itself. */
export const topicSource = (reading: Omit<TopicReading, "take">, feed: FeedDefinition): Source => ({
  read: (take) =>
    readTopic({
      ...reading,
      take: async (messages) => {
        const { records } = await take({
          records: messages.map((message) => itemsIn(message, feed)),
          arrivals: messages.map(({ timestamp }) => Number(timestamp)),
        });
        return records;
      },
    }),
  describe: (records) => `${records} message${records === 1 ? "" : "s"}`,
});

/** A message without a value is a tombstone: the event with this natural key was deleted. */
function itemsIn(
  { key, value, topic, partition, offset, timestamp }: KafkaMessage,
  feed: FeedDefinition,
): Item[] {
  if (value === undefined || value === null)
    return key === undefined || key === null ? [] : [{ kind: "deletion", id: key.toString("utf8") }];
  return [
    ...itemsOf(
      {
        shardId: String(partition),
        sequenceNumber: String(offset),
        partitionKey: key?.toString("utf8") ?? "",
        arrival: new Date(Number(timestamp)).toISOString(),
        source: `${topic}-${partition}@${offset}`,
        data: value,
      },
      feed,
    ),
  ];
}
