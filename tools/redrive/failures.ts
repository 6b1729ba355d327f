import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { DeleteObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { objectsUnder } from "../kit/objects";

/** What became of one batch that a function had given up. */
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
  /** The event as it was; only S3 destinations carry it. */
  readonly payload?: unknown;
}

/**
 * Hands each batch in the failure bucket to its function again. The records keep their sequence numbers, so what the
 * function writes lands where the first attempt would have put it. A batch that goes through is removed.
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
    return { ...about, outcome: "unrecoverable", reason: "the failure record carries no payload" };
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

/** AWS writes the event into the record as a JSON text. */
function eventOf({ payload }: FailureRecord): string | undefined {
  if (typeof payload === "string" && payload !== "") return payload;
  return typeof payload === "object" && payload !== null ? JSON.stringify(payload) : undefined;
}

function failedItems(answer: string): string | undefined {
  const parsed: unknown = answer === "" ? null : JSON.parse(answer);
  const failures = (parsed as { batchItemFailures?: unknown[] | null } | null)?.batchItemFailures ?? [];
  return failures.length === 0 ? undefined : `${failures.length} records failed`;
}
