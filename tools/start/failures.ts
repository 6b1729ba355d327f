import type { Cloud } from "../../packages/pocket-cloud";
import { counted } from "../kit/counted";
import { type Polls, printable } from "./polls";
import { QuarantinedRows } from "./quarantined";

export interface FailureSummary {
  /** Errors by function, of this start. */
  readonly functions: Readonly<Record<string, number>>;
  /** Batches and events that were given up and stored for `npm run redrive`. */
  readonly deadLetters: number;
  readonly alarms: readonly string[];
  readonly alertsSent: number;
}

interface Trouble {
  errors: number;
  /** Batches that the function returned for another try since it last succeeded. Lambda counts no error then. */
  returned: number;
  since: number;
  reason: string;
}

const LOG_GROUP = "/aws/lambda/";

/** Counts the failures of the running cloud, and keeps the last reason of each failing function. */
export class Failures {
  readonly #functions = new Map<string, number>();
  /** Functions that fail now. A success removes them. */
  readonly #troubles = new Map<string, Trouble>();
  /** Batches in the failures' bucket. */
  #givenUp = 0;
  /** Messages by dead-letter queue. */
  readonly #deadLetters = new Map<string, number>();
  #alertsSent = 0;
  #alarms: readonly string[] = [];

  constructor(
    private readonly now: () => number,
    readonly polls: Polls,
    readonly quarantined = new QuarantinedRows(),
  ) {}

  watch(cloud: Cloud): void {
    const { bus } = cloud;
    this.quarantined.watch(cloud);
    bus.on("metrics:values", ({ namespace, dimensions: { FunctionName }, values: { Errors } }) => {
      if (namespace === "AWS/Lambda" && FunctionName && Errors !== undefined)
        this.invoked(FunctionName, Errors);
    });
    bus.on("logs:events", ({ logGroup, events }) => {
      if (!logGroup.startsWith(LOG_GROUP)) return;
      for (const { message } of events) this.logged(logGroup.slice(LOG_GROUP.length), message);
    });
    bus.on("s3:object-created", ({ key }) => {
      if (key.startsWith("aws/lambda/")) this.givenUp();
    });
    bus.on("sqs:message", ({ queueArn }) => this.deadLetter(queueArn));
  }

  givenUp(): void {
    this.#givenUp++;
  }

  deadLetter(queueArn: string): void {
    const queue = queueArn.slice(queueArn.lastIndexOf(":") + 1);
    if (queue.endsWith("-dead-letters"))
      this.#deadLetters.set(queue, (this.#deadLetters.get(queue) ?? 0) + 1);
  }

  invoked(name: string, errors: number): void {
    if (errors === 0) return void this.#succeeded(name);
    this.#functions.set(name, (this.#functions.get(name) ?? 0) + errors);
    this.#trouble(name).errors += errors;
  }

