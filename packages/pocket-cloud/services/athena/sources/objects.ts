import { QueryFailure } from "../../../../trino-duckdb";
import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import type { CloudContext } from "../../../service";
import type { LocalObject } from "../../s3/files";

/** Objects of tables, read as files with the rights of whoever runs the query. */
export class Objects {
  constructor(
    readonly cloud: CloudContext,
    readonly caller: Caller,
  ) {}

  /** Data files under a prefix: without folder markers, hidden files and files without bytes. */
  list(bucket: string, prefix: string): LocalObject[] {
    this.#may("s3:ListBucket", [`arn:aws:s3:::${bucket}`]);
    const files = this.cloud.s3Files();
    if (!files.hasBucket(bucket))
      throw new QueryFailure("HIVE_METASTORE_ERROR", `The specified bucket does not exist: ${bucket}`);
    const found = files
      .list(bucket, prefix)
      .filter(({ key, size }) => size > 0 && !hidden(key.slice(prefix.length)));
    if (found.length > 0)
      this.#may(
        "s3:GetObject",
        found.map(({ key }) => `arn:aws:s3:::${bucket}/${key}`),
      );
    return found;
  }

  folders(bucket: string, prefix: string): string[] {
    this.#may("s3:ListBucket", [`arn:aws:s3:::${bucket}`]);
    return this.cloud
      .s3Files()
      .folders(bucket, prefix)
      .map((name) => name.replace(/\/$/, ""));
  }

  /** Until it is called back, no file given here disappears under a running query. */
  hold(): () => void {
    return this.cloud.s3Files().hold();
  }

  #may(action: string, resources: readonly string[]): void {
    try {
      this.cloud.identities().authorize(this.caller, action, resources);
    } catch (error) {
      if (error instanceof AwsError) throw new QueryFailure("PERMISSION_DENIED", error.message);
      throw error;
    }
  }
}

/** Names that begin with a dot or an underscore are not data, nor are the files in such folders. */
const hidden = (rest: string): boolean =>
  rest.split("/").some((part) => part.startsWith("_") || part.startsWith(".")) || rest.endsWith("/");
