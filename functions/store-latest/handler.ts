import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { clientConfig } from "../shared/aws";
import { type Context, deadline } from "../shared/context";
import { readEnv } from "../shared/env";
import { feedOf, sinceOf } from "../shared/feed";
import { type BatchResponse, type KinesisEvent, retryFrom } from "../shared/kinesis-event";
import { log } from "../shared/log";
import { counts, emitMetrics } from "../shared/metrics";
import { DynamoDbJson } from "../shared/plain-json";
import { candidatesOf } from "./core";
import { LastSeen } from "./last-seen";
import { store, writes } from "./store";
import { Table } from "./table";

const env = readEnv();
const feed = feedOf(env);
const since = sinceOf(env);
const client = new DynamoDBClient({ ...clientConfig(), protocol: DynamoDbJson });
const table = new Table(client, env.text("TABLE_NAME"), feed);
/** Lives as long as the container. */
const lastSeen = new LastSeen();
const how = env.oneOf("STORE_WRITES", writes, "single");

export async function handler(event: KinesisEvent, context: Context): Promise<BatchResponse> {
  const { candidates, rows, refused } = candidatesOf(feed, event.Records, since);
  const outcome = await store(feed, table, candidates, deadline(context), how, lastSeen);
  log(outcome.retryFrom ? "error" : "info", "stored", { feed: feed.name, rows, refused, ...outcome });
  emitMetrics(
    context,
    counts({ Rows: rows, Refused: refused, Written: outcome.written, Skipped: outcome.skipped }),
  );
  return retryFrom(outcome.retryFrom);
}
