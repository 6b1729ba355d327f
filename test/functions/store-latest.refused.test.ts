import { strict as assert } from "node:assert";
import { type DynamoDBClient, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { feeds } from "../../data/feeds";
import { candidatesOf } from "../../functions/store-latest/core";
import { type Sink, store } from "../../functions/store-latest/store";
import { Table } from "../../functions/store-latest/table";
import { coldStart, logged } from "./support/bundle";
import { batch, coin, context, line, record, sequence } from "./support/events";
import { latestTables, storeLines } from "./support/latest-tables";

const crypto = feeds.crypto ?? assert.fail();
const posts = feeds.posts ?? assert.fail();
const at = (minute: number) => `2026-01-02T03:${String(minute).padStart(2, "0")}:00.000Z`;
const signal = () => AbortSignal.timeout(10_000);
const post = (n: number) => ({
  post_id: `p${n}`,
  author: "a",
  text: "t\nu",
  language: null,
  topic: null,
  likes: n,
  reposts: 0,
  sensitive: false,
  posted_at: at(1),
  seen_at: at(2),
});

describe("store-latest, refused by its table,", () => {
  const { cloud, newTable } = latestTables();

  it("sends a transaction again that another one was in the way of, and no other that was cancelled", async () => {
    const cancelled = (...codes: string[]) =>
      new TransactionCanceledException({
        $metadata: {},
        message: "cancelled",
        CancellationReasons: codes.map((Code) => ({ Code })),
      });
    const rows = candidatesOf(
      crypto,
      batch(line(coin("aaa", at(1))), line(coin("bbb", at(1)))).Records,
    ).candidates.map(({ row }) => row);
    const put = async (...errors: Error[]) => {
      const sizes: number[] = [];
      const tokens = new Set<string>();
      const busy = {
        send: async ({ input }: { input: { TransactItems: unknown[]; ClientRequestToken: string } }) => {
          sizes.push(input.TransactItems.length);
          // Under one token DynamoDB takes one set of rows only.
          tokens.add(input.ClientRequestToken);
          const error = errors.shift();
          if (error) throw error;
        },
      };
      const table = new Table(busy as unknown as DynamoDBClient, "t", crypto, () => 0);
      const written = await table.putNewerTogether(rows, signal()).catch((error: Error) => error.name);
      assert.equal(tokens.size, sizes.length);
      for (const token of tokens) assert.match(token, /^[0-9a-f-]{36}$/);
      return { written, sizes };
    };
    assert.deepEqual(
      await put(
        cancelled("None", "TransactionConflict"),
        cancelled("ConditionalCheckFailed", "ThrottlingError"),
      ),
      { written: 1, sizes: [2, 2, 1] },
    );
    assert.deepEqual(await put(cancelled("None", "ValidationError")), {
      written: "TransactionCanceledException",
      sizes: [2],
    });
  });

  it("retries what the table throttles", async () => {
    const { table } = await newTable(crypto);
    cloud().faults.set([
      {
        service: "dynamodb",
        operation: "PutItem",
        fault: { kind: "error", code: "ProvisionedThroughputExceededException", status: 400 },
        times: 2,
      },
    ]);
    assert.deepEqual(await storeLines(table, crypto, line(coin("aaa", at(10)))), { written: 1, skipped: 0 });
  });

  it("reports the earliest record whose row it could not store", async () => {
    const failing: Sink = {
      stored: async () => new Map(),
      putNewer: async (row) => {
        if (row.coin_id !== "aaa") throw new Error("throttled");
        return true;
      },
      putNewerTogether: async () => 0,
      putAll: async () => {},
    };
    const records = [
      record(9, line(coin("aaa", at(1)))),
      record(10, line(coin("bbb", at(1)))),
      record(11, line(coin("ccc", at(1)))),
    ];
    assert.deepEqual(await store(crypto, failing, candidatesOf(crypto, records).candidates, signal()), {
      written: 1,
      skipped: 0,
      retryFrom: sequence(10),
      reason: "Error: throttled",
    });
  });

  it("begins again at the first of the records that had a row of the failing key", async () => {
    const records = [
      record(9, line(coin("bbb", at(1)))),
      record(10, line(coin("aaa", at(1)))),
      record(11, line(coin("aaa", at(2)))),
    ];
    const [, { row, sequenceNumber } = assert.fail()] = candidatesOf(crypto, records).candidates;
    // Were 11 a record that never goes through, what 10 says would still have to be stored.
    assert.deepEqual([row.event_time, sequenceNumber], [at(2), sequence(10)]);
  });

  it("resends the unprocessed items of a batch write and the unprocessed keys of a batch read", async () => {
    const sent: string[] = [];
    const answers = new Map([
      ["BatchWriteItemCommand", 0],
      ["BatchGetItemCommand", 0],
    ]);
    const stingy = {
      // Takes the first half of each request, as a throttled table does.
      send: async (command: {
        constructor: { name: string };
        input: { RequestItems: Record<string, unknown> };
      }) => {
        const { name } = command.constructor;
        answers.set(name, (answers.get(name) ?? 0) + 1);
        if (name === "BatchWriteItemCommand") {
          const requests = command.input.RequestItems.t as {
            PutRequest: { Item: { post_id: { S: string } } };
          }[];
          const half = Math.ceil(requests.length / 2);
          sent.push(...requests.slice(0, half).map(({ PutRequest }) => PutRequest.Item.post_id.S));
          return { UnprocessedItems: requests.length > half ? { t: requests.slice(half) } : {} };
        }
        const { Keys } = command.input.RequestItems.t as { Keys: { post_id: { S: string } }[] };
        const half = Math.ceil(Keys.length / 2);
        return {
          Responses: { t: Keys.slice(0, half) },
          UnprocessedKeys: Keys.length > half ? { t: { Keys: Keys.slice(half) } } : {},
        };
      },
    };
    const table = new Table(stingy as unknown as DynamoDBClient, "t", posts, () => 0);
    const all = Array.from({ length: 10 }, (_, i) => post(i));
    await table.putAll(all, signal());
    assert.deepEqual(sent.sort(), all.map(({ post_id }) => post_id).sort());
    assert.equal((await table.stored(all, signal())).size, 10);
  });

  it("retries the whole batch when the table cannot be read before the deadline", async () => {
    const { TableName } = await newTable(crypto);
    const handler = await coldStart("store-latest", cloud(), { FEED: "crypto", TABLE_NAME: TableName });
    cloud().faults.set([
      {
        service: "dynamodb",
        operation: "BatchGetItem",
        fault: { kind: "error", code: "InternalServerError", status: 500 },
      },
    ]);
    const { result } = await logged(() => handler(batch(line(coin("aaa", at(1)))), context(3000)));
    assert.deepEqual(result, { batchItemFailures: [{ itemIdentifier: sequence(1) }] });
  });
});
