import type { AwsOptions } from "../aws";
import type { RunOptions } from "../engine";
import type { PropertyMap } from "../values";

export interface DeployOptions extends Omit<RunOptions, "dryRun">, Omit<AwsOptions, "region"> {
  /** The deployment's state file; created by the first run. */
  readonly statePath: string;
  readonly region?: string;
  /** Called after each resource: how many are done, and how many the program has declared so far. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Deployment {
  /** The program's exports, secrets in plain text. */
  readonly outputs: PropertyMap;
  /** URNs of the created resources, and so on. */
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly replaced: readonly string[];
  readonly deleted: readonly string[];
  readonly unchanged: readonly string[];
  /** Those of `created` that were deployed before and had been deleted by something else. */
  readonly restored: readonly string[];
}
