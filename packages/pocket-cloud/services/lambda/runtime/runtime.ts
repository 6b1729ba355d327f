import { randomUUID } from "node:crypto";
import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { AwsError } from "../../../errors";
import type { CloudContext } from "../../../service";
import { codeRoot } from "../code";
import type { FunctionRecord, LambdaStore } from "../store";
import { versionOf } from "../versions";
import { Environment, type FunctionError, type Outcome } from "./environment";
import { LogStream, streamName } from "./log-stream";
import { endLine, type Report, reportLine, startLine } from "./platform-lines";

export interface Invocation {
  /** The event as JSON text. */
  readonly payload: string;
  readonly version?: string;
  readonly clientContext?: unknown;
  readonly requestId?: string;
}

export interface Invoked {
  readonly requestId: string;
  readonly version: string;
  /** The handler's result or error as JSON text. */
  readonly payload: string;
  readonly failed: boolean;
  /** The last lines the invocation logged. */
  readonly lines: readonly string[];
}

interface WarmEnvironment {
  readonly environment: Environment;
  readonly logs: LogStream;
  readonly revision: string;
  /** When its credentials expire. It is not used in the last minutes before. */
  readonly expires: number;
  lines: string[];
  /** The end of its last invocation, in the cloud's time. */
  ended: number;
  /** Whether it has had no invocation yet, whose report then includes the init duration. */
  fresh: boolean;
  readonly createdAt: number;
}

export const ACCOUNT_CONCURRENCY = 1000;
/** A function keeps at most this many idle environments, to save memory. */
const IDLE_LIMIT = 10;
/**
 * The role's MaxSessionDuration does not apply to AWS services. A week lets an environment survive days on a simulated
 * clock; replacing it means to compile its code again.
 */
const CREDENTIALS_SECONDS = 7 * 24 * 3600;
const RESPONSE_LIMIT = 6 * 1024 * 1024;
const TAIL_BYTES = 4096;

/** Runs functions in execution environments. As in AWS, each runs one invocation at a time and is reused. */
export class Runtime {
  readonly #idle = new Map<string, WarmEnvironment[]>();
  readonly #running = new Map<string, number>();
  readonly #all = new Set<WarmEnvironment>();

  constructor(
    readonly cloud: CloudContext,
    readonly store: LambdaStore,
  ) {}

  async invoke(record: FunctionRecord, invocation: Invocation): Promise<Invoked> {
    const configuration = versionOf(record, invocation.version);
    const name = configuration.FunctionName ?? "";
    const running = this.#running.get(name) ?? 0;
    const reserved = record.reservedConcurrency;
    if (running >= (reserved ?? ACCOUNT_CONCURRENCY)) {
      this.#metric(name, "Throttles", 1, "Count");
      throw throttled(reserved !== undefined);
    }
    this.#running.set(name, running + 1);
    try {
      const warm = this.#take(configuration);
      const invoked = await this.#run(warm, configuration, invocation);
      await this.#release(name, warm);
      return invoked;
    } finally {
      this.#running.set(name, (this.#running.get(name) ?? 1) - 1);
    }
  }

