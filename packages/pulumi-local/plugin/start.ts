import { createRequire } from "node:module";
import { EngineLog } from "./engine-log";
import { AwsPlugin } from "./plugin";
import { servePlugin } from "./server";

/** Runs the plugin as Pulumi's CLI starts it: in the program's folder, with the port as the first line of its output. */
export async function startPlugin(): Promise<void> {
  const engine = new EngineLog();
  // The CLI gives its address as the last argument; an attached plugin gets it later.
  engine.connect(process.argv.at(-1) ?? "");
  const plugin = new AwsPlugin(process.cwd(), process.env, engine.warn);
  const { version } = createRequire(__filename)("@pulumi/aws/package.json") as { version: string };
  const { port } = await servePlugin(plugin, version, engine);
  process.stdout.write(`${port}\n`);
  // The CLI stops the plugin by a signal. A CLI that was killed only closes the plugin's stdin.
  process.stdin.on("close", () => process.exit(0)).resume();
}
