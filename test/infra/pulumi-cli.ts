import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../support/temporary";
import { root } from "./stacks";

/** The CLI, if there is one: PULUMI_BIN, or `pulumi` on PATH. */
export function pulumiCli(): string | undefined {
  const bin = process.env.PULUMI_BIN || "pulumi";
  return spawnSync(bin, ["version"], { stdio: "ignore" }).status === 0 ? bin : undefined;
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  /** Both streams, as a terminal shows them. */
  readonly output: string;
}

export interface Workspace {
  readonly dir: string;
  /** Runs `npx pulumi-local` in the workspace. */
  run(...args: string[]): Promise<Finished>;
  /** The same, and throws if it fails. */
  succeed(...args: string[]): Promise<Finished>;
  /** The stack's state file. */
  stateOf(stack: string): string;
  /** Replaces text that must be there. */
  edit(file: string, from: string | RegExp, to: string): void;
  remove(): void;
}

/** A copy of the project, with a Pulumi backend and home of its own, for a cloud at `endpoint`. */
export function workspaceFor(
  endpoint: string,
  keys: { accessKeyId: string; secretAccessKey: string },
): Workspace {
  const { path, remove } = temporaryDirectory();
  const dir = join(path, "project");
  mkdirSync(join(path, "state"), { recursive: true });
  mkdirSync(dir);
  for (const folder of ["node_modules", "analytics", "data", "sql", "functions", "tools"])
    symlinkSync(join(root, folder), join(dir, folder));
  cpSync(join(root, "infra"), join(dir, "infra"), { recursive: true });
  for (const file of readdirSync(root).filter((name) =>
    /^(index\.ts|package\.json|tsconfig.*|Pulumi\..*)$/.test(name),
  ))
    cpSync(join(root, file), join(dir, file));

  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    NO_COLOR: "1",
    PULUMI_HOME: join(path, "home"),
    PULUMI_BACKEND_URL: `file://${join(path, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "correct horse",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  const run = (...args: string[]): Promise<Finished> =>
    new Promise((resolve, reject) => {
      const bin = join(root, "packages/pulumi-local/bin.js");
      const child = spawn(process.execPath, [bin, ...args], {
        cwd: dir,
        env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      let [stdout, output] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
        output += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
      child.once("error", reject).once("close", (code) => resolve({ code, stdout, output }));
    });
  return {
    dir,
    run,
    succeed: async (...args) => {
      const finished = await run(...args);
      if (finished.code !== 0) throw new Error(`pulumi ${args.join(" ")}: ${finished.output}`);
      return finished;
    },
    stateOf: (stack) => readFileSync(join(path, "state/.pulumi/stacks/pricelake", `${stack}.json`), "utf8"),
    edit: (file, from, to) => {
      const text = readFileSync(join(dir, file), "utf8");
      const edited = text.replaceAll(from, to);
      if (edited === text) throw new Error(`${file} has no ${from}`);
      writeFileSync(join(dir, file), edited);
    },
    remove,
  };
}
