import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Wait } from "../../../clock";

/** Start parameters of an execution environment. */
export interface EnvironmentOptions {
  readonly root: string;
  /** The cloud's state directory, which the code must not read. */
  readonly stateDir: string;
  readonly handler: string;
  readonly env: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly logFormat: "Text" | "JSON";
  readonly now: number;
}

export interface InvokeMessage {
  readonly requestId: string;
  /** The event as JSON text. */
  readonly payload: string;
  readonly now: number;
  readonly timeout: number;
  readonly functionArn: string;
  readonly clientContext?: unknown;
  /** Injected delay before the handler runs, in milliseconds. */
  readonly delay?: number;
  /** Whether `scheduler.wait` passes on the cloud's clock. */
  readonly waits?: boolean;
}

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
  /** Python's name for the trace. */
  readonly stackTrace?: readonly string[];
}

export type Outcome =
  | { readonly kind: "result"; readonly payload: string; readonly heap: number }
  | { readonly kind: "error"; readonly error: FunctionError; readonly heap: number }
  /** The worker thread has ended; the environment cannot be used again. */
  | { readonly kind: "dead"; readonly error: FunctionError };

/** The handler waits for `delay` milliseconds, until `until` on the cloud's clock. */
interface WaitMessage {
  readonly type: "wait";
  readonly requestId: string;
  readonly id: number;
  readonly until: number;
  readonly delay: number;
}

type FromWorker =
  | { type: "ready" }
  | { type: "broken"; error: FunctionError }
  | { type: "fatal"; error: FunctionError }
  | WaitMessage
  | { type: "log"; at: number; message: string }
  | { type: "result"; requestId: string; payload: string; heap: number }
  | { type: "error"; requestId: string; error: FunctionError; heap: number };

/** V8 needs this much heap to load an SDK client, even for a function with less memory. */
const SMALLEST_HEAP_MB = 64;
/** V8 takes up to 48 MB for new objects and does not return them. Every warm environment would keep them. */
const NEW_OBJECTS_MB = 16;
const BOOTSTRAP = join(__dirname, "bootstrap.js");

/** AWS's execution environment: one worker thread with a function's code, which runs one invocation at a time. */
export class Environment {
  readonly #worker: Worker;
  #settle: ((outcome: Outcome) => void) | undefined;
  #wait: ((message: WaitMessage) => Promise<void>) | undefined;
  #broken: FunctionError | undefined;
  /** The current invocation, for the error message if the thread ends during it. */
  #requestId = "";

  constructor(
    options: EnvironmentOptions,
    readonly onLog: (at: number, message: string) => void,
  ) {
    const { env, memoryMb, ...workerData } = options;
    this.#worker = new Worker(BOOTSTRAP, {
      workerData,
      env: { ...env },
      execArgv: [],
      argv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: Math.max(SMALLEST_HEAP_MB, memoryMb),
        maxYoungGenerationSizeMb: NEW_OBJECTS_MB,
      },
    });
    this.#worker.unref();
    this.#worker.on("message", (message: FromWorker) => this.#receive(message));
    this.#worker.on("error", (error: Error & { code?: string }) =>
      this.#end(errorOfCrash(this.#requestId, error)),
    );
    this.#worker.on("exit", (code) => this.#end(errorOfExit(this.#requestId, code)));
  }

  get dead(): boolean {
    return this.#broken !== undefined;
  }

  /** Runs the handler once. A handler that exceeds its timeout ends together with its thread. */
  invoke(message: InvokeMessage, wait?: Wait): Promise<Outcome> {
    if (this.#broken) return Promise.resolve({ kind: "dead", error: this.#broken });
    this.#requestId = message.requestId;
    return new Promise((resolve, reject) => {
      this.#worker.ref();
      let left = message.timeout;
      let from = performance.now();
      const startTimer = () => setTimeout(() => void this.#timeOut(message), left);
      let timer = startTimer();
      const finish = () => {
        clearTimeout(timer);
        this.#settle = undefined;
        this.#wait = undefined;
      };
      this.#settle = (outcome) => {
        finish();
        if (outcome.kind !== "dead") this.#worker.unref();
        resolve(outcome);
      };
      this.#wait =
        wait &&
        (async ({ id, until, delay }) => {
          clearTimeout(timer);
          left -= performance.now() - from + delay;
          try {
            await wait(until);
          } catch (error) {
            finish();
            this.#end(killed(message.requestId));
            return reject(error);
          }
          from = performance.now();
          timer = startTimer();
          this.#worker.postMessage({ type: "resume", id, now: until });
        });
      this.#worker.postMessage({ ...message, waits: wait !== undefined });
    });
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #timeOut(message: InvokeMessage): void {
    this.#end(timedOut(message));
  }

  #receive(message: FromWorker): void {
    if (message.type === "log") this.onLog(message.at, message.message);
    else if (message.type === "broken" || message.type === "fatal") this.#end(message.error);
    else if (message.type === "ready" || message.requestId !== this.#requestId) return;
    else if (message.type === "wait") void this.#wait?.(message);
    else if (message.type === "result")
      this.#settle?.({ kind: "result", payload: message.payload, heap: message.heap });
    else this.#settle?.({ kind: "error", error: message.error, heap: message.heap });
  }

  #end(error: FunctionError): void {
    this.#broken ??= error;
    void this.#worker.terminate();
    this.#settle?.({ kind: "dead", error: this.#broken });
  }
}

export const timedOut = ({ requestId, timeout }: InvokeMessage): FunctionError => ({
  errorType: "Sandbox.Timedout",
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeout / 1000).toFixed(2)} seconds`,
});

export const killed = (requestId: string, errorType = "Runtime.ExitError"): FunctionError => ({
  errorType,
  errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
});

const errorOfCrash = (requestId: string, error: Error & { code?: string }): FunctionError =>
  error.code === "ERR_WORKER_OUT_OF_MEMORY"
    ? killed(requestId, "Runtime.OutOfMemory")
    : { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };

const errorOfExit = (requestId: string, code: number): FunctionError => ({
  errorType: "Runtime.ExitError",
  errorMessage: `RequestId: ${requestId} Error: Runtime exited ${code === 0 ? "without providing a reason" : `with error: exit status ${code}`}`,
});
