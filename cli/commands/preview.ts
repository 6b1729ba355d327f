import { join } from "node:path";
import { previewProgram } from "../../local/pulumi/preview";
import { type Command, parseOptions, UsageError } from "../command";

const help = `npm run preview -- --env <stack> [--json]

Runs the Pulumi program as it would run for a stack, without credentials, network or the Pulumi CLI, and shows the
resources it declares. Ids and ARNs are made up, well formed.

  --env <stack>   local, dev, staging or prod: any stack with a Pulumi.<stack>.yaml
  --json          the resources with all their inputs, for machines
`;

export const preview: Command = {
  summary: "shows what the program would create in an environment, with no credentials",
  help,
  run: async (args) => {
    const { values } = parseOptions(args, { env: { type: "string" }, json: { type: "boolean" } });
    if (values.env === undefined) throw new UsageError("preview needs --env <stack>");
    const found = await previewProgram({ dir: join(__dirname, "../.."), stack: values.env, log });
    const text = values.json
      ? `${JSON.stringify({ stack: found.stack, resources: found.resources }, null, 2)}\n`
      : found.resources.map(({ type, name }) => `${type.padEnd(60)} ${name}\n`).join("");
    process.stdout.write(text);
    return 0;
  },
};

const log = (line: string): void => void process.stderr.write(`${line}\n`);
