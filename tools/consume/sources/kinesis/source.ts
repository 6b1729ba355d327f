import type { FeedDefinition } from "../../../../data/feeds";
import { type Event, itemsOf } from "../../events";
import type { Batch, Source } from "../../pipeline";
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
      const onPage = async (shardId: string, page: Page) => take(batchOf(shardId, page, feed, since));
      if (group) await readAsGroup({ ...options, group, onPage, onShard });
      else await readStream({ ...options, onPage, onShard });
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
  await source.read(async ({ items }) => {
    for (const item of items) if (item.kind === "event") events.push(item.event);
  });
  return events;
}

function batchOf(
  shardId: string,
  { Records = [] }: Page,
  feed: FeedDefinition | undefined,
  since?: string,
): Batch {
  const records = Records.map(
    ({ Data = new Uint8Array(), SequenceNumber = "", PartitionKey = "", ApproximateArrivalTimestamp }) => ({
      shardId,
      sequenceNumber: SequenceNumber,
      partitionKey: PartitionKey,
      arrival: (ApproximateArrivalTimestamp ?? new Date(0)).toISOString(),
      source: `${shardId}:${SequenceNumber}`,
      data: Data,
    }),
  );
  return {
    records: records.length,
    bytes: records.reduce((sum, { data }) => sum + data.byteLength, 0),
    items: records.flatMap((record) => [...itemsOf(record, feed, since)]),
    arrivals: Records.map(({ ApproximateArrivalTimestamp: at }) => at?.getTime() ?? 0),
  };
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
