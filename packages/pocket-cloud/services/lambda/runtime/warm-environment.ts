import { randomUUID } from "node:crypto";
import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { ClockStopped, type Wait } from "../../../clock";
import type { CloudContext, RoleCredentials } from "../../../service";
import { codeRoot } from "../code";
import { checkRuntimeKey } from "../encryption";
import type { LambdaStore } from "../store";
import { Environment, type InvokeMessage, killed, type Outcome } from "./environment";
import { type Invocation, type Invoked, responseOf } from "./invocation";
import { LogStream, streamName } from "./log-stream";
import { endLine, reportLine, startLine } from "./platform-lines";
import { PythonEnvironment, pythonFor } from "./python";

/**
 * The role's MaxSessionDuration does not apply to AWS services. A week lets an environment survive days on a simulated
 * clock; a new environment has to compile the function's code again.
 */
const CREDENTIALS_SECONDS = 7 * 24 * 3600;

/** An execution environment with its log stream and credentials, which a function uses for many invocations. */
export class WarmEnvironment {
  readonly #cloud: CloudContext;
  readonly #environment: Environment | PythonEnvironment;
  readonly #logs: LogStream;
  /** The configuration object changes when the function is updated, so its revision is kept here. */
  readonly #revision: string | undefined;
  readonly #expires: number;
  readonly #createdAt = performance.now();
  #lines: string[] = [];
  /** The end of its last invocation, in the cloud's time. */
  #ended = 0;
  /** The report of the first invocation includes the init duration. */
  #first = true;
  #terminated = false;

