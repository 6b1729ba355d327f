import { UnknownFields } from "../../data/records/quarantine";
import type { Item } from "./events";
import { latencies } from "./latency";
import type { Sink } from "./sinks/sink";
import type { Matches } from "./where";

/** What a source has read together. */
export interface Batch {
  readonly records: number;
  readonly bytes: number;
  readonly items: readonly Item[];
  /** When each record arrived at the source, in milliseconds. */
  readonly arrivals: readonly number[];
}

/** Resolves when the sink has stored the batch. Only then may the source move its position. */
export type Take = (batch: Batch) => Promise<void>;

/** Where events come from. */
export interface Source {
  /** Reads until the source ends, or until the signal that it was made with aborts. */
  readonly read: (take: Take) => Promise<void>;
  /** How the summary counts: "400 records of 1 shard". */
  readonly describe: (records: number) => string;
}

export class Consumed {
  records = 0;
  bytes = 0;
  rows = 0;
  /** Rows that match the conditions. */
  matched = 0;
  /** Lines that are not rows of the feed. */
  refused = 0;
  deletions = 0;
  /** Fields that no column of the feed knows. */
  readonly unknown = new UnknownFields();
  /** From an event's arrival at the source until it is stored or printed. */
  readonly latency = latencies();
}

export interface Pipeline {
  readonly matches: Matches;
  readonly sink: Pick<Sink, "put">;
  readonly onRefused?: (source: string, reason: string) => void;
  readonly onProgress?: () => void;
}

/** Takes batches of a source: counts them, and passes on what matches. */
export const takeInto =
  ({ matches, sink, onRefused, onProgress }: Pipeline, counts: Consumed): Take =>
  async ({ records, bytes, items, arrivals }) => {
    counts.records += records;
    counts.bytes += bytes;
    const passed = items.filter((item) => {
      if (item.kind === "deletion") counts.deletions++;
      else if (item.kind === "invalid") {
        counts.refused++;
        onRefused?.(item.source, item.reason);
      } else {
        counts.rows++;
        if (item.unknown) counts.unknown.add(item.unknown, item.event.sequenceNumber, "");
        return matches(item.event);
      }
      return true;
    });
    if (passed.length > 0) await sink.put(passed);
    counts.matched += passed.filter(({ kind }) => kind === "event").length;
    const now = Date.now();
    for (const arrival of arrivals) counts.latency.add(now - arrival);
    onProgress?.();
  };
