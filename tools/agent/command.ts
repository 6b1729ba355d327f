import { join, resolve } from "node:path";
import { defineCommand } from "../kit/command";
import { type Connection, environmentOptions, requireRunningCloud } from "../kit/connect";
import { UsageError } from "../kit/errors";
import { feedOfStream } from "../kit/feeds";
import { interruptible } from "../kit/interrupt";
import { flag, required, text } from "../kit/options";
import { type AgentConfig, readConfig } from "./config/config";
import { isAws } from "./destinations";

export const agent = defineCommand({
  summary: "follows log files into Kinesis and Firehose",
  usage: "npm run agent -- --config agent.json [options]",
  description:
    "Follows log files and sends their lines to Kinesis and Firehose, with the configuration of aws-kinesis-agent. " +
    "Ctrl-C sends the lines read so far, saves the positions and exits with 130; a second Ctrl-C exits at once. " +
    "Delivery is at least once.",
  options: {
    config: required(text("FILE", "flows: files, destinations and processing (docs/ingest.md)")),
    ...environmentOptions,
    json: flag("prints the final counts as JSON"),
  },
  notes:
    "Positions are saved in agent/checkpoints.json of the state directory, or in the configuration's checkpointFile.",
  run: async (values) => {
    const config = readConfig(resolve(values.config));
    const connection = connectionOf(values, config);
    const { runAgent } = require("./agent") as typeof import("./agent");
    return interruptible(async (signal) => {
      const { flows, left } = await runAgent({
        config,
        connection,
        checkpointFile: join(resolve(values.dir), "agent", "checkpoints.json"),
        feedOf: feedOfStream,
        log: (line) => process.stderr.write(`${new Date().toISOString()} ${printable(line)}\n`),
        signal,
      });
      if (left > 0)
        process.stderr.write(`${left} lines were not accepted in time; the next start sends them again\n`);
      if (values.json) process.stdout.write(`${JSON.stringify({ flows, left })}\n`);
      return 130;
    });
  },
});

/** Unlike other commands, the agent does not start a cloud: nothing would read what it sends. */
function connectionOf({ env, dir }: { env: string; dir: string }, { endpoints }: AgentConfig): Connection {
  if (env !== "local") return {};
  const [service, awsEndpoint] = Object.entries(endpoints).find(([, endpoint]) => isAws(endpoint)) ?? [];
  if (awsEndpoint !== undefined)
    throw new UsageError(
      `${service}.endpoint is ${awsEndpoint}, and --env local has no keys for AWS; name an environment with --env, such as dev`,
    );
  return process.env.AWS_ENDPOINT_URL ? {} : requireRunningCloud(dir);
}

/** Escapes control characters, which file names and log lines may contain. */
const printable = (line: string): string =>
  line.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
