/** A line of a file that cannot be sent as an event: CSV with too many fields, or a line longer than a record. */
export interface UnreadableLine {
  readonly column: string | null;
  readonly reason: string;
  /** The line as the file has it. */
  readonly text: string;
}

const NAME = "pricelake_unreadable_line";

/** The event that is sent in the line's place. Readers of the stream quarantine its text with its reason. */
export const unreadableLine = ({ column, reason, text }: UnreadableLine): string =>
  JSON.stringify({ [NAME]: { column, reason, text } });

/** The line of such an event; undefined for every other value. */
export function readUnreadableLine(value: unknown): UnreadableLine | undefined {
  if (!isObject(value) || !Object.hasOwn(value, NAME) || Object.keys(value).length !== 1) return undefined;
  const line = value[NAME];
  if (!isObject(line)) return undefined;
  const { column, reason, text } = line;
  return typeof reason === "string" && typeof text === "string"
    ? { column: typeof column === "string" ? column : null, reason, text }
    : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