  #succeeded(name: string): void {
    const trouble = this.#troubles.get(name);
    if (trouble?.returned) trouble.errors = 0;
    else this.#troubles.delete(name);
  }

  /** Reads the reasons that functions log, batches that they return, and the number of alerts. */
  logged(name: string, message: string): void {
    if (takesBatches(name)) this.#batchEnded(name, message);
    if (message.includes('"published":')) {
      this.#alertsSent += Number(/"published":(\d+)/.exec(message)?.[1] ?? 0);
      return;
    }
    if (isPoller(name)) this.polls.logged(message);
    const reason = reasonIn(message);
    if (reason !== undefined) this.#trouble(name).reason = reason;
  }

  #batchEnded(name: string, message: string): void {
    if (message.includes('"level":"info"')) {
      if (this.#troubles.get(name)?.returned) this.#troubles.delete(name);
    } else if (message.includes('"retryFrom":')) {
      const trouble = this.#trouble(name);
      trouble.returned++;
      trouble.reason = reasonIn(message) ?? trouble.reason;
    }
  }

  #trouble(name: string): Trouble {
    const trouble = this.#troubles.get(name) ?? { errors: 0, returned: 0, since: this.now(), reason: "" };
    this.#troubles.set(name, trouble);
    return trouble;
  }

  /** Reads which alarms are in ALARM. A failing call leaves them as they were. */
  async readAlarms(cloud: Cloud): Promise<void> {
    try {
      const { MetricAlarms = [] } = await cloud.call(
        "monitoring",
        "DescribeAlarms",
        { StateValue: "ALARM" },
        cloud.administrator,
      );
      this.#alarms = MetricAlarms.map(({ AlarmName = "" }) => AlarmName).sort();
    } catch {}
  }

  summary(): FailureSummary {
    return {
      functions: Object.fromEntries([...this.#functions].sort(([a], [b]) => (a < b ? -1 : 1))),
      deadLetters: this.#allGivenUp,
      alarms: this.#alarms,
      alertsSent: this.#alertsSent,
    };
  }

  get failed(): boolean {
    return this.#functions.size > 0 || this.#allGivenUp > 0;
  }

  get #allGivenUp(): number {
    return [...this.#deadLetters.values()].reduce((sum, count) => sum + count, this.#givenUp);
  }

  /** What fails now, for the heading of the live view. A warning before a retry is no failure. */
  get failing(): string {
    const names = this.#failingFunctions().map(([name]) => name);
    return [...(this.polls.failing ? ["polls"] : []), ...names].join(", ");
  }

  /** Lines for people: what fails and why, then what it has led to. */
  lines(): string[] {
    const failing = this.#failingFunctions().map(
      ([name, { errors, returned, since, reason }]) =>
        `${name} fails since ${new Date(since).toISOString().slice(11, 19)} UTC (${counted(errors + returned, "error")})` +
        `${reason && `: ${reason}`}${takesBatches(name) ? "; the batch is tried again" : ""}`,
    );
    // A poller that skips a late slot succeeds while its source is still down.
    const over = [...this.#functions].filter(
      ([name]) => !this.#troubles.has(name) && !(isPoller(name) && this.polls.failing),
    );
    const polls = this.polls.line();
    return [
      ...(polls === undefined ? [] : [polls]),
      ...failing,
      ...over.map(([name, errors]) => `${name}: ${counted(errors, "error")}, now it works`),
      ...this.quarantined.lines(),
      ...(this.#givenUp > 0
        ? [
            `${this.#givenUp} ${this.#givenUp === 1 ? "batch" : "batches"} given up; npm run redrive sends ${this.#givenUp === 1 ? "it" : "them"} again`,
          ]
        : []),
      ...[...this.#deadLetters].map(
        ([queue, count]) =>
          `${counted(count, "call")} given up, in ${queue}; npm run redrive says what can be made again`,
      ),
      ...(this.#alarms.length > 0 ? [`in ALARM: ${this.#alarms.join(", ")}`] : []),
      ...(this.#alertsSent > 0 ? [`${counted(this.#alertsSent, "alert")} sent`] : []),
    ];
  }

  #failingFunctions(): [string, Trouble][] {
    return [...this.#troubles].filter(
      ([name, { errors, returned }]) => errors + returned > 0 && !isPoller(name),
    );
  }
}

/** Functions that Lambda calls with a stream's batches. */
const takesBatches = (name: string): boolean => /-(?:write-csv|store-latest|evaluate-rules)-/.test(name);

const isPoller = (name: string): boolean => name.includes("poll-");

/** The reason in a log line of a function: its own error or warning, or the runtime's. */
function reasonIn(message: string): string | undefined {
  const found = /"level":"(?:error|warn)".*"reason":"((?:[^"\\]|\\.)*)"/.exec(message)?.[1];
  const thrown = /"errorMessage":"((?:[^"\\]|\\.)*)"/.exec(message)?.[1];
  const reason = found ?? thrown;
  return reason === undefined ? undefined : printable(reason.replaceAll(/\\(.)/g, "$1"));
}
