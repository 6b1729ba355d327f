import { createHash, randomUUID } from "node:crypto";
import type { MessageAttributeValue, MessageSystemAttributeName } from "@aws-sdk/client-sqs";
import { AwsError } from "../../errors";
import { ChangeLog } from "../../storage/change-log";

export interface Stored {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly sentAt: number;
  readonly sender: string;
  readonly group?: string;
  readonly deduplication?: string;
  readonly sequence?: string;
  /** First delivery not before this. */
  readonly visibleFrom: number;
  /** Where a dead letter came from. */
  readonly source?: string;
  readonly trace?: string;
}

/** A message with what receiving it has changed; a restart makes messages in flight visible again. */
export interface Message extends Stored {
  visibleAt: number;
  receives: number;
  firstReceivedAt?: number;
  receipt?: string;
}

type Change = { readonly put: Stored; readonly receives?: number } | { readonly gone: string };

const DEDUPLICATION_WINDOW = 300_000;

/** The messages of one queue, oldest first; sends and deletions are on disk before they return. */
export class QueueData {
  readonly #messages = new Map<string, Message>();
  readonly #journal: ChangeLog<Change>;
  readonly #deduplicated = new Map<
    string,
    { readonly at: number; readonly id: string; readonly sequence: string }
  >();
  #bytes = 0;
  #sequence = 0n;
  #purgedAt = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.#journal = new ChangeLog(path, (change) => this.#apply(change));
  }

  #apply(change: Change): void {
    if ("put" in change) {
      const { put } = change;
      this.#messages.set(put.id, { ...put, visibleAt: put.visibleFrom, receives: change.receives ?? 0 });
      this.#bytes += put.body.length;
      if (put.sequence && BigInt(put.sequence) > this.#sequence) this.#sequence = BigInt(put.sequence);
      if (put.deduplication && put.sequence)
        this.#deduplicated.set(put.deduplication, { at: put.sentAt, id: put.id, sequence: put.sequence });
      return;
    }
    this.#bytes -= this.#messages.get(change.gone)?.body.length ?? 0;
    this.#messages.delete(change.gone);
  }

  /** Adds a message; in a FIFO queue a repeated deduplication id within five minutes is accepted once. */
  send(message: Omit<Stored, "id" | "sequence">, fifo: boolean): Pick<Stored, "id" | "sequence"> {
    const before =
      message.deduplication === undefined ? undefined : this.#deduplicated.get(message.deduplication);
    if (before && message.sentAt - before.at < DEDUPLICATION_WINDOW) return before;
    const sequence = fifo
      ? String(this.#sequence === 0n ? 18_850_000_000_000_000_000n : this.#sequence + 256n)
      : undefined;
    const stored: Stored = { ...message, id: randomUUID(), ...(sequence && { sequence }) };
    this.#write([{ put: stored }]);
    return stored;
  }

  /** Takes over a message as it is, for redrives. */
  adopt(stored: Stored, receives = 0): void {
    this.#write([{ put: stored, receives }]);
  }

  remove(ids: readonly string[]): void {
    if (ids.length > 0) this.#write(ids.map((gone) => ({ gone })));
  }

  purge(now: number): void {
    this.#purgedAt = now;
    this.remove([...this.#messages.keys()]);
  }

  get purgedAt(): number {
    return this.#purgedAt;
  }

  #write(changes: readonly Change[]): void {
    this.#journal.append(changes);
    for (const change of changes) this.#apply(change);
    this.#journal.compact(
      () => this.#bytes,
      () => this.#puts(),
    );
  }

  *#puts(): Generator<Change> {
    for (const {
      visibleAt: _at,
      receives,
      firstReceivedAt: _first,
      receipt: _receipt,
      ...put
    } of this.#messages.values())
      yield { put, receives };
  }

  /** Messages that can be received now. In a FIFO queue a group with a message in flight waits. */
  *visible(now: number, fifo: boolean): Generator<Message> {
    const blocked = new Set<string>();
    for (const message of this.#messages.values()) {
      const group = fifo ? (message.group ?? "") : undefined;
      if (group !== undefined && blocked.has(group)) continue;
      if (message.visibleAt <= now) yield message;
      else if (group !== undefined) blocked.add(group);
    }
  }

  /** The message a receipt was given for, while it is there; throws for what is no receipt. */
  byReceipt(receipt: string | undefined): Message | undefined {
    const [, id] = RECEIPT.exec(Buffer.from(receipt ?? "", "base64").toString("utf8")) ?? [];
    if (id === undefined)
      throw new AwsError(
        "ReceiptHandleIsInvalid",
        `The input receipt handle "${receipt}" is not a valid receipt handle.`,
        404,
      );
    return this.#messages.get(id);
  }

  all(): IterableIterator<Message> {
    return this.#messages.values();
  }

  counts(now: number): { visible: number; inFlight: number; delayed: number } {
    const counts = { visible: 0, inFlight: 0, delayed: 0 };
    for (const { visibleAt, receives } of this.#messages.values())
      counts[visibleAt <= now ? "visible" : receives > 0 ? "inFlight" : "delayed"]++;
    return counts;
  }

  close(): void {
    this.#journal.close();
  }

  delete(): void {
    this.#journal.remove();
  }
}

/** The message's id and that of its delivery. */
const RECEIPT = /^([0-9a-f-]{36})\/[0-9a-f-]{36}$/;

export const newReceipt = (id: string): string => Buffer.from(`${id}/${randomUUID()}`).toString("base64");

export function systemAttributes(message: Message): Partial<Record<MessageSystemAttributeName, string>> {
  return {
    SenderId: message.sender,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    ...(message.group !== undefined && { MessageGroupId: message.group }),
    ...(message.deduplication !== undefined && { MessageDeduplicationId: message.deduplication }),
    ...(message.sequence !== undefined && { SequenceNumber: message.sequence }),
    ...(message.source !== undefined && { DeadLetterQueueSourceArn: message.source }),
    ...(message.trace !== undefined && { AWSTraceHeader: message.trace }),
  };
}

export const md5 = (data: string | Uint8Array): string => createHash("md5").update(data).digest("hex");

/** AWS's digest over attributes: names sorted, every part with its length. */
export function md5OfAttributes(
  attributes: Readonly<Record<string, MessageAttributeValue>>,
): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts: Buffer[] = [];
  const push = (data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.byteLength);
    parts.push(length, data);
  };
  for (const name of names) {
    const { DataType = "", StringValue, BinaryValue } = attributes[name] ?? { DataType: "" };
    push(Buffer.from(name));
    push(Buffer.from(DataType));
    parts.push(Buffer.from([BinaryValue ? 2 : 1]));
    push(BinaryValue ? Buffer.from(BinaryValue) : Buffer.from(StringValue ?? ""));
  }
  return md5(Buffer.concat(parts));
}
