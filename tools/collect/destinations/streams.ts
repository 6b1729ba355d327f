import { pack } from "../../../data/records/pack";
import { destinationLanes } from "../../agent/destinations";
import type { Entry } from "../../agent/send/framing";
import { sendAll } from "../../agent/send/resend";
import { firehoseService, kinesisService } from "../../agent/send/services";
import { collectedMetric } from "../../kit/collected-metric";
import type { Connection } from "../../kit/connect";
import { feedOfStream } from "../../kit/feeds";
import type { Outgoing } from "../convert";
import type { Destination } from "../runner";

const RECORDS_AT_ONCE = 500;
/** Below the limits of one call: 5 MiB for Kinesis, 4 MiB for Firehose. */
const BYTES_AT_ONCE = 3.9 * 1024 * 1024;

type Kind = "kinesis" | "firehose";

/** A line, and the key that decides its shard. */
export interface Sendable {
  readonly key: string;
  readonly line: string;
}

/**
 * Sends lines to a Kinesis stream or Firehose delivery stream, and resends those that are refused. The streams of pricelake's
 * feeds get packs of lines, others one line a record.
 */
export async function lineSender(
  kind: Kind,
  name: string,
  connection: Connection,
  onRefused: (reason: string) => void,
) {
  const packed = kind === "kinesis" && feedOfStream(name) !== undefined;
  const lanes = await destinationLanes({ service: kind, name }, connection);
  const service = (kind === "kinesis" ? kinesisService : firehoseService)(connection, name);
  const collected = feedOfStream(name)?.polled ? collectedMetric(connection, name, onRefused) : undefined;
  return {
    send: async (lines: readonly Sendable[], signal: AbortSignal) => {
      await sendAll(packed ? packsOf(lines, lanes) : lines.map(recordOf), {
        put: service.put,
        signal,
        records: RECORDS_AT_ONCE,
        bytes: BYTES_AT_ONCE,
        onAccepted: () => {},
        onRefused: (_entries, reason) => onRefused(reason),
      });
      await collected?.add(lines.length);
    },
    close: async () => {
      service.close();
      collected?.close();
    },
  };
}

/** A stream as the destination of a source. Firehose gets the objects as the source sent them, Kinesis the rows. */
export async function streamDestination(
  kind: Kind,
  name: string,
  connection: Connection,
  onRefused: (reason: string) => void,
): Promise<Destination> {
  const { send, close } = await lineSender(kind, name, connection, onRefused);
  return {
    name: `${kind}:${name}`,
    send: (events, signal) =>
      send(
        events.flatMap((event) => sendable(event, kind)),
        signal,
      ),
    close,
  };
}

/** A deletion has no row: streams and lake keep what was published. */
function sendable(event: Outgoing, kind: Kind): Sendable[] {
  if (event.kind === "deletion") return [];
  if (event.kind === "malformed") return [{ key: "", line: event.line }];
  return [{ key: event.key, line: kind === "firehose" ? event.received : event.line }];
}

const packsOf = (lines: readonly Sendable[], lanes: number): Entry[] =>
  pack(lines, lanes).packs.map(({ partitionKey, data }) => ({
    data,
    partitionKey,
    lane: partitionKey,
    items: [],
  }));

const recordOf = ({ key, line }: Sendable): Entry => ({
  data: Buffer.from(`${line}\n`),
  partitionKey: key === "" ? "malformed" : key.slice(0, LONGEST_KEY),
  items: [],
});

/** Kinesis takes partition keys of 1 to 256 characters. */
const LONGEST_KEY = 256;
