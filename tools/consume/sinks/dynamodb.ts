import {
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import { type FeedDefinition, type Row, storeKeyTypes } from "../../../data/feeds";
import { backoffMs, pause } from "../../../functions/shared/backoff";
import { describe } from "../../../functions/shared/log";
import { type Candidate, keepNewest, unchanged } from "../../../functions/store-latest/core";
import { LastSeen } from "../../../functions/store-latest/last-seen";
import { type Outcome, store } from "../../../functions/store-latest/store";
import { Table } from "../../../functions/store-latest/table";
import { Failure } from "../../kit/errors";
import type { Item } from "../events";
import { eventsIn, type Sink } from "./sink";

export interface SinkCounts {
  written: number;
  /** Already stored in the same or a newer version. */
  skipped: number;
}

const MAX_ATTEMPTS = 8;

/** Throws unless the table exists and has the feed's keys. */
async function checkTable(dynamodb: DynamoDBClient, table: string, feed: FeedDefinition): Promise<void> {
  const { Table: found } = await dynamodb
    .send(new DescribeTableCommand({ TableName: table }))
    .catch((error: unknown) => {
      if (error instanceof ResourceNotFoundException) throw new Failure(`there is no table ${table}`);
      throw error;
    });
  const types = new Map(found?.AttributeDefinitions?.map((each) => [each.AttributeName, each.AttributeType]));
  const keys = found?.KeySchema?.map(({ AttributeName: name }) => `${name} (${types.get(name)})`).join(", ");
  const expected = storeKeyTypes(feed)
    .map(({ name, type }) => `${name} (${type})`)
    .join(", ");
  if (keys !== expected)
    throw new Failure(`the table ${table} has the keys ${keys}; rows of ${feed.name} need ${expected}`);
}

/** Stores rows in a DynamoDB table by the feed's key and store mode, as store-latest does. */
export class DynamoSink implements Sink {
  readonly counts: SinkCounts = { written: 0, skipped: 0 };
  readonly #table: Table;
  readonly #lastSeen = new LastSeen();

  constructor(
    private readonly dynamodb: DynamoDBClient,
    private readonly table: string,
    private readonly feed: FeedDefinition,
    private readonly signal: AbortSignal,
  ) {
    this.#table = new Table(dynamodb, table, feed);
  }

  open(): Promise<void> {
    return checkTable(this.dynamodb, this.table, this.feed);
  }

  describe(): string {
    return `${this.counts.written} written, ${this.counts.skipped} already stored`;
  }

  async close(): Promise<void> {
    this.dynamodb.destroy();
  }

  /** Stores rows in the order of their records. Retries rejected writes, then throws. */
  async put(items: readonly Item[]): Promise<void> {
    const rows = eventsIn(items);
    const byId = new Map<string, Candidate>();
    for (const { value, sequenceNumber } of rows) keepNewest(byId, this.feed, value as Row, sequenceNumber);
    const candidates = [...byId.values()];
    this.counts.skipped += rows.length - candidates.length;
    for (let attempt = 1; ; attempt++) {
      // A retry skips the rows stored by an earlier attempt.
      const { written, skipped, retryFrom, reason } = await this.#store(candidates);
      this.counts.written += written;
      if (retryFrom === undefined) {
        this.counts.skipped += attempt === 1 ? skipped : 0;
        return;
      }
      this.signal.throwIfAborted();
      if (
        attempt === MAX_ATTEMPTS ||
        !/Throughput|Throttling|Limit|Internal|Unavailable|Timeout|ECONN/.test(reason ?? "")
      )
        throw new Error(`the table rejects the rows: ${reason}`);
      await pause(backoffMs(attempt, Math.random), this.signal);
    }
  }

  /** As store-latest does, and without the rows that an append feed's table has already, so that new ones are counted. */
  async #store(candidates: readonly Candidate[]): Promise<Outcome> {
    const { feed, signal } = this;
    try {
      const stored =
        feed.store.mode === "append"
          ? await this.#table.stored(
              candidates.map(({ row }) => row),
              signal,
            )
          : undefined;
      const fresh = stored
        ? candidates.filter(({ id, row }) => !unchanged(feed, stored.get(id), row))
        : candidates;
      const outcome = await store(feed, this.#table, fresh, signal, "single", this.#lastSeen);
      return { ...outcome, skipped: outcome.skipped + candidates.length - fresh.length };
    } catch (error) {
      signal.throwIfAborted();
      return { written: 0, skipped: 0, retryFrom: "", reason: describe(error) };
    }
  }
}
