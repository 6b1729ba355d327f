import { KinesisClient } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { clientConfig } from "../shared/aws";
import { type Context, deadline } from "../shared/context";
import { readEnv } from "../shared/env";
import { log } from "../shared/log";
import { counts, emitMetrics } from "../shared/metrics";
import { PutRecordsJson } from "../shared/plain-json";
import { putPacks } from "../shared/put-packs";
import { ApiKey } from "./api-key";
import { pollRows, slotOf } from "./core";
import { assertInTime, fetchMarkets } from "./fetch-markets";
import { priceSource } from "./source";

const env = readEnv();
const source = priceSource(env);
const streamName = env.text("STREAM_NAME");
const lanes = env.whole("LANES", 1, 4096);
const coins = env.whole("COINS", 1, 20_000);
const apiKey = new ApiKey(env.optional("API_KEY_PARAMETER"));
// Over HTTP/1.1 the connection is reused by the next poll. Over HTTP/2 the SDK opens one per call.
const kinesis = new KinesisClient({
  ...clientConfig(),
  requestHandler: new NodeHttpHandler(),
  protocol: PutRecordsJson,
});

/** Polls the market once and sends it to the stream. Throws if the poll cannot be completed. */
export async function handler(event: unknown, context: Context) {
  const slot = slotOf(event);
  const signal = deadline(context);
  assertInTime(source, coins, context.getRemainingTimeInMillis());
  const key = await apiKey.read(signal);
  const fetched = await fetchMarkets(source, key, coins, signal).catch((error) => {
    apiKey.forget();
    throw error;
  });
  const poll = pollRows(fetched.coins, slot, lanes);
  const sent = await putPacks(kinesis, streamName, poll.packs, signal);
  const result = {
    slot,
    events: poll.events,
    refused: poll.refused,
    records: sent.records,
    retries: sent.retries + fetched.retries,
    requests: fetched.requests,
  };
  log("info", "polled", { ...result, stale: poll.stale, newest: poll.newest });
  emitMetrics(context, {
    ...counts({
      Events: poll.events,
      Refused: poll.refused,
      Retries: result.retries,
      Missing: Math.max(0, coins - fetched.coins.length),
      Stale: poll.stale,
    }),
    ...(poll.newest === undefined
      ? {}
      : { SourceAge: [Math.max(0, Date.now() - Date.parse(poll.newest)) / 1000, "Seconds"] as const }),
  });
  return result;
}
