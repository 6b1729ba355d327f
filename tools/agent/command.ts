import { join, resolve } from "node:path";
import { runningCloud } from "../../packages/pocket-cloud";
import { type Command, parseOptions, UsageError } from "../kit/command";
import { feedOfStream } from "../kit/feed-of-stream";
import { onInterrupt } from "../kit/interrupt";
import { type AgentConfig, readConfig } from "./config/config";
import { isAws } from "./connections";

const help = `npm run agent -- --config agent.json [options]

Follows log files and sends their lines into Kinesis and Firehose, configured as aws-kinesis-agent is. Ctrl-C sends what
was read, remembers how far that was and ends with 130; a second one ends at once. Lines are sent at least once.

  --config FILE   flows: which files go where, and what becomes of their lines (docs/ingest.md)
  --env NAME      local (the default), dev, staging, prod
  --dir PATH      state directory of the local cloud (.pricelake); positions are kept in its agent/checkpoints.json, unless
                  the configuration has a checkpointFile
  --json          what was sent, for machines, at the end
`;

export const agent: Command = {
  summary: "follows log files into Kinesis and Firehose",
  help,
  run: async (args) => {
    const { values, positionals } = parseOptions(args, {
      config: { type: "string" },
      env: { type: "string", default: "local" },
      dir: { type: "string", default: ".pricelake" },
      json: { type: "boolean", default: false },
    });
    if (positionals.length > 0)
      throw new UsageError(`agent takes no argument "${positionals[0]}"; see --help`);
    if (values.config === undefined)
      throw new UsageError("agent takes its flows from --config FILE; see --help");
    const config = readConfig(resolve(values.config));
    const connection = connectionOf(values.env, values.dir, config);
    const { runAgent } = await import("./agent");
    const { signal, release } = onInterrupt(() => process.exit(130));
    try {
      const { flows, left } = await runAgent({
        config,
        connection,
        checkpointFile: join(resolve(values.dir), "agent", "checkpoints.json"),
        feedOf: feedOfStream,
        say: (what) => process.stderr.write(`${new Date().toISOString()} ${printable(what)}\n`),
        signal,
      });
      if (left > 0)
        process.stderr.write(`${left} lines were not taken in time; the next start sends them again\n`);
      if (values.json) process.stdout.write(`${JSON.stringify({ flows, left })}\n`);
      return 130;
    } finally {
      release();
    }
  },
};

/** A cloud of its own would be of no use to an agent: nothing else could come in, and nothing would go on. */
function connectionOf(env: string, dir: string, { endpoints }: AgentConfig) {
  if (env !== "local") return {};
  const [service, elsewhere] = Object.entries(endpoints).find(([, endpoint]) => isAws(endpoint)) ?? [];
  if (elsewhere !== undefined)
    throw new UsageError(
      `${service}.endpoint is ${elsewhere}, and --env local has no keys for AWS; name an environment with --env, such as dev`,
    );
  if (process.env.AWS_ENDPOINT_URL) return {};
  const running = runningCloud(dir);
  if (running) return running;
  throw new NotRunning(
    `no cloud is running in ${resolve(dir)}; start one with "npm start", name its --dir, set AWS_ENDPOINT_URL, or name another --env`,
  );
}

class NotRunning extends Error {
  readonly exitCode = 1;
}

/** File names and lines of logs may hold anything. */
const printable = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