  constructor(
    readonly store: LambdaStore,
    readonly configuration: FunctionConfiguration,
  ) {
    const { cloud } = store;
    this.#cloud = cloud;
    checkRuntimeKey(cloud, configuration);
    this.#revision = configuration.RevisionId;
    const { FunctionName: name = "", Version = "$LATEST", Role = "", LoggingConfig } = configuration;
    const now = cloud.clock.now();
    const group = LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`;
    this.#logs = new LogStream(cloud, group, streamName(now, Version), Role, name);
    const credentials = cloud
      .identities()
      .credentialsFor(Role, name, "lambda.amazonaws.com", CREDENTIALS_SECONDS);
    this.#expires = credentials.expiration.getTime();
    const root = codeRoot(store, configuration.CodeSha256 ?? "");
    const options = {
      root,
      stateDir: cloud.dir,
      handler: configuration.Handler ?? "",
      env: variables(cloud, configuration, credentials, root, group, this.#logs.name),
      memoryMb: configuration.MemorySize ?? 128,
      logFormat: LoggingConfig?.LogFormat ?? "Text",
      now,
    };
    const onLog = (at: number, message: string) => this.#log(at, message);
    const { Runtime = "" } = configuration;
    this.#environment = Runtime.startsWith("python")
      ? new PythonEnvironment(pythonFor(Runtime) ?? Runtime, options, onLog)
      : new Environment(options, onLog);
  }

  /** Whether it can run this configuration, with credentials that outlast the function's timeout. */
  fits({ Version, RevisionId, Timeout = 3 }: FunctionConfiguration): boolean {
    const until = this.#cloud.clock.now() + Timeout * 1000 + 60_000;
    return (
      this.configuration.Version === Version &&
      this.#revision === RevisionId &&
      this.#expires > until &&
      !this.dead
    );
  }

  get dead(): boolean {
    return this.#terminated || this.#environment.dead;
  }

  async invoke(invocation: Invocation): Promise<Invoked> {
    const { clock } = this.#cloud;
    const { Version: version = "$LATEST", MemorySize: memoryMb = 128, LoggingConfig } = this.configuration;
    const requestId = invocation.requestId ?? randomUUID();
    const format = LoggingConfig?.LogFormat ?? "Text";
    // A simulated clock may not advance during an invocation; an environment's time must not go back.
    const now = Math.max(clock.now(), this.#ended);
    this.#lines = [];
    this.#log(now, startLine(format, now, requestId, version));
    const started = performance.now();
    // Time that the clock moved on during waits, in place of real time.
    let skipped = 0;
    const wait =
      invocation.wait &&
      (async (at: number) => {
        const [time, real] = [clock.now(), performance.now()];
        await invocation.wait?.(at);
        skipped += clock.now() - time - (performance.now() - real);
      });
    const outcome = await this.#outcome(invocation, requestId, now, wait);
    // The cloud is stopping. That is no error of the function, and its event is kept for the next start.
    if (this.#terminated && outcome.kind === "dead") throw new ClockStopped("the cloud is stopping");
    if (outcome.kind === "dead") await this.end();
    const duration = performance.now() - started + skipped;
    this.#ended = now + Math.ceil(duration);
    const report = reportLine(format, this.#ended, {
      requestId,
      duration,
      memoryMb,
      usedMb: outcome.kind === "dead" ? memoryMb : Math.ceil(outcome.heap / 2 ** 20),
      ...(this.#first && { initDuration: started - this.#createdAt }),
      ...(outcome.kind === "dead" && { error: outcome.error }),
    });
    this.#first = false;
    for (const line of [...endLine(format, requestId), ...report]) this.#log(this.#ended, line);
    const response = responseOf(outcome);
    this.#reportMetrics(duration, response.failed);
    return { requestId, version, ...response, lines: this.#lines };
  }

  /** Runs the handler, or plays an injected fault. */
  async #outcome(
    invocation: Invocation,
    requestId: string,
    now: number,
    wait: Wait | undefined,
  ): Promise<Outcome> {
    const fault = this.#cloud.faults.next("lambda", "Handler");
    if (fault?.kind === "crash" && !fault.after) return { kind: "dead", error: killed(requestId) };
    if (fault?.kind === "error") {
      const error = { errorType: fault.code, errorMessage: fault.message ?? "injected fault" };
      return { kind: "error", error, heap: 0 };
    }
    const message: InvokeMessage = {
      requestId,
      payload: invocation.payload,
      now,
      timeout: (this.configuration.Timeout ?? 3) * 1000,
      functionArn: this.configuration.FunctionArn ?? "",
      ...(invocation.clientContext !== undefined && { clientContext: invocation.clientContext }),
      ...(fault?.kind === "delay" && { delay: fault.millis }),
    };
    const outcome = await this.#environment.invoke(message, wait);
    return fault?.kind === "crash" ? { kind: "dead", error: killed(requestId) } : outcome;
  }

  #reportMetrics(duration: number, failed: boolean): void {
    const { FunctionName: name = "" } = this.configuration;
    this.store.metrics.ofFunction(name, {
      Invocations: 1,
      Errors: failed ? 1 : 0,
      Throttles: 0,
      Duration: duration,
    });
  }

  #log(at: number, message: string): void {
    this.#lines.push(message);
    this.#logs.add(at, message);
  }

  flush(): Promise<void> {
    return this.#logs.flush();
  }

  async end(): Promise<void> {
    this.#terminated = true;
    await this.#environment.terminate();
    await this.#logs.flush();
  }
}

/** The function's environment variables and those that Lambda defines. */
const variables = (
  cloud: CloudContext,
  { Environment: own, FunctionName, Version, MemorySize = 128, Runtime, Handler }: FunctionConfiguration,
  credentials: RoleCredentials,
  root: string,
  logGroup: string,
  logStream: string,
) => ({
  ...own?.Variables,
  AWS_REGION: cloud.region,
  AWS_DEFAULT_REGION: cloud.region,
  AWS_ENDPOINT_URL: cloud.endpoint(),
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
  AWS_LAMBDA_FUNCTION_NAME: FunctionName ?? "",
  AWS_LAMBDA_FUNCTION_VERSION: Version ?? "$LATEST",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
  AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
  AWS_LAMBDA_LOG_STREAM_NAME: logStream,
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_EXECUTION_ENV: `AWS_Lambda_${Runtime ?? "nodejs"}`,
  LAMBDA_TASK_ROOT: root,
  _HANDLER: Handler ?? "",
  TZ: ":UTC",
  LANG: "en_US.UTF-8",
});
