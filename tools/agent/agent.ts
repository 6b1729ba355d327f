import type { FeedDefinition } from "../../data/feeds";
import type { Connection } from "../kit/connect";
import { CheckpointSaver, type Checkpoints, readCheckpoints } from "./checkpoint/checkpoints";
import { lockCheckpoints } from "./checkpoint/lock";
import type { AgentConfig } from "./config/config";
import type { FlowConfig } from "./config/flow";
import { createFlow } from "./create-flow";
import { connectionsFor, destinationLanes } from "./destinations";
import { Flow } from "./flow";
import { Metrics } from "./metrics";
import { describeStatus, type FlowStatus, statusOf } from "./status";

export interface AgentOptions {
  readonly config: AgentConfig;
  readonly connection: Connection;
  /** Used unless the configuration has a checkpointFile. */
  readonly checkpointFile: string;
  /** The feed of a destination; undefined for streams that are not pricelake's. */
  readonly feedOf: (destination: string) => FeedDefinition | undefined;
  readonly log: (what: string) => void;
  /** Stops the agent: it first sends what it has read, within the configured shutdown timeout. */
  readonly signal: AbortSignal;
}

export interface AgentSummary {
  readonly flows: readonly FlowStatus[];
  /** Records that were read but not acknowledged: they are sent again after the next start. */
  readonly left: number;
}

/** Follows the files of every flow until the signal aborts. */
export async function runAgent(options: AgentOptions): Promise<AgentSummary> {
  const { config, log } = options;
  const checkpointFile = config.checkpointFile ?? options.checkpointFile;
  const unlock = lockCheckpoints(checkpointFile);
  try {
    const saved = readCheckpoints(checkpointFile);
    const connections = connectionsFor(options.connection, config.endpoints);
    const flows: Flow[] = [];
    const saver = new CheckpointSaver(checkpointFile, () => checkpointsOf(saved, flows), log);
    const described = await Promise.all(config.flows.map((flow) => describeFlow(flow, connections)));
    for (const { flow, lanes } of described) {
      const logFlow = (line: string) => log(`${flow.destination.name}: ${line}`);
      const feed = options.feedOf(flow.destination.name);
      const parts = { lanes, feed, connection: connections[flow.destination.service], saved: saved[flow.id] };
      flows.push(new Flow(createFlow(flow, parts, logFlow, () => saver.changed())));
      logFlow(
        `sends ${flow.filePattern} from ${saved[flow.id] ? "its checkpoints" : flow.initialPosition}, ` +
          `each line within ${flow.maxBufferAgeMillis / 1000} s`,
      );
    }
    return await follow(options, flows, saver, connections.cloudwatch);
  } finally {
    unlock();
  }
}

const describeFlow = async (flow: FlowConfig, connections: ReturnType<typeof connectionsFor>) => ({
  flow,
  lanes: await destinationLanes(flow.destination, connections[flow.destination.service]),
});

/** Positions of flows that are not in this configuration are preserved. */
const checkpointsOf = (saved: Checkpoints, flows: readonly Flow[]): Checkpoints => ({
  ...saved,
  ...Object.fromEntries(flows.map(({ parts }) => [parts.config.id, parts.tailer.checkpoint()])),
});

async function follow(
  { config, log, signal }: AgentOptions,
  flows: readonly Flow[],
  saver: CheckpointSaver,
  cloudwatch: Connection,
): Promise<AgentSummary> {
  const stopping = new AbortController();
  const giveUp = new AbortController();
  const metrics = config.emitMetrics ? new Metrics(cloudwatch, config.metricsNamespace, log) : undefined;
  const report = () => {
    for (const flow of flows) log(describeStatus(statusOf(flow, Date.now())));
    void metrics?.emit(flows, stopping.signal);
  };
  const reporting = setInterval(report, config.statusSeconds * 1000);
  let deadline: NodeJS.Timeout | undefined;
  const stop = () => {
    if (!stopping.signal.aborted) log("stopping: sending what was read");
    stopping.abort();
    deadline ??= setTimeout(() => giveUp.abort(), config.shutdownMillis);
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    // When one flow fails, the others stop in order too: an agent that continued would look healthy.
    const ends = await Promise.allSettled(
      flows.map((flow) => flow.run(stopping.signal, giveUp.signal).finally(stop)),
    );
    const failed = ends.find((end) => end.status === "rejected");
    if (failed) throw failed.reason;
  } finally {
    clearInterval(reporting);
    clearTimeout(deadline);
    signal.removeEventListener("abort", stop);
    giveUp.abort();
    saver.end();
    for (const flow of flows) log(describeStatus(statusOf(flow, Date.now())));
    await metrics?.emit(flows, AbortSignal.timeout(2000));
    metrics?.close();
    for (const { parts } of flows) {
      parts.tailer.close();
      parts.close();
    }
  }
  return {
    flows: flows.map((flow) => statusOf(flow, Date.now())),
    left: flows.reduce((sum, flow) => sum + flow.waiting, 0),
  };
}
