import { createReadStream, readFileSync } from "node:fs";
import type { ColumnInfo, EncryptionConfiguration } from "@aws-sdk/client-athena";
import { AwsError } from "../../../errors";
import type { CloudContext } from "../../../service";
import type { Execution } from "../records";
import { QueryFailure } from "../sql/failure";
import { type Type, VARCHAR } from "../sql/types";
import type { Listing } from "../statements/statement";

/** Bodies up to this size go in one piece. */
const AT_ONCE = 4 << 20;

/**
 * Writes a result and its metadata where the execution wants them, with the rights of its caller. Athena's
 * .metadata is a binary form that is nowhere documented; this one is JSON with the same columns, and nothing but
 * GetQueryResults should be asked for them.
 */
export async function storeResult(
  cloud: CloudContext,
  execution: Execution,
  file: string,
  size: number,
): Promise<void> {
  const body = size <= AT_ONCE ? readFileSync(file) : createReadStream(file);
  await put(cloud, execution, execution.location, body, size);
  const metadata = Buffer.from(JSON.stringify({ ColumnInfo: (execution.columns ?? []).map(columnInfo) }));
  await put(cloud, execution, `${execution.location}.metadata`, metadata, metadata.length);
}

/** What a statement that is no query answers: lines of plain text. */
export async function storeListing(
  cloud: CloudContext,
  execution: Execution,
  { columns, rows }: Listing,
): Promise<void> {
  const body = Buffer.from(rows.map((row) => `${row.join("\t")}\n`).join(""));
  execution.columns = columns.map((name) => ({ name, type: VARCHAR }));
  execution.bytes = body.length;
  await put(cloud, execution, execution.location, body, body.length);
}

async function put(
  cloud: CloudContext,
  execution: Execution,
  location: string,
  body: Buffer | ReturnType<typeof createReadStream>,
  size: number,
): Promise<void> {
  const { bucket, key } = objectOf(location);
  const owner = execution.resultConfiguration.ExpectedBucketOwner;
  try {
    await cloud.call(
      "s3",
      "PutObject",
      {
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentLength: size,
        ContentType: "application/octet-stream",
        ...(typeof owner === "string" && { ExpectedBucketOwner: owner }),
        ...encryption(
          execution.resultConfiguration.EncryptionConfiguration as EncryptionConfiguration | undefined,
        ),
      },
      execution.caller,
    );
  } catch (error) {
    if (error instanceof AwsError && error.status === 403)
      throw new QueryFailure(
        "PERMISSION_DENIED",
        `Access denied when writing output to url: ${location} . Please ensure you are allowed to access the S3 bucket. (${error.message})`,
      );
    throw error;
  }
}

export function objectOf(location: string): { bucket: string; key: string } {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
  return { bucket, key };
}

function encryption(configuration: EncryptionConfiguration | undefined) {
  if (configuration?.EncryptionOption === "SSE_S3") return { ServerSideEncryption: "AES256" as const };
  if (configuration?.EncryptionOption !== "SSE_KMS") return {};
  return {
    ServerSideEncryption: "aws:kms" as const,
    ...(configuration.KmsKey !== undefined && { SSEKMSKeyId: configuration.KmsKey }),
  };
}

interface Shown {
  readonly type: string;
  readonly precision?: number;
}

/** Athena's name and precision of each kind of type in result metadata. */
const shown: Readonly<Record<Type["kind"], Shown>> = {
  unknown: { type: "unknown" },
  boolean: { type: "boolean" },
  tinyint: { type: "tinyint", precision: 3 },
  smallint: { type: "smallint", precision: 5 },
  integer: { type: "integer", precision: 10 },
  bigint: { type: "bigint", precision: 19 },
  real: { type: "float", precision: 17 },
  double: { type: "double", precision: 17 },
  decimal: { type: "decimal" },
  varchar: { type: "varchar", precision: 2_147_483_647 },
  char: { type: "char" },
  varbinary: { type: "varbinary", precision: 1_073_741_824 },
  json: { type: "json" },
  uuid: { type: "uuid" },
  date: { type: "date" },
  time: { type: "time", precision: 3 },
  timestamp: { type: "timestamp", precision: 3 },
  "timestamp with time zone": { type: "timestamp with time zone", precision: 3 },
  "interval day to second": { type: "interval day to second" },
  "interval year to month": { type: "interval year to month" },
  array: { type: "array" },
  map: { type: "map" },
  row: { type: "row" },
};

export function columnInfo({ name, type }: { readonly name: string; readonly type: Type }): ColumnInfo {
  const { type: athena, precision = 0 } = shown[type.kind];
  const own =
    type.kind === "decimal"
      ? type.precision
      : type.kind === "varchar" || type.kind === "char"
        ? (type.length ?? precision)
        : precision;
  return {
    CatalogName: "hive",
    SchemaName: "",
    TableName: "",
    Name: name,
    Label: name,
    Type: athena,
    Precision: own,
    Scale: type.kind === "decimal" ? type.scale : 0,
    Nullable: "UNKNOWN",
    CaseSensitive: type.kind === "varchar" || type.kind === "char",
  };
}
