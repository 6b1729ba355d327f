import { resolve } from "node:path";
import { AwsCallers } from "../aws";
import { runProgram } from "../engine";
import { readConfig, readProject } from "../project";
import { Providers } from "../provider";
import { reveal } from "../values";
import { DeployBackend } from "./backend";
import type { Deployment, DeployOptions } from "./deployment";
import { DeploymentState } from "./state";

/** Creates, updates, replaces and deletes resources at the endpoint until they match the program. */
export async function deployProgram(options: DeployOptions): Promise<Deployment> {
  const dir = resolve(options.dir);
  const region = options.region ?? "us-east-1";
  const { endpoint, credentials } = options;
  const callers = new AwsCallers({ endpoint, ...(credentials && { credentials }) });
  try {
    const { Account: account = "" } = await callers.in(region)("sts", "GetCallerIdentity", {});
    const config = readConfig(dir, readProject(dir).name, options.stack, options.config);
    const state = new DeploymentState(options.statePath);
    const backend = new DeployBackend(
      dir,
      new Providers(account, config, region),
      state,
      callers.in,
      options.onProgress,
    );
    const run = await runProgram({ ...options, dir, dryRun: false }, backend);
    state.compact();
    return { outputs: reveal(run.outputs), ...backend.done };
  } finally {
    callers.close();
  }
}
