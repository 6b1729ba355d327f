import { QueryFailure } from "../../../../trino-duckdb";
import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import type { LocalObject } from "../../../s3-files";
import type { CloudContext, ConditionKeys } from "../../../service";

/** The objects of tables, read as files with the permissions of the query's caller. */
export class Objects {
  constructor(
    readonly cloud: CloudContext,
    readonly caller: Caller,
  ) {}

  /** The data files under a prefix, without folder markers, hidden files and empty files. */
  list(bucket: string, prefix: string): LocalObject[] {
    this.#authorize("s3:ListBucket", [`arn:aws:s3:::${bucket}`], { "s3:prefix": prefix });
    const files = this.cloud.s3Files();
    if (!files.hasBucket(bucket))
      throw new QueryFailure("HIVE_METASTORE_ERROR", `The specified bucket does not exist: ${bucket}`);
    const found = files
      .list(bucket, prefix)
      .filter(({ key, size }) => size > 0 && !hidden(key.slice(prefix.length)));
    if (found.length > 0) {
      this.#authorize(
        "s3:GetObject",
        found.map(({ key }) => `arn:aws:s3:::${bucket}/${key}`),
      );
      orDenied(() => files.checkKeys(bucket, found, this.caller));
    }
    return found;
  }

  folders(bucket: string, prefix: string): string[] {
    this.#authorize("s3:ListBucket", [`arn:aws:s3:::${bucket}`], { "s3:prefix": prefix });
    return this.cloud
      .s3Files()
      .folders(bucket, prefix)
      .map((name) => name.replace(/\/$/, ""));
  }

  /** Keeps the listed files from being deleted until the returned function is called. */
  hold(): () => void {
    return this.cloud.s3Files().hold();
  }

  #authorize(action: string, resources: readonly string[], keys: ConditionKeys = {}): void {
    const policyOf = (arn: string) => this.cloud.s3Files().policyOf(arn);
    orDenied(() => this.cloud.identities().authorize(this.caller, action, resources, keys, policyOf));
  }
}

function orDenied(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof AwsError) throw new QueryFailure("PERMISSION_DENIED", error.message);
    throw error;
  }
}

/** Files and folders whose names begin with a dot or an underscore are hidden. */
const hidden = (rest: string): boolean =>
  rest.split("/").some((part) => part.startsWith("_") || part.startsWith(".")) || rest.endsWith("/");
