import { s3Errors } from "./errors";

export interface Span {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/** A `Range` header over `size` bytes; undefined (the whole) when it is malformed or asks for several ranges. */
export function parseRange(header: string, size: number): Span | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "") {
    const suffix = Number(last);
    if (suffix === 0 || size === 0) throw unsatisfiable(header, size);
    return { start: Math.max(0, size - suffix), end: size - 1 };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return undefined;
  if (start >= size) throw unsatisfiable(header, size);
  return { start, end };
}

/** The bytes of one part of a multipart object; part 1 of any other object is the whole. */
export function partSpan(parts: readonly number[] | undefined, size: number, number: number): Span {
  const sizes = parts ?? [size];
  const length = sizes[number - 1];
  if (length === undefined)
    throw s3Errors.invalidPartNumber({ PartNumberRequested: number, ActualPartCount: sizes.length });
  const start = sizes.slice(0, number - 1).reduce((sum, part) => sum + part, 0);
  return { start, end: start + length - 1 };
}

const unsatisfiable = (header: string, size: number) =>
  s3Errors.invalidRange({ RangeRequested: header, ActualObjectSize: size });
