import { resolve } from "node:path";
import { defineCommand } from "../kit/command";
import { environmentOptions, requireRunningCloud } from "../kit/connect";
import { Failure } from "../kit/errors";
import { wholeNumber } from "../kit/options";

export const env = defineCommand({
  summary: "prints environment variables that point AWS clients at the running cloud",
  usage: 'eval "$(npm -s run env -- [options])"',
  description:
    "Prints shell commands that set endpoint, region and keys of the running local cloud for any AWS client.",
  options: {
    dir: environmentOptions.dir,
    port: wholeNumber("fails unless the cloud listens on this port", 0, 65_535),
  },
  run: async ({ dir, port }) => {
    const { endpoint, region, credentials } = requireRunningCloud(dir);
    if (port !== undefined && endpoint !== `http://127.0.0.1:${port}`)
      throw new Failure(`the cloud of ${resolve(dir)} is at ${endpoint}, not at port ${port}`);
    const variables = {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    for (const [name, value] of Object.entries(variables)) process.stdout.write(`export ${name}=${value}\n`);
    return 0;
  },
});
