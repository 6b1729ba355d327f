import { randomUUID } from "node:crypto";
import type { Processor } from "@aws-sdk/client-firehose";
import type { Caller } from "../../../caller";
import { AwsError } from "../../../errors";
import { roundedMillis } from "../../shared/metrics";
import { bytesOf } from "../metrics";
import { type DeliveryStream, kinesisSource, parameter } from "../model";
import { failed, type Item, type Outcome } from "../records";
import type { FirehoseStore } from "../store";
import { readResponse } from "./lambda-response";

const MIB = 1024 * 1024;
const DEFAULT_BATCH_MIB = 1;
const DEFAULT_RETRIES = 3;
/** Lambda's limit on the request of a synchronous invocation. */
const PAYLOAD_BYTES = 6 * MIB;

interface Batch {
  readonly items: readonly Item[];
  readonly ids: readonly string[];
}

interface TargetFunction {
  readonly arn: string;
  readonly caller: Caller;
  readonly retries: number;
}

/** Sends records to a function in batches and replaces them by its response. */
export async function transform(
  store: FirehoseStore,
  stream: DeliveryStream,
  items: readonly Item[],
  processor: Processor,
  postponements: number,
): Promise<Outcome> {
  const target: TargetFunction = {
    arn: parameter(processor, "LambdaArn") ?? "",
    caller: store.caller(stream, parameter(processor, "RoleArn") ?? stream.destination.RoleARN),
    retries: Number(parameter(processor, "NumberOfRetries") ?? DEFAULT_RETRIES),
  };
  const size = Number(parameter(processor, "BufferSizeInMBs") ?? DEFAULT_BATCH_MIB) * MIB;
  const outcome: Outcome = { items: [], failures: [] };
  for (const batch of batches(items, size)) {
    const { items: transformed, failures } = await invoke(store, stream, target, batch, postponements);
    for (const item of transformed) outcome.items.push(item);
    for (const failure of failures) outcome.failures.push(failure);
  }
  return outcome;
}

function batches(items: readonly Item[], size: number): Batch[] {
  const found: Batch[] = [];
  let from = 0;
  let bytes = 0;
  const close = (to: number) => {
    if (to > from)
      found.push({ items: items.slice(from, to), ids: Array.from({ length: to - from }, recordId) });
    from = to;
    bytes = 0;
  };
  for (const [index, { data }] of items.entries()) {
    if (bytes + data.byteLength > size) close(index);
    bytes += data.byteLength;
  }
  close(items.length);
  return found;
}

/** Record IDs have 56 digits, as in AWS. */
const recordId = (): string =>
  `49${BigInt(`0x${randomUUID().replaceAll("-", "")}`)
    .toString()
    .padStart(48, "0")
    .slice(-48)}000000`;

/**
 * Invokes the function for a batch. Throttling is thrown, so that the delivery is postponed; any other failure is
 * retried at once. When the retries are exhausted, all records of the batch fail.
 */
async function invoke(
  store: FirehoseStore,
  stream: DeliveryStream,
  target: TargetFunction,
  batch: Batch,
  postponements: number,
): Promise<Outcome> {
  const payload = Buffer.from(JSON.stringify(requestFor(store, stream, batch)));
  const skip = (code: string, message: string, attempts: number): Outcome => ({
    items: [],
    failures: batch.items.map((item) => failed(item, code, message, { attempts, lambdaArn: target.arn })),
  });
  if (payload.byteLength > PAYLOAD_BYTES)
    return skip(
      "Lambda.RequestTooLarge",
      `The request to the function is larger than ${PAYLOAD_BYTES} bytes`,
      0,
    );
  let failure = { code: "", message: "" };
  for (let attempt = 1; attempt <= target.retries + 1; attempt++) {
    const begun = performance.now();
    const reportAttempt = (success: boolean) =>
      store.report(stream.name, {
        "ExecuteProcessing.Success": success ? 1 : 0,
        "ExecuteProcessing.Duration": roundedMillis(performance.now() - begun),
      });
    try {
      const { FunctionError, Payload } = await store.cloud.call(
        "lambda",
        "Invoke",
        { FunctionName: target.arn, InvocationType: "RequestResponse", Payload: payload },
        target.caller,
      );
      reportAttempt(!FunctionError);
      const response = Buffer.from(Payload ?? []).toString();
      if (!FunctionError) {
        const outcome = readResponse(batch.items, batch.ids, response, target.arn, attempt);
        store.report(stream.name, {
          "SucceedProcessing.Records": outcome.items.length,
          "SucceedProcessing.Bytes": bytesOf(outcome.items.map(({ data }) => data)),
        });
        return outcome;
      }
      failure = functionError(response);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      reportAttempt(false);
      if (THROTTLES.has(error.code) && postponements < target.retries) throw error;
      failure = { code: `Lambda.${error.code.replace(/Exception$/, "")}`, message: error.message };
      if (THROTTLES.has(error.code)) return skip(failure.code, failure.message, postponements + 1);
    }
  }
  return skip(failure.code, failure.message, target.retries + 1);
}

const THROTTLES = new Set(["TooManyRequestsException", "ServiceException", "EC2ThrottledException"]);

function functionError(response: string): { code: string; message: string } {
  const timedOut = /Task timed out/.test(response);
  return {
    code: timedOut ? "Lambda.FunctionTimedOut" : "Lambda.FunctionError",
    message: timedOut
      ? "The Lambda function timed out. Increase the Timeout setting in the Lambda function."
      : `The Lambda function was successfully invoked but it returned an error result: ${response.slice(0, 1000)}`,
  };
}

function requestFor(store: FirehoseStore, stream: DeliveryStream, { items, ids }: Batch): object {
  const sourceArn = kinesisSource(stream)?.KinesisStreamARN;
  return {
    invocationId: randomUUID(),
    deliveryStreamArn: stream.arn,
    ...(sourceArn !== undefined && { sourceKinesisStreamArn: sourceArn }),
    region: store.cloud.region,
    records: items.map(({ data, arrived: { time, origin } }, index) => ({
      recordId: ids[index],
      approximateArrivalTimestamp: time,
      data: data.toString("base64"),
      ...(origin && {
        kinesisRecordMetadata: {
          sequenceNumber: origin.sequenceNumber,
          subsequenceNumber: 0,
          partitionKey: origin.partitionKey,
          shardId: origin.shardId,
          approximateArrivalTimestamp: time,
        },
      }),
    })),
  };
}
