import { type Context, deadline, waitForAbandonedWrites } from "../shared/context";
import { readEnv } from "../shared/env";
import { feedOf, sinceOf } from "../shared/feed";
import { type BatchResponse, type KinesisEvent, retryFrom } from "../shared/kinesis-event";
import { lakeWriter } from "../shared/lake";
import { log } from "../shared/log";
import { counts, emitMetrics, UnknownFieldMetrics } from "../shared/metrics";
import { writeBatch } from "./write";

const env = readEnv();
const feed = feedOf(env);
const options = {
  gzip: env.oneOf("GZIP", ["true", "false"], "false") === "true",
  since: sinceOf(env),
};
const fieldMetrics = new UnknownFieldMetrics();
const put = lakeWriter(env.text("LAKE_BUCKET"));

export async function handler(event: KinesisEvent, context: Context): Promise<BatchResponse> {
  const outcome = await writeBatch(feed, put, event.Records, options, deadline(context));
  const { rows, quarantined, objects, unknownFields = {} } = outcome;
  log(outcome.retryFrom ? "error" : "info", "written", {
    feed: feed.name,
    records: event.Records.length,
    ...outcome,
  });
  if (outcome.unanswered) await waitForAbandonedWrites(context);
  if (!outcome.retryFrom) {
    emitMetrics(
      context,
      counts({
        Rows: rows,
        Quarantined: quarantined,
        Objects: objects,
        UnknownFields: Object.keys(unknownFields).length,
      }),
    );
    fieldMetrics.emit(context, unknownFields);
  }
  return retryFrom(outcome.retryFrom);
}
