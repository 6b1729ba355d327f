import { quarantineBody } from "../../data/records/quarantine";
import { type Context, deadline } from "../shared/context";
import { readEnv } from "../shared/env";
import { feedOf, sinceOf } from "../shared/feed";
import { lakeWriter } from "../shared/lake";
import { log } from "../shared/log";
import { counts, emitMetrics, UnknownFieldMetrics } from "../shared/metrics";
import { type FirehoseEvent, transformRecords } from "./core";

const env = readEnv();
const feed = feedOf(env);
const since = sinceOf(env);
const fieldMetrics = new UnknownFieldMetrics();
const put = lakeWriter(env.text("LAKE_BUCKET"));

/**
 * Throws when the quarantine cannot be written. Firehose then retries the batch and finally writes it under
 * the error prefix.
 */
export async function handler(event: FirehoseEvent, context: Context) {
  const { records, quarantine, rows, quarantined, failed, unknownFields } = transformRecords(
    feed,
    event,
    since,
  );
  if (quarantine) await put(quarantine.key, quarantineBody(quarantine.entries), deadline(context));
  const unknown = Object.keys(unknownFields).length;
  log("info", "transformed", {
    feed: feed.name,
    records: records.length,
    rows,
    failed,
    quarantined,
    ...(unknown > 0 && { unknownFields }),
  });
  emitMetrics(
    context,
    counts({ Rows: rows, Failed: failed, Quarantined: quarantined, UnknownFields: unknown }),
  );
  fieldMetrics.emit(context, unknownFields);
  return { records };
}
