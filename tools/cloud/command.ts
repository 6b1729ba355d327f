import { readFileSync } from "node:fs";
import { readRules, runCloud } from "../../packages/pocket-cloud";
import { defineCommand } from "../kit/command";
import { environmentOptions } from "../kit/connect";
import { messageOf, UsageError } from "../kit/errors";
import { aborted, interruptible } from "../kit/interrupt";
import { flag, text, wholeNumber } from "../kit/options";

export const cloud = defineCommand({
  summary: "the embedded cloud alone, for any AWS client",
  usage: "npm run cloud -- [options]",
  description:
    "Starts an empty embedded cloud: AWS-compatible services on one local port, for any program or client. " +
    '"npm run env" prints the settings for clients. Ctrl-C stops it, a second one at once.',
  options: {
    port: wholeNumber("port on 127.0.0.1; 0 takes a free one", 0, 65_535, 4566),
    dir: environmentOptions.dir,
    faults: text(
      "FILE",
      'JSON file of injected faults: {"rules": [{"service", "operation", "fault": {"kind", …}}], "seed"}',
    ),
    "access-key": text(
      "ID",
      'access key of an administrator for clients whose keys are fixed; "test" when absent',
    ),
    "secret-key": text("KEY", "the secret key of --access-key"),
    "own-keys": flag("accepts no keys but the cloud's own"),
    "deletion-protection": flag(
      "refuses to delete protected resources, as AWS does; by default it only warns, so that stacks can be torn down",
    ),
  },
  run: (values) =>
    interruptible(async (signal) => {
      await runCloud({
        port: values.port,
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
      return 0;
    }),
});

/** The keys that clients of emulated clouds use by default. */
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
    throw new UsageError(`--faults ${path}: ${messageOf(error)}`);
  }
}
