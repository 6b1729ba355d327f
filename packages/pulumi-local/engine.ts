import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type { Backend, Registered, Registration } from "./backend";
import { type Engine, serveMonitor } from "./monitor";
import { type Config, type Overrides, readConfig, readProject } from "./project";
import { STACK_TYPE, urnOf } from "./urn";
import type { PropertyMap } from "./values";

export interface RunOptions {
  /** The folder with Pulumi.yaml. */
  readonly dir: string;
  readonly stack: string;
  /** Over the stack's file: "key" or "namespace:key" to value. */
  readonly config?: Overrides;
  readonly dryRun: boolean;
  /** What the program prints and warns of. */
  readonly log?: (line: string) => void;
}

export type RunResource = Registration & Registered;

export interface Run {
  readonly project: string;
  /** Every resource in the order of registration, components included; parents before children. */
  readonly resources: readonly RunResource[];
  /** What the program exports. */
  readonly outputs: PropertyMap;
}

/** The program failed, or a resource of it: the message is the program's own. */
export class ProgramError extends Error {
  readonly exitCode = 1;
}

/** Runs a program under the official Node runtime, with this process for its engine. */
export async function runProgram(options: RunOptions, backend: Backend): Promise<Run> {
  const dir = resolve(options.dir);
  const project = readProject(dir);
  const config = readConfig(dir, project.name, options.stack, options.config);
  const session = new Session(options.stack, project.name, backend, options.log ?? (() => {}));
  const monitor = await serveMonitor(session);
  try {
    const { code, signal, stderr } = await execute(
      [
        ...["--require", join(__dirname, "runtime/preload.cjs")],
        ...project.nodeArgs,
        createRequire(join(dir, "package.json")).resolve("@pulumi/pulumi/cmd/run"),
        // No --engine: each of the runtime's many debug messages would be a call to it. It logs to stderr instead.
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
      session.failed,
    );
    await session.settled();
    const said = withoutSecrets(stderr, config)
      .replaceAll(/^(error|warning): \[runtime\] /gm, "$1: ")
      .trim();
    if (session.errors.length > 0) throw new ProgramError(session.errors.join("\n"));
    if (code !== 0 || said.startsWith("error: "))
      throw new ProgramError(
        said.replace(/^error: /, "") ||
          (signal ? `the program was ended by ${signal}` : `the program ended with exit code ${code}`),
      );
    if (said !== "") session.print(said);
    await backend.finish();
  } finally {
    monitor.close();
  }
  return { project: project.name, resources: session.resources(), outputs: session.outputs };
}

/** A program's last words may quote what it was given. */
const withoutSecrets = (text: string, { values, secretKeys }: Config): string =>
  secretKeys
    .map((key) => values[key] ?? "")
    .filter((value) => value !== "")
    .reduce((clean, value) => clean.replaceAll(value, "[secret]"), text);

/** One run's conversation with the program. */
class Session implements Engine {
  readonly errors: string[] = [];
  outputs: PropertyMap = {};
  /** Stops the program: after the first refused resource nothing it does could be kept. */
  readonly failed = new AbortController();
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
    const above = this.#resources.get(request.parent);
    const registration: Registration = {
      ...request,
      urn,
      protect: request.protect ?? above?.protect,
      retainOnDelete: request.retainOnDelete ?? above?.retainOnDelete,
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

  /** Operations under way end before the run does. */
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
    this.failed.abort();
    throw new ProgramError(message);
  }
}

/** Nothing of the person's account reaches the program: its engine answers for AWS. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(AWS_|PULUMI_)/.test(key)));

function execute(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  print: (line: string) => void,
  stop: AbortController,
): Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }> {
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...inherited(), ...env },
      // Nothing is written to its input: that it closes tells the program that this process is gone.
      stdio: ["pipe", "pipe", "pipe"],
    });
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => print(text.trimEnd()));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const kill = (): boolean => child.kill("SIGKILL");
    stop.signal.addEventListener("abort", kill);
    process.once("exit", kill);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("exit", kill);
      done({ code, signal, stderr });
    });
  });
}
