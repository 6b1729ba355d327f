import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { ClockStopped } from "../../../clock";
import { AwsError } from "../../../errors";
import type { FunctionRecord, LambdaStore } from "../store";
import { versionOf } from "../versions";
import type { Invocation, Invoked } from "./invocation";
import { WarmEnvironment } from "./warm-environment";

export const ACCOUNT_CONCURRENCY = 1000;
/** A function keeps at most this many idle environments, to save memory. */
const IDLE_LIMIT = 10;

/** Runs functions in execution environments. As in AWS, each runs one invocation at a time and is reused. */
export class Runtime {
  /** Idle environments by function name. */
  readonly #idle = new Map<string, WarmEnvironment[]>();
  /** Number of running invocations by function name. */
  readonly #running = new Map<string, number>();
  readonly #all = new Set<WarmEnvironment>();
  #aborted = false;

  constructor(readonly store: LambdaStore) {}

  async invoke(record: FunctionRecord, invocation: Invocation): Promise<Invoked> {
    if (this.#aborted) throw new ClockStopped("the cloud is stopping");
    const configuration = versionOf(record, invocation.version);
    const name = configuration.FunctionName ?? "";
    const running = this.#running.get(name) ?? 0;
    const reserved = record.reservedConcurrency;
    if (running >= (reserved ?? ACCOUNT_CONCURRENCY)) {
      this.store.metrics.ofFunction(name, { Throttles: 1 });
      throw throttled(reserved !== undefined);
    }
    this.#running.set(name, running + 1);
    this.store.metrics.ofFunction(name, { ConcurrentExecutions: running + 1 });
    try {
      const environment = this.#take(name, configuration);
      const invoked = await environment.invoke(invocation);
      await this.#release(name, environment);
      // An aborted invocation did not fail: its event is kept for the next start.
      if (this.#aborted && invoked.failed) throw new ClockStopped("the cloud is stopping");
      return invoked;
    } finally {
      this.#running.set(name, (this.#running.get(name) ?? 1) - 1);
    }
  }

  #take(name: string, configuration: FunctionConfiguration): WarmEnvironment {
    const idle = this.#idle.get(name) ?? [];
    for (let environment = idle.pop(); environment; environment = idle.pop()) {
      if (environment.fits(configuration)) return environment;
      void this.#end(environment);
    }
    const environment = new WarmEnvironment(this.store, configuration);
    this.#all.add(environment);
    return environment;
  }

  async #release(name: string, environment: WarmEnvironment): Promise<void> {
    const idle = this.#idle.get(name) ?? [];
    this.#idle.set(name, idle);
    if (environment.dead || idle.length >= IDLE_LIMIT) await this.#end(environment);
    else idle.push(environment);
  }

  async #end(environment: WarmEnvironment): Promise<void> {
    if (this.#all.delete(environment)) await environment.end();
  }

  /** Ends a function's idle environments, because its code or configuration has changed. */
  async retire(name: string): Promise<void> {
    const idle = this.#idle.get(name) ?? [];
    this.#idle.delete(name);
    await Promise.all(idle.map((environment) => this.#end(environment)));
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#all].map((environment) => environment.flush()));
  }

  /** Ends all environments, also those that run an invocation. */
  abort(): void {
    this.#aborted = true;
    for (const environment of this.#all) void environment.end();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#all].map((environment) => this.#end(environment)));
  }
}

const throttled = (reserved: boolean): AwsError =>
  new AwsError("TooManyRequestsException", "Rate Exceeded.", 429, {
    Reason: reserved
      ? "ReservedFunctionConcurrentInvocationLimitExceeded"
      : "ConcurrentInvocationLimitExceeded",
    Type: "User",
  });
