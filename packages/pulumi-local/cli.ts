import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter } from "node:path";

const HELP = `Usage: pulumi-local <arguments of pulumi>

Runs the Pulumi CLI with a plugin in place of the AWS provider's. The plugin needs no download, and deploys to an
emulator: to the endpoints of the stack's configuration (aws:endpoints), or else to AWS_ENDPOINT_URL.

  pulumi-local up --stack local

PULUMI_BIN names the CLI, if it isn't "pulumi" on PATH.
`;

export class CliError extends Error {
  readonly exitCode = 1;
}

/** Runs Pulumi's CLI with the plugin in `pluginDir`, and resolves to its exit code. */
export async function runPulumi(args: readonly string[], pluginDir: string): Promise<number> {
  if (args.length === 0 || args[0] === "--help") {
    process.stdout.write(HELP);
    return args.length === 0 ? 2 : 0;
  }
  const { PULUMI_IGNORE_AMBIENT_PLUGINS: _, ...env } = process.env;
  const child = spawn(env.PULUMI_BIN || "pulumi", args, {
    stdio: "inherit",
    // The CLI prefers a plugin on PATH to one that is installed.
    env: { ...env, PATH: `${pluginDir}${delimiter}${env.PATH ?? ""}` },
  });
  // A terminal sends Ctrl-C to both processes. The CLI ends after its operations in flight, and this one after the CLI.
  const wait = (): void => {};
  const forward = (): boolean => child.kill("SIGTERM");
  process.on("SIGINT", wait).on("SIGTERM", forward);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new CliError(
      "the Pulumi CLI is not on PATH: install it from https://www.pulumi.com/docs/install/, or set PULUMI_BIN",
    );
  } finally {
    process.off("SIGINT", wait).off("SIGTERM", forward);
  }
}
