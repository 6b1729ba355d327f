import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { commandOptions } from "./command-options";
import { growHeapSlowly } from "./heap";
import { readRules } from "./http/admin";
import type { ServiceName } from "./models";

/** A wrong command line: exit code 2. */
class UsageError extends Error {
  readonly exitCode = 2;
}

export interface CommandDefaults {
  /** The command as help shows it. */
  readonly name?: string;
  readonly dir?: string;
}

const NAME = "pocket-cloud";
const DIR = ".pocket-cloud";

export const help = ({ name = NAME, dir = DIR }: CommandDefaults = {}): string => `${name} [options]

Starts an empty AWS-compatible cloud on one local port, for the SDKs, the aws CLI and every other client. It prints
"ready http://127.0.0.1:<port>" when it accepts requests. Ctrl-C stops it; a second Ctrl-C ends the process at once.
The state directory is ${dir} by default.

${Object.entries(commandOptions)
  .map(([name, option]) => {
    const value = "valueName" in option ? ` ${option.valueName}` : "";
    return `  ${`--${name}${value}`.padEnd(22)} ${option.description}\n`;
  })
  .join("")}`;

/** Runs the command until Ctrl-C and resolves to the exit code. Errors with an `exitCode` are meant for the user. */
export async function runCommand(args: readonly string[], defaults: CommandDefaults = {}): Promise<number> {
  const values = parse(args);
  if (values.help) {
    process.stdout.write(help(defaults));
    return 0;
  }
  const keys = administratorKeys(values);
  growHeapSlowly();
  const stopped = interrupted();
  const { startCloud } = require("./cloud") as typeof import("./cloud");
  const cloud = await startCloud({
    dir: values.dir ?? defaults.dir ?? DIR,
    port: portOf(values.port ?? "4566"),
    log: (line) => void process.stderr.write(`${line}\n`),
    enforceDeletionProtection: values["deletion-protection"] ?? false,
    ...(values.services !== undefined && { services: values.services.split(",") as ServiceName[] }),
    ...(values.faults !== undefined && faultsIn(values.faults)),
    ...(keys && { administratorKeys: keys }),
  });
  process.stderr.write(`console: open ${cloud.endpoint} in a browser\n`);
  process.stdout.write(`ready ${cloud.endpoint}\n`);
  await stopped;
  await cloud.stop();
  return 0;
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = {
    ...{ port: text, dir: text, services: text, faults: text, "access-key": text, "secret-key": text },
    ...{ "own-keys": flag, "deletion-protection": flag, help: { ...flag, short: "h" } },
  } satisfies Record<keyof typeof commandOptions | "help", object>;
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}; see --help`);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new UsageError(`--port takes a whole number from 0 to 65535, not "${text}"`);
  return port;
}

function administratorKeys(values: ReturnType<typeof parse>) {
  const { "access-key": accessKeyId, "secret-key": secretAccessKey } = values;
  if (values["own-keys"]) return undefined;
  if (!accessKeyId && !secretAccessKey) return { accessKeyId: "test", secretAccessKey: "test" };
  if (!accessKeyId || !secretAccessKey)
    throw new UsageError("--access-key and --secret-key must be given together");
  return { accessKeyId, secretAccessKey };
}

function faultsIn(path: string) {
  try {
    const { rules, seed } = readRules(readFileSync(path));
    return { faults: rules, ...(seed !== undefined && { faultSeed: seed }) };
  } catch (error) {
    throw new UsageError(`--faults ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** npm and the terminal both forward one Ctrl-C: a second signal within this time is the same key press. */
const REPEATED_SIGNAL_MS = 300;

/** Resolves on SIGINT or SIGTERM. A later second signal ends the process. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const handle = () => {
      if (first !== undefined && Date.now() - first > REPEATED_SIGNAL_MS) process.exit(130);
      first ??= Date.now();
      resolve();
    };
    process.on("SIGINT", handle).on("SIGTERM", handle);
  });
}
