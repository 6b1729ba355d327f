import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { type Engine, serveMonitor } from "./monitor";
import { type Config, type Overrides, readConfig, readProject } from "./project";
import type { Backend, Registered, Registration } from "./registration";
import { STACK_TYPE, urnOf } from "./registration";
import type { PropertyMap } from "./values";

export interface RunOptions {
  /** The folder with Pulumi.yaml. */
  readonly dir: string;
  readonly stack: string;
  /** Values that replace the stack file's, by "key" or "namespace:key". */
  readonly config?: Overrides;
  readonly dryRun: boolean;
  /** Receives what the program prints, and its warnings. */
  readonly log?: (line: string) => void;
  /** Ends the program. What it has begun with a resource is completed, and the run fails. */
  readonly signal?: AbortSignal;
}

export type RunResource = Registration & Registered;

export interface Run {
  readonly project: string;
  /** All resources and components in the order of registration; parents come before children. */
  readonly resources: readonly RunResource[];
  /** The program's exports. */
  readonly outputs: PropertyMap;
}

/** The program or one of its resources failed. The message comes from the program or from AWS. */
export class ProgramError extends Error {
  readonly exitCode = 1;
}

/** Runs a program in Pulumi's Node runtime, with this process as its engine. */
export async function runProgram(options: RunOptions, backend: Backend): Promise<Run> {
  const dir = resolve(options.dir);
  const project = readProject(dir);
  const config = readConfig(dir, project.name, options.stack, options.config);
  const session = new Session(options.stack, project.name, backend, options.log ?? (() => {}));
  const monitor = await serveMonitor(session);
  try {
    const { code, signal, stderr } = await execute(
      [
        ...["--require", join(__dirname, "preload.cjs")],
        ...project.nodeArgs,
        createRequire(join(dir, "package.json")).resolve("@pulumi/pulumi/cmd/run"),
        // Without --engine the runtime logs to stderr, instead of one gRPC call per debug message.
        ...[`--monitor=${monitor.address}`, "--organization=organization"],
        ...[
          `--project=${project.name}`,
          `--root-directory=${dir}`,
          `--stack=${options.stack}`,
          `--pwd=${dir}`,
        ],
        ...["--parallel=32", ...(options.dryRun ? ["--dry-run"] : []), "."],
      ],
      dir,
      {
        PULUMI_CONFIG: JSON.stringify(config.values),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.secretKeys),
        PULUMI_NODEJS_TYPESCRIPT: String(project.typescript),
        ...(project.tsconfig && { PULUMI_NODEJS_TSCONFIG_PATH: project.tsconfig }),
      },
      session.print,
      (count) => backend.declared?.(count),
      options.signal ? AbortSignal.any([session.stop.signal, options.signal]) : session.stop.signal,
    );
    await session.settled();
    const output = withoutSecrets(stderr, config)
      .replaceAll(/^(error|warning): \[runtime\] /gm, "$1: ")
      .trim();
    if (session.errors.length > 0) throw new ProgramError(session.errors.join("\n"));
    if (code !== 0 || output.startsWith("error: "))
      throw new ProgramError(
        output.replace(/^error: /, "") ||
          (signal ? `the program was killed by ${signal}` : `the program exited with code ${code}`),
      );
    if (output !== "") session.print(output);
    await backend.finish();
  } finally {
    monitor.close();
  }
  return { project: project.name, resources: session.resources(), outputs: session.outputs };
}

/** Error messages may quote secret configuration values. */
const withoutSecrets = (text: string, { values, secretKeys }: Config): string =>
  secretKeys
    .map((key) => values[key] ?? "")
    .filter((value) => value !== "")
    .reduce((clean, value) => clean.replaceAll(value, "[secret]"), text);

/** The engine's state during one run. */
class Session implements Engine {
  readonly errors: string[] = [];
  outputs: PropertyMap = {};
  /** Stops the program at the first failed resource. */
  readonly stop = new AbortController();
  readonly #resources = new Map<string, RunResource | undefined>();
  readonly #pending = new Set<Promise<unknown>>();

  constructor(
    readonly stack: string,
    readonly project: string,
    readonly backend: Backend,
    readonly print: (line: string) => void,
  ) {}

  async register(request: Omit<Registration, "urn">): Promise<Registered & { urn: string }> {
    const urn = urnOf(this.stack, this.project, request.parent, request.type, request.name);
    if (this.#resources.has(urn))
      return this.#fail(`Duplicate resource URN '${urn}'; try giving it a unique name`);
    this.#resources.set(urn, undefined);
    const parent = this.#resources.get(request.parent);
    const registration: Registration = {
      ...request,
      urn,
      protect: request.protect ?? parent?.protect,
      retainOnDelete: request.retainOnDelete ?? parent?.retainOnDelete,
    };
    const registered = await this.#track(
      this.backend.register(registration),
      `${request.type} ${request.name}`,
    );
    this.#resources.set(urn, { ...registration, ...registered });
    return { ...registered, urn };
  }

  registerOutputs(urn: string, outputs: PropertyMap): void {
    const found = this.#resources.get(urn);
    if (!found) return;
    this.#resources.set(urn, { ...found, outputs });
    if (found.type === STACK_TYPE) this.outputs = outputs;
  }

  async invoke(token: string, args: PropertyMap, provider: string): Promise<PropertyMap> {
    return this.#track(this.backend.invoke(token, args, provider), token);
  }

  /** Waits for operations in flight. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  resources(): RunResource[] {
    return [...this.#resources.values()].filter((resource) => resource !== undefined);
  }

  async #track<T>(work: Promise<T>, what: string): Promise<T> {
    this.#pending.add(work);
    try {
      return await work;
    } catch (error) {
      return this.#fail(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#pending.delete(work);
    }
  }

  #fail(message: string): never {
    this.errors.push(message);
    this.stop.abort();
    throw new ProgramError(message);
  }
}

/** The user's AWS and Pulumi settings must not reach the program: its engine stands in for AWS. */
const inheritedEnv = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(AWS_|PULUMI_)/.test(key)));

function execute(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  print: (line: string) => void,
  declared: (count: number) => void,
  stop: AbortSignal,
): Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }> {
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...inheritedEnv(), ...env },
      // Ctrl-C reaches all processes of a terminal's group, also the bundler of the program, which would then print the
      // stack of a broken pipe. This process ends the program instead.
      detached: process.platform !== "win32",
      // Nothing is written to stdin. It closes when this process ends, and then preload.cjs ends the program. Through the
      // fourth channel preload.cjs sends the number of declared resources.
      stdio: ["pipe", "pipe", "pipe", "ipc"],
    });
    child.on("message", (count) => declared(Number(count)));
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => print(text.trimEnd()));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const kill = (): boolean => child.kill("SIGKILL");
    stop.addEventListener("abort", kill);
    if (stop.aborted) kill();
    process.once("exit", kill);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("exit", kill);
      done({ code, signal, stderr });
    });
  });
}
