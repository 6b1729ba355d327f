import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { ClockStopped, type Wait } from "../../clock";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Ledger } from "../../storage/ledger";
import { errorText } from "../shared/error-text";
import { deliver } from "./destination";
import type { Invoked } from "./runtime/invocation";
import type { Runtime } from "./runtime/runtime";
import { type FunctionRecord, invokeConfigOf, type LambdaStore } from "./store";

/** An asynchronous invocation. It is stored on disk until it is finished. */
interface QueuedEvent {
  readonly id: string;
  readonly functionName: string;
  readonly version?: string;
  readonly payload: string;
  readonly acceptedAt: number;
  attempts: number;
  throttles: number;
  dueAt: number;
}

/** Delays before the first and the second retry, as in AWS. */
const RETRY_DELAYS_MS = [60_000, 120_000];
const LONGEST_THROTTLE_DELAY_MS = 300_000;
const DEFAULT_MAXIMUM_AGE_S = 6 * 3600;

/** The queue of asynchronous invocations: runs them at once, retries failures and reports to destinations. */
export class Asynchronous {
  readonly #events: Ledger<QueuedEvent>;
  readonly #running = new Set<Promise<void>>();

  readonly cloud: CloudContext;

  constructor(
    readonly store: LambdaStore,
    readonly runtime: Runtime,
  ) {
    this.cloud = store.cloud;
    this.#events = new Ledger(join(store.dir, "events.log"));
  }

  start(): void {
    for (const [, event] of this.#events.entries()) this.#schedule(event);
  }

  accept(record: FunctionRecord, payload: string, version: string | undefined): string {
    const now = this.cloud.clock.now();
    const id = randomUUID();
    const functionName = record.configuration.FunctionName ?? "";
    const event: QueuedEvent = {
      id,
      functionName,
      ...(version && { version }),
      payload,
      acceptedAt: now,
      attempts: 0,
      throttles: 0,
      dueAt: now,
    };
    this.#events.set(id, event);
    this.store.metrics.ofFunction(functionName, { AsyncEventsReceived: 1 });
    this.#schedule(event);
    return id;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running);
    this.#events.close();
  }

