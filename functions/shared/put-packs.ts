import { type KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import type { Pack } from "../../data/records/pack";
import { backoffMs, pause } from "./backoff";
import { describe, log } from "./log";

const RECORDS_AT_ONCE = 500;
/** Limit of a PutRecords call: 5 MiB including partition keys. */
const BYTES_AT_ONCE = 4 * 1024 * 1024;

export interface Put {
  readonly records: number;
  /** Number of entries sent again. */
  readonly retries: number;
}

/**
 * Sends packs to a stream, resending refused entries until the deadline, then throws. A lane keeps its order:
 * if one of several packs of a lane in one call is refused, the later ones would overtake it. So each lane
 * has at most one pack in flight.
 */
export async function putPacks(
  client: Pick<KinesisClient, "send">,
  streamName: string,
  packs: readonly Pack[],
  abortSignal: AbortSignal,
  random: () => number = Math.random,
  onRefused: (details: Readonly<Record<string, unknown>>) => void = (details) =>
    log("warn", "records refused", details),
): Promise<Put> {
  const lanes = new Map<string, Pack[]>();
  for (const pack of packs) lanes.set(pack.partitionKey, [...(lanes.get(pack.partitionKey) ?? []), pack]);
  let retries = 0;
  let attempt = 0;
  while (lanes.size > 0) {
    const sent = firstOfEach(lanes);
    const refused = await putOnce(client, streamName, sent, abortSignal);
    for (const pack of sent) if (!refused.has(pack)) shift(lanes, pack);
    if (refused.size === 0) {
      attempt = 0;
      continue;
    }
    retries += refused.size;
    attempt++;
    onRefused({ streamName, refused: refused.size, attempt, reason: [...refused.values()][0] });
    await pause(backoffMs(attempt, random), abortSignal);
  }
  return { records: packs.length, retries };
}

function firstOfEach(lanes: ReadonlyMap<string, readonly Pack[]>): Pack[] {
  const sent: Pack[] = [];
  let bytes = 0;
  for (const [first] of lanes.values()) {
    if (!first || sent.length === RECORDS_AT_ONCE || bytes + first.data.length > BYTES_AT_ONCE) break;
    bytes += first.data.length + first.partitionKey.length;
    sent.push(first);
  }
  return sent;
}

function shift(lanes: Map<string, Pack[]>, sent: Pack): void {
  const rest = lanes.get(sent.partitionKey)?.filter((pack) => pack !== sent) ?? [];
  if (rest.length > 0) lanes.set(sent.partitionKey, rest);
  else lanes.delete(sent.partitionKey);
}

/** Refused packs of one call with the reason; all packs when the call failed. */
async function putOnce(
  client: Pick<KinesisClient, "send">,
  StreamName: string,
  packs: readonly Pack[],
  abortSignal: AbortSignal,
): Promise<Map<Pack, string>> {
  const Records = packs.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey }));
  try {
    const { Records: results = [] } = await client.send(new PutRecordsCommand({ StreamName, Records }), {
      abortSignal,
    });
    return new Map(
      packs.flatMap((pack, i) => (results[i]?.ErrorCode ? [[pack, String(results[i]?.ErrorCode)]] : [])),
    );
  } catch (error) {
    abortSignal.throwIfAborted();
    if (!isTransient(error)) throw error;
    return new Map(packs.map((pack) => [pack, describe(error)]));
  }
}

/** Throttling, server errors and missing answers can be retried. Other errors are permanent. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $metadata, $retryable } = error as {
    $metadata?: { httpStatusCode?: number };
    $retryable?: unknown;
  };
  const status = $metadata?.httpStatusCode;
  return (
    status === undefined ||
    status >= 500 ||
    $retryable !== undefined ||
    /Throttl|LimitExceeded|ProvisionedThroughput/.test(error.name)
  );
}
