import { withConnection } from "../../kit/connect";
import { type KafkaGiven, kafkaConnection } from "../../kit/kafka/options";
import { outputOf } from "../../kit/output";
import type { Destination } from "../runner";
import { streamDestination } from "./streams";
import type { Target } from "./target";
import { logFiles, printed } from "./text";

export interface DestinationOptions extends KafkaGiven {
  readonly env: string;
  readonly dir: string;
  /** Folder of log files; they take the place of a target. */
  readonly logs: string | undefined;
  readonly partitions: number | undefined;
}

const MAX_REASONS_SHOWN = 5;

/** Opens what the events go to, and closes it after the work. Files and stdout need no cloud. */
export async function withDestination(
  options: DestinationOptions,
  target: Target | undefined,
  log: (line: string) => void,
  work: (destination: Destination) => Promise<number>,
): Promise<number> {
  if (target === undefined) return work(logFiles(options.logs ?? "", Date.now));
  if (target.kind === "stdout") return work(printed(outputOf(process.stdout)));
  const { kind, name } = target;
  let refusals = 0;
  const onRefused = (reason: string) => {
    if (++refusals <= MAX_REASONS_SHOWN) log(`${name} refuses records, which are sent again: ${reason}`);
  };
  const using = async (destination: Destination) => {
    try {
      return await work(destination);
    } finally {
      await destination.close();
    }
  };
  if (kind === "kafka") {
    // Loaded only here: the client takes a while to load.
    const { kafkaDestination } = require("./kafka") as typeof import("./kafka");
    return using(await kafkaDestination(name, kafkaConnection(options), options.partitions, onRefused));
  }
  return withConnection(options, async (connection) =>
    using(await streamDestination(kind, name, connection, onRefused)),
  );
}
