import { backoffMs } from "../../functions/shared/backoff";
import { Failure, messageOf } from "../kit/errors";
import { convert, type Outgoing } from "./convert";
import type { CursorFile } from "./cursor";
import { type Clock, ConnectionLost, QuotaExceeded, type Received, type Source } from "./source";

/** Where collected events go. */
export interface Destination {
  readonly name: string;
  /** Resolves when every event is acknowledged. Retries what can be retried. */
  readonly send: (events: readonly Outgoing[], signal: AbortSignal) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Collecting {
  readonly source: Source;
  readonly destination: Destination;
  readonly cursor: CursorFile;
  readonly clock: Clock;
  /** Continues until the signal aborts, and waits for quotas and networks. */
  readonly follow: boolean;
  readonly limit: number;
  /** Maximum events a second, for sources that do not keep a rate themselves. */
  readonly rate?: number;
  /** Events wait so long for others to be sent with. */
  readonly flushMillis?: number;
  readonly signal: AbortSignal;
  readonly log: (text: string) => void;
  readonly onProgress?: (collected: Collected) => void;
  readonly random?: () => number;
}

export interface Collected {
  /** Valid rows that the destination has acknowledged. */
  rows: number;
  /** Objects that are no valid rows; they were sent too, for quarantine. */
  malformed: number;
  deletions: number;
  /** Messages that are no events of the feed. */
  skipped: number;
  reconnects: number;
  /** Instant of the last acknowledgement. */
  last: number | undefined;
  /** What the collector waits for; empty while it receives. */
  state: string;
}

export const noneCollected = (): Collected => ({
  ...{ rows: 0, malformed: 0, deletions: 0, skipped: 0, reconnects: 0 },
  ...{ last: undefined, state: "connecting" },
});

const FLUSH_MS = 500;
const MOST_WAITING = 2000;
/** Failed connections in a row after which a collection that does not follow gives up. */
const MAX_ATTEMPTS = 5;
/** Reconnecting waits up to a minute. */
const SLOWER = 12;

/** Reads a source into a destination. The cursor is saved after the acknowledgement: nothing is lost, little is resent. */
export async function collect(collecting: Collecting, counts = noneCollected()): Promise<Collected> {
  const { source, follow, signal, log, clock, limit, random = Math.random } = collecting;
  const batches = new Batches(collecting, counts);
  for (let failures = 0; batches.taken < limit && !signal.aborted; ) {
    const before = batches.taken;
    try {
      await batches.take();
      // A source that ends has no more to give; one that is followed is asked again.
      if (!follow || source.paced || batches.taken >= limit) return counts;
      await clock.until(clock.now() + POLL_MS, signal);
    } catch (error) {
      if (signal.aborted) break;
      if (batches.taken > before) failures = 0;
      const pause = pauseAfter(error, ++failures, collecting, random);
      counts.reconnects++;
      counts.state = `${messageOf(error)}; next try at ${timeOf(clock.now() + pause)}`;
      if (failures === 1 || error instanceof QuotaExceeded) log(`${source.origin}: ${counts.state}`);
      collecting.onProgress?.(counts);
      await clock.until(clock.now() + pause, signal).catch(() => {});
    }
  }
  return counts;
}

/** Between two rounds of a source that ends, such as a search. */
const POLL_MS = 15_000;

/** Milliseconds until the next try. Throws when there is none. */
function pauseAfter(
  error: unknown,
  failures: number,
  { follow, source, clock }: Collecting,
  random: () => number,
): number {
  if (error instanceof QuotaExceeded) {
    const resets = error.resetsAt === undefined ? "" : `; it resets at ${timeOf(error.resetsAt)}`;
    if (!follow || error.resetsAt === undefined)
      throw new Failure(`${source.origin}: ${error.message}${resets}`);
    return Math.max(1000, error.resetsAt - clock.now());
  }
  if (!(error instanceof ConnectionLost)) throw error;
  if (!follow && failures === MAX_ATTEMPTS)
    throw new Failure(`${source.origin}: ${error.message}, ${failures} times in a row`);
  return 250 + SLOWER * backoffMs(failures, random);
}

const timeOf = (instant: number): string =>
  `${new Date(instant).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** Gathers events and sends them together. */
class Batches {
  /** Position after the last acknowledged event. */
  cursor: string | undefined;
  /** Objects taken from the source, sent or waiting. Deletions do not count for the limit. */
  taken = 0;
  #waiting: Outgoing[] = [];
  #after: string | undefined;
  #since = 0;
  readonly #began: number;

  constructor(
    private readonly collecting: Collecting,
    private readonly counts: Collected,
  ) {
    this.#began = collecting.clock.now();
  }

  /** Takes chunks until the source ends or the limit is reached. What was received before an error is sent. */
  async take(): Promise<void> {
    const { source, cursor, limit, signal } = this.collecting;
    const done = new AbortController();
    const chunks = source.read(this.cursor ?? cursor.read(), AbortSignal.any([signal, done.signal]));
    const reader = chunks[Symbol.asyncIterator]();
    let next = quiet(reader.next());
    try {
      while (this.taken < limit) {
        const chunk = await this.#inTime(next);
        if (chunk === "due") await this.#flush(signal);
        else if (chunk.done) break;
        else {
          for (const part of this.#parts(chunk.value)) {
            this.#add(part);
            if (this.#waiting.length >= MOST_WAITING) await this.#flush(signal);
            await this.#pace();
          }
          next = quiet(reader.next());
        }
      }
    } finally {
      // Ctrl-C sends what was received; the second one ends the process.
      await this.#flush(signal.aborted ? AbortSignal.timeout(LAST_SEND_MS) : signal);
      // Ends a read in progress: return() alone would wait for it.
      done.abort();
      await reader.return?.().catch(() => {});
    }
  }

  /** A rate splits a chunk into quarters of a second. */
  *#parts(chunk: readonly Received[]): Generator<readonly Received[]> {
    const { rate, source } = this.collecting;
    const size = rate === undefined || source.paced ? chunk.length : Math.max(1, Math.ceil(rate / 4));
    for (let i = 0; i < chunk.length; i += size) yield chunk.slice(i, i + size);
  }

  #add(chunk: readonly Received[]): void {
    const { source, clock, limit } = this.collecting;
    if (this.#waiting.length === 0) this.#since = clock.now();
    this.counts.state = "";
    for (const received of chunk) {
      if (this.taken >= limit) break;
      const outgoing = convert(source.feed, received, clock.now());
      if (outgoing) {
        this.#waiting.push(outgoing);
        if (outgoing.kind !== "deletion") this.taken++;
      } else this.counts.skipped++;
      this.#after = received.cursor ?? this.#after;
    }
  }

  /** The next chunk, or "due" when the waiting events are to be sent first. */
  async #inTime(next: Promise<IteratorResult<readonly Received[]>>) {
    if (this.#waiting.length === 0) return next;
    const { clock, flushMillis = FLUSH_MS } = this.collecting;
    const done = new AbortController();
    const due = clock.until(this.#since + flushMillis, done.signal).then(
      () => "due" as const,
      () => "due" as const,
    );
    try {
      return await Promise.race([next, due]);
    } finally {
      done.abort();
    }
  }

  async #flush(signal: AbortSignal): Promise<void> {
    const { destination, cursor, clock } = this.collecting;
    const sent = this.#waiting;
    if (sent.length > 0) {
      await destination.send(sent, signal);
      this.#waiting = [];
      this.counts.last = clock.now();
      for (const { kind } of sent) this.counts[countOf[kind]]++;
    }
    if (this.#after !== undefined && this.#after !== this.cursor) {
      this.cursor = this.#after;
      cursor.write(this.#after);
    }
    this.collecting.onProgress?.(this.counts);
  }

  /** Waits while events come faster than the rate. */
  async #pace(): Promise<void> {
    const { rate, source, clock, signal, flushMillis = FLUSH_MS } = this.collecting;
    if (rate === undefined || source.paced) return;
    const due = this.#began + (1000 * this.taken) / rate;
    if (due <= clock.now()) return;
    if (due - this.#since > flushMillis) await this.#flush(signal);
    await clock.until(due, signal);
  }
}

/** A rejection is reported when it is awaited, not as unhandled while events are being sent. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

const LAST_SEND_MS = 5000;
const countOf = { row: "rows", malformed: "malformed", deletion: "deletions" } as const;
