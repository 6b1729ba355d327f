import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Crawler, CrawlerHistory } from "@aws-sdk/client-glue";
import type { Caller } from "../../../caller";
import type { Cancel } from "../../../clock";
import { AwsError } from "../../../errors";
import { Collection } from "../../../storage/collection";
import { GroupedMap } from "../../../storage/grouped-map";
import { nextOf, parseCron } from "../../scheduler/cron";
import { invalidInput, notFound } from "../errors";
import type { GlueStore } from "../store";
import { CrawlStopped, crawl } from "./crawl";
import { type Changes, noChanges } from "./reconcile";
import { logTargetOf, summaryOf, writeLog } from "./report";

/** A run takes minutes in AWS. Here it waits this long, so that clients can observe the state RUNNING. */
const START_DELAY_MS = 100;

/** One run and the number of tables it changed. */
export interface Run extends CrawlerHistory {
  readonly counts: { readonly created: number; readonly updated: number; readonly deleted: number };
}

/** Crawlers, their runs and schedules. */
export class Crawlers {
  readonly all: Collection<Crawler>;
  /** Runs of each crawler, by start time. */
  readonly #runs: GroupedMap<Run>;
  /** Folders that each crawler has crawled, for CRAWL_NEW_FOLDERS_ONLY. */
  readonly #folders: Collection<{ folders: string[] }>;
  readonly #timers = new Map<string, Cancel>();
  readonly #stopping = new Set<string>();

  constructor(readonly store: GlueStore) {
    const dir = join(store.cloud.dir, "glue");
    this.all = new Collection(dir, "crawlers");
    this.#runs = new GroupedMap(dir, "crawls");
    this.#folders = new Collection(dir, "crawled-folders");
  }

  /** Arms the schedules, and restarts runs that a killed process left unfinished. */
  resume(): void {
    for (const crawler of this.all.values()) {
      if (crawler.State !== "READY")
        this.#launch(crawler.Name ?? "", this.runs(crawler.Name ?? "")[0]?.CrawlId ?? randomUUID());
      this.reschedule(crawler.Name ?? "");
    }
  }

  get(name: string | undefined): Crawler {
    const found = this.all.get(name ?? "");
    if (!found) throw notFound(`Crawler entry with name ${name} does not exist`);
    return found;
  }

  /** Newest first. */
  runs(name: string): Run[] {
    return this.#runs.values(name).reverse();
  }

  remove(name: string): void {
    this.all.delete(name);
    this.#runs.drop(name);
    this.#folders.delete(name);
    this.#timers.get(name)?.();
  }

  /** Requests name a role by its name or its ARN. */
  roleArn(role: string): string {
    if (role.startsWith("arn:")) return role;
    return `arn:aws:iam::${this.store.cloud.accountId}:role/${role.replace(/^\//, "")}`;
  }

  assume({ Name, Role = "" }: Pick<Crawler, "Name" | "Role">): Caller {
    const { cloud } = this.store;
    const self = this.store.arn(`crawler/${Name}`);
    return cloud.identities().assume(this.roleArn(Role), "AWS-Crawler", "glue.amazonaws.com", self);
  }

