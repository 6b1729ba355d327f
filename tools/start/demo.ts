import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startMarket } from "../../data/market";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { type Deployment, deployProgram, nameOfUrn, StateError } from "../../packages/pulumi-local";
import { Activity, withActivity } from "../kit/activity";
import { Failure, messageOf } from "../kit/errors";
import { aborted } from "../kit/interrupt";
import { redraws } from "../kit/output";
import { problemOf } from "../kit/problems";
import { catchUp, DEFAULT_HOURS, ignoredHours, progressIn, startOfCatchUp } from "./catch-up";
import { connectionTo, countingOf } from "./counting";
import { Failures } from "./failures";
import { log } from "./log";
import { pollCadence, pollNow, SOURCES } from "./poll-now";
import { Polls } from "./polls";
import { replaySamples, sendOnce } from "./samples";
import { Site } from "./site";
import { LiveView, Stages } from "./stages";
import { beginAnew } from "./state-files";

export interface DemoOptions {
  readonly port: number;
  readonly dir: string;
  /** Undefined for the default. */
  readonly hours: number | undefined;
  readonly live: boolean;
  readonly once: boolean;
  readonly json: boolean;
}

const STACK = "local";
const STEP = 5 * 60_000;
/** After this time the cloud serves, also when the counts are not complete. */
const COUNTING_MS = 5000;
/** After this time the generated events begin, and the counts are no longer of a moment. */
const LATE_COUNTING_MS = 120_000;
const projectDir = resolve(__dirname, "../..");

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
    const { lakeBucket } = await deploy(cloud, options, market.url);
    const site = await Site.open(cloud, lakeBucket);
    const cadence = await pollCadence(cloud);
    const now = () => cloud.clock.now();
    const failures = new Failures(
      now,
      new Polls(now, SOURCES[options.live ? "live" : "sample"], cadence.next),
    );
    failures.watch(cloud);
    const view = viewOf(cloud, failures);
    if (from !== undefined) await play(cloud, options, view, signal);
    if (!signal.aborted)
      await withActivity(
        () => "sending the samples",
        () => playSamples(cloud, options, signal),
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

/** What a full or read-only disk makes of calls to the cloud, several of them at the same time. */
const DISK_ERROR = /\b(?:ENOSPC|EDQUOT|EROFS)\b/;
const DISK_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the disk",
  EDQUOT: "the quota of the disk is used up",
  EROFS: "the disk is read-only",
};

async function deploy(
  cloud: Cloud,
  options: DemoOptions,
  marketUrl: string,
): Promise<{ lakeBucket: string }> {
  let progress = "running the program";
  const deployment = await withActivity(
    () => `deploying: ${progress}`,
    () =>
      deployTo(cloud, options, marketUrl, (text) => {
        progress = text;
      }),
  ).catch((error: unknown) => {
    const disk = DISK_ERROR.exec(messageOf(error))?.[0];
    if (disk !== undefined)
      throw new Failure(
        `${DISK_ERRORS[disk]} for ${options.dir}; what was written before is kept: make room, and start again`,
      );
    if (!(error instanceof StateError)) throw error;
    throw new Failure(
      `${error.message}. The data of the cloud beside it is complete, but ${beginAnew(options.dir)}`,
    );
  });
  for (const urn of deployment.restored) log(`restored ${nameOfUrn(urn)}: it had been deleted`);
  const made = deployment.created.length + deployment.updated.length + deployment.replaced.length;
  log(
    `deployed the ${STACK} stack: ${made} resources created or changed, ${deployment.unchanged.length} unchanged`,
  );
  return { lakeBucket: String(deployment.outputs.lakeBucket) };
}

const deployTo = (
  cloud: Cloud,
  options: DemoOptions,
  marketUrl: string,
  onProgress: (text: string) => void,
): Promise<Deployment> =>
  deployProgram({
    dir: projectDir,
    stack: STACK,
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: cloud.credentials,
    statePath: join(resolve(options.dir), "stack.json"),
    config: {
      // The embedded cloud has no CloudFront; its endpoint serves the folder.
      site: "bucket",
      siteMinutes: "5",
      siteUrl: `${cloud.endpoint}/_site/`,
      ...(options.live
        ? { priceSource: "coingecko", fallbackSource: "coinpaprika" }
        : { sampleMarketUrl: marketUrl }),
    },
    log: log,
    onProgress: (done, total) => onProgress(`${done} of ${total} resources`),
  });

/** Plays the past until it reaches the present, which advances meanwhile. */
async function play(cloud: Cloud, options: DemoOptions, view: LiveView, signal: AbortSignal): Promise<void> {
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

async function playSamples(cloud: Cloud, options: DemoOptions, signal: AbortSignal): Promise<void> {
  await sendOnce(resolve(options.dir), cloud.clock.now(), (asOf) =>
    replaySamples(connectionTo(cloud), STACK, asOf, signal),
  );
}

/** Flushes buffers, and advances the clock so that shard limits do not throttle the counting that follows. */
async function settle(cloud: Cloud): Promise<void> {
  await cloud.flush();
  if (!cloud.clock.simulated) return;
  await cloud.clock.advanceTo(cloud.clock.now() + 5000);
  await cloud.flush();
}

const REDRAW_MS = 1000;
const ALARMS_MS = 15_000;
/** Longer waits for buffers end: what they hold is on disk and is written after the next start. */
const FLUSH_LIMIT_MS = 5000;

/** While something fails, its line is repeated after this time where no terminal is. */
const REPEAT_MS = 60_000;

/** Shows the stages until Ctrl-C, and without a terminal each change of the failures. */
async function watch(cloud: Cloud, view: LiveView, failures: Failures, signal: AbortSignal): Promise<void> {
  const began = Date.now();
  view.rebase();
  let failing = "";
  let said = 0;
  const redraw = setInterval(() => {
    const problem = failures.failing === "" ? "live" : `FAILING: ${failures.failing}`;
    view.draw(`${problem}, ${minuteOf(Date.now())} UTC, Ctrl-C stops`, began);
    if (redraws(process.stderr)) return;
    const repeat = failures.failing !== "" && Date.now() - said >= REPEAT_MS;
    if (failures.failing === failing && !repeat) return;
    failing = failures.failing;
    said = Date.now();
    log(failing === "" ? "all functions and polls work again" : failures.lines().join("\n"));
  }, REDRAW_MS);
  const alarms = setInterval(() => void failures.readAlarms(cloud), ALARMS_MS);
  await aborted(signal);
  clearInterval(redraw);
  clearInterval(alarms);
  view.clear();
}

function viewOf(cloud: Cloud, failures: Failures): LiveView {
  const stages = new Stages(() => cloud.clock.now());
  cloud.bus.on("kinesis:records", ({ streamArn }) => stages.streamed(streamArn));
  cloud.bus.on("s3:object-created", ({ key }) => stages.stored(key));
  return new LiveView(
    stages,
    () => cloud.clock.now(),
    () => failures.lines(),
  );
}

const hoursOf = ({ hours = DEFAULT_HOURS }: DemoOptions): number => hours;

const minuteOf = (instant: number): string => new Date(instant).toISOString().slice(0, 16).replace("T", " ");
