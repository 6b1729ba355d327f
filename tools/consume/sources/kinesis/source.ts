import type { _Record } from "@aws-sdk/client-kinesis";
import type { FeedDefinition } from "../../../../data/feeds";
import { counted } from "../../../kit/counted";
import { type Event, itemsOf } from "../../events";
import { type Batch, type Source, wholeBatch } from "../../pipeline";
import type { Checkpoint } from "./leases/checkpoint";
import { type GroupReading, readAsGroup } from "./leases/worker";
import { readStream, type StreamReading } from "./read-stream";
import type { Page } from "./reading";

export interface StreamSource extends Omit<StreamReading, "onPage" | "onShard"> {
  readonly feed: FeedDefinition | undefined;
  /** First day of the feed's tables: functions quarantine rows before it. */
  readonly since?: string | undefined;
  /** Shares the shards with other processes; undefined reads all shards alone. */
  readonly group?: GroupReading["group"] | undefined;
}

/** A Kinesis stream. */
export function streamSource(options: StreamSource): Source {
  const { feed, since, group } = options;
  const shards = new Set<string>();
  const onShard = (shardId: string) => void shards.add(shardId);
  return {
    read: async (take) => {
      const takePage = (shardId: string, page: Page, begun?: Checkpoint) =>
        take(batchOf({ shardId, begun, since }, page, feed));
      if (group) await readAsGroup({ ...options, group, takePage, onShard });
      else
        await readStream({
          ...options,
          onPage: async (shardId, page) => void (await takePage(shardId, page)),
          onShard,
        });
    },
    describe: (records) => `${counted(records, "record")} of ${counted(shards.size, "shard")}`,
  };
}

/** All events of a stream from a position on, up to its tip. */
export async function readEvents(
  options: Omit<StreamSource, "follow" | "group" | "signal" | "log"> &
    Partial<Pick<StreamSource, "signal" | "log">>,
): Promise<Event[]> {
  const events: Event[] = [];
  const source = streamSource({
    signal: new AbortController().signal,
    log: () => {},
    ...options,
    follow: false,
  });
  await source.read(async (batch) => {
    for (const item of batch.records.flat()) if (item.kind === "event") events.push(item.event);
    return wholeBatch(batch);
  });
  return events;
}

interface PageSource {
  readonly shardId: string;
  readonly since: string | undefined;
  /** The record whose first items were taken before. */
  readonly begun: Checkpoint | undefined;
}

function batchOf(
  { shardId, since, begun }: PageSource,
  { Records = [] }: Page,
  feed: FeedDefinition | undefined,
): Batch {
  const itemsIn = ({
    Data = new Uint8Array(),
    SequenceNumber = "",
    PartitionKey = "",
    ApproximateArrivalTimestamp,
  }: _Record) => {
    const items = itemsOf(
      {
        shardId,
        sequenceNumber: SequenceNumber,
        partitionKey: PartitionKey,
        arrival: (ApproximateArrivalTimestamp ?? new Date(0)).toISOString(),
        source: `${shardId}:${SequenceNumber}`,
        data: Data,
      },
      feed,
      since,
    );
    return [...items].slice(SequenceNumber === begun?.sequence ? begun.items : 0);
  };
  return {
    records: Records.map(itemsIn),
    arrivals: Records.map(({ ApproximateArrivalTimestamp: at }) => at?.getTime() ?? 0),
  };
}
