import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startMarket } from "../../data/market";
import { startCloud } from "../../packages/pocket-cloud";
import { withActivity } from "../kit/activity";
import { messageOf } from "../kit/errors";
import { problemOf } from "../kit/problems";
import { DEFAULT_HOURS, ignoredHours, progressIn, startOfCatchUp } from "./catch-up";
import { connectionTo, countingOf } from "./counting";
import type { DemoOptions } from "./demo-options";
import { deployStack, STACK } from "./deploy-stack";
import { Failures } from "./failures";
import { liveView } from "./live-view";
import { log } from "./log";
import { play, settle } from "./play";
import { pollCadence, pollNow, SOURCES } from "./poll-now";
import { Polls } from "./polls";
import { replaySamples, sendOnce } from "./samples";
import { Site } from "./site";
import { watch } from "./watch";

/** After this time the cloud serves, also when the counts are not complete. */
const COUNTING_MS = 5000;
/** After this time the generated events begin, and the counts are no longer of a moment. */
const LATE_COUNTING_MS = 120_000;
/** Longer waits for buffers end: what they hold is on disk and is written after the next start. */
const FLUSH_LIMIT_MS = 5000;

/** Runs the whole pipeline on this machine: cloud, program, catch-up, then real time. */
export async function runDemo(options: DemoOptions, signal: AbortSignal): Promise<number> {
  const began = Date.now();
  const progress = progressIn(resolve(options.dir));
  const playedUntil = progress.read();
  const from = options.live ? undefined : startOfCatchUp(began, hoursOf(options), playedUntil);
  const cloud = await withActivity(
    () => "opening the data",
    () =>
      startCloud({
        dir: options.dir,
        port: options.port,
        log: log,
        ...(from !== undefined && { clock: { simulateFrom: from } }),
      }),
  );
  log(`the embedded cloud is up in ${options.dir}; deploying the ${STACK} stack`);
  log(`console: open ${cloud.endpoint} in a browser`);
  const ignored = options.live ? undefined : ignoredHours(began, options.hours ?? 0, playedUntil);
  if (ignored) log(ignored);
  const stops: (() => Promise<void>)[] = [() => cloud.stop()];
  try {
    const market = await startMarket({ now: () => cloud.clock.now() });
    stops.push(() => market.stop());
    const { lakeBucket } = await deployStack(cloud, options, market.url, signal);
    const site = await Site.open(cloud, lakeBucket);
    const cadence = await pollCadence(cloud);
    const now = () => cloud.clock.now();
    const failures = new Failures(
      now,
      new Polls(now, SOURCES[options.live ? "live" : "sample"], cadence.next),
    );
    failures.watch(cloud);
    const view = liveView(cloud, failures);
    if (from !== undefined) await play(cloud, options, view, signal);
    if (!signal.aborted)
      await withActivity(
        () => "sending the samples",
        () =>
          sendOnce(resolve(options.dir), cloud.clock.now(), (asOf) =>
            replaySamples(connectionTo(cloud), STACK, asOf, signal),
          ),
      );
    await withActivity(
      () => "writing buffered data",
      () => settle(cloud),
    );
    progress.write(cloud.clock.now());
    if (signal.aborted) return 130;
    // Includes what earlier runs played of these hours.
    const time = { from: startOfCatchUp(began, hoursOf(options), undefined), to: cloud.clock.now() };
    const counting =
      from === undefined
        ? undefined
        : countingOf({ cloud, options, place: { env: STACK, lakeBucket }, time, began, failures }, signal);
    // The summary belongs to the output of --once and --json. Otherwise the cloud does not wait for it.
    if ((await counting?.within(options.once || options.json ? undefined : COUNTING_MS)) === false)
      log("the counts take longer; the cloud serves meanwhile");
    if (signal.aborted) return 130;
    if (options.once) return counting?.succeeded && !failures.failed ? 0 : 1;
    cloud.clock.goLive();
    process.stdout.write(`ready ${cloud.endpoint}\n`);
    if (options.live) await pollNow(cloud, cadence);
    if (site) {
      await site.publish();
      log(`published reports: ${cloud.endpoint}/_site/ in a few seconds`);
    }
    if ((await counting?.within(LATE_COUNTING_MS)) === false) {
      counting?.giveUp();
      log("the counts are given up; npm run reconcile prints them");
    }
    const { keepFeedsAlive } = require("./living-feeds") as typeof import("./living-feeds");
    const living = keepFeedsAlive(
      connectionTo(cloud),
      STACK,
      resolve(options.dir),
      signal,
      log,
      !options.live,
    ).catch((error: unknown) =>
      log(`the feeds get no more generated events: ${problemOf(error) ?? messageOf(error)}`),
    );
    await watch(cloud, view, failures, signal);
    log("stopping: writing buffered data first");
    await withActivity(
      () => "writing buffered data",
      async () => {
        await living;
        await Promise.race([cloud.flush(), sleep(FLUSH_LIMIT_MS, undefined, { ref: false })]);
      },
    );
    progress.write(cloud.clock.now());
    return 130;
  } finally {
    await withActivity(
      () => "stopping the embedded cloud",
      async () => {
        for (const stop of stops.reverse()) await stop();
      },
    );
  }
}

const hoursOf = ({ hours = DEFAULT_HOURS }: DemoOptions): number => hours;
