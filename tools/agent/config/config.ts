import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type FlowConfig, readFlow } from "./flow";
import { ConfigProblem, readOptions, shown } from "./problems";

export interface AgentConfig {
  readonly flows: readonly FlowConfig[];
  readonly checkpointFile?: string;
  readonly emitMetrics: boolean;
  readonly metricsNamespace: string;
  readonly endpoints: Readonly<Record<"kinesis" | "firehose" | "cloudwatch", string | undefined>>;
  readonly statusSeconds: number;
  readonly shutdownMillis: number;
}

/** Reads agent.json. Relative paths in it are relative to its folder. */
export function readConfig(path: string): AgentConfig {
  const problems: string[] = [];
  const given = objectIn(path);
  const values = readOptions("agent", "", given, problems);
  const flows = readFlows(path, given.flows, problems);
  if (problems.length > 0) throw new ConfigProblem(path, problems);
  const { checkpointFile } = values;
  return {
    flows,
    ...(typeof checkpointFile === "string" && { checkpointFile: resolve(dirname(path), checkpointFile) }),
    emitMetrics: (values["cloudwatch.emitMetrics"] as boolean | undefined) ?? true,
    metricsNamespace: (values["cloudwatch.namespace"] as string | undefined) ?? "AWSKinesisAgent",
    endpoints: {
      kinesis: values["kinesis.endpoint"] as string | undefined,
      firehose: values["firehose.endpoint"] as string | undefined,
      cloudwatch: values["cloudwatch.endpoint"] as string | undefined,
    },
    statusSeconds: (values["log.statusReportingPeriodSeconds"] as number | undefined) ?? 30,
    shutdownMillis: (values.shutdownTimeoutMillis as number | undefined) ?? 10_000,
  };
}

function objectIn(path: string): Record<string, unknown> {
  const fail = (problem: string) => new ConfigProblem(path, [problem]);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw fail("there is no such file");
    if (error instanceof SyntaxError) throw fail(`not JSON: ${error.message}`);
    throw error;
  }
  if (isObject(value)) return value;
  throw fail(`is ${shown("", value)}; it takes an object with flows`);
}

function readFlows(path: string, given: unknown, problems: string[]): FlowConfig[] {
  if (!Array.isArray(given) || given.length === 0 || !given.every(isObject)) {
    problems.push(`flows is ${shown("flows", given)}; it takes a list of at least one flow`);
    return [];
  }
  const flows = given.map((flow, i) => readFlow(`flows[${i}]`, dirname(path), flow, problems));
  const ids = flows.map((flow) => flow?.id);
  ids.forEach((id, i) => {
    const first = ids.indexOf(id);
    if (id !== undefined && first < i)
      problems.push(`flows[${i}] sends the same files to the same place as flows[${first}]`);
  });
  return flows.filter((flow) => flow !== undefined);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
