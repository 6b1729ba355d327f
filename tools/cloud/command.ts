import { readFileSync } from "node:fs";
import { readRules, runCloud } from "../../packages/pocket-cloud";
import { type Command, parseOptions, UsageError, wholeNumber } from "../kit/command";
import { aborted, onInterrupt } from "../kit/interrupt";

const help = `npm run cloud -- [options]

Starts the embedded cloud alone, empty: AWS-compatible services on one local port, for any program or client.
"npm run env" prints what such a client needs to know. Ctrl-C stops it, a second one at once.

  --port N     127.0.0.1 only (4566; 0 takes a free one)
  --dir PATH   where its state lives; it survives a restart (.pricelake)
  --faults F   JSON file of injected faults: {"rules": [{"service", "operation", "fault": {"kind", …}}], "seed"}
  --access-key ID, --secret-key KEY
               keys of the administrator beside the cloud's own, for clients whose keys are fixed (test, test)
  --own-keys   accepts no keys but the cloud's own
  --deletion-protection
               refuses to delete what is protected against it, as AWS does; without, it only says so: this cloud is
               made to be taken down
  --help       this text
`;

export const cloud: Command = {
  summary: "the embedded cloud alone, for any AWS client",
  help,
  run: async (args) => {
    const { values, positionals } = parseOptions(args, {
      port: { type: "string", default: "4566" },
      dir: { type: "string", default: ".pricelake" },
      faults: { type: "string" },
      "access-key": { type: "string" },
      "secret-key": { type: "string" },
      "own-keys": { type: "boolean" },
      "deletion-protection": { type: "boolean", default: false },
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
      options: {
        enforceDeletionProtection: values["deletion-protection"],
        ...(values.faults !== undefined && faultsIn(values.faults)),
        ...(!values["own-keys"] && {
          administratorKeys: fixedKeys(values["access-key"], values["secret-key"]),
        }),
      },
    });
    release();
    return 0;
  },
};

/** As every tool for emulated clouds sends them unless told otherwise; a web page that guesses them is found out. */
const USUAL_KEYS = { accessKeyId: "test", secretAccessKey: "test" };

function fixedKeys(accessKeyId: string | undefined, secretAccessKey: string | undefined) {
  if (!accessKeyId && !secretAccessKey) return USUAL_KEYS;
  if (!accessKeyId || !secretAccessKey)
    throw new UsageError("--access-key and --secret-key go together; see --help");
  return { accessKeyId, secretAccessKey };
}

function faultsIn(path: string) {
  try {
    const { rules, seed } = readRules(readFileSync(path));
    return { faults: rules, ...(seed !== undefined && { faultSeed: seed }) };
  } catch (error) {
    throw new UsageError(`--faults ${path}: ${error instanceof Error ? error.message : error}`);
  }
}
