import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { DeleteObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { objectsUnder } from "../../functions/shared/objects";

/** The result of redriving one failed batch. */
export interface Redriven {
  readonly key: string;
  readonly function: string;
  readonly records: number;
  readonly outcome: "redriven" | "failed again" | "unrecoverable";
  readonly reason?: string;
}

interface FailureRecord {
  readonly requestContext?: { readonly functionArn?: string };
  readonly KinesisBatchInfo?: { readonly batchSize?: number };
  /** The original event; only S3 destinations include it. */
  readonly payload?: unknown;
}

/**
 * Invokes the function of each batch in the failure bucket again. The records have their original sequence numbers, so
 * the function writes the same objects as the first attempt would have. Removes batches that succeed.
 */
export async function* redriveFailures(
  s3: S3Client,
  lambda: LambdaClient,
  bucket: string,
): AsyncGenerator<Redriven> {
  for await (const { key, text } of objectsUnder(s3, bucket, "aws/lambda/")) {
    const result = await redrive(lambda, key, text);
    if (result.outcome === "redriven") await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    yield result;
  }
}

async function redrive(lambda: LambdaClient, key: string, text: string): Promise<Redriven> {
  const failure = readFailure(text);
  const name = failure?.requestContext?.functionArn ?? "";
  const about = { key, function: name, records: failure?.KinesisBatchInfo?.batchSize ?? 0 };
  const event = failure && eventOf(failure);
  if (event === undefined || name === "")
    return { ...about, outcome: "unrecoverable", reason: "the failure record has no payload" };
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: Buffer.from(event) }),
  );
  const answer = Buffer.from(Payload ?? []).toString("utf8");
  const reason = FunctionError === undefined ? failedItems(answer) : answer;
  return reason === undefined
    ? { ...about, outcome: "redriven" }
    : { ...about, outcome: "failed again", reason };
}

function readFailure(text: string): FailureRecord | undefined {
  try {
    return JSON.parse(text) as FailureRecord;
  } catch {
    return undefined;
  }
}

/** AWS stores the event as a JSON string. */
function eventOf({ payload }: FailureRecord): string | undefined {
  if (typeof payload === "string" && payload !== "") return payload;
  return typeof payload === "object" && payload !== null ? JSON.stringify(payload) : undefined;
}

function failedItems(answer: string): string | undefined {
  const parsed: unknown = answer === "" ? null : JSON.parse(answer);
  const failures = (parsed as { batchItemFailures?: unknown[] | null } | null)?.batchItemFailures ?? [];
  return failures.length === 0 ? undefined : `${failures.length} records failed`;
}
