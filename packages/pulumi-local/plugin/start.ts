import { createRequire } from "node:module";
import { AwsPlugin } from "./plugin";
import { servePlugin } from "./server";

/** Runs the plugin as Pulumi's CLI starts it: in the program's folder, with the port as the first line of its output. */
export async function startPlugin(): Promise<void> {
  const plugin = new AwsPlugin(process.cwd(), process.env);
  const { version } = createRequire(__filename)("@pulumi/aws/package.json") as { version: string };
  const { port } = await servePlugin(plugin, version);
  process.stdout.write(`${port}\n`);
  // The CLI stops the plugin by a signal. A CLI that was killed only closes the plugin's stdin.
  process.stdin.on("close", () => process.exit(0)).resume();
}
