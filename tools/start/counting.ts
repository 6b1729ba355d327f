import { resolve } from "node:path";
import { feeds } from "../../data/feeds";
import { hourAt } from "../../data/hours";
import type { Cloud } from "../../packages/pocket-cloud";
import { withActivity } from "../kit/activity";
import { STATE_DIRECTORY } from "../kit/connect";
import { messageOf } from "../kit/errors";
import { problemOf } from "../kit/problems";
import type { Failures } from "./failures";
import { showReports } from "./first-reports";
import { Late } from "./late";
import { log } from "./log";
import { feedLine, summarise } from "./summary";

export interface CountedRun {
  readonly cloud: Cloud;
  readonly options: { readonly dir: string; readonly once: boolean; readonly json: boolean };
  readonly place: { readonly env: string; readonly lakeBucket: string };
  /** The hours that the run has played. */
  readonly time: { readonly from: number; readonly to: number };
  readonly began: number;
  readonly failures: Failures;
}

type Counts = Awaited<ReturnType<typeof summarise>>;

/** Counts the stages after the catch-up, and prints the counts. */
export const countingOf = (run: CountedRun, signal: AbortSignal): Late<Counts> =>
  new Late({
    work: (ended) => count(run, ended),
    show: (counts, lateSince) => print(run, counts, lateSince, signal),
    onError: (error) => log(`the counts could not be read: ${problemOf(error) ?? messageOf(error)}`),
    signal,
  });

function count({ cloud, place, time }: CountedRun, ended: Promise<void>): Promise<Counts | undefined> {
  let what = "counting the events of all stages";
  const onFeed = (text: string) => {
    what = text;
  };
  return withActivity(
    () => what,
    () => Promise.race([summarise(connectionTo(cloud), place, time, onFeed), ended.then(() => undefined)]),
  );
}

async function print(
  { cloud, options, began, failures }: CountedRun,
  { findings, notes, ...counted }: Counts,
  lateSince: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  await failures.readAlarms(cloud);
  for (const note of notes) log(note);
  // Events that arrive during the counting are counted at some stages only.
  const open = lateSince === undefined ? "" : hourAt(lateSince);
  for (const { feed, hour, message } of findings)
    if (open === "" || hour === undefined || hour < open) log(`counts that differ: ${feed} ${message}`);
  for (const line of failures.lines()) log(line);
  if (options.json) {
    const seconds = Math.round((Date.now() - began) / 100) / 10;
    process.stdout.write(`${JSON.stringify({ seconds, ...counted, failures: failures.summary() })}\n`);
    return;
  }
  for (const name of Object.keys(feeds)) {
    const feed = counted.feeds[name];
    if (feed) log(feedLine(name, feed));
  }
  const dirOption = options.dir === STATE_DIRECTORY ? "" : ` --dir ${options.dir}`;
  await showReports(connectionTo(cloud), resolve(options.dir), dirOption, signal);
  log("\nall reports: npm run report -- list");
  // After --once the cloud stops, and other clients have nothing to call.
  if (!options.once)
    log(`any AWS client: eval "$(npm -s run env${dirOption && ` --${dirOption}`})" && aws s3 ls`);
}

export const connectionTo = ({ endpoint, region, credentials }: Cloud) => ({ endpoint, region, credentials });
