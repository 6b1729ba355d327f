import { quarantineBody } from "../../data/records/quarantine";
import { type Context, deadline } from "../shared/context";
import { readEnv } from "../shared/env";
import { feedOf } from "../shared/feed";
import { lakeWriter } from "../shared/lake";
import { log } from "../shared/log";
import { counts, emitMetrics } from "../shared/metrics";
import { type FirehoseEvent, transformRecords } from "./core";

const env = readEnv();
const feed = feedOf(env);
const put = lakeWriter(env.text("LAKE_BUCKET"));

/**
 * Throws when the quarantine cannot be written. Firehose then retries the batch and finally writes it under
 * the error prefix.
 */
export async function handler(event: FirehoseEvent, context: Context) {
  const { records, quarantine, rows, failed } = transformRecords(feed, event);
  if (quarantine) await put(quarantine.key, quarantineBody(quarantine.rows), deadline(context));
  const quarantined = quarantine?.rows.length ?? 0;
  log("info", "transformed", { feed: feed.name, records: records.length, rows, failed, quarantined });
  emitMetrics(context, counts({ Rows: rows, Failed: failed, Quarantined: quarantined }));
  return { records };
}
