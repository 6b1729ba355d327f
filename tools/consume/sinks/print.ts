import { columnNames, type FeedDefinition, type Row } from "../../../data/feeds";
import { csvLine } from "../../../data/feeds/csv";
import type { Output } from "../../kit/output";
import type { Event } from "../events";
import { eventsIn, type Sink } from "./sink";

export const formats = ["text", "json", "csv"] as const;
export type Format = (typeof formats)[number];

/** Prints one event per line. CSV has the record's columns, then those of the feed or the event as `data`. */
export function printed(output: Output, format: Format, feed: FeedDefinition | undefined): Sink {
  const { header, line } = printerOf(format, feed);
  return {
    open: async () => {
      if (header !== "") await output.write(header);
    },
    put: (items) => output.write(eventsIn(items).map(line).join("")),
    describe: () => "",
    close: async () => {},
  };
}

interface Printer {
  /** Printed before the first event. */
  readonly header: string;
  readonly line: (event: Event) => string;
}

function printerOf(format: Format, feed: FeedDefinition | undefined): Printer {
  if (format === "json") return { header: "", line: ({ value }) => `${JSON.stringify(value)}\n` };
  if (format === "text")
    return {
      header: "",
      line: ({ arrival, shardId, partitionKey, sequenceNumber, value }) =>
        `${arrival} ${shardId} ${printable(partitionKey)} ${sequenceNumber} ${printable(value)}\n`,
    };
  const columns = feed ? columnNames(feed) : ["data"];
  const cellsOf = (value: unknown): readonly unknown[] =>
    feed
      ? columns.map((column) => (value as Row)[column] ?? "")
      : [typeof value === "string" ? value : JSON.stringify(value)];
  return {
    header: csvLine(["arrival", "shard", "key", "sequence", ...columns]),
    line: ({ arrival, shardId, partitionKey, sequenceNumber, value }) =>
      csvLine([arrival, shardId, partitionKey, sequenceNumber, ...cellsOf(value).map(String)]),
  };
}

/** JSON.stringify escapes control characters except those from U+007F to U+009F. */
const printable = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.replace(/[\u007f-\u009f]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
};
