import type { FeedDefinition } from "../../data/feeds";
import type { Connection } from "../kit/connect";
import { CheckpointSaver, type Checkpoints, readCheckpoints } from "./checkpoint/checkpoints";
import { lockCheckpoints } from "./checkpoint/lock";
import type { AgentConfig } from "./config/config";
import type { FlowConfig } from "./config/flow";
import { flowOf } from "./create-flow";
import { connectionsFor, destinationLanes } from "./destinations";
import { Flow } from "./flow";
import { Metrics } from "./metrics";
import { describeStatus, type FlowStatus, statusOf } from "./status";

export interface AgentOptions {
  readonly config: AgentConfig;
  readonly connection: Connection;
  /** Where positions are kept, unless the configuration says otherwise. */
  readonly checkpointFile: string;
  /** The feed whose stream this is, and whether it is one of ours at all. */
  readonly feedOf: (destination: string) => FeedDefinition | undefined;
  readonly say: (what: string) => void;
  /** Ends the agent in order: what was read is sent first, for as long as the configuration allows. */
  readonly signal: AbortSignal;
}

export interface AgentSummary {
  readonly flows: readonly FlowStatus[];
  /** Records read and not acknowledged: they are sent after the next start. */
  readonly left: number;
}

/** Follows the files of every flow until told to stop. */
export async function runAgent(options: AgentOptions): Promise<AgentSummary> {
  const { config, say } = options;
  const checkpointFile = config.checkpointFile ?? options.checkpointFile;
  const unlock = lockCheckpoints(checkpointFile);
  try {
    const saved = readCheckpoints(checkpointFile);
    const connections = connectionsFor(options.connection, config.endpoints);
    const flows: Flow[] = [];
    const saver = new CheckpointSaver(checkpointFile, () => checkpointsOf(saved, flows), say);
    const made = await Promise.all(config.flows.map((flow) => describeFlow(flow, connections)));
    for (const { flow, lanes } of made) {
      const told = (what: string) => say(`${flow.destination.name}: ${what}`);
      const feed = options.feedOf(flow.destination.name);
      const parts = { lanes, feed, connection: connections[flow.destination.service], saved: saved[flow.id] };
      flows.push(new Flow(flowOf(flow, parts, told, () => saver.changed())));
      told(
        `sends ${flow.filePattern} ${saved[flow.id] ? "on from its checkpoints" : `from ${flow.initialPosition}`}, ` +
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

/** Flows that this configuration does not have keep their positions. */
const checkpointsOf = (saved: Checkpoints, flows: readonly Flow[]): Checkpoints => ({
  ...saved,
  ...Object.fromEntries(flows.map(({ parts }) => [parts.config.id, parts.tailer.checkpoint()])),
});

async function follow(
  { config, say, signal }: AgentOptions,
  flows: readonly Flow[],
  saver: CheckpointSaver,
  cloudwatch: Connection,
): Promise<AgentSummary> {
  const over = new AbortController();
  const giveUp = new AbortController();
  const metrics = config.emitMetrics ? new Metrics(cloudwatch, config.metricsNamespace, say) : undefined;
  const report = () => {
    for (const flow of flows) say(describeStatus(statusOf(flow, Date.now())));
    void metrics?.emit(flows, over.signal);
  };
  const reporting = setInterval(report, config.statusSeconds * 1000);
  let deadline: NodeJS.Timeout | undefined;
  const stop = () => {
    if (!over.signal.aborted) say("stopping: what was read is sent first");
    over.abort();
    deadline ??= setTimeout(() => giveUp.abort(), config.shutdownMillis);
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    // One that fails takes the others with it, in order: what runs on without it would look healthy.
    const ends = await Promise.allSettled(
      flows.map((flow) => flow.run(over.signal, giveUp.signal).finally(stop)),
    );
    const failed = ends.find((end) => end.status === "rejected");
    if (failed) throw failed.reason;
  } finally {
    clearInterval(reporting);
    clearTimeout(deadline);
    signal.removeEventListener("abort", stop);
    giveUp.abort();
    saver.end();
    for (const flow of flows) say(describeStatus(statusOf(flow, Date.now())));
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
