import { resolve } from "node:path";
import type { Cloud } from "../../packages/pocket-cloud";
import { Activity } from "../kit/activity";
import { redraws } from "../kit/output";
import { catchUp, minuteOf, progressIn } from "./catch-up";
import type { DemoOptions } from "./demo-options";
import type { LiveView } from "./live-view";
import { log } from "./log";

const STEP = 5 * 60_000;

/** Plays the past until it reaches the present, which advances meanwhile. */
export async function play(
  cloud: Cloud,
  options: Pick<DemoOptions, "dir" | "once">,
  view: LiveView,
  signal: AbortSignal,
): Promise<void> {
  const began = Date.now();
  const from = cloud.clock.now();
  const until = options.once ? () => began : Date.now;
  const share = () =>
    Math.min(100, Math.floor((100 * (cloud.clock.now() - from)) / Math.max(1, until() - from)));
  const heading = () => `playing ${minuteOf(cloud.clock.now())} UTC, ${share()} %`;
  // The view draws on a terminal; elsewhere a line now and then shows the progress.
  const activity = redraws(process.stderr)
    ? undefined
    : new Activity((seconds) => `${heading()}, ${Math.round(seconds)} s`);
  await catchUp({
    clock: cloud.clock,
    until,
    stepMillis: STEP,
    progress: progressIn(resolve(options.dir)),
    onStep: () => view.draw(heading(), began),
    signal,
  }).finally(() => activity?.end());
  view.clear();
  const hours = Math.round((cloud.clock.now() - from) / 360_000) / 10;
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  log(`${signal.aborted ? "stopped after" : "played"} ${hours} h of the market, in ${seconds} s`);
}

/** Flushes buffers, and advances the clock so that shard limits do not throttle the counting that follows. */
export async function settle(cloud: Cloud): Promise<void> {
  await cloud.flush();
  if (!cloud.clock.simulated) return;
  await cloud.clock.advanceTo(cloud.clock.now() + 5000);
  await cloud.flush();
}