  async #run(
    warm: WarmEnvironment,
    configuration: FunctionConfiguration,
    invocation: Invocation,
  ): Promise<Invoked> {
    const { clock, faults } = this.cloud;
    const requestId = invocation.requestId ?? randomUUID();
    const version = configuration.Version ?? "$LATEST";
    const format = configuration.LoggingConfig?.LogFormat ?? "Text";
    // A simulated clock may not advance during an invocation; an environment's time must not go back.
    const now = Math.max(clock.now(), warm.ended);
    const fault = faults.next("lambda", "Handler");
    warm.lines = [];
    this.#log(warm, now, startLine(format, now, requestId, version));
    const started = performance.now();
    let outcome: Outcome;
    if (fault?.kind === "crash" && !fault.after) outcome = { kind: "dead", error: crash(requestId) };
    else if (fault?.kind === "error")
      outcome = {
        kind: "error",
        error: { errorType: fault.code, errorMessage: fault.message ?? "injected fault" },
        heap: 0,
      };
    else
      outcome = await warm.environment.invoke({
        requestId,
        payload: invocation.payload,
        now,
        timeout: (configuration.Timeout ?? 3) * 1000,
        functionArn: configuration.FunctionArn ?? "",
        ...(invocation.clientContext !== undefined && { clientContext: invocation.clientContext }),
        ...(fault?.kind === "delay" && { delay: fault.millis }),
      });
    if (fault?.kind === "crash" && fault.after) outcome = { kind: "dead", error: crash(requestId) };
    if (outcome.kind === "dead") await this.#discard(warm);
    const duration = performance.now() - started;
    const result = responseOf(outcome);
    const report: Report = {
      requestId,
      duration,
      memoryMb: configuration.MemorySize ?? 128,
      usedMb: outcome.kind === "dead" ? (configuration.MemorySize ?? 128) : Math.ceil(outcome.heap / 2 ** 20),
      ...(warm.fresh && { initDuration: started - warm.createdAt }),
      ...(outcome.kind === "dead" && { error: outcome.error }),
    };
    warm.fresh = false;
    const ended = now + Math.ceil(duration);
    warm.ended = ended;
    for (const line of [...endLine(format, requestId), ...reportLine(format, ended, report)])
      this.#log(warm, ended, line);
    this.#metric(configuration.FunctionName ?? "", "Invocations", 1, "Count");
    this.#metric(configuration.FunctionName ?? "", "Errors", result.failed ? 1 : 0, "Count");
    this.#metric(configuration.FunctionName ?? "", "Duration", duration, "Milliseconds");
    return { requestId, version, ...result, lines: tail(warm.lines) };
  }

  #log(warm: WarmEnvironment, at: number, message: string): void {
    warm.lines.push(message);
    warm.logs.add(at, message);
  }

  #take(configuration: FunctionConfiguration): WarmEnvironment {
    const soon = this.cloud.clock.now() + (configuration.Timeout ?? 3) * 1000 + 60_000;
    const idle = this.#idle.get(configuration.FunctionName ?? "") ?? [];
    for (let warm = idle.pop(); warm; warm = idle.pop()) {
      if (warm.revision === revisionOf(configuration) && warm.expires > soon && !warm.environment.dead)
        return warm;
      void this.#discard(warm);
    }
    return this.#start(configuration);
  }

  #start(configuration: FunctionConfiguration): WarmEnvironment {
    const { cloud } = this;
    const name = configuration.FunctionName ?? "";
    const version = configuration.Version ?? "$LATEST";
    const role = configuration.Role ?? "";
    const now = cloud.clock.now();
    const group = configuration.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`;
    const logs = new LogStream(cloud, group, streamName(now, version), role, name);
    const credentials = cloud
      .identities()
      .credentialsFor(role, name, "lambda.amazonaws.com", CREDENTIALS_SECONDS);
    const root = codeRoot(this.store, configuration.CodeSha256 ?? "");
    const env = {
      ...configuration.Environment?.Variables,
      AWS_REGION: cloud.region,
      AWS_DEFAULT_REGION: cloud.region,
      AWS_ENDPOINT_URL: cloud.endpoint(),
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: version,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.MemorySize ?? 128),
      AWS_LAMBDA_LOG_GROUP_NAME: group,
      AWS_LAMBDA_LOG_STREAM_NAME: logs.name,
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.Runtime ?? "nodejs"}`,
      LAMBDA_TASK_ROOT: root,
      _HANDLER: configuration.Handler ?? "",
      TZ: ":UTC",
      LANG: "en_US.UTF-8",
    };
    const environment = new Environment(
      {
        root,
        handler: configuration.Handler ?? "",
        env,
        memoryMb: configuration.MemorySize ?? 128,
        logFormat: configuration.LoggingConfig?.LogFormat ?? "Text",
        now,
      },
      (at, message) => this.#log(warm, at, message),
    );
    const warm: WarmEnvironment = {
      environment,
      logs,
      revision: revisionOf(configuration),
      expires: credentials.expiration.getTime(),
      lines: [],
      ended: 0,
      fresh: true,
      createdAt: performance.now(),
    };
    this.#all.add(warm);
    return warm;
  }

  async #release(name: string, warm: WarmEnvironment): Promise<void> {
    const idle = this.#idle.get(name) ?? [];
    this.#idle.set(name, idle);
    if (warm.environment.dead || idle.length >= IDLE_LIMIT) await this.#discard(warm);
    else idle.push(warm);
  }

  async #discard(warm: WarmEnvironment): Promise<void> {
    if (!this.#all.delete(warm)) return;
    await warm.environment.terminate();
    await warm.logs.flush();
  }

  /** Ends a function's idle environments, because its code or configuration has changed. */
  async retire(name: string): Promise<void> {
    const idle = this.#idle.get(name) ?? [];
    this.#idle.delete(name);
    await Promise.all(idle.map((warm) => this.#discard(warm)));
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#all].map((warm) => warm.logs.flush()));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#all].map((warm) => this.#discard(warm)));
  }

  #metric(functionName: string, name: string, value: number, unit: string): void {
    const dimensions = { FunctionName: functionName };
    this.cloud.bus.emit("metric:datum", { namespace: "AWS/Lambda", name, dimensions, value, unit });
  }
}

const revisionOf = (configuration: FunctionConfiguration): string =>
  `${configuration.Version}/${configuration.RevisionId}`;

const throttled = (reserved: boolean): AwsError =>
  new AwsError("TooManyRequestsException", "Rate Exceeded.", 429, {
    Reason: reserved
      ? "ReservedFunctionConcurrentInvocationLimitExceeded"
      : "ConcurrentInvocationLimitExceeded",
    Type: "User",
  });

const crash = (requestId: string): FunctionError => ({
  errorType: "Runtime.ExitError",
  errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
});

function responseOf(outcome: Outcome): { payload: string; failed: boolean } {
  if (outcome.kind !== "result") return { payload: JSON.stringify(outcome.error), failed: true };
  const size = Buffer.byteLength(outcome.payload);
  if (size <= RESPONSE_LIMIT) return { payload: outcome.payload, failed: false };
  const error: FunctionError = {
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size (${size} bytes) exceeded maximum allowed payload size (6291556 bytes).`,
  };
  return { payload: JSON.stringify(error), failed: true };
}

function tail(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let bytes = 0;
  for (let at = lines.length - 1; at >= 0 && bytes < TAIL_BYTES; at--) {
    const line = lines[at] ?? "";
    bytes += line.length + 1;
    kept.unshift(line);
  }
  return kept;
}