  #schedule(event: QueuedEvent): void {
    this.cloud.clock.schedule(
      event.dueAt,
      (wait) => this.#run(event, wait),
      `event for ${event.functionName}`,
    );
  }

  async #run(event: QueuedEvent, wait: Wait): Promise<void> {
    const running = this.#attempt(event, wait);
    this.#running.add(running);
    await running.finally(() => this.#running.delete(running));
  }

  async #attempt(event: QueuedEvent, wait: Wait): Promise<void> {
    const record = this.store.functions.get(event.functionName);
    if (!record) return void this.#events.delete(event.id);
    const { MaximumRetryAttempts = 2, MaximumEventAgeInSeconds = DEFAULT_MAXIMUM_AGE_S } =
      invokeConfigOf(record, event.version) ?? {};
    const deadline = event.acceptedAt + MaximumEventAgeInSeconds * 1000;
    const now = this.cloud.clock.now();
    if (now > deadline) return this.#finish(record, event, "EventAgeExceeded");
    this.store.metrics.ofFunction(event.functionName, { AsyncEventAge: now - event.acceptedAt });
    let invoked: Invoked;
    try {
      const { payload, version, id } = event;
      invoked = await this.runtime.invoke(record, { payload, requestId: id, version, wait });
    } catch (error) {
      // The event stays in the queue for the next start.
      if (error instanceof ClockStopped) return;
      if (!(error instanceof AwsError)) throw error;
      const delay = Math.min(LONGEST_THROTTLE_DELAY_MS, 1000 * 2 ** event.throttles++);
      return this.#retryAt(event, now + delay);
    }
    event.attempts++;
    if (!invoked.failed) return this.#finish(record, event, "Success", invoked);
    const dueAt = this.cloud.clock.now() + (RETRY_DELAYS_MS[event.attempts - 1] ?? 0);
    if (event.attempts > MaximumRetryAttempts)
      return this.#finish(record, event, "RetriesExhausted", invoked);
    if (dueAt > deadline) return this.#finish(record, event, "EventAgeExceeded", invoked);
    this.#retryAt(event, dueAt);
  }

  #retryAt(event: QueuedEvent, dueAt: number): void {
    event.dueAt = dueAt;
    this.#events.set(event.id, event);
    this.#schedule(event);
  }

  async #finish(
    record: FunctionRecord,
    event: QueuedEvent,
    condition: string,
    invoked?: Invoked,
  ): Promise<void> {
    const { OnSuccess, OnFailure } = invokeConfigOf(record, event.version)?.DestinationConfig ?? {};
    const succeeded = condition === "Success";
    const destination = (succeeded ? OnSuccess : OnFailure)?.Destination;
    const deadLetterTarget = succeeded ? undefined : record.configuration.DeadLetterConfig?.TargetArn;
    const now = this.cloud.clock.now();
    let failure: "DestinationDeliveryFailures" | "DeadLetterErrors" = "DestinationDeliveryFailures";
    try {
      if (destination)
        await this.#send(record, destination, invocationRecord(record, event, condition, now, invoked));
      failure = "DeadLetterErrors";
      if (deadLetterTarget)
        await this.#send(
          record,
          deadLetterTarget,
          JSON.parse(event.payload) as object,
          attributesOf(event, invoked),
        );
    } catch (error) {
      this.cloud.log(`destination of ${event.functionName}: ${errorText(error)}`);
      this.store.metrics.ofFunction(event.functionName, { [failure]: 1 });
      return this.#deliveryFailed(event, error);
    }
    if (succeeded) this.#events.delete(event.id);
    else this.#drop(event);
  }

  /** Forgets an event that was never processed successfully. */
  #drop({ id, functionName }: QueuedEvent): void {
    this.store.metrics.ofFunction(functionName, { AsyncEventsDropped: 1 });
    this.#events.delete(id);
  }

  /** Retries a delivery after a temporary error. After a permanent one the event is dropped, as in AWS. */
  #deliveryFailed(event: QueuedEvent, error: unknown): void {
    const permanent = error instanceof AwsError && error.status < 500 && error.status !== 429;
    if (permanent) this.#drop(event);
    else this.#retryAt(event, this.cloud.clock.now() + 60_000);
  }

  #send(
    { configuration }: FunctionRecord,
    destination: string,
    record: object,
    attributes?: DeadLetterAttributes,
  ): Promise<void> {
    const { Role: role = "", FunctionName: session = "" } = configuration;
    const keyPrefix = `aws/lambda/async/${session}/`;
    const delivery = { role, session, destination, record, s3Record: record, keyPrefix };
    return deliver(this.cloud, { ...delivery, ...(attributes && { attributes }) });
  }
}

type DeadLetterAttributes = Record<string, { DataType: string; StringValue: string }>;

/**
 * Lambda developer guide, "Adding a dead-letter queue": the id of the invocation, the status code, and the first KB of the
 * error message. The form is recorded by LocalStack's test_sns_topic_as_lambda_dead_letter_queue.
 */
function attributesOf(event: QueuedEvent, invoked: Invoked | undefined): DeadLetterAttributes {
  const { errorMessage } = JSON.parse(invoked?.payload ?? "{}") as { errorMessage?: string };
  return {
    RequestID: { DataType: "String", StringValue: event.id },
    ErrorCode: { DataType: "Number", StringValue: "200" },
    ...(errorMessage && {
      ErrorMessage: {
        DataType: "String",
        StringValue: Buffer.from(errorMessage).subarray(0, 1024).toString(),
      },
    }),
  };
}

const invocationRecord = (
  record: FunctionRecord,
  event: QueuedEvent,
  condition: string,
  now: number,
  invoked?: Invoked,
): object => ({
  version: "1.0",
  timestamp: new Date(now).toISOString(),
  requestContext: {
    requestId: event.id,
    functionArn: `${record.configuration.FunctionArn}:${event.version ?? "$LATEST"}`,
    condition,
    approximateInvokeCount: event.attempts,
  },
  requestPayload: JSON.parse(event.payload) as unknown,
  ...(invoked && {
    responseContext: {
      statusCode: 200,
      executedVersion: invoked.version,
      ...(invoked.failed && { functionError: "Unhandled" }),
    },
    responsePayload: JSON.parse(invoked.payload) as unknown,
  }),
});
