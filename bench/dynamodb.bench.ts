import { setMaxListeners } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { feeds, type Row } from "../data/feeds";
import { itemId } from "../functions/store-latest/core";
import { store, type Writes } from "../functions/store-latest/store";
import { Table } from "../functions/store-latest/table";
import { startCloud } from "../packages/pocket-cloud";
import { type Bench, median } from "./bench";
import { ticks } from "./ticks";

const ROWS = 250;
const ROUNDS = 7;
const QUICK_ROUNDS = 2;

export const bench: Bench = {
  name: "store-latest: 250 rows into the embedded DynamoDB",
  run: async ({ quick }) => {
    const rounds = quick ? QUICK_ROUNDS : ROUNDS;
    const feed = feeds.stocks;
    if (!feed) throw new Error("no feed stocks");
    const dir = mkdtempSync(join(tmpdir(), "dynamodb-bench-"));
    const cloud = await startCloud({ dir });
    const client = new DynamoDBClient({
      endpoint: cloud.endpoint,
      region: cloud.region,
      credentials: cloud.credentials,
    });
    const signal = AbortSignal.timeout(60_000);
    setMaxListeners(0, signal);
    const rowsOf = (round: number): Row[] =>
      ticks(ROWS).map((row, i) => ({
        ...row,
        ticker_symbol: `S${i}`,
        price: round,
        event_time: new Date(1.77e12 + round * 1000).toISOString(),
      }));
    const candidates = (rows: readonly Row[]) =>
      rows.map((row) => ({ id: itemId(feed, row), row, sequenceNumber: "1" }));
    try {
      const measure = async (name: string, put: (table: Table, rows: readonly Row[]) => Promise<unknown>) => {
        await client.send(
          new CreateTableCommand({
            TableName: name,
            BillingMode: "PAY_PER_REQUEST",
            AttributeDefinitions: [{ AttributeName: "ticker_symbol", AttributeType: "S" }],
            KeySchema: [{ AttributeName: "ticker_symbol", KeyType: "HASH" }],
          }),
        );
        const table = new Table(client, name, feed);
        const times: number[] = [];
        for (let round = 0; round < rounds; round++) {
          const start = performance.now();
          await put(table, rowsOf(round));
          times.push(performance.now() - start);
        }
        return { table, rate: (ROWS / median(times)) * 1000 };
      };
      const how = (writes: Writes) => (table: Table, rows: readonly Row[]) =>
        store(feed, table, candidates(rows), signal, writes);
      const floor = await measure("bench-batch", (table, rows) => table.putAll(rows, signal));
      const against = { what: "BatchWriteItem, which cannot be conditional", value: floor.rate };
      const single = await measure("bench-single", how("single"));
      const together = await measure("bench-together", how("transactions"));
      const later = rowsOf(rounds - 1).map((row) => ({ ...row, event_time: "2027-01-01T00:00:00.000Z" }));
      const { written } = await store(feed, single.table, candidates(later), signal);
      return [
        { metric: "conditional puts, one by one", value: single.rate, unit: "rows/s", against },
        {
          metric: "conditional puts, in transactions",
          value: together.rate,
          unit: "rows/s",
          against,
          target: { atLeast: 0.25 },
        },
        { metric: "writes for 250 unchanged rows", value: written, unit: "writes", target: { atMost: 0 } },
      ];
    } finally {
      client.destroy();
      await cloud.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  },
};
