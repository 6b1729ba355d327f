import { type Command, describeCommands } from "./command";
import { problemOf } from "./problems";

// The SDK warns on Node 20 at every start; package.json pins versions that run on it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

type Commands = Readonly<Record<string, () => Promise<Command>>>;

/** Only here does the process get its exit code; commands return it or throw. */
async function run(commands: Commands, argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv;
  const load = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
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

/** The whole of a process: runs what its arguments say, and leaves the exit code. */
export function runProcess(commands: Commands, argv: readonly string[]): void {
  run(commands, argv).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      const known = error instanceof Error && "exitCode" in error && typeof error.exitCode === "number";
      const told = known ? error.message : problemOf(error);
      process.stderr.write(told === undefined ? `${stackOf(error)}\n` : `pricelake: ${told}\n`);
      process.exitCode = known ? (error.exitCode as number) : 1;
    },
  );
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
