import { isUtf8 } from "node:buffer";
import { gunzipSync } from "node:zlib";

/** A parsed event, or the bytes that could not be parsed, with the reason. */
export type Line =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** The event's JSON as it arrived. */
      readonly text: string;
    }
  | { readonly ok: false; readonly raw: Uint8Array; readonly reason: string };

/** Limit for gzip records. Real records of 1 MiB inflate to far less; a gzip bomb fails here. */
const LARGEST_INFLATED = 64 * 1024 * 1024;

/** A number of 16 digits or more outside quotes. It may also match within a text, which is then left as it is. */
const LONG_NUMBER = /[[{:,\s]-?\d{16}/;
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const WHOLE = /^-?\d+$/;

const quoteInexact = (token: string): string =>
  WHOLE.test(token) && token.length > 15 && String(Number(token)) !== token ? `"${token}"` : token;

/**
 * How many lines of a record may be tried as the start of a multi-line object. Without a limit the work is
 * quadratic.
 */
const MOST_WHOLE = 3;

/**
 * Splits a record into events. Accepts JSON lines, one event, a BOM, gzip, blank lines and objects without
 * newlines between them.
 */
export function unpack(data: Uint8Array): Line[] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return readBytes(bytes);
  try {
    return readBytes(gunzipSync(bytes, { maxOutputLength: LARGEST_INFLATED }));
  } catch {
    return [{ ok: false, raw: bytes, reason: "starts like gzip and does not inflate" }];
  }
}

function readBytes(bytes: Buffer): Line[] {
  return isUtf8(bytes) ? readText(bytes.toString("utf8")) : splitLines(bytes).flatMap(readUnsureLine);
}

function readUnsureLine(line: Buffer): Line[] {
  return isUtf8(line) ? readText(line.toString("utf8")) : [{ ok: false, raw: line, reason: "not UTF-8" }];
}

function readText(text: string): Line[] {
  const lines: Line[] = [];
  let tries = MOST_WHOLE;
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (start < text.length) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end);
    const value = parse(line);
    if (value !== undefined) lines.push({ ok: true, value, text: line });
    else if (line.trim() !== "") {
      // A multi-line object must reach to the end of the record.
      const whole = /^\s*[{[]/.test(line) && tries-- > 0 ? parse(text.slice(start)) : undefined;
      if (whole !== undefined) return [...lines, { ok: true, value: whole, text: text.slice(start) }];
      lines.push(...readGlued(line));
    }
    start = end + 1;
  }
  return lines;
}

/** undefined means "not JSON": no JSON text parses to undefined. Whole numbers that would come out with other digits become text, which keeps them. */
function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return LONG_NUMBER.test(text) ? JSON.parse(text.replaceAll(STRING_OR_NUMBER, quoteInexact)) : value;
  } catch {
    return undefined;
  }
}

/** Splits `{…}{…}`: records concatenated without newlines, for instance by Firehose. */
function readGlued(line: string): Line[] {
  const values: Line[] = [];
  let from = 0;
  for (const end of objectEnds(line)) {
    const text = line.slice(from, end).replace(/^[\s\uFEFF,]+/, "");
    const value = parse(text);
    if (value === undefined) break;
    values.push({ ok: true, value, text });
    from = end;
  }
  const rest = line.slice(from);
  if (rest.trim() !== "") values.push({ ok: false, raw: Buffer.from(rest), reason: "not JSON" });
  return values;
}

/** End positions of the top-level objects. Braces inside strings do not count. */
function* objectEnds(text: string): Generator<number> {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === "\\") i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === "{") depth++;
    else if (c === "}" && --depth === 0) yield i + 1;
  }
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}
