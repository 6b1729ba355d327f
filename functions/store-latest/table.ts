import { randomUUID } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import type { FeedDefinition, Row } from "../../data/feeds";
import { storeItemOf, storeKeyOf } from "../../data/feeds";
import { latestEventTime } from "../../data/feeds/event-times";
import { backoffMs, pause } from "../shared/backoff";
import { allowManyCalls } from "../shared/many-calls";
import { fromItem, type Item, toItem } from "./attributes";
import { itemId } from "./core";

const GET_AT_ONCE = 100;
const WRITE_AT_ONCE = 25;
const WRITTEN_TOGETHER = 100;

/** Transaction cancellation reasons that can be retried. */
const passing = new Set([
  "None",
  "ConditionalCheckFailed",
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
]);

/** The feed's DynamoDB table. */
export class Table {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly name: string,
    private readonly feed: FeedDefinition,
    private readonly random: () => number = Math.random,
  ) {}

  /**
   * The stored items by item id. A consistent read, otherwise a row could be compared with an outdated item.
   */
  async stored(rows: readonly Row[], abortSignal: AbortSignal): Promise<Map<string, Row>> {
    const found = new Map<string, Row>();
    await Promise.all(
      chunks(rows, GET_AT_ONCE).map(async (chunk) => {
        let keys: Item[] | undefined = chunk.map((row) => toItem(storeKeyOf(this.feed, row)));
        for (let attempt = 0; keys && keys.length > 0; attempt++) {
          if (attempt > 0) await pause(backoffMs(attempt, this.random), abortSignal);
          const request = { RequestItems: { [this.name]: { Keys: keys, ConsistentRead: true } } };
          const answer = await this.client.send(new BatchGetItemCommand(request), { abortSignal });
          for (const item of answer.Responses?.[this.name] ?? []) {
            const row = fromItem(this.feed, item);
            found.set(itemId(this.feed, row), row);
          }
          keys = answer.UnprocessedKeys?.[this.name]?.Keys as Record<string, AttributeValue>[] | undefined;
        }
      }),
    );
    return found;
  }

  /** Puts the row if it is newer than the stored item; returns whether it was. */
  async putNewer(row: Row, abortSignal: AbortSignal): Promise<boolean> {
    try {
      await this.client.send(new PutItemCommand(this.#unlessNewer(row, latestEventTime(Date.now()))), {
        abortSignal,
      });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /**
   * Puts rows in transactions of a hundred: far fewer requests, but twice the write units. A cancelled
   * transaction is sent again without the refused rows. Returns the number of rows put.
   */
  async putNewerTogether(rows: readonly Row[], abortSignal: AbortSignal): Promise<number> {
    const counts = await Promise.all(
      chunks(rows, WRITTEN_TOGETHER).map(async (chunk, before) => {
        // Serialising a transaction takes about as long as the answer, so the next one is prepared while this
        // one is in flight.
        for (let i = 0; i < before; i++) await turn();
        return this.#transact(chunk, abortSignal);
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #transact(rows: readonly Row[], abortSignal: AbortSignal): Promise<number> {
    let left = rows;
    for (let attempt = 0; left.length > 0; attempt++) {
      if (attempt > 0) await pause(backoffMs(attempt, this.random), abortSignal);
      try {
        const latest = latestEventTime(Date.now());
        const TransactItems = left.map((row) => ({ Put: this.#unlessNewer(row, latest) }));
        const request = { TransactItems, ClientRequestToken: randomUUID() };
        await this.client.send(new TransactWriteItemsCommand(request), { abortSignal });
        return left.length;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const reasons = error.CancellationReasons?.map(({ Code }) => Code ?? "None") ?? [];
        if (!reasons.every((code) => passing.has(code))) throw error;
        left = left.filter((_, i) => reasons[i] !== "ConditionalCheckFailed");
      }
    }
    return 0;
  }

  #unlessNewer(row: Row, latest: string) {
    return {
      TableName: this.name,
      Item: toItem(storeItemOf(this.feed, row)),
      // A time after :latest is invalid; see outdated().
      ConditionExpression: "attribute_not_exists(#time) OR #time < :time OR #time > :latest",
      ExpressionAttributeNames: { "#time": this.feed.eventTime },
      ExpressionAttributeValues: {
        ":time": { S: String(row[this.feed.eventTime]) },
        ":latest": { S: latest },
      },
    };
  }

  /** Puts rows in batches; unprocessed items are sent again. */
  async putAll(rows: readonly Row[], abortSignal: AbortSignal): Promise<void> {
    allowManyCalls(abortSignal);
    let waiting = chunks(rows, WRITE_AT_ONCE).map((chunk) =>
      chunk.map((row) => ({ PutRequest: { Item: toItem(storeItemOf(this.feed, row)) } })),
    );
    for (let attempt = 0; waiting.length > 0; attempt++) {
      if (attempt > 0) await pause(backoffMs(attempt, this.random), abortSignal);
      const answers = await Promise.all(
        waiting.map((requests) =>
          this.client.send(new BatchWriteItemCommand({ RequestItems: { [this.name]: requests } }), {
            abortSignal,
          }),
        ),
      );
      waiting = chunks(
        answers.flatMap((answer) => (answer.UnprocessedItems?.[this.name] ?? []) as (typeof waiting)[number]),
        WRITE_AT_ONCE,
      );
    }
  }
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
