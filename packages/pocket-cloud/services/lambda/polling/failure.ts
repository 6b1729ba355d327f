import { randomUUID } from "node:crypto";
import type { EventSourceMappingConfiguration } from "@aws-sdk/client-lambda";
import type { CloudContext } from "../../../service";
import { deliver } from "../destination";
import type { Invoked } from "../runtime/runtime";
import { eventOf, type SourceRecord } from "./source-record";

export interface Failure {
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  readonly invocations: number;
  readonly last?: Invoked;
}

interface From {
  readonly mapping: EventSourceMappingConfiguration;
  readonly shardId: string;
  readonly role: string;
  readonly session: string;
}

/** Sends the record of a batch that is given up to the mapping's on-failure destination, if it has one. */
export async function deliverFailure(
  cloud: CloudContext,
  from: From,
  records: readonly SourceRecord[],
  failure: Failure,
): Promise<void> {
  const destination = from.mapping.DestinationConfig?.OnFailure?.Destination;
  if (!destination) return;
  const record = failureRecord(from.mapping, from.shardId, records, failure, cloud.clock.now());
  await deliver(cloud, {
    role: from.role,
    session: from.session,
    destination,
    record,
    withPayload: { ...record, payload: eventOf(records) },
    keyPrefix: `aws/lambda/${from.mapping.UUID}/${from.shardId}/`,
  });
}

export function failureRecord(
  mapping: EventSourceMappingConfiguration,
  shardId: string,
  records: readonly SourceRecord[],
  { condition, invocations, last }: Failure,
  now: number,
) {
  const [first] = records;
  const final = records.at(-1);
  return {
    requestContext: {
      requestId: last?.requestId ?? randomUUID(),
      functionArn: mapping.FunctionArn,
      condition,
      approximateInvokeCount: invocations,
    },
    // Records that were too old before they were tried have no response.
    ...(last &&
      condition !== "RecordAgeExceeded" && {
        responseContext: {
          statusCode: 200,
          executedVersion: last.version,
          functionError: last.failed ? "Unhandled" : null,
        },
      }),
    version: "1.0",
    timestamp: new Date(now).toISOString(),
    KinesisBatchInfo: {
      shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: final?.sequenceNumber,
      approximateArrivalOfFirstRecord: isoOf(first),
      approximateArrivalOfLastRecord: isoOf(final),
      batchSize: records.length,
      streamArn: mapping.EventSourceArn,
    },
  };
}

const isoOf = (record: SourceRecord | undefined): string | undefined =>
  record && new Date(record.arrival).toISOString();
