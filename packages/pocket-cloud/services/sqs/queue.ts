import { randomUUID } from "node:crypto";
import type { MessageAttributeValue, MessageSystemAttributeName } from "@aws-sdk/client-sqs";
import { AwsError } from "../../errors";
import { ChangeLog } from "../../storage/change-log";

/** The part of a message that is on disk. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly sentAt: number;
  readonly sender: string;
  readonly group?: string;
  readonly deduplication?: string;
  readonly sequence?: string;
  /** When the message can first be received. */
  readonly visibleFrom: number;
  /** In a dead-letter queue: the ARN of the queue that the message came from. */
  readonly source?: string;
  readonly trace?: string;
}

/** A message with the state of its delivery, which is only in memory: a restart makes messages in flight visible. */
export interface Message extends StoredMessage {
  visibleAt: number;
  receives: number;
  firstReceivedAt?: number;
  receipt?: string;
}

type Change = { readonly put: StoredMessage; readonly receives?: number } | { readonly gone: string };

const DEDUPLICATION_MS = 300_000;
const FIRST_SEQUENCE = 18_850_000_000_000_000_000n;
const SEQUENCE_STEP = 256n;

export type DeduplicationScope = "queue" | "messageGroup";

const deduplicationKey = (
  { deduplication = "", group = "" }: Pick<StoredMessage, "deduplication" | "group">,
  scope: DeduplicationScope,
): string => (scope === "queue" ? deduplication : `${group} ${deduplication}`);

/** The messages of one queue, oldest first. Sends and deletions are on disk before they return. */
export class QueueData {
  readonly #messages = new Map<string, Message>();
  readonly #journal: ChangeLog<Change>;
  /** The last message of each deduplication id, in the queue and in its group. */
  readonly #deduplicated = new Map<
    string,
    { readonly at: number; readonly id: string; readonly sequence: string }
  >();
  #bytes = 0;
  #sequence = 0n;
  #purgedAt = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.#journal = ChangeLog.open(path, (change) => this.#apply(change));
  }

  #apply(change: Change): void {
    if ("put" in change) {
      const { put } = change;
      this.#messages.set(put.id, { ...put, visibleAt: put.visibleFrom, receives: change.receives ?? 0 });
      this.#bytes += put.body.length;
      if (put.sequence && BigInt(put.sequence) > this.#sequence) this.#sequence = BigInt(put.sequence);
      if (put.deduplication && put.sequence)
        for (const scope of ["queue", "messageGroup"] as const)
          this.#deduplicated.set(deduplicationKey(put, scope), {
            at: put.sentAt,
            id: put.id,
            sequence: put.sequence,
          });
      return;
    }
    this.#bytes -= this.#messages.get(change.gone)?.body.length ?? 0;
    this.#messages.delete(change.gone);
  }

  /**
   * Adds a message. A FIFO queue, which has a scope, ignores a deduplication id that is repeated in it within five minutes.
   */
  send(
    message: Omit<StoredMessage, "id" | "sequence">,
    scope: DeduplicationScope | undefined,
  ): Pick<StoredMessage, "id" | "sequence"> {
    const sent = scope && this.#deduplicated.get(deduplicationKey(message, scope));
    if (sent && message.sentAt - sent.at < DEDUPLICATION_MS) return sent;
    const sequence = scope
      ? String(this.#sequence === 0n ? FIRST_SEQUENCE : this.#sequence + SEQUENCE_STEP)
      : undefined;
    const stored: StoredMessage = { ...message, id: randomUUID(), ...(sequence && { sequence }) };
    this.#write([{ put: stored }]);
    return stored;
  }

  /** Adds a message that another queue had. */
  adopt(stored: StoredMessage, receives = 0): void {
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
    for (const message of this.#messages.values())
      yield { put: storedPart(message), receives: message.receives };
  }

  /** Messages that can be received now. In a FIFO queue a message in flight blocks its group. */
  *visible(now: number, fifo: boolean): Generator<Message> {
    const blocked = new Set<string>();
    for (const message of this.#messages.values()) {
      const group = fifo ? (message.group ?? "") : undefined;
      if (group !== undefined && blocked.has(group)) continue;
      if (message.visibleAt <= now) yield message;
      else if (group !== undefined) blocked.add(group);
    }
  }

  /** The message of a receipt handle, unless it was deleted. Throws for a malformed handle. */
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

  get size(): number {
    return this.#messages.size;
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

/** A receipt handle is the message's id and a random id of the delivery, in base64. */
const RECEIPT = /^([0-9a-f-]{36})\/[0-9a-f-]{36}$/;

export const newReceipt = (id: string): string => Buffer.from(`${id}/${randomUUID()}`).toString("base64");

export function storedPart(message: Message): StoredMessage {
  const { visibleAt: _at, receives: _count, firstReceivedAt: _first, receipt: _receipt, ...stored } = message;
  return stored;
}

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
