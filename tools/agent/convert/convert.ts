import { isUtf8 } from "node:buffer";
import type { ProcessingConfig } from "../config/processing";
import { splitCsv } from "./csv";
import { logReader } from "./log-formats";

/** A record's text without its last newline. Null leaves the record out; undefined says it cannot be converted. */
type Step = (text: string) => string | null | undefined;

export type Converted =
  | { readonly outcome: "converted" | "as it was"; readonly data: Uint8Array }
  /** Nothing of it is sent: it is no line of the log's format, or blank. */
  | { readonly outcome: "left out" };

export type Convert = (record: Buffer) => Converted;

/** Applies the steps in their order. What a step cannot convert is sent as it was, for whoever reads it to judge. */
export function converter(steps: readonly ProcessingConfig[]): Convert {
  if (steps.length === 0) return (data) => ({ outcome: "as it was", data });
  const chain = steps.map((step) => stepOf(step));
  return (record) => {
    let text: string | null | undefined = textOf(record);
    for (const step of chain) {
      text = step(text);
      if (text === null) return { outcome: "left out" };
      if (text === undefined) return { outcome: "as it was", data: record };
    }
    return { outcome: "converted", data: Buffer.from(`${text}\n`) };
  };
}

/** Old programs write Latin-1; what is no UTF-8 can hardly be anything else. */
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
