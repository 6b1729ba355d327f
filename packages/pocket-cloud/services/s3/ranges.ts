import { s3Errors } from "./errors";

export interface Span {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/** Parses a `Range` header; undefined, which means the whole object, when it is malformed or has several ranges. */
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

/** The bytes of a part of a multipart object. Any other object has one part. */
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
