import type { FeedDefinition } from "../../data/feeds";
import { describe } from "../shared/log";
import { type Candidate, outdated, unchanged } from "./core";
import type { Table } from "./table";

/** Puts under way at a time: enough to hide the round trip, few enough for the SDK's 50 sockets. */
const AT_ONCE = 48;

export interface Outcome {
  readonly written: number;
  /** Already there, as new or newer, or no different. */
  readonly skipped: number;
  readonly retryFrom?: string;
  readonly reason?: string;
}

export type Sink = Pick<Table, "stored" | "putNewer" | "putAll">;

export function store(
  feed: FeedDefinition,
  table: Sink,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<Outcome> {
  return (feed.store.mode === "latest" ? storeLatest : storeAll)(feed, table, candidates, signal);
}

/** Reads first, because an unchanged row then costs no write; the condition on the put is what keeps the newest. */
async function storeLatest(
  feed: FeedDefinition,
  table: Sink,
  all: readonly Candidate[],
  signal: AbortSignal,
) {
  const failures: { candidate: Candidate; error: unknown }[] = [];
  let written = 0;
  let stored: Awaited<ReturnType<Sink["stored"]>>;
  try {
    stored = await table.stored(
      all.map(({ row }) => row),
      signal,
    );
  } catch (error) {
    return failed(
      0,
      0,
      all.map((candidate) => ({ candidate, error })),
    );
  }
  const worth = all.filter(({ id, row }) => {
    const item = stored.get(id);
    return !outdated(feed, item, row) && !unchanged(feed, item, row);
  });
  const waiting = worth.values();
  const work = async () => {
    for (const candidate of waiting) {
      try {
        if (await table.putNewer(candidate.row, signal)) written++;
      } catch (error) {
        failures.push({ candidate, error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, worth.length) }, work));
  return failed(written, all.length - written - failures.length, failures);
}

/** Items by key: writing one twice changes nothing. */
async function storeAll(_feed: FeedDefinition, table: Sink, all: readonly Candidate[], signal: AbortSignal) {
  try {
    await table.putAll(
      all.map(({ row }) => row),
      signal,
    );
    return { written: all.length, skipped: 0 };
  } catch (error) {
    return failed(
      0,
      0,
      all.map((candidate) => ({ candidate, error })),
    );
  }
}

function failed(
  written: number,
  skipped: number,
  failures: readonly { candidate: Candidate; error: unknown }[],
): Outcome {
  const earliest = failures.reduce<(typeof failures)[number] | undefined>(
    (first, next) =>
      first && BigInt(first.candidate.sequenceNumber) <= BigInt(next.candidate.sequenceNumber) ? first : next,
    undefined,
  );
  if (!earliest) return { written, skipped };
  return { written, skipped, retryFrom: earliest.candidate.sequenceNumber, reason: describe(earliest.error) };
}
