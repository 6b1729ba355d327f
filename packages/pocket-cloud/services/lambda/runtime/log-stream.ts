import { randomBytes } from "node:crypto";
import { AwsError } from "../../../errors";
import type { CloudContext } from "../../../service";
import { errorText } from "../../shared/error-text";

interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** Lines are collected for this long and then written to CloudWatch Logs in one call. */
const BATCH_WINDOW_MS = 1000;
const LARGEST_BATCH = 1000;

export const streamName = (now: number, version: string): string =>
  `${new Date(now).toISOString().slice(0, 10).replaceAll("-", "/")}/[${version}]${randomBytes(16).toString("hex")}`;

/** The log stream of one execution environment, written in batches under the rights of the function's role. */
export class LogStream {
  #waiting: LogEvent[] = [];
  #cancel: (() => void) | undefined;
  #sending: Promise<void> = Promise.resolve();
  #denied = false;

  constructor(
    readonly cloud: CloudContext,
    readonly group: string,
    readonly name: string,
    readonly role: string,
    readonly session: string,
  ) {}

  add(timestamp: number, message: string): void {
    if (this.#denied) return;
    this.#waiting.push({ timestamp, message: message.replace(/\n$/, "") || " " });
    if (this.#waiting.length >= LARGEST_BATCH) void this.flush();
    else
      this.#cancel ??= this.cloud.clock.schedule(
        this.cloud.clock.now() + BATCH_WINDOW_MS,
        () => this.flush(),
        "function logs",
      );
  }

  flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    const events = this.#waiting;
    this.#waiting = [];
    if (events.length > 0) this.#sending = this.#sending.then(() => this.#send(events));
    return this.#sending;
  }

  async #send(events: LogEvent[]): Promise<void> {
    const ordered = events.sort((a, b) => a.timestamp - b.timestamp);
    try {
      await this.#put(ordered).catch(async (error: unknown) => {
        if (!isError(error, "ResourceNotFoundException")) throw error;
        await this.#create();
        await this.#put(ordered);
      });
    } catch (error) {
      // As in AWS, a function whose role may not write logs runs without logs.
      if (error instanceof AwsError && error.status === 403) this.#denied = true;
      this.cloud.log(`logs of ${this.session}: ${errorText(error)}`);
    }
  }

  async #put(logEvents: LogEvent[]): Promise<void> {
    await this.cloud.call(
      "logs",
      "PutLogEvents",
      { logGroupName: this.group, logStreamName: this.name, logEvents },
      this.#caller(),
    );
  }

  /** Another environment of the function may create the group at the same time. */
  async #create(): Promise<void> {
    const { cloud, group, name } = this;
    const stream = { logGroupName: group, logStreamName: name };
    const createStream = () => cloud.call("logs", "CreateLogStream", stream, this.#caller());
    await createStream().catch(async (error: unknown) => {
      if (!isError(error, "ResourceNotFoundException")) throw error;
      await cloud
        .call("logs", "CreateLogGroup", { logGroupName: group }, this.#caller())
        .catch((reason: unknown) => {
          if (!isError(reason, "ResourceAlreadyExistsException")) throw reason;
        });
      await createStream();
    });
  }

  #caller() {
    return this.cloud.identities().assume(this.role, this.session, "lambda.amazonaws.com");
  }
}

const isError = (error: unknown, code: string): boolean => error instanceof AwsError && error.code === code;
