/** Everything that users of this package may import. Other files are internal. */

import type { RunOptions } from "./cli";
import type { Cloud, CloudOptions } from "./cloud";

export { DEFAULT_ACCOUNT } from "./caller";
export type { Cloud, CloudOptions } from "./cloud";
export { type RunningCloud, runningCloud } from "./endpoint";
export { type FaultRule, Faults } from "./faults";
export { readRules } from "./http/admin";

/** Starts a cloud. The services load on the first call, so that importing this package is cheap. */
export const startCloud = async (options: CloudOptions): Promise<Cloud> =>
  (await import("./cloud")).startCloud(options);

/** Starts a cloud, writes its `ready` line, and serves until `until` resolves. */
export const runCloud = async (options: RunOptions): Promise<void> =>
  (await import("./cli")).runCloud(options);
