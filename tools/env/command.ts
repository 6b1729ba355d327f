import { resolve } from "node:path";
import { runningCloud } from "../../packages/pocket-cloud";
import { type Command, parseOptions, UsageError, wholeNumber } from "../kit/command";

const help = `eval "$(npm -s run env -- [options])"

Prints the lines that point any AWS client of this shell at the running embedded cloud.

  --dir PATH   the state directory of the cloud (.pricelake)
  --port N     fails unless the cloud listens there
  --help       this text
`;

class NotRunning extends Error {
  readonly exitCode = 1;
}

export const env: Command = {
  summary: "settings for AWS clients of the running cloud",
  help,
  run: async (args) => {
    const { values, positionals } = parseOptions(args, {
      port: { type: "string" },
      dir: { type: "string", default: ".pricelake" },
    });
    if (positionals.length > 0) throw new UsageError(`env takes no argument "${positionals[0]}"; see --help`);
    const running = runningCloud(values.dir);
    if (!running)
      throw new NotRunning(
        `no cloud is running in ${resolve(values.dir)}; start one with "npm start" or "npm run cloud", or name its --dir`,
      );
    const port = values.port === undefined ? undefined : wholeNumber("port", values.port, 0, 65_535);
    if (port !== undefined && running.endpoint !== `http://127.0.0.1:${port}`)
      throw new NotRunning(
        `the cloud of ${resolve(values.dir)} is at ${running.endpoint}, not at port ${port}`,
      );
    const variables = {
      AWS_ENDPOINT_URL: running.endpoint,
      AWS_REGION: running.region,
      AWS_DEFAULT_REGION: running.region,
      AWS_ACCESS_KEY_ID: running.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: running.credentials.secretAccessKey,
    };
    for (const [name, value] of Object.entries(variables)) process.stdout.write(`export ${name}=${value}\n`);
    return 0;
  },
};
