import { gzipSync } from "node:zlib";
import { type Context, deadline } from "../shared/context";
import { readEnv } from "../shared/env";
import { feedOf } from "../shared/feed";
import { type BatchResponse, type KinesisEvent, retryFrom } from "../shared/kinesis-event";
import { lakeWriter } from "../shared/lake";
import { describe, log } from "../shared/log";
import { counts, emitMetrics } from "../shared/metrics";
import { quarantineBody } from "../shared/quarantine";
import { csvObjects } from "./core";

const env = readEnv();
const feed = feedOf(env);
const gzip = env.oneOf("GZIP", ["true", "false"], "false") === "true";
const put = lakeWriter(env.text("LAKE_BUCKET"));

/**
 * All of a batch or none of it: were some hours acknowledged and others not, the retry would begin at another record
 * and the hours already written would be written again under another name.
 */
export async function handler(event: KinesisEvent, context: Context): Promise<BatchResponse> {
  const signal = deadline(context);
  const { objects, quarantine, rows } = csvObjects(feed, event.Records, gzip);
  const writes = objects.map(({ key, body }) => put(key, gzip ? gzipSync(body) : body, signal));
  if (quarantine) writes.push(put(quarantine.key, quarantineBody(quarantine.rows), signal));
  const failure = (await Promise.allSettled(writes)).find((result) => result.status === "rejected");
  const quarantined = quarantine?.rows.length ?? 0;
  const facts = {
    feed: feed.name,
    records: event.Records.length,
    rows,
    quarantined,
    objects: objects.length,
  };
  if (failure) {
    log("error", "batch will be retried", { ...facts, reason: describe(failure.reason) });
    return retryFrom(event.Records[0]?.kinesis.sequenceNumber);
  }
  log("info", "written", facts);
  emitMetrics(context, counts({ Rows: rows, Quarantined: quarantined, Objects: objects.length }));
  return retryFrom(undefined);
}
