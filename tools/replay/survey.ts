import { setImmediate } from "node:timers/promises";
import type { FeedDefinition } from "../../data/feeds";
import { UnknownFields } from "../../data/records/quarantine";
import { UsageError } from "../kit/errors";
import type { FileRow } from "./file-row";

export interface Survey {
  /** Lines of the file, invalid ones included. */
  readonly lines: number;
  readonly refused: number;
  /** The first invalid lines. */
  readonly examples: readonly FileRow[];
  /** Nullable columns without a value in any line. */
  readonly missing: readonly string[];
  /** Fields that no column knows, of the valid rows: those are stored without them. */
  readonly unknown: UnknownFields;
}

const MAX_EXAMPLES = 10;
const LINES_AT_ONCE = 5000;

/** Reads a whole file before anything of it is sent. Throws when the file cannot be one of the feed. */
export async function survey(
  rows: AsyncIterable<FileRow>,
  feed: FeedDefinition,
  onLines: (lines: number) => void = () => {},
): Promise<Survey> {
  const unknown = new UnknownFields();
  const missing = new Set(Object.keys(feed.columns).filter((name) => feed.columns[name]?.nullable));
  const examples: FileRow[] = [];
  /** Lines without a value for a required column. */
  const without = new Map<string, number>();
  let lines = 0;
  let refused = 0;
  for await (const row of rows) {
    const { result, number } = row;
    lines++;
    if (lines % LINES_AT_ONCE === 0) {
      onLines(lines);
      // Reading a file never waits, so timers and signals get their turn here.
      await setImmediate();
    }
    if (result.ok) {
      if (result.unknown) unknown.add(result.unknown, String(number), "");
      for (const name of missing) if (result.row[name] !== null) missing.delete(name);
      continue;
    }
    refused++;
    if (examples.length < MAX_EXAMPLES) examples.push(row);
    if (result.column !== null && result.reason === "missing")
      without.set(result.column, (without.get(result.column) ?? 0) + 1);
  }
  for (const [name, count] of without)
    if (count === lines)
      throw new UsageError(
        `no line of the file has a value for ${namesOf(feed, name)}${fieldsOf(examples[0])}; nothing was sent`,
      );
  if (lines > 0 && refused === lines) throw wrongFeed(feed.name, examples[0]);
  return { lines, refused, examples, missing: lines > refused ? [...missing] : [], unknown };
}

/** A column and the other names that files may use for it. */
export function namesOf(feed: FeedDefinition, column: string): string {
  const { aliases = [] } = feed.columns[column] ?? {};
  return aliases.length === 0 ? column : `${column} (also named ${aliases.join(", ")})`;
}

const MAX_FIELDS = 12;

/** The fields that a line has instead. */
function fieldsOf(row: FileRow | undefined): string {
  const fields = Object.keys(row?.fields() ?? {});
  if (fields.length === 0) return "";
  return `; the first line has ${fields.slice(0, MAX_FIELDS).join(", ")}${fields.length > MAX_FIELDS ? ", …" : ""}`;
}

function wrongFeed(feed: string, first: FileRow | undefined): UsageError {
  const reason =
    first && !first.result.ok
      ? `: ${first.sheet === undefined ? "line" : `sheet "${first.sheet}", row`} ${first.number}, ${first.result.column ?? "the line"} ${first.result.reason}`
      : "";
  return new UsageError(`no line of the file is a row of ${feed}${reason}; nothing was sent`);
}
