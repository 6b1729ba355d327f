import { names } from "../../data/names";
import type { Cloud } from "../../packages/pocket-cloud";
import type { Sources } from "./polls";

export const SOURCES: Readonly<Record<"live" | "sample", Sources>> = {
  live: { price: "CoinGecko", fallback: "CoinPaprika" },
  sample: { price: "the sample market", fallback: "the fallback source" },
};

const FUNCTION = names("local").function("poll-prices");

export interface PollCadence {
  /** The tick of the schedule that is under way. */
  readonly current: () => number;
  /** When the schedule polls again. */
  readonly next: () => number;
}

/** When the deployed poller polls, from its own configuration. */
export async function pollCadence(cloud: Cloud): Promise<PollCadence> {
  const { Environment } = await cloud.call(
    "lambda",
    "GetFunctionConfiguration",
    { FunctionName: FUNCTION },
    cloud.administrator,
  );
  const tick = 1000 * Number(Environment?.Variables?.TICK_SECONDS ?? 60);
  const current = () => Math.floor(cloud.clock.now() / tick) * tick;
  return { current, next: () => current() + tick };
}

/** Polls for the slot that is under way: after a start in live mode nobody wants to wait for the next one. */
export async function pollNow(cloud: Cloud, { current }: PollCadence): Promise<void> {
  const scheduledTime = new Date(current()).toISOString();
  await cloud.call(
    "lambda",
    "Invoke",
    {
      FunctionName: FUNCTION,
      InvocationType: "Event",
      Payload: Buffer.from(JSON.stringify({ scheduledTime })),
    },
    cloud.administrator,
  );
}
