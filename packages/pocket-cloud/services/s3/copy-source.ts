import { invalidArgument } from "./errors";

export interface CopySource {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
}

/** Parses "bucket/key" or "/bucket/key", percent-encoded, with an optional ?versionId=…. */
export function parseCopySource(header: string | undefined): CopySource {
  const text = (header ?? "").replace(/^\//, "");
  const question = text.lastIndexOf("?versionId=");
  const path = decode(question < 0 ? text : text.slice(0, question));
  const slash = path.indexOf("/");
  if (slash <= 0 || slash === path.length - 1)
    // The value is the header's name, as recorded by LocalStack's test_s3_copy_object_wrong_format.
    throw invalidArgument("Invalid copy source object key", "x-amz-copy-source", "x-amz-copy-source");
  const versionId = question < 0 ? undefined : text.slice(question + "?versionId=".length);
  return {
    Bucket: path.slice(0, slash),
    Key: path.slice(slash + 1),
    ...(versionId !== undefined && { VersionId: versionId }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidArgument("Invalid copy source encoding.", "x-amz-copy-source", text);
  }
}
