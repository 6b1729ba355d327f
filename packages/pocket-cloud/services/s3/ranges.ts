import { invalidArgument, invalidRequest, s3Errors } from "./errors";

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

/**
 * The range of UploadPartCopy. Unlike a range of GetObject it needs both ends, and it must lie in the object (recorded by
 * LocalStack's test_upload_part_copy_range).
 */
export function parseCopyRange(header: string, size: number): Span {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  if (first === undefined || last === undefined || Number(first) > Number(last))
    throw invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      "x-amz-copy-source-range",
      header,
    );
  if (Number(first) >= size)
    throw invalidRequest("The specified copy range is invalid for the source object size");
  if (Number(last) >= size)
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      "x-amz-copy-source-range",
      header,
    );
  return { start: Number(first), end: Number(last) };
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
