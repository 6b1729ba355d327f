import { join, resolve } from "node:path";
import { feeds } from "../../data/feeds";
import { startMarket } from "../../data/market";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { deployProgram } from "../../packages/pulumi-local";
import { STATE_DIRECTORY } from "../kit/connect";
import { aborted } from "../kit/interrupt";
import { catchUp, progressIn, startOfCatchUp } from "./catch-up";
import { showReports } from "./first-reports";
import { replaySamples, sendOnce } from "./samples";
import { LiveView, Stages } from "./stages";
import { summarise } from "./summary";

export interface DemoOptions {
  readonly port: number;
  readonly dir: string;
  readonly hours: number;
  readonly live: boolean;
  readonly once: boolean;
  readonly json: boolean;
}

const STACK = "local";
const STEP = 5 * 60_000;
const projectDir = resolve(__dirname, "../..");
const log = (line: string): void => void process.stderr.write(`${line}\n`);

/** Runs the whole pipeline on this machine: cloud, program, catch-up, then real time. */
export async function runDemo(options: DemoOptions, signal: AbortSignal): Promise<number> {
  const began = Date.now();
  const progress = progressIn(resolve(options.dir));
  const from = options.live ? undefined : startOfCatchUp(began, options.hours, progress.read());
  const cloud = await startCloud({
    dir: options.dir,
    port: options.port,
    log: log,
    ...(from !== undefined && { clock: { simulateFrom: from } }),
  });
  log(`the embedded cloud is up in ${options.dir}; deploying the ${STACK} stack`);
  const stops: (() => Promise<void>)[] = [() => cloud.stop()];
  try {
    const market = await startMarket({ now: () => cloud.clock.now() });
    stops.push(() => market.stop());
    const { lakeBucket } = await deploy(cloud, options, market.url);
    const view = viewOf(cloud);
    if (from !== undefined) await play(cloud, options, view, signal);
    if (!signal.aborted) await playSamples(cloud, options, signal);
    await settle(cloud);
    progress.write(cloud.clock.now());
    if (signal.aborted) return 130;
    if (from !== undefined) await report(cloud, options, lakeBucket, began);
    if (options.once) return signal.aborted ? 130 : 0;
    cloud.clock.goLive();
    process.stdout.write(`ready ${cloud.endpoint}\n`);
    await watch(view, signal);
    log("stopping: writing buffered data first");
    await cloud.flush();
    progress.write(cloud.clock.now());
    return 130;
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function deploy(
  cloud: Cloud,
  options: DemoOptions,
  marketUrl: string,
): Promise<{ lakeBucket: string }> {
  const deployment = await deployProgram({
    dir: projectDir,
    stack: STACK,
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: cloud.credentials,
    statePath: join(resolve(options.dir), "stack.json"),
    config: options.live
      ? { "pricelake:priceSource": "coingecko", "pricelake:fallbackSource": "coinpaprika" }
      : { "pricelake:sampleMarketUrl": marketUrl },
    log: log,
  });
  const made = deployment.created.length + deployment.updated.length + deployment.replaced.length;
  log(
    `deployed the ${STACK} stack: ${made} resources created or changed, ${deployment.unchanged.length} unchanged`,
  );
  return { lakeBucket: String(deployment.outputs.lakeBucket) };
}

/** Plays the past until it reaches the present, which advances meanwhile. */
async function play(cloud: Cloud, options: DemoOptions, view: LiveView, signal: AbortSignal): Promise<void> {
  const began = Date.now();
  const from = cloud.clock.now();
  const until = options.once ? () => began : Date.now;
  await catchUp({
    clock: cloud.clock,
    until,
    stepMillis: STEP,
    progress: progressIn(resolve(options.dir)),
    onStep: (instant) => {
      const share = Math.floor((100 * (instant - from)) / Math.max(1, until() - from));
      view.draw(`playing ${minuteOf(instant)} UTC, ${share} %`, began);
    },
    signal,
  });
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

/** Shows the stages until Ctrl-C. */
async function watch(view: LiveView, signal: AbortSignal): Promise<void> {
  const began = Date.now();
  view.rebase();
  const redraw = setInterval(() => view.draw(`live, ${minuteOf(Date.now())} UTC, Ctrl-C stops`, began), 1000);
  await aborted(signal);
  clearInterval(redraw);
  view.clear();
}

function viewOf(cloud: Cloud): LiveView {
  const stages = new Stages(() => cloud.clock.now());
  cloud.bus.on("kinesis:records", () => stages.streamed());
  cloud.bus.on("s3:object-created", ({ key }) => stages.stored(key));
  return new LiveView(stages, () => cloud.clock.now());
}

const connectionTo = ({ endpoint, region, credentials }: Cloud) => ({ endpoint, region, credentials });

const minuteOf = (instant: number): string => new Date(instant).toISOString().slice(0, 16).replace("T", " ");

async function report(cloud: Cloud, options: DemoOptions, lakeBucket: string, began: number) {
  // Includes what earlier runs played of these hours.
  const time = { from: startOfCatchUp(began, options.hours, undefined), to: cloud.clock.now() };
  const { findings, ...counted } = await summarise(connectionTo(cloud), { env: STACK, lakeBucket }, time);
  const summary = { seconds: Math.round((Date.now() - began) / 100) / 10, ...counted };
  for (const finding of findings) log(`counts that differ: ${finding}`);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(summary)}\n`);
    return;
  }
  for (const name of Object.keys(feeds)) {
    const feed = summary.feeds[name];
    if (feed)
      log(
        `${name}: ${feed.events} events → ${feed.csv.rows} rows in ${feed.csv.objects} csv objects, ` +
          `${feed.raw.rows} in ${feed.raw.objects} raw objects, ${feed.athena.rows} counted by Athena, ` +
          `${feed.store.items} items in DynamoDB, ${feed.quarantined} quarantined`,
      );
  }
  const dirOption = options.dir === STATE_DIRECTORY ? "" : ` --dir ${options.dir}`;
  await showReports(connectionTo(cloud), resolve(options.dir), dirOption);
  log("\nall reports: npm run report -- list");
  // After --once the cloud stops, and other clients have nothing to call.
  if (!options.once)
    log(`any AWS client: eval "$(npm -s run env${dirOption && ` --${dirOption}`})" && aws s3 ls`);
}
