import { setImmediate as turn } from "node:timers/promises";
import { checkRuleFiles } from "../../functions/evaluate-rules/check-files";
import { growHeapSlowly } from "../../packages/pocket-cloud";
import { withActivity } from "../kit/activity";
import { defineCommand } from "../kit/command";
import { environmentOptions } from "../kit/connect";
import { Failure, UsageError } from "../kit/errors";
import { interruptible } from "../kit/interrupt";
import { flag, wholeNumber } from "../kit/options";
import { DEFAULT_HOURS } from "./catch-up";
import { optimizeLater } from "./optimize-later";
import { deleteState } from "./state-files";

/** The sources, the journals of the shards and the connections of the deployment need about 300 open files. */
const OPEN_FILES = 512;

function checkOpenFiles(): void {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: unknown } } };
  const allowed = Number(userLimits?.open_files?.soft);
  if (allowed < OPEN_FILES)
    throw new Failure(`${allowed} open files are too few: raise the limit (ulimit -n ${OPEN_FILES} or more)`);
}

/** Loading the modules takes seconds on a slow machine, and nothing else runs while one loads. So it is done in parts. */
const loadDemo = () =>
  withActivity(
    () => "loading the program",
    async () => {
      for (const load of [
        () => require("../../packages/pulumi-local"),
        () => require("../../packages/pocket-cloud"),
        () => require("../../analytics/command"),
      ]) {
        load();
        await turn();
      }
      return require("./demo") as typeof import("./demo");
    },
  );

export const start = defineCommand({
  summary: "runs the whole pipeline on this machine",
  usage: "npm start -- [options]",
  description:
    "Starts the embedded cloud, deploys the local stack into it, plays the last hours of the sample market through the " +
    "real functions on a simulated clock, then goes on in real time until Ctrl-C.",
  options: {
    port: wholeNumber("port of the cloud on 127.0.0.1; 0 takes a free one", 0, 65_535, 4566),
    dir: environmentOptions.dir,
    hours: wholeNumber(`hours of the market to play, 1 to 720 (default ${DEFAULT_HOURS})`, 1, 720),
    live: flag("polls the real CoinGecko instead of the sample market"),
    once: flag("stops after the catch-up"),
    json: flag('prints one JSON summary on stdout after the catch-up, before the line "ready"'),
    fresh: flag("deletes everything in the state directory first; asks on a terminal"),
    yes: flag("with --fresh: does not ask"),
  },
  notes: "Exit code 1 with --once: a function failed, or the counts could not be read.",
  run: async (values) => {
    const { live, once, json, fresh, yes } = values;
    if (yes && !fresh) throw new UsageError("--yes goes with --fresh");
    if (live && once)
      throw new UsageError(
        "--live and --once cannot go together: --live has no catch-up, after which --once would stop",
      );
    if (live && json)
      throw new UsageError("--live and --json cannot go together: --live has no catch-up to summarise");
    optimizeLater();
    growHeapSlowly();
    checkRuleFiles();
    if (fresh) await deleteState(values.dir, yes);
    checkOpenFiles();
    process.stderr.write(`starting the embedded cloud in ${values.dir}\n`);
    const { runDemo } = await loadDemo();
    return interruptible((signal) => runDemo(values, signal));
  },
});
