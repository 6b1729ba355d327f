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
import { glueArn } from "../operation";
import type { GlueStore } from "../store";
import { CrawlStopped, crawl } from "./crawl";
import { writeLog } from "./log";
import { type Changes, noChanges } from "./reconcile";
import { summaryOf } from "./summary";

/** Long enough for a client to see the crawler RUNNING, as it would in AWS, where a run takes minutes. */
const WARM_UP = 100;

/** One run, with what it changed. */
export interface Run extends CrawlerHistory {
  readonly counts: { readonly created: number; readonly updated: number; readonly deleted: number };
}

/** The crawlers and their runs. */
export class Crawlers {
  readonly all: Collection<Crawler>;
  /** Runs of each crawler, by the time of their start. */
  readonly #runs: GroupedMap<Run>;
  /** Folders that were crawled, for crawlers of new folders only. */
  readonly #folders: Collection<{ folders: string[] }>;
  readonly #timers = new Map<string, Cancel>();
  readonly #stopping = new Set<string>();

  constructor(readonly store: GlueStore) {
    const dir = join(store.cloud.dir, "glue");
    this.all = new Collection(dir, "crawlers");
    this.#runs = new GroupedMap(dir, "crawls");
    this.#folders = new Collection(dir, "crawled-folders");
  }

  /** Takes up schedules, and begins again what a kill interrupted. */
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

  /** A role is given by its name or its ARN. */
  roleArn(role: string): string {
    if (role.startsWith("arn:")) return role;
    return `arn:aws:iam::${this.store.cloud.accountId}:role/${role.replace(/^\//, "")}`;
  }

  assume({ Name, Role = "" }: Pick<Crawler, "Name" | "Role">): Caller {
    const { cloud } = this.store;
    const self = glueArn(cloud, `crawler/${Name}`);
    return cloud.identities().assume(this.roleArn(Role), "AWS-Crawler", "glue.amazonaws.com", self);
  }

  start(name: string): void {
    const crawler = this.get(name);
    if (crawler.State !== "READY")
      throw new AwsError("CrawlerRunningException", `Crawler with name ${name} has already started`);
    const CrawlId = randomUUID();
    this.all.update(name, (one) => {
      one.State = "RUNNING";
    });
    this.#record(name, {
      CrawlId,
      State: "RUNNING",
      StartTime: new Date(this.store.cloud.clock.now()),
      LogGroup: "/aws-glue/crawlers",
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
    this.all.update(name, (one) => {
      one.State = "STOPPING";
    });
  }

  /** Arms the timer of the crawler's schedule anew. */
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
      // A run still under way makes a scheduled one drop out.
      if (this.all.get(name)?.State === "READY") this.start(name);
    };
    this.#timers.set(name, clock.schedule(at, fire, `glue crawler ${name}`));
  }

  close(): void {
    this.#runs.close();
  }

  #launch(name: string, crawlId: string): void {
    const { clock } = this.store.cloud;
    clock.schedule(clock.now() + WARM_UP, () => this.#run(name, crawlId), `glue crawl ${name}`);
  }

  async #run(name: string, crawlId: string): Promise<void> {
    const crawler = this.all.get(name);
    if (!crawler) return;
    const begun = this.runs(name).find(({ CrawlId }) => CrawlId === crawlId);
    let changes = noChanges();
    let failure: unknown;
    try {
      const caller = this.assume(crawler);
      const known = new Set(this.#folders.get(name)?.folders);
      const checkpoint = () => {
        if (this.#stopping.has(name)) throw new CrawlStopped();
      };
      checkpoint();
      const outcome = await crawl(this.store, crawler, caller, known, checkpoint);
      changes = outcome.changes;
      this.#folders.set(name, { folders: [...new Set([...known, ...outcome.folders])] });
      await writeLog(this.store.cloud, caller, name, crawlId, changes);
    } catch (error) {
      failure = error;
    }
    if (begun) this.#finish(name, begun, changes, failure);
  }

  #finish(name: string, begun: Run, changes: Changes, failure: unknown): void {
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
    this.#record(name, {
      ...begun,
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
    this.all.update(name, (one) => {
      one.State = "READY";
      one.LastCrawl = {
        Status: stopped ? "CANCELLED" : ErrorMessage !== undefined ? "FAILED" : "SUCCEEDED",
        ...(ErrorMessage !== undefined && { ErrorMessage }),
        LogGroup: begun.LogGroup,
        LogStream: begun.LogStream,
        MessagePrefix: begun.MessagePrefix,
        StartTime: begun.StartTime,
      };
    });
  }

  #record(name: string, run: Run): void {
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
