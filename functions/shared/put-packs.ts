import { type KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import type { Pack } from "../../data/records/pack";
import { backoffMs, pause } from "./backoff";
import { describe, log } from "./log";

const RECORDS_AT_ONCE = 500;
/** Below the 5 MiB that older documents name, keys included. */
const BYTES_AT_ONCE = 4 * 1024 * 1024;

export interface Put {
  readonly records: number;
  /** Entries sent again. */
  readonly retries: number;
}

/**
 * Puts packs onto a stream, resending what it refused, until the deadline; then it throws. A lane's packs stay in
 * order: when one of them is refused, the later ones of its lane that went in are already behind it in time, so at most
 * one pack of each lane is under way at a time once a lane has more than one.
 */
export async function putPacks(
  client: Pick<KinesisClient, "send">,
  streamName: string,
  packs: readonly Pack[],
  abortSignal: AbortSignal,
  random: () => number = Math.random,
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
    log("warn", "records refused", {
      streamName,
      refused: refused.size,
      attempt,
      reason: [...refused.values()][0],
    });
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

/** The packs of one call that were refused, with the reason; all of them when the call itself failed. */
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

/** Throttling, a service's own trouble, or no answer; anything else will not get better. */
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
