import { setTimeout as sleep } from "node:timers/promises";
import { PACK_BYTES } from "../../data/records/pack";
import { UnknownFields } from "../../data/records/quarantine";
import type { FlowConfig } from "./config/flow";
import { type Convert, converter } from "./convert/convert";
import type { Tailer } from "./files/tailer";
import type { RawRecord } from "./files/tracked-file";
import type { Entry, Item, PutOnce } from "./send/framing";
import { cutTo, type Framing, frame } from "./send/framing";
import { sendAll } from "./send/resend";

/** Counts of a flow since its start. */
export interface Counts {
  /** Lines, or multi-line records, read. */
  read: number;
  sent: number;
  /** Not sent: blank, or not in the log's format. */
  leftOut: number;
  /** Sent unchanged, because the processing could not convert them. */
  unconverted: number;
  /** Truncated to the maximum record size. */
  cut: number;
  records: number;
  bytes: number;
  attempts: number;
  /** Records that were refused and sent again. */
  refused: number;
}

export const noCounts = (): Counts => ({
  read: 0,
  sent: 0,
  leftOut: 0,
  unconverted: 0,
  cut: 0,
  records: 0,
  bytes: 0,
  attempts: 0,
  refused: 0,
});

/** Lines logged of each kind; the status has the total. */
const MAX_LINES_LOGGED = 5;

export interface FlowParts {
  readonly config: FlowConfig;
  readonly tailer: Tailer;
  readonly framing: Framing;
  /** Reads a line as an event of the destination's feed. */
  readonly readLine?: (data: Uint8Array) => Pick<Item, "key"> & { readonly unknown: readonly string[] };
  readonly put: PutOnce;
  readonly recordBytes: number;
  readonly log: (what: string) => void;
  /** Called when positions have changed. */
  readonly onProgress: () => void;
  readonly close: () => void;
}

/** Reads the files of one flow, processes and buffers their lines, and sends them to the destination. */
export class Flow {
  readonly counts = noCounts();
  /** Fields that no column of the destination's feed knows: they are sent, and the lake does not store them. */
  readonly unknownFields = new UnknownFields();
  readonly #convert: Convert;
  /** Lines read and not yet being sent, oldest first. Reading stops when the buffer is full. */
  #buffer: Item[] = [];
  #bytes = 0;
  #sending: Promise<void> | undefined;
  #inFlight = 0;
  /** When the oldest in-flight line was read. */
  #oldest: number | undefined;
  #trouble: string | undefined;
  #wake = new AbortController();
  #fileCount = -1;
  #lastScan = Number.NEGATIVE_INFINITY;
  #failure: unknown;

  constructor(readonly parts: FlowParts) {
    this.#convert = converter(parts.config.processing);
  }

  get waiting(): number {
    return this.#buffer.length + this.#inFlight;
  }

  /** When the oldest waiting line was read; undefined when none waits. */
  get waitingSince(): number | undefined {
    return this.#oldest ?? this.#buffer[0]?.at;
  }

