import type { FeedDefinition, Validated } from "../../data/feeds";
import type { Fields } from "../../data/feeds/contract";
import { type EventTimes, refusedTime } from "../../data/feeds/event-times";
import type { Refusal } from "../../data/feeds/row";
import { unreadableLine } from "../../data/records/unreadable-line";

export interface FileRow {
  /** Name of the sheet in a workbook. */
  readonly sheet?: string;
  /** Line number in the file; for JSON, the number of the event; in a workbook, the row of the sheet. */
  readonly number: number;
  readonly result: Validated;
  /** The fields under the names that the file gives them. */
  readonly fields: () => Fields;
  /** The line to send for an invalid row: what the file has, so that quarantine keeps it and redrive can send it again. */
  readonly line: () => string;
}

/** What to send of a row of CSV or of a workbook. */
export const sentByName = (fields: () => Fields): Pick<FileRow, "fields" | "line"> => ({
  fields,
  line: () => JSON.stringify(fields()),
});

/** A line that has no names for its values. */
export function nameless(
  number: number,
  text: string,
  { value, reason }: Pick<Refusal, "value" | "reason">,
): FileRow {
  const result = { ok: false, column: null, value, reason } as const;
  return { number, result, fields: () => ({}), line: () => unreadableLine({ column: null, reason, text }) };
}

/** The rows with the refusals of event times that the tables do not show. */
export async function* withTimes(
  rows: AsyncIterable<FileRow>,
  feed: FeedDefinition,
  times: EventTimes,
): AsyncGenerator<FileRow> {
  for await (const row of rows) yield withTime(row, feed, times);
}

function withTime(row: FileRow, feed: FeedDefinition, times: EventTimes): FileRow {
  if (!row.result.ok) return row;
  const value = String(row.result.row[feed.eventTime]);
  const reason = refusedTime(times, value);
  return reason === undefined
    ? row
    : { ...row, result: { ...row.result, ok: false, column: feed.eventTime, value, reason } };
}

/** Where a row is, for messages. */
export const placeOf = (path: string, { sheet, number }: Pick<FileRow, "sheet" | "number">): string =>
  sheet === undefined ? `${path}:${number}` : `${path}, sheet "${sheet}", row ${number}:`;
