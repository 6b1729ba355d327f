import { setTimeout as sleep } from "node:timers/promises";
import { PACK_BYTES } from "../../data/records/pack";
import type { FlowConfig } from "./config/flow";
import { type Convert, converter } from "./convert/convert";
import type { Tailer } from "./files/tailer";
import type { RawRecord } from "./files/tracked-file";
import type { Entry, Item, PutOnce } from "./send/framing";
import { cutTo, type Framing, frame } from "./send/framing";
import { sendAll } from "./send/resend";

/** What a flow has done since it started. */
export interface Counts {
  /** Lines, or multi-line records, read. */
  read: number;
  sent: number;
  /** Left out by their processing: blank, or no lines of the log's format. */
  leftOut: number;
  /** Sent as they were, because their processing could not convert them. */
  unconverted: number;
  /** Longer than a record may be, sent cut. */
  cut: number;
  records: number;
  bytes: number;
  attempts: number;
  /** Records refused, and sent again. */
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

/** Of each kind of trouble with single lines. */
const TOLD = 5;

export interface FlowParts {
  readonly config: FlowConfig;
  readonly tailer: Tailer;
  readonly framing: Framing;
  readonly put: PutOnce;
  readonly recordBytes: number;
  readonly say: (what: string) => void;
  /** Positions have changed. */
  readonly onProgress: () => void;
  readonly close: () => void;
}

/** One flow: from its files, through its processing and its buffer, to its stream. */
export class Flow {
  readonly counts = noCounts();
  readonly #convert: Convert;
  /** Read and not yet being sent, oldest first; never much more than the buffer's size. */
  #buffer: Item[] = [];
  #bytes = 0;
  #sending: Promise<void> | undefined;
  #underWay = 0;
  /** When the oldest line under way was read. */
  #oldest: number | undefined;
  #trouble: string | undefined;
  #wake = new AbortController();
  #known = -1;
  #looked = Number.NEGATIVE_INFINITY;
  #failure: unknown;

  constructor(readonly parts: FlowParts) {
    this.#convert = converter(parts.config.processing);
  }

  get waiting(): number {
    return this.#buffer.length + this.#underWay;
  }

  /** Since when the oldest line has been waiting; undefined when none does. */
  get waitingSince(): number | undefined {
    return this.#oldest ?? this.#buffer[0]?.at;
  }

  /** Why nothing arrives at present. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /**
   * Until `stop`, then until everything read is sent; `giveUp` ends that, too. What is not acknowledged by then is
   * sent again after the next start.
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
    // Woken by what was sent, it only reads on.
    if (now - this.#looked >= config.pollMillis || now < this.#looked) {
      tailer.look(now);
      this.#looked = now;
    }
    for (;;) {
      const room = config.maxBufferSizeBytes - this.#bytes;
      const records = room > 0 ? tailer.read(room, now) : [];
      for (const record of records) this.#take(record, now);
      if (!this.#sending && this.#isDue(now)) this.#send(giveUp, this.#batchSize());
      if (records.length === 0) break;
    }
    // Files that came or went are worth a checkpoint: under another name they are found by it alone.
    if (tailer.files.length !== this.#known) this.parts.onProgress();
    this.#known = tailer.files.length;
  }

  #take(record: RawRecord, now: number): void {
    const { config, recordBytes } = this.parts;
    this.counts.read++;
    const converted = record.cut
      ? ({ outcome: "as it was", data: record.data } as const)
      : this.#convert(record.data);
    if (converted.outcome === "left out") {
      this.#tell(++this.counts.leftOut, "left out by its processing", record);
      record.file.acknowledge(record.end);
      this.parts.onProgress();
      return;
    }
    if (converted.outcome === "as it was" && config.processing.length > 0)
      this.#tell(
        ++this.counts.unconverted,
        "sent as it is, because its processing cannot convert it",
        record,
      );
    let { data } = converted;
    if (record.cut || data.byteLength > recordBytes) {
      data = cutTo(data, recordBytes, config.truncatedTerminator);
      this.#tell(++this.counts.cut, "longer than a record, sent cut", record);
    }
    this.#buffer.push({ record, data, at: now });
    this.#bytes += data.byteLength;
  }

  /** The first few one by one; the status has the number of all. */
  #tell(count: number, what: string, { file, start, end }: RawRecord): void {
    if (count <= TOLD) this.parts.say(`${what}: ${file.path}, bytes ${start} to ${end}`);
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

  /** How many lines of the buffer go at once: no more than the buffer's own limits. */
  #batchSize(): number {
    const { maxBufferSizeRecords } = this.parts.config;
    return this.parts.framing.packed
      ? this.#buffer.length
      : Math.min(maxBufferSizeRecords, this.#buffer.length);
  }

  #send(giveUp: AbortSignal, count: number): void {
    const { config, framing, put, say } = this.parts;
    const batch = this.#buffer.slice(0, count);
    this.#buffer = this.#buffer.slice(count);
    this.#bytes -= batch.reduce((sum, { data }) => sum + data.byteLength, 0);
    this.#underWay = batch.length;
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
        if (this.#trouble === undefined) say(`${entries.length} records refused, tried again: ${reason}`);
        this.#trouble = reason;
      },
    })
      .then(() => {
        if (this.#trouble !== undefined) say("records are taken again");
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
      this.#underWay -= items.length;
      for (const { record } of items) record.file.acknowledge(record.end);
    }
    this.parts.onProgress();
  }
}
