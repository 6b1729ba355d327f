import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import {
  type EnvironmentOptions,
  type FunctionError,
  type InvokeMessage,
  killed,
  type Outcome,
  timedOut,
} from "./environment";

const BOOTSTRAP = join(__dirname, "bootstrap.py");

/** Python's own interpreter of a runtime such as "python3.13", else python3; undefined when neither is installed. */
export function pythonFor(runtime: string): string | undefined {
  return [runtime, "python3"].find(isInstalled);
}

const installed = new Map<string, boolean>();

function isInstalled(command: string): boolean {
  const known = installed.get(command);
  if (known !== undefined) return known;
  const works = spawnSync(command, ["-c", ""], { stdio: "ignore", timeout: 10_000 }).status === 0;
  installed.set(command, works);
  return works;
}

type FromPython =
  | { readonly type: "ready" }
  | { readonly type: "memory" }
  | { readonly type: "broken"; readonly error: FunctionError }
  | { readonly type: "log"; readonly at: number; readonly message: string }
  | { readonly type: "result"; readonly requestId: string; readonly payload: string; readonly heap: number }
  | {
      readonly type: "error";
      readonly requestId: string;
      readonly error: FunctionError;
      readonly heap: number;
    };

/** An execution environment for Python: a process that runs bootstrap.py, one invocation at a time. */
export class PythonEnvironment {
  readonly #process: ChildProcess;
  readonly #decoder = new StringDecoder("utf8");
  #text = "";
  #settle: ((outcome: Outcome) => void) | undefined;
  #broken: FunctionError | undefined;
  #requestId = "";

  constructor(
    command: string,
    { env, ...config }: EnvironmentOptions,
    readonly onLog: (at: number, message: string) => void,
  ) {
    this.#process = spawn(command, ["-u", BOOTSTRAP, JSON.stringify(config)], {
      // Python finds its libraries by PATH where it is a shim; nothing else of the host's environment is passed on.
      env: { ...env, PATH: process.env.PATH ?? "", PYTHONDONTWRITEBYTECODE: "1" },
      stdio: ["pipe", "ignore", "ignore", "pipe"],
    });
    const answers = this.#process.stdio[3] as Readable;
    answers.on("data", (bytes: Buffer) => this.#read(this.#decoder.write(bytes)));
    (this.#process.stdin as Writable).on("error", () => {});
    this.#process.on("error", (error) =>
      this.#end({ errorType: "Runtime.ExitError", errorMessage: error.message }),
    );
    // The last answers arrive before the streams close.
    this.#process.on("close", (code, signal) => this.#end(exited(this.#requestId, code, signal)));
    this.#process.unref();
    for (const stream of [this.#process.stdin, answers]) (stream as unknown as { unref(): void }).unref();
  }

  get dead(): boolean {
    return this.#broken !== undefined;
  }

  /** Runs the handler once. A handler that exceeds its timeout ends together with its process. */
  invoke(message: InvokeMessage): Promise<Outcome> {
    if (this.#broken) return Promise.resolve({ kind: "dead", error: this.#broken });
    this.#requestId = message.requestId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#end(timedOut(message)), message.timeout);
      this.#settle = (outcome) => {
        clearTimeout(timer);
        this.#settle = undefined;
        resolve(outcome);
      };
      (this.#process.stdin as Writable).write(`${JSON.stringify(message)}\n`);
    });
  }

  async terminate(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await ended;
  }

  #read(text: string): void {
    const lines = (this.#text + text).split("\n");
    this.#text = lines.pop() ?? "";
    for (const line of lines) this.#receive(JSON.parse(line) as FromPython);
  }

  #receive(message: FromPython): void {
    if (message.type === "log") this.onLog(message.at, message.message);
    else if (message.type === "broken") this.#end(message.error);
    else if (message.type === "memory") this.#end(killed(this.#requestId, "Runtime.OutOfMemory"));
    else if (message.type === "ready" || message.requestId !== this.#requestId) return;
    else if (message.type === "result")
      this.#settle?.({ kind: "result", payload: message.payload, heap: message.heap });
    else this.#settle?.({ kind: "error", error: message.error, heap: message.heap });
  }

  #end(error: FunctionError): void {
    this.#broken ??= error;
    this.#process.kill("SIGKILL");
    this.#settle?.({ kind: "dead", error: this.#broken });
  }
}

const exited = (requestId: string, code: number | null, signal: string | null): FunctionError => ({
  errorType: "Runtime.ExitError",
  errorMessage: `RequestId: ${requestId} Error: Runtime exited ${
    signal
      ? `with error: signal: ${signal === "SIGKILL" ? "killed" : signal}`
      : code === 0
        ? "without providing a reason"
        : `with error: exit status ${code}`
  }`,
});
