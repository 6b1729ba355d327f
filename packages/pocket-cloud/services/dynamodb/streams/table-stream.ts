import { createHash } from "node:crypto";
import { join } from "node:path";
import type { KeySchemaElement } from "@aws-sdk/client-dynamodb";
import type { _Record as EventRecord, StreamViewType } from "@aws-sdk/client-dynamodb-streams";
import type { CloudContext } from "../../../service";
import { typedJson } from "../../../storage/collection";
import { Journal } from "../../../storage/journal";
import { eventRecord, type ItemChange } from "./change";

export interface StreamDefinition {
  readonly arn: string;
  readonly label: string;
  readonly tableName: string;
  readonly shardId: string;
  readonly view: StreamViewType;
  readonly createdAt: number;
  readonly keySchema: readonly KeySchemaElement[];
  disabledAt?: number;
}

/** A place in a stream: a write, and one of the items that it changed. */
export interface Place {
  readonly write: number;
  readonly item: number;
}

export const RETENTION_MS = 24 * 3_600_000;
/** A write changes at most 100 items. */
const ITEM_DIGITS = 3;
const WRITE_DIGITS = 13;
const MAX_BYTES = 1024 * 1024;

/**
 * The records of a table's stream, in one shard. Each entry of the journal has all items that one write changed, so a
 * transaction is in the stream as a whole or not at all.
 */
export class TableStream {
  readonly #journal: Journal;

  constructor(
    readonly cloud: CloudContext,
    readonly definition: StreamDefinition,
    dir: string,
  ) {
    this.#journal = new Journal(join(dir, definition.shardId), {
      segmentMillis: RETENTION_MS / 24,
      onDropped: (bytes, path) =>
        cloud.log(`dynamodb: dropped ${bytes} bytes of an unfinished write in ${path}`),
    });
  }

  /** Stores the changes of a write before the table stores the write itself. */
  append(changes: readonly ItemChange[]): void {
    const data = Buffer.from(typedJson.stringify(changes));
    this.#journal.append([{ key: "", data }], this.cloud.clock.now());
    this.#journal.trimBefore(this.#journal.positionAt(this.#horizon));
  }

  /** Wakes the readers, once the table has stored the write. */
  announce(): void {
    const { arn: streamArn, shardId } = this.definition;
    this.cloud.bus.emit("dynamodb:stream-records", { streamArn, shardId });
  }

  /** The changes of the newest write. */
  last(): readonly ItemChange[] {
    const [entry] = this.#journal.read(this.#journal.next - 1, 1);
    return entry ? changesOf(entry.data) : [];
  }

  get next(): Place {
    return { write: this.#journal.next, item: 0 };
  }

  /** The oldest place that is not expired. */
  get oldest(): Place {
    return { write: this.#journal.positionAt(this.#horizon), item: 0 };
  }

  get #horizon(): number {
    return this.cloud.clock.now() - RETENTION_MS;
  }

  /** Sequence numbers have 30 digits and compare as text. AWS allows 21 to 40. */
  sequenceNumber({ write, item }: Place): string {
    return `1${String(this.definition.createdAt).padStart(13, "0")}${String(write).padStart(WRITE_DIGITS, "0")}${String(item).padStart(ITEM_DIGITS, "0")}`;
  }

  get firstSequenceNumber(): string {
    return this.sequenceNumber({ write: 1, item: 0 });
  }

  get lastSequenceNumber(): string {
    return this.sequenceNumber({ write: this.#journal.next - 1, item: Math.max(0, this.last().length - 1) });
  }

  /** Undefined for a number that is not of this stream. */
  placeOf(sequenceNumber: string): Place | undefined {
    const prefix = this.firstSequenceNumber.slice(0, -WRITE_DIGITS - ITEM_DIGITS);
    const rest = sequenceNumber.slice(prefix.length);
    if (!sequenceNumber.startsWith(prefix) || !/^\d{16}$/.test(rest)) return undefined;
    return { write: Number(rest.slice(0, WRITE_DIGITS)), item: Number(rest.slice(WRITE_DIGITS)) };
  }

  read(from: Place, limit: number): { records: EventRecord[]; next: Place; ended: boolean } {
    const records: EventRecord[] = [];
    let next = from;
    let bytes = 0;
    while (records.length < limit && bytes < MAX_BYTES) {
      const entries = this.#journal.read(next.write, limit - records.length, MAX_BYTES - bytes);
      if (entries.length === 0) break;
      for (const { position, time, data } of entries) {
        bytes += data.byteLength;
        const changes = changesOf(data);
        const begin = position === next.write ? next.item : 0;
        const end = Math.min(changes.length, begin + limit - records.length);
        for (let item = begin; item < end; item++)
          records.push(this.#record(changes[item] as ItemChange, { write: position, item }, time));
        next = end < changes.length ? { write: position, item: end } : { write: position + 1, item: 0 };
        if (records.length >= limit) break;
      }
    }
    const ended = this.definition.disabledAt !== undefined && next.write >= this.#journal.next;
    return { records, next, ended };
  }

  #record(change: ItemChange, place: Place, time: number): EventRecord {
    const sequenceNumber = this.sequenceNumber(place);
    const { arn, view } = this.definition;
    const id = createHash("md5").update(`${arn}${sequenceNumber}`).digest("hex");
    return eventRecord(change, { id, region: this.cloud.region, time, sequenceNumber, view });
  }

  close(): void {
    this.#journal.close();
  }

  remove(): void {
    this.#journal.remove();
  }
}

const changesOf = (data: Buffer): ItemChange[] => typedJson.parse(data.toString("utf8")) as ItemChange[];
