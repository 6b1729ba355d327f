import type { FeedDefinition } from "../../data/feeds";
import type { Fields } from "../../data/feeds/contract";
import { namedColumns } from "../../data/feeds/field-names";
import { RECORD_BYTES } from "../../data/records/pack";
import type { Connection } from "../kit/connect";
import { type FlowConfig, limits } from "./config/flow";
import { Tailer } from "./files/tailer";
import type { Checkpoint } from "./files/tracked-file";
import type { FlowParts } from "./flow";
import type { Framing, Item } from "./send/framing";
import { firehoseService, kinesisService } from "./send/services";

export interface FlowContext {
  readonly lanes: number;
  /** The feed of the destination; undefined for streams that are not pricelake's. */
  readonly feed: FeedDefinition | undefined;
  readonly connection: Connection;
  readonly saved: readonly Checkpoint[] | undefined;
}

export function createFlow(
  config: FlowConfig,
  { lanes, feed, connection, saved }: FlowContext,
  log: (what: string) => void,
  onProgress: () => void,
): FlowParts {
  const { service, name } = config.destination;
  const recordBytes = service === "kinesis" ? RECORD_BYTES : limits.firehose.record;
  const { put, close } =
    service === "kinesis" ? kinesisService(connection, name) : firehoseService(connection, name);
  const tailer = new Tailer({ ...config, recordBytes, log }, saved, Date.now());
  return {
    config,
    tailer,
    framing: framingOf(config, lanes, feed),
    ...(feed && { readLine: readLine(feed) }),
    put,
    recordBytes,
    log,
    onProgress,
    close,
  };
}

/**
 * Packs records for pricelake's own streams by default: all their readers accept packs, and one line per record costs up
 * to forty times as much. Readers of other streams may expect one line per record.
 */
function framingOf(config: FlowConfig, lanes: number, feed: FeedDefinition | undefined): Framing {
  const pretty = config.processing.some((each) => each.name !== "SINGLELINE" && each.pretty);
  return {
    packed: config.packing ?? (feed !== undefined && !pretty),
    partitionKey: config.partitionKey,
    lanes,
    ordered: config.destination.service === "kinesis",
    keyOf:
      feed && config.destination.service === "kinesis"
        ? ({ key = "" }) => key
        : ({ record }) => record.file.origin,
  };
}

/** Reads a line as an event of the feed: its key, and its fields that no column knows. Lines that are not JSON share a lane. */
const readLine =
  (feed: FeedDefinition) =>
  (data: Uint8Array): Pick<Item, "key"> & { unknown: readonly string[] } => {
    try {
      const value: unknown = JSON.parse(Buffer.from(data).toString("utf8"));
      const { fields, unknown } = namedColumns(feed, value as Fields);
      return { key: String(fields[feed.partitionKey] ?? ""), unknown };
    } catch {
      return { unknown: [] };
    }
  };
