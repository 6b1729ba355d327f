import type { Cells } from "../../data/cells";
import { isNumber, isTime, type RenderColumn, type RenderInput } from "./model";

/** An array with one object per line. */
export async function* json({ columns, rows }: RenderInput): AsyncGenerator<string> {
  const encode = encoder(columns);
  let first = true;
  yield "[";
  for await (const batch of rows) {
    let text = "";
    for (const row of batch) {
      text += first ? `\n${encode(row)}` : `,\n${encode(row)}`;
      first = false;
    }
    if (text) yield text;
  }
  yield first ? "]\n" : "\n]\n";
}

export async function* ndjson({ columns, rows }: RenderInput): AsyncGenerator<string> {
  const encode = encoder(columns);
  for await (const batch of rows) if (batch.length > 0) yield `${batch.map(encode).join("\n")}\n`;
}

const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** Numbers keep Athena's digits, so that a bigint above 2^53 stays exact. */
function encoder(columns: readonly RenderColumn[]): (row: Cells) => string {
  const keys = columns.map((column) => JSON.stringify(column.name));
  const encoders = columns.map((column) => encoderOf(column.type));
  return (row) => `{${keys.map((key, at) => `${key}:${encoders[at]?.(row[at] ?? null)}`).join(",")}}`;
}

function encoderOf(type: string): (cell: string | null) => string {
  if (isNumber(type))
    return (cell) => (cell === null ? "null" : jsonNumber.test(cell) ? cell : JSON.stringify(cell));
  if (type === "boolean") return (cell) => (cell === "true" || cell === "false" ? cell : "null");
  if (type === "timestamp")
    return (cell) => (cell === null ? "null" : JSON.stringify(cell.replace(/^(\S+) (\S+)$/, "$1T$2Z")));
  if (isTime(type)) return (cell) => JSON.stringify(cell);
  return (cell) => JSON.stringify(cell);
}
