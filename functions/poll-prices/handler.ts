import { KinesisClient } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { clientConfig } from "../shared/aws";
import { type Context, deadline } from "../shared/context";
import { readEnv } from "../shared/env";
import { describe, log } from "../shared/log";
import { counts, emitMetrics } from "../shared/metrics";
import { PutRecordsJson } from "../shared/plain-json";
import { putPacks } from "../shared/put-packs";
import { ApiKey } from "./api-key";
import { fetchTickers, KnownCoins } from "./coinpaprika";
import { pollRows } from "./core";
import { assertInTime, fallbackTime, fetchMarkets } from "./fetch-markets";
import { SourceUnavailable } from "./request";
import { type Slot, slotsOf, waitFor } from "./slots";
import { fallbackSource, priceSource } from "./source";

const env = readEnv();
const source = priceSource(env);
const fallback = fallbackSource(env);
const streamName = env.text("STREAM_NAME");
const lanes = env.whole("LANES", 1, 4096);
const coins = env.whole("COINS", 1, 20_000);
const pollSeconds = env.whole("POLL_SECONDS", 30, 3600);
const tickSeconds = env.whole("TICK_SECONDS", 60, 3600);
const known = new KnownCoins();
const apiKey = new ApiKey(env.optional("API_KEY_PARAMETER"));
// Over HTTP/1.1 the connection is reused by the next poll. Over HTTP/2 the SDK opens one per call.
const kinesis = new KinesisClient({
  ...clientConfig(),
  requestHandler: new NodeHttpHandler(),
  protocol: PutRecordsJson,
});

/**
 * Polls the market for each slot of the tick and sends it to the stream. A slot that fails does not keep the later
 * ones from being polled; the first failure is thrown at the end.
 */
export async function handler(event: unknown, context: Context) {
  const polls: Awaited<ReturnType<typeof poll>>[] = [];
  const failures: unknown[] = [];
  let skipped = 0;
  for (const slot of slotsOf(event, { pollSeconds, tickSeconds })) {
    await waitFor(slot, context.getRemainingTimeInMillis());
    if (Date.now() >= slot.until) skipped++;
    else
      await poll(slot, context).then(
        (result) => polls.push(result),
        (error: unknown) => {
          log("error", "poll failed", { slot: slot.time, reason: describe(error) });
          failures.push(error);
        },
      );
  }
  if (skipped > 0) {
    log("warn", "slots skipped: a later slot is due", { skipped });
    emitMetrics(context, counts({ SkippedSlots: skipped }));
  }
  if (failures.length > 0) throw failures[0];
  return { polls, skipped };
}

async function poll(slot: Slot, context: Context) {
  const untilNext = slot.until - Date.now();
  const signal = deadline(context, untilNext);
  const fetched = await fetchCoins(signal, Math.min(context.getRemainingTimeInMillis(), untilNext));
  const { origin } = fetched;
  const rows = pollRows(fetched.coins, slot.time, { lanes, pollSeconds, origin });
  const sent = await putPacks(kinesis, streamName, rows.packs, signal);
  const result = {
    slot: slot.time,
    origin,
    events: rows.events,
    refused: rows.refused,
    records: sent.records,
    retries: sent.retries + fetched.retries,
    requests: fetched.requests,
  };
  log("info", "polled", { ...result, stale: rows.stale, newest: rows.newest });
  emitMetrics(context, {
    ...counts({
      Events: rows.events,
      Refused: rows.refused,
      Retries: result.retries,
      Missing: Math.max(0, coins - fetched.coins.length),
      Stale: rows.stale,
      ...(origin === "fallback" && { Fallback: 1, Unmapped: fetched.unmapped }),
    }),
    ...(rows.newest === undefined
      ? {}
      : { SourceAge: [Math.max(0, Date.now() - Date.parse(rows.newest)) / 1000, "Seconds"] as const }),
  });
  return result;
}

/** The coins from the price source, or from the fallback source when the price source is not available. */
async function fetchCoins(signal: AbortSignal, remainingMs: number) {
  assertInTime(source, coins, remainingMs);
  const until = fallback && performance.now() + remainingMs - fallbackTime(source, coins, remainingMs);
  try {
    const key = await apiKey.read(signal);
    const fetched = await fetchMarkets(source, key, coins, signal, until);
    known.add(fetched.coins);
    return { ...fetched, origin: "poll", unmapped: 0 } as const;
  } catch (error) {
    apiKey.forget();
    if (!fallback || !(error instanceof SourceUnavailable)) throw error;
    log("warn", "polling the fallback source", { reason: describe(error) });
    const fetched = await fetchTickers({ source: fallback, signal }, coins, known).catch(
      (second: unknown) => {
        throw new Error(`${describe(error)}; the fallback source: ${describe(second)}`);
      },
    );
    return { ...fetched, origin: "fallback" } as const;
  }
}
