import type { FeedDefinition } from "../../../data/feeds";
import { pack } from "../../../data/records/pack";
import { destinationLanes } from "../../agent/destinations";
import type { Entry } from "../../agent/send/framing";
import { sendAll } from "../../agent/send/resend";
import { firehoseService, kinesisService } from "../../agent/send/services";
import type { Connection } from "../../kit/connect";
import { feedOfStream } from "../../kit/feeds";
import type { Outgoing } from "../convert";
import type { Destination } from "../runner";

const RECORDS_AT_ONCE = 500;
/** Below the limits of one call: 5 MiB for Kinesis, 4 MiB for Firehose. */
const BYTES_AT_ONCE = 3.9 * 1024 * 1024;

type Kind = "kinesis" | "firehose";

interface Sendable {
  readonly key: string;
  readonly line: string;
}

/**
 * A Kinesis stream or Firehose delivery stream. pricelake's own streams get packs with the rows of the feed. Other Kinesis
 * streams get one row a record, and Firehose the objects as the source sent them.
 */
export async function streamDestination(
  kind: Kind,
  name: string,
  feed: FeedDefinition,
  connection: Connection,
  onRefused: (reason: string) => void,
): Promise<Destination> {
  const lanes = await destinationLanes({ service: kind, name }, connection);
  const packed = kind === "kinesis" && feedOfStream(name) === feed;
  const service = (kind === "kinesis" ? kinesisService : firehoseService)(connection, name);
  return {
    name: `${kind}:${name}`,
    send: async (events, signal) => {
      const lines = events.flatMap((event) => sendable(event, kind));
      await sendAll(packed ? packsOf(lines, lanes) : lines.map(recordOf), {
        put: service.put,
        signal,
        records: RECORDS_AT_ONCE,
        bytes: BYTES_AT_ONCE,
        onAccepted: () => {},
        onRefused: (_entries, reason) => onRefused(reason),
      });
    },
    close: async () => service.close(),
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
