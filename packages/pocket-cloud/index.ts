/** The public interface of the package. Other files are internal. */

import type { CommandDefaults } from "./cli";
import type { Cloud, CloudOptions } from "./cloud";

export { type Caller, type Credentials, DEFAULT_ACCOUNT } from "./caller";
export type { Cloud, CloudOptions, Snapshot } from "./cloud";
export { commandOptions } from "./command-options";
export { type RunningCloud, runningCloud } from "./endpoint";
export { type Fault, type FaultRule, Faults } from "./faults";
export { growHeapSlowly } from "./heap";
export type { ServiceName } from "./models";

/** Starts a cloud. The services are loaded by the first call, so that importing this package is cheap. */
export const startCloud = async (options?: CloudOptions): Promise<Cloud> =>
  (require("./cloud") as typeof import("./cloud")).startCloud(options);

/** Runs the `pocket-cloud` command until Ctrl-C and resolves to its exit code. */
export const runCommand = async (args: readonly string[], defaults?: CommandDefaults): Promise<number> =>
  (require("./cli") as typeof import("./cli")).runCommand(args, defaults);

/** The help text of the command. */
export const commandHelp = async (defaults?: CommandDefaults): Promise<string> =>
  (require("./cli") as typeof import("./cli")).help(defaults);
