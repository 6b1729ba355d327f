import { UnknownFields } from "../../data/records/quarantine";
import type { Item } from "./events";
import { latencies } from "./latency";
import type { RowLimit } from "./row-limit";
import type { Sink } from "./sinks/sink";
import type { Matches } from "./where";

/** What a source has read together. */
export interface Batch {
  /** The items of each record, in order. */
  readonly records: readonly (readonly Item[])[];
  /** When each record arrived at the source, in milliseconds. */
  readonly arrivals: readonly number[];
}

/** How far a batch was taken: so many whole records, and so many items of the next one. */
export interface Taken {
  readonly records: number;
  readonly items: number;
}

export const wholeBatch = ({ records }: Batch): Taken => ({ records: records.length, items: 0 });

/** Resolves when the sink has stored what was taken. Only then may the source move its position, and only so far. */
export type Take = (batch: Batch) => Promise<Taken>;

/** Where events come from. */
export interface Source {
  /** Reads until the source ends, or until the signal that it was made with aborts. */
  readonly read: (take: Take) => Promise<void>;
  /** How the summary counts: "400 records of 1 shard". */
  readonly describe: (records: number) => string;
}

export class Consumed {
  records = 0;
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
  readonly limit?: RowLimit | undefined;
  readonly onRefused?: (source: string, reason: string) => void;
  readonly onProgress?: () => void;
}

/** Takes batches of a source: counts them, and passes on what matches. */
export function takeInto({ matches, sink, limit, onRefused, onProgress }: Pipeline, counts: Consumed): Take {
  const passes = (item: Item): boolean => {
    if (item.kind === "deletion") counts.deletions++;
    else if (item.kind === "invalid") {
      counts.refused++;
      onRefused?.(item.source, item.reason);
    } else {
      counts.rows++;
      if (item.unknown) counts.unknown.add(item.unknown, item.event.sequenceNumber, "");
      if (!matches(item.event)) return false;
      limit?.count();
    }
    return true;
  };
  /** Appends what passes, and returns how many items were taken. */
  const takeRecord = (record: readonly Item[], passed: Item[]): number => {
    for (const [i, item] of record.entries()) {
      if (limit?.isReached) return i;
      if (passes(item)) passed.push(item);
    }
    return record.length;
  };
  return async ({ records, arrivals }) => {
    const passed: Item[] = [];
    let whole = 0;
    let items = 0;
    for (const record of records) {
      if (limit?.isReached) break;
      items = takeRecord(record, passed);
      if (items < record.length) break;
      whole++;
      items = 0;
    }
    const begun = whole + (items > 0 ? 1 : 0);
    counts.records += begun;
    const store = async () => {
      if (passed.length > 0) await sink.put(passed);
      counts.matched += passed.filter(({ kind }) => kind === "event").length;
    };
    await (limit ? limit.storing(store) : store());
    const now = Date.now();
    for (const arrival of arrivals.slice(0, begun)) counts.latency.add(now - arrival);
    onProgress?.();
    return { records: whole, items };
  };
}
