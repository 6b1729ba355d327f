import { isUtf8 } from "node:buffer";
import type { ProcessingConfig } from "../config/processing";
import { splitCsv } from "./csv";
import { logReader } from "./log-formats";

/** Converts a record's text, without its final newline. Null: do not send the record; undefined: cannot convert it. */
type Step = (text: string) => string | null | undefined;

export type Converted =
  | { readonly outcome: "converted" | "unchanged"; readonly data: Uint8Array }
  /** Not sent: blank, or not in the log's format. */
  | { readonly outcome: "skipped" };

export type Convert = (record: Buffer) => Converted;

/** Applies the steps in order. A record that a step cannot convert is sent unchanged. */
export function converter(steps: readonly ProcessingConfig[]): Convert {
  if (steps.length === 0) return (data) => ({ outcome: "unchanged", data });
  const chain = steps.map((step) => stepOf(step));
  return (record) => {
    let text: string | null | undefined = textOf(record);
    for (const step of chain) {
      text = step(text);
      if (text === null) return { outcome: "skipped" };
      if (text === undefined) return { outcome: "unchanged", data: record };
    }
    return { outcome: "converted", data: Buffer.from(`${text}\n`) };
  };
}

/** Bytes that are not UTF-8 are read as Latin-1, which older programs write. */
const textOf = (record: Buffer): string =>
  record
    .toString(isUtf8(record) ? "utf8" : "latin1")
    .replace(/^\uFEFF/, "")
    .replace(/\r?\n$/, "");

const json = (value: unknown, pretty: boolean): string =>
  pretty ? JSON.stringify(value, null, 2) : JSON.stringify(value);

function stepOf(config: ProcessingConfig): Step {
  switch (config.name) {
    case "SINGLELINE": {
      const between = config.escapeNewLine ? "\\\\n" : "";
      return (text) =>
        text
          .split(/\r?\n/)
          .map((line) => (config.trim ? line.trim() : line))
          .join(between);
    }
    case "CSVTOJSON":
      return (text) => {
        if (text.trim() === "") return null;
        const values = splitCsv(text, config.delimiter);
        return (
          values &&
          json(Object.fromEntries(config.fields.map((name, i) => [name, values[i] ?? null])), config.pretty)
        );
      };
    case "LOGTOJSON": {
      const read = logReader(config.format, config.fields, config.pattern);
      return (text) => {
        const values = read(text);
        return values ? json(values, config.pretty) : null;
      };
    }
  }
}