  /** Why the destination refuses records at present. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /**
   * Runs until `stop` aborts, then sends what was read until `giveUp` aborts. Lines not acknowledged by then are sent
   * again after the next start.
   */
  async run(stop: AbortSignal, giveUp: AbortSignal): Promise<void> {
    stop.addEventListener("abort", () => this.#wake.abort(), { once: true });
    while (!stop.aborted) {
      this.#advance(giveUp, Date.now());
      await sleep(this.parts.config.pollMillis, undefined, { signal: this.#wake.signal }).catch(() => {});
      if (!stop.aborted) this.#wake = new AbortController();
      if (this.#failure !== undefined) throw this.#failure;
    }
    while (this.waiting > 0 && !giveUp.aborted) {
      if (!this.#sending) this.#send(giveUp, this.#buffer.length);
      await this.#sending;
      if (this.#failure !== undefined) throw this.#failure;
    }
  }

  #advance(giveUp: AbortSignal, now: number): void {
    const { tailer, config } = this.parts;
    // Completed sends wake the loop more often than the files need scanning.
    if (now - this.#lastScan >= config.pollMillis || now < this.#lastScan) {
      tailer.scan(now);
      this.#lastScan = now;
    }
    for (;;) {
      const room = config.maxBufferSizeBytes - this.#bytes;
      const records = room > 0 ? tailer.read(room, now) : [];
      for (const record of records) this.#add(record, now);
      if (!this.#sending && this.#isDue(now)) this.#send(giveUp, this.#batchSize());
      if (records.length === 0) break;
    }
    // A new or removed file needs a checkpoint: after a rename, only the checkpoint identifies the file.
    if (tailer.files.length !== this.#fileCount) this.parts.onProgress();
    this.#fileCount = tailer.files.length;
  }

  #add(record: RawRecord, now: number): void {
    const { config, recordBytes } = this.parts;
    this.counts.read++;
    const converted = record.cut
      ? ({ outcome: "unchanged", data: record.data } as const)
      : this.#convert(record.data);
    if (converted.outcome === "skipped") {
      this.#logLine(++this.counts.leftOut, "left out by the processing", record);
      record.file.acknowledge(record.end);
      this.parts.onProgress();
      return;
    }
    if (converted.outcome === "unchanged" && config.processing.length > 0)
      this.#logLine(
        ++this.counts.unconverted,
        "sent unchanged, because the processing cannot convert it",
        record,
      );
    let { data } = converted;
    if (record.cut || data.byteLength > recordBytes) {
      data = cutTo(data, recordBytes, config.truncatedTerminator);
      this.#logLine(++this.counts.cut, "longer than a record, truncated", record);
    }
    const { unknown = [], ...key } = this.parts.readLine?.(data) ?? {};
    if (unknown.length > 0) this.unknownFields.add(unknown, record.file.path, "");
    this.#buffer.push({ record, data, at: now, ...key });
    this.#bytes += data.byteLength;
  }

  #logLine(count: number, what: string, { file, start, end }: RawRecord): void {
    if (count <= MAX_LINES_LOGGED) this.parts.log(`${what}: ${file.path}, bytes ${start} to ${end}`);
  }

  #isDue(now: number): boolean {
    const { maxBufferAgeMillis, maxBufferSizeBytes, maxBufferSizeRecords } = this.parts.config;
    const [oldest] = this.#buffer;
    if (!oldest) return false;
    const records = this.parts.framing.packed ? Math.floor(this.#bytes / PACK_BYTES) : this.#buffer.length;
    return (
      records >= maxBufferSizeRecords ||
      this.#bytes >= maxBufferSizeBytes ||
      now - oldest.at >= maxBufferAgeMillis
    );
  }

  /** Lines to send in one batch. */
  #batchSize(): number {
    const { maxBufferSizeRecords } = this.parts.config;
    return this.parts.framing.packed
      ? this.#buffer.length
      : Math.min(maxBufferSizeRecords, this.#buffer.length);
  }

  #send(giveUp: AbortSignal, count: number): void {
    const { config, framing, put, log } = this.parts;
    const batch = this.#buffer.slice(0, count);
    this.#buffer = this.#buffer.slice(count);
    this.#bytes -= batch.reduce((sum, { data }) => sum + data.byteLength, 0);
    this.#inFlight = batch.length;
    this.#oldest = batch[0]?.at;
    this.#sending = sendAll(frame(batch, framing), {
      put,
      signal: giveUp,
      records: config.maxBufferSizeRecords,
      bytes: Math.max(config.maxBufferSizeBytes, PACK_BYTES),
      onAccepted: (entries) => this.#accepted(entries),
      onRefused: (entries, reason) => {
        this.counts.attempts += entries.length;
        this.counts.refused += entries.length;
        if (this.#trouble === undefined) log(`${entries.length} records refused, retrying: ${reason}`);
        this.#trouble = reason;
      },
    })
      .then(() => {
        if (this.#trouble !== undefined) log("records are accepted again");
        this.#trouble = undefined;
      })
      .catch((error: unknown) => {
        if (!giveUp.aborted) this.#failure = error;
      })
      .finally(() => {
        this.#sending = undefined;
        this.#oldest = undefined;
        this.#wake.abort();
      });
  }

  #accepted(entries: readonly Entry[]): void {
    this.counts.records += entries.length;
    this.counts.attempts += entries.length;
    for (const { items, data } of entries) {
      this.counts.bytes += data.byteLength;
      this.counts.sent += items.length;
      this.#inFlight -= items.length;
      for (const { record } of items) record.file.acknowledge(record.end);
    }
    this.parts.onProgress();
  }
}
