import type { FeedDefinition } from "../../data/feeds";
import { RECORD_BYTES } from "../../data/records/pack";
import type { Connection } from "../kit/connect";
import { type FlowConfig, limits } from "./config/flow";
import { Tailer } from "./files/tailer";
import type { Checkpoint } from "./files/tracked-file";
import type { FlowParts } from "./flow";
import type { Framing, Item } from "./send/framing";
import { firehoseService, kinesisService } from "./send/services";

export interface FlowSurroundings {
  readonly lanes: number;
  /** The feed of the destination, when it is one of pricelake's own. */
  readonly feed: FeedDefinition | undefined;
  readonly connection: Connection;
  readonly saved: readonly Checkpoint[] | undefined;
}

export function flowOf(
  config: FlowConfig,
  { lanes, feed, connection, saved }: FlowSurroundings,
  say: (what: string) => void,
  onProgress: () => void,
): FlowParts {
  const { service, name } = config.destination;
  const recordBytes = service === "kinesis" ? RECORD_BYTES : limits.firehose.record;
  const { put, close } =
    service === "kinesis" ? kinesisService(connection, name) : firehoseService(connection, name);
  const tailer = new Tailer({ ...config, recordBytes, say }, saved, Date.now());
  return {
    config,
    tailer,
    framing: framingOf(config, lanes, feed),
    put,
    recordBytes,
    say,
    onProgress,
    close,
  };
}

/**
 * The lake's own streams are packed unless told otherwise: everything that reads them takes packs, and a line in a
 * record of its own costs up to forty times as much. Whoever reads other streams may count on a line a record.
 */
function framingOf(config: FlowConfig, lanes: number, feed: FeedDefinition | undefined): Framing {
  const pretty = config.processing.some((each) => each.name !== "SINGLELINE" && each.pretty);
  return {
    packed: config.packing ?? (feed !== undefined && !pretty),
    partitionKey: config.partitionKey,
    lanes,
    ordered: config.destination.service === "kinesis",
    keyOf:
      feed && config.destination.service === "kinesis" ? keyOf(feed) : ({ record }) => record.file.origin,
  };
}

/** As every producer of the feed does it; lines that are no rows of it share a lane. */
const keyOf =
  ({ partitionKey }: FeedDefinition) =>
  ({ data }: Item): string => {
    try {
      const row: unknown = JSON.parse(Buffer.from(data).toString("utf8"));
      return String((row as Record<string, unknown>)[partitionKey] ?? "");
    } catch {
      return "";
    }
  };
