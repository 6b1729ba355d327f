import { type Command, describeCommands } from "./command";

// The SDK warns on Node 20 at every start; package.json pins versions that run on it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** Loaded only when asked for: `report` must not pay for the cloud, nor `env` for the report. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import("./commands/start")).start,
  env: async () => (await import("./commands/env")).env,
  preview: async () => (await import("./commands/preview")).preview,
  cloud: async () => (await import("./commands/cloud")).cloud,
  reconcile: async () => (await import("./commands/reconcile")).reconcile,
  replay: async () => (await import("./commands/replay")).replay,
  redrive: async () => (await import("./commands/redrive")).redrive,
  report: async () => (await import("./commands/report")).report,
  "check-sql": async () => (await import("./commands/check-sql")).checkSql,
};

/** Only here does the process get its exit code; commands return it or throw. */
async function main(argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv;
  const load = name === undefined ? undefined : commands[name];
  if (!load) {
    const asked = name === undefined || name === "--help" || name === "help";
    const text = await describeCommands(commands);
    (asked ? process.stdout : process.stderr).write(
      asked ? text : `pricelake: no command "${name}"\n\n${text}`,
    );
    return name === undefined || !asked ? 2 : 0;
  }
  const command = await load();
  if (args.includes("--help") || args.includes("-h")) {
    const help = typeof command.help === "function" ? await command.help(args) : command.help;
    process.stdout.write(help);
    return 0;
  }
  return command.run(args);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const known = error instanceof Error && "exitCode" in error && typeof error.exitCode === "number";
    process.stderr.write(known ? `pricelake: ${error.message}\n` : `${stackOf(error)}\n`);
    process.exitCode = known ? (error.exitCode as number) : 1;
  },
);

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
