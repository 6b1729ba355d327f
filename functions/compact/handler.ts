import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { type FeedDefinition, feeds } from "../../data/feeds";
import { names } from "../../data/names";
import { clientConfig } from "../shared/aws";
import { type Context, deadline } from "../shared/context";
import { readEnv } from "../shared/env";
import { feedDays } from "../shared/feed-days";
import { describe, log } from "../shared/log";
import { counts, emitMetrics } from "../shared/metrics";
import { compactFeed } from "./compact";
import { lakeOf } from "./lake";
import type { DayResult } from "./model";
import { newRun } from "./run";

const env = readEnv();
const name = names(env.text("STACK"));
const bucket = env.text("LAKE_BUCKET");
const chosen = feedDays(env.text("FEEDS")).flatMap(([feed, since]) => {
  const definition = feeds[feed];
  return definition ? [{ feed: definition, since }] : [];
});
const config = clientConfig();
const clients = {
  s3: new S3Client(config),
  glue: new GlueClient(config),
  athena: new AthenaClient(config),
};

/** Compacts the closed days of all feeds. With `action` "views" it only writes the views of the current contracts. */
export async function handler(event: unknown, context: Context) {
  const signal = deadline(context);
  const lakeFor = (feed: FeedDefinition) => lakeOf(clients, name, bucket, feed, signal);
  if ((event as { action?: unknown } | null)?.action === "views") {
    for (const { feed } of chosen) await lakeFor(feed).showDays((shown) => shown);
    return { views: chosen.length };
  }
  const total = { CompactedDays: 0, CompactedRows: 0, FailedDays: 0, DaysBehind: 0 };
  for (const { feed, since } of chosen) {
    const onDay = ({ day, outcome, rows, reason }: DayResult) => {
      const level = outcome === "failed" ? "error" : "info";
      log(level, "day", { feed: feed.name, day, outcome, rows, ...(reason && { reason }) });
      if (outcome === "compacted") total.CompactedDays++;
      if (outcome === "failed") total.FailedDays++;
      total.CompactedRows += rows;
    };
    try {
      const { behind } = await compactFeed(feed, lakeFor(feed), {
        owner: context.awsRequestId,
        now: Date.now,
        newRun,
        from: since,
        hasTime: () => context.getRemainingTimeInMillis() > TIME_FOR_DAYS_MS,
        onDay,
      });
      total.DaysBehind += behind;
    } catch (error) {
      log("error", "not compacted", { feed: feed.name, reason: describe(error) });
      total.FailedDays++;
      total.DaysBehind++;
    }
  }
  emitMetrics(context, counts(total));
  return total;
}

/** Days that begin later than this before the deadline could not be finished. */
const TIME_FOR_DAYS_MS = 120_000;
