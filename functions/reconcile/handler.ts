import { AthenaClient } from "@aws-sdk/client-athena";
import { S3Client } from "@aws-sdk/client-s3";
import { feeds } from "../../data/feeds";
import { names } from "../../data/names";
import { clientConfig } from "../shared/aws";
import { type Context, deadline } from "../shared/context";
import { readEnv } from "../shared/env";
import { feedDays } from "../shared/feed-days";
import { describe, log } from "../shared/log";
import { counts, emitMetrics } from "../shared/metrics";
import { objectsUnder } from "../shared/objects";
import { checkRange } from "./check-range";
import { closedDay } from "./closed-day";
import { readView } from "./read-view";
import { sizeLimit } from "./size-limit";

const env = readEnv();
const name = names(env.text("STACK"));
const bucket = env.text("LAKE_BUCKET");
const chosen = feedDays(env.text("FEEDS"));
const megabytes = env.whole("MEGABYTES_PER_FEED", 1, 10_000);
const s3 = new S3Client(clientConfig());
const athena = new AthenaClient(clientConfig());

/** Compares the stages of the last closed day, one feed after the other, and publishes the result as metrics. */
export async function handler(event: unknown, context: Context) {
  const range = closedDay(event);
  const signal = deadline(context);
  const total = { Rows: 0, Late: 0, Differences: 0, Unchecked: 0 };
  for (const [feedName, since] of chosen) {
    const feed = feeds[feedName];
    if (!feed) continue;
    const limits = { signal, onSize: sizeLimit(megabytes) };
    const lake = {
      objects: (prefix: string) => objectsUnder(s3, bucket, prefix, limits),
      feed,
      since,
      directDelivery: name.directDeliveryStream(feedName),
    };
    try {
      const countView = () => readView(athena, name, feed, range, signal);
      const { rows, late, findings, differences } = await checkRange(lake, range, Date.now(), countView);
      for (const { message } of findings.slice(0, MOST_LOGGED))
        log("error", "counts differ", { feed: feedName, reason: message });
      log("info", "reconciled", { feed: feedName, ...range, rows, late, differences });
      total.Rows += rows;
      total.Late += late;
      total.Differences += differences;
    } catch (error) {
      log("error", "not reconciled", { feed: feedName, ...range, reason: describe(error) });
      total.Unchecked++;
    }
  }
  emitMetrics(context, counts(total));
  return { ...range, ...total };
}

/** Findings per feed that are logged. `npm run reconcile` lists all. */
const MOST_LOGGED = 24;
