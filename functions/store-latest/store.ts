import type { FeedDefinition, Row } from "../../data/feeds";
import { latestEventTime } from "../../data/feeds/event-times";
import { describe } from "../shared/log";
import { allowManyCalls } from "../shared/many-calls";
import { type Candidate, outdated, unchanged } from "./core";
import { LastSeen } from "./last-seen";
import type { Table } from "./table";

/** Concurrent puts: enough to hide the latency, below the SDK's limit of 50 sockets. */
const AT_ONCE = 48;

export type Sink = Pick<Table, "stored" | "putNewer" | "putNewerTogether" | "putAll">;

/**
 * How rows are written. single: one request and one write unit per row. transactions: one request per hundred
 * rows, two write units per row.
 */
export type Writes = "single" | "transactions";
export const writes: readonly Writes[] = ["single", "transactions"];

export interface Outcome {
  readonly written: number;
  /** Rows not written because the stored item is newer or equal. */
  readonly skipped: number;
  readonly retryFrom?: string;
  readonly reason?: string;
}

interface Failure {
  readonly candidate: Candidate;
  readonly error: unknown;
}

export async function store(
  feed: FeedDefinition,
  table: Sink,
  candidates: readonly Candidate[],
  signal: AbortSignal,
  how: Writes = "single",
  lastSeen: LastSeen = new LastSeen(),
): Promise<Outcome> {
  allowManyCalls(signal);
  try {
    if (feed.store.mode === "latest")
      return await storeLatest(feed, table, candidates, signal, how, lastSeen);
    // Unconditional puts by key are idempotent.
    await table.putAll(rowsOf(candidates), signal);
    return { written: candidates.length, skipped: 0 };
  } catch (error) {
    return outcome(
      0,
      0,
      candidates.map((candidate) => ({ candidate, error })),
    );
  }
}

/**
 * Stores the newest row per key. Detecting an unchanged row needs a read. Rows that differ from what this
 * container saw last are put without a read; the put's condition keeps the newest.
 */
async function storeLatest(
  feed: FeedDefinition,
  table: Sink,
  all: readonly Candidate[],
  signal: AbortSignal,
  how: Writes,
  lastSeen: LastSeen,
): Promise<Outcome> {
  const latest = latestEventTime(Date.now());
  const moves = (stored: Row | undefined, row: Row): boolean =>
    !outdated(feed, stored, row, latest) && !unchanged(feed, stored, row);
  const unsure = all.filter(({ id, row }) => {
    const last = lastSeen.get(id);
    return last === undefined || !moves(last, row);
  });
  const stored = unsure.length > 0 ? await table.stored(rowsOf(unsure), signal) : new Map<string, Row>();
  for (const [id, row] of stored) lastSeen.set(id, row);
  const still = new Set(unsure.filter(({ id, row }) => !moves(stored.get(id), row)));
  const worth = all.filter((candidate) => !still.has(candidate));
  // The table's content is unknown until it has answered.
  for (const { id } of worth) lastSeen.forget(id);
  if (how === "transactions") {
    const written = await table.putNewerTogether(rowsOf(worth), signal);
    if (written === worth.length) for (const { id, row } of worth) lastSeen.set(id, row);
    return outcome(written, all.length - written, []);
  }
  const failures: Failure[] = [];
  let written = 0;
  const waiting = worth.values();
  const work = async () => {
    for (const candidate of waiting) {
      try {
        if (!(await table.putNewer(candidate.row, signal))) continue;
        written++;
        lastSeen.set(candidate.id, candidate.row);
      } catch (error) {
        failures.push({ candidate, error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, worth.length) }, work));
  return outcome(written, all.length - written - failures.length, failures);
}

const rowsOf = (candidates: readonly Candidate[]): Row[] => candidates.map(({ row }) => row);

/** The earliest record that failed. Rows already stored are skipped on the retry. */
function outcome(written: number, skipped: number, failures: readonly Failure[]): Outcome {
  const [earliest] = [...failures].sort((a, b) => compareSequences(a.candidate, b.candidate));
  if (!earliest) return { written, skipped };
  return { written, skipped, retryFrom: earliest.candidate.sequenceNumber, reason: describe(earliest.error) };
}

function compareSequences(a: Candidate, b: Candidate): number {
  const difference = BigInt(a.sequenceNumber) - BigInt(b.sequenceNumber);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
