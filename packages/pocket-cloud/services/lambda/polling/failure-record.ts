import { randomUUID } from "node:crypto";
import { deliver } from "../destination";
import type { Invoked } from "../runtime/invocation";
import { eventOf, type SourceRecord } from "./source-record";
import { sourceOf } from "./sources";
import type { Target } from "./target";

export interface Failure {
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  readonly invocations: number;
  readonly last?: Invoked | undefined;
}

/** Sends the failure record of a discarded batch to the mapping's on-failure destination, if it has one. */
export async function deliverFailure(
  { cloud, mapping, role, functionName }: Target,
  shardId: string,
  records: readonly SourceRecord[],
  failure: Failure,
): Promise<void> {
  const destination = mapping.DestinationConfig?.OnFailure?.Destination;
  if (!destination) return;
  const record = {
    requestContext: {
      requestId: failure.last?.requestId ?? randomUUID(),
      functionArn: mapping.FunctionArn,
      condition: failure.condition,
      approximateInvokeCount: failure.invocations,
    },
    ...responseContext(failure),
    version: "1.0",
    timestamp: new Date(cloud.clock.now()).toISOString(),
    [sourceOf(mapping.EventSourceArn ?? "").batchInfo]: {
      shardId,
      startSequenceNumber: records[0]?.sequenceNumber,
      endSequenceNumber: records.at(-1)?.sequenceNumber,
      approximateArrivalOfFirstRecord: arrivalOf(records[0]),
      approximateArrivalOfLastRecord: arrivalOf(records.at(-1)),
      batchSize: records.length,
      streamArn: mapping.EventSourceArn,
    },
  };
  await deliver(cloud, {
    role,
    session: functionName,
    destination,
    record,
    s3Record: { ...record, payload: eventOf(records) },
    keyPrefix: `aws/lambda/${mapping.UUID}/${shardId}/`,
  });
}

/** A batch discarded for its age has no response context, even if it was invoked before. */
const responseContext = ({ condition, last }: Failure) =>
  last && condition !== "RecordAgeExceeded"
    ? {
        responseContext: {
          statusCode: 200,
          executedVersion: last.version,
          functionError: last.failed ? "Unhandled" : null,
        },
      }
    : {};

const arrivalOf = (record: SourceRecord | undefined): string | undefined =>
  record && new Date(record.arrival).toISOString();
