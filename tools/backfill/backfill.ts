import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { pack } from "../../data/records/pack";
import { pauseOf, requestJson } from "../../functions/poll-prices/request";
import { pause } from "../../functions/shared/backoff";
import { putPacks } from "../../functions/shared/put-packs";
import type { BackfillPlan, Span } from "./plan";
import { type Chart, type Coin, rowsOf } from "./rows";
import type { DeployedSource } from "./source";

export interface BackfillOptions {
  readonly kinesis: KinesisClient;
  readonly stream: string;
  readonly lanes: number;
  readonly deployed: DeployedSource;
  readonly signal: AbortSignal;
  /** Called after each request. */
  readonly onRequest: (done: number) => void;
}

export interface Backfilled {
  readonly requests: number;
  readonly rows: number;
  /** Coins that the source no longer knows. */
  readonly unknown: readonly string[];
}

/** Time limit for one coin's history, retries included. */
const HISTORY_TIMEOUT_MS = 60_000;

/** Requests each coin's history and sends the missing rows, one complete span at a time. */
export async function backfill(plan: BackfillPlan, options: BackfillOptions): Promise<Backfilled> {
  let requests = 0;
  let rows = 0;
  const unknown = new Set<string>();
  for (const span of plan.spans) {
    const lines: { key: string; line: string }[] = [];
    for (const coin of span.coins) {
      if (requests > 0) await pause(pauseOf(options.deployed.source), options.signal);
      const chart = await chartOf(coin, span, plan.maxAge, options);
      requests += chart.attempts;
      if (!chart.value) unknown.add(coin.coin_id);
      else
        for (const row of rowsOf(coin, chart.value, span.slots, plan.maxAge))
          lines.push({ key: row.coin_id, line: JSON.stringify(row) });
      options.onRequest(requests);
    }
    const { packs } = pack(lines, options.lanes);
    await putPacks(options.kinesis, options.stream, packs, options.signal);
    rows += lines.length;
  }
  return { requests, rows, unknown: [...unknown] };
}

async function chartOf(coin: Coin, { slots }: Span, maxAge: number, { deployed, signal }: BackfillOptions) {
  const from = Math.floor(((slots[0] ?? 0) - maxAge) / 1000);
  const to = Math.ceil((slots.at(-1) ?? 0) / 1000);
  const id = encodeURIComponent(coin.coin_id);
  let reason = "";
  const timeout = AbortSignal.timeout(HISTORY_TIMEOUT_MS);
  try {
    return await requestJson(
      {
        source: deployed.source,
        apiKey: deployed.apiKey,
        signal: AbortSignal.any([signal, timeout]),
        onRetry: (_attempt, why) => {
          reason = why;
        },
      },
      `/api/v3/coins/${id}/market_chart/range?vs_currency=usd&from=${from}&to=${to}`,
      isChart,
    );
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && / answered 404/.test(error.message))
      return { value: undefined, attempts: 1 };
    if (!timeout.aborted) throw error;
    throw new Error(
      `the price source ${deployed.source.baseUrl} gave no history of ${coin.coin_id} within a minute: ${reason}`,
    );
  }
}

function isChart(value: unknown): value is Chart {
  const chart = value as Partial<Record<keyof Chart, unknown>> | null;
  return [chart?.prices, chart?.market_caps, chart?.total_volumes].every(Array.isArray);
}
