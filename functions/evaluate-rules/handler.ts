import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { clientConfig } from "../shared/aws";
import { type Context, deadline } from "../shared/context";
import { readEnv } from "../shared/env";
import { feedOf, sinceOf } from "../shared/feed";
import { type BatchResponse, type KinesisEvent, retryFrom } from "../shared/kinesis-event";
import { log } from "../shared/log";
import { counts, emitMetrics } from "../shared/metrics";
import { RuleBook } from "./core";
import { evaluate } from "./evaluate";
import { LookBack } from "./look-back";
import { LookBackTable } from "./look-back-table";
import { Publisher } from "./publish";
import { readReference, readRules } from "./read-rules";
import { ruleFiles } from "./rules";

const env = readEnv();
const feed = feedOf(env);
const since = sinceOf(env);
const files = ruleFiles[feed.name];
if (!files)
  throw new Error(`there are no rules for ${feed.name}; there are for ${Object.keys(ruleFiles).join(", ")}`);
const reference = readReference(files.reference);
const book = new RuleBook(feed, readRules(feed, files.rules, reference), reference);
const publisher = new Publisher(new SNSClient(clientConfig()), env.text("TOPIC_ARN"));
const table = new LookBackTable(new DynamoDBClient(clientConfig()), env.text("LOOK_BACK_TABLE"));
const buckets = env.whole("LOOK_BACK_BUCKETS", 1, 10_000);
const lookBack = book.hasCritical ? { lookBack: new LookBack(table, book, buckets) } : {};

export async function handler(event: KinesisEvent, context: Context): Promise<BatchResponse> {
  const outcome = await evaluate(
    { feed, book, publisher, since, ...lookBack },
    event.Records,
    deadline(context),
  );
  log(outcome.retryFrom ? "error" : "info", "evaluated", { feed: feed.name, ...outcome });
  emitMetrics(context, counts({ Rows: outcome.rows, Refused: outcome.refused, Alerts: outcome.published }));
  return retryFrom(outcome.retryFrom);
}
