import { version } from "../../package.json";
import { type Commands, describeCommands } from "./command";
import { didYouMean } from "./did-you-mean";
import { hasExitCode } from "./errors";
import { isBrokenPipe } from "./output";
import { problemOf } from "./problems";

// The SDK warns on Node 20 at every start; package.json pins versions that run on it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** Runs the command that the arguments name, and sets the process's exit code: the only place that does. */
export function runProcess(commands: Commands, argv: readonly string[]): void {
  // A reader such as `head` may close the pipe before the output is complete.
  process.stdout.on("error", (error) => {
    if (!isBrokenPipe(error)) throw error;
  });
  run(commands, argv)
    .catch((error: unknown) => {
      const message = hasExitCode(error) ? error.message : problemOf(error);
      if (message !== "")
        process.stderr.write(message === undefined ? `${stackOf(error)}\n` : `pricelake: ${message}\n`);
      return hasExitCode(error) ? error.exitCode : 1;
    })
    .then((code) => {
      process.exitCode = code;
      if (code === INTERRUPTED) endAfterOutput();
    });
}

const INTERRUPTED = 130;

/** Calls that are still in progress, and their retries, would keep an interrupted process alive. */
function endAfterOutput(): void {
  process.stdout.write("", () => process.stderr.write("", () => process.exit()));
}

async function run(commands: Commands, [name, ...args]: readonly string[]): Promise<number> {
  if (name === "--version") {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const load = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) {
    const overview = describeCommands(commands);
    if (name === "--help" || name === "help") {
      process.stdout.write(overview);
      return 0;
    }
    const complaint =
      name === undefined
        ? ""
        : `pricelake: no command "${name}"${didYouMean(name, Object.keys(commands))}\n\n`;
    process.stderr.write(complaint + overview);
    return 2;
  }
  const command = load();
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(await command.help(args));
    return 0;
  }
  return command.run(args);
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
