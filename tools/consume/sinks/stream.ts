import type { FeedDefinition, Row } from "../../../data/feeds";
import { lineSender, type Sendable } from "../../collect/destinations/streams";
import type { Connection } from "../../kit/connect";
import type { Event } from "../events";
import { eventsIn, type Sink } from "./sink";

/** Another Kinesis stream. A refused record is sent again, and rows keep their natural key: readers see each once. */
export async function streamSink(
  stream: string,
  feed: FeedDefinition | undefined,
  connection: Connection,
  signal: AbortSignal,
  onRefused: (reason: string) => void,
): Promise<Sink> {
  const { send, close } = await lineSender("kinesis", stream, connection, onRefused);
  let sent = 0;
  return {
    open: async () => {},
    put: async (items) => {
      const events = eventsIn(items);
      await send(
        events.map((event) => lineOf(event, feed)),
        signal,
      );
      sent += events.length;
    },
    describe: () => `${sent} sent to ${stream}`,
    close,
  };
}

const lineOf = ({ value, text, partitionKey }: Event, feed: FeedDefinition | undefined): Sendable =>
  feed
    ? { key: String((value as Row)[feed.partitionKey] ?? ""), line: JSON.stringify(value) }
    : { key: partitionKey, line: text };