  start(name: string): void {
    const crawler = this.get(name);
    if (crawler.State !== "READY")
      throw new AwsError("CrawlerRunningException", `Crawler with name ${name} has already started`);
    const CrawlId = randomUUID();
    this.all.update(name, (crawler) => {
      crawler.State = "RUNNING";
    });
    this.#save(name, {
      CrawlId,
      State: "RUNNING",
      StartTime: new Date(this.store.cloud.clock.now()),
      LogGroup: logTargetOf(this.store, crawler).group,
      LogStream: name,
      MessagePrefix: CrawlId,
      counts: { created: 0, updated: 0, deleted: 0 },
    });
    this.#launch(name, CrawlId);
  }

  stop(name: string): void {
    const crawler = this.get(name);
    if (crawler.State === "READY")
      throw new AwsError("CrawlerNotRunningException", `Crawler with name ${name} isn't running`);
    if (crawler.State === "STOPPING")
      throw new AwsError("CrawlerStoppingException", `Crawler with name ${name} is already stopping`);
    this.#stopping.add(name);
    this.all.update(name, (crawler) => {
      crawler.State = "STOPPING";
    });
  }

  /** Arms the timer for the crawler's next scheduled run. */
  reschedule(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
    const { ScheduleExpression, State } = this.all.get(name)?.Schedule ?? {};
    if (ScheduleExpression === undefined || State === "NOT_SCHEDULED") return;
    const { clock } = this.store.cloud;
    const at = nextOf(parseCron(ScheduleExpression), clock.now(), "UTC");
    if (at === undefined) return;
    const fire = () => {
      this.reschedule(name);
      // As in AWS, a scheduled run is skipped while another run is in progress.
      if (this.all.get(name)?.State === "READY") this.start(name);
    };
    this.#timers.set(name, clock.schedule(at, fire, `glue crawler ${name}`));
  }

  close(): void {
    this.#runs.close();
  }

  #launch(name: string, crawlId: string): void {
    const { clock } = this.store.cloud;
    clock.schedule(clock.now() + START_DELAY_MS, () => this.#run(name, crawlId), `glue crawl ${name}`);
  }

  async #run(name: string, crawlId: string): Promise<void> {
    const crawler = this.all.get(name);
    if (!crawler) return;
    const run = this.runs(name).find(({ CrawlId }) => CrawlId === crawlId);
    let changes = noChanges();
    let failure: unknown;
    try {
      const caller = this.assume(crawler);
      const crawled = new Set(this.#folders.get(name)?.folders);
      const checkpoint = () => {
        if (this.#stopping.has(name)) throw new CrawlStopped();
      };
      checkpoint();
      const result = await crawl(this.store, crawler, caller, crawled, checkpoint);
      changes = result.changes;
      this.#folders.set(name, { folders: [...new Set([...crawled, ...result.folders])] });
      const target = logTargetOf(this.store, crawler);
      await writeLog(this.store.cloud, caller, target, name, crawlId, changes);
    } catch (error) {
      failure = error;
    }
    if (run) this.#finish(name, run, changes, failure);
  }

  #finish(name: string, run: Run, changes: Changes, failure: unknown): void {
    this.#stopping.delete(name);
    const stopped = failure instanceof CrawlStopped;
    const ErrorMessage =
      failure === undefined || stopped
        ? undefined
        : failure instanceof Error
          ? failure.message
          : String(failure);
    if (ErrorMessage !== undefined && !(failure instanceof AwsError))
      this.store.cloud.log(`glue crawler ${name}: ${ErrorMessage}`);
    this.#save(name, {
      ...run,
      State: stopped ? "STOPPED" : ErrorMessage !== undefined ? "FAILED" : "COMPLETED",
      EndTime: new Date(this.store.cloud.clock.now()),
      Summary: summaryOf(changes),
      ...(ErrorMessage !== undefined && { ErrorMessage }),
      counts: {
        created: changes.created.length,
        updated: changes.updated.length,
        deleted: changes.deleted.length,
      },
    });
    this.all.update(name, (crawler) => {
      crawler.State = "READY";
      crawler.LastCrawl = {
        Status: stopped ? "CANCELLED" : ErrorMessage !== undefined ? "FAILED" : "SUCCEEDED",
        ...(ErrorMessage !== undefined && { ErrorMessage }),
        LogGroup: run.LogGroup,
        LogStream: run.LogStream,
        MessagePrefix: run.MessagePrefix,
        StartTime: run.StartTime,
      };
    });
  }

  #save(name: string, run: Run): void {
    this.#runs.set(name, [`${String(run.StartTime?.getTime()).padStart(15, "0")} ${run.CrawlId}`, run]);
  }
}

export function checkSchedule(expression: string): void {
  try {
    parseCron(expression);
  } catch {
    throw invalidInput(`Failed to validate schedule expression: ${expression}`);
  }
}
