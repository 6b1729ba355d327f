import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { feeds } from "../../data/feeds";
import { hourAt } from "../../data/hours";
import type { Cloud } from "../../packages/pocket-cloud";
import { withActivity } from "../kit/activity";
import { STATE_DIRECTORY } from "../kit/connect";
import { messageOf } from "../kit/errors";
import { aborted } from "../kit/interrupt";
import { problemOf } from "../kit/problems";
import type { Failures } from "./failures";
import { showReports } from "./first-reports";
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

/** Counts the stages after the catch-up, and prints the counts. They do not decide whether the cloud serves. */
export class Counting {
  /** False also when the counts could not be read. */
  succeeded = false;
  readonly #counted: Promise<Counts | undefined>;
  /** When the cloud went live before the counts were complete. */
  #lateSince: number | undefined;
  #printed = false;

  constructor(
    private readonly run: CountedRun,
    private readonly signal: AbortSignal,
  ) {
    this.#counted = this.#count();
  }

  /** Prints the counts when they are complete within a time; undefined waits for them. An abort ends the waiting. */
  async within(millis: number | undefined): Promise<void> {
    if (this.#printed) return;
    const late = millis === undefined ? [] : [sleep(millis, "late" as const, { ref: false })];
    const counts = await Promise.race([this.#counted, ...late]);
    if (this.signal.aborted) return;
    if (counts === "late") {
      this.#lateSince = Date.now();
      log("the counts take longer; the cloud serves meanwhile");
      return;
    }
    this.#printed = true;
    this.succeeded = counts !== undefined && (await this.#attempt(() => this.#print(counts))) === true;
  }

  /** Undefined after an error, which is logged, and after an abort. */
  async #count(): Promise<Counts | undefined> {
    const { cloud, place, time } = this.run;
    let what = "counting the events of all stages";
    const onFeed = (text: string) => {
      what = text;
    };
    return this.#attempt(() =>
      withActivity(
        () => what,
        () =>
          Promise.race([
            summarise(connectionTo(cloud), place, time, onFeed),
            aborted(this.signal).then(() => undefined),
          ]),
      ),
    );
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!this.signal.aborted) log(`the counts could not be read: ${problemOf(error) ?? messageOf(error)}`);
      return undefined;
    }
  }

  async #print({ findings, notes, ...counted }: Counts): Promise<true> {
    const { cloud, options, began, failures } = this.run;
    await failures.readAlarms(cloud);
    for (const note of notes) log(note);
    // Events that arrive during the counting are counted at some stages only.
    const open = this.#lateSince === undefined ? "" : hourAt(this.#lateSince);
    for (const { feed, hour, message } of findings)
      if (open === "" || hour === undefined || hour < open) log(`counts that differ: ${feed} ${message}`);
    for (const line of failures.lines()) log(line);
    if (options.json) {
      const seconds = Math.round((Date.now() - began) / 100) / 10;
      process.stdout.write(`${JSON.stringify({ seconds, ...counted, failures: failures.summary() })}\n`);
      return true;
    }
    for (const name of Object.keys(feeds)) {
      const feed = counted.feeds[name];
      if (feed) log(feedLine(name, feed));
    }
    const dirOption = options.dir === STATE_DIRECTORY ? "" : ` --dir ${options.dir}`;
    await showReports(connectionTo(cloud), resolve(options.dir), dirOption);
    log("\nall reports: npm run report -- list");
    // After --once the cloud stops, and other clients have nothing to call.
    if (!options.once)
      log(`any AWS client: eval "$(npm -s run env${dirOption && ` --${dirOption}`})" && aws s3 ls`);
    return true;
  }
}

export const connectionTo = ({ endpoint, region, credentials }: Cloud) => ({ endpoint, region, credentials });
