import { runCloud } from "../../local/cli";
import { type Command, parseOptions, UsageError, wholeNumber } from "../command";
import { aborted, onInterrupt } from "../demo/interrupt";

const help = `npm run cloud -- [options]

Starts the embedded cloud alone, empty: AWS-compatible services on one local port, for any program or client.
"npm run env" prints what such a client needs to know. Ctrl-C stops it, a second one at once.

  --port N     127.0.0.1 only (4566; 0 takes a free one)
  --dir PATH   where its state lives; it survives a restart (.pricelake)
  --help       this text
`;

export const cloud: Command = {
  summary: "the embedded cloud alone, for any AWS client",
  help,
  run: async (args) => {
    const { values, positionals } = parseOptions(args, {
      port: { type: "string", default: "4566" },
      dir: { type: "string", default: ".pricelake" },
    });
    if (positionals.length > 0)
      throw new UsageError(`cloud takes no argument "${positionals[0]}"; see --help`);
    const { signal, release } = onInterrupt(() => process.exit(130));
    await runCloud({
      port: wholeNumber("port", values.port, 0, 65_535),
      dir: values.dir,
      write: (line) => process.stdout.write(`${line}\n`),
      log: (line) => process.stderr.write(`${line}\n`),
      until: aborted(signal),
    });
    release();
    return 0;
  },
};
