import type { NormalizedSchema } from "@smithy/core/schema";
import { readTimestamp, type TimestampFormat, timestampFormat, writeTimestamp } from "./timestamps";
import { serializationError } from "./values";

/** Scalars as text in XML, query values, headers and labels. */
export interface TextCodec {
  readonly read: (text: string) => unknown;
  readonly write: (value: unknown) => string;
}

const string: TextCodec = { read: (text) => text, write: String };

const number: TextCodec = {
  read: (text) => {
    const value = Number(text);
    if (text.trim() === "" || (Number.isNaN(value) && text !== "NaN")) throw malformed(text, "number");
    return value;
  },
  write: String,
};

const boolean: TextCodec = {
  read: (text) => {
    const lower = text.toLowerCase();
    if (lower !== "true" && lower !== "false") throw malformed(text, "boolean");
    return lower === "true";
  },
  write: String,
};

const blob: TextCodec = {
  read: (text) => Buffer.from(text, "base64"),
  write: (value) => Buffer.from(value as Uint8Array).toString("base64"),
};

export function textCodec(schema: NormalizedSchema, timestamps: TimestampFormat): TextCodec {
  if (schema.isNumericSchema()) return number;
  if (schema.isBooleanSchema()) return boolean;
  if (schema.isBlobSchema()) return blob;
  if (!schema.isTimestampSchema()) return string;
  const format = timestampFormat(schema, timestamps);
  return {
    read: (text) => {
      const date = readTimestamp(text, format);
      if (!date) throw malformed(text, "timestamp");
      return date;
    },
    write: (value) => String(writeTimestamp(value as Date, format)),
  };
}

const malformed = (text: string, kind: string) => serializationError(`'${text}' is not a ${kind}`);
