import type { _Record, KinesisClient } from "@aws-sdk/client-kinesis";
import { backoffMs, pause } from "../../../../functions/shared/backoff";
import { isTransient } from "../../../../functions/shared/put-packs";
import type { Position } from "./position";

export interface Reading {
  readonly kinesis: Pick<KinesisClient, "send">;
  readonly stream: string;
  readonly signal: AbortSignal;
  readonly log: (what: string) => void;
  readonly random?: () => number;
  /** The service's time, approximately. */
  readonly now?: () => number;
}

/** Records of a shard, in order. */
export interface Page {
  readonly Records?: _Record[] | undefined;
  readonly MillisBehindLatest?: number | undefined;
  /** The shard is closed and has no more records. */
  readonly ended: boolean;
}

/** Yields the pages of a shard from a position on, until the shard ends; an open shard has no end. */
export type ReadPages = (reading: Reading, shardId: string, from: Position) => AsyncGenerator<Page, void>;

/** Attempts after transient errors. Throttled calls are retried without limit. */
const MAX_ATTEMPTS = 8;

/** Retries a call with backoff: without limit while throttled, a few times after other transient errors. */
export async function withRetries<T>(
  { signal, log, random = Math.random }: Pick<Reading, "signal" | "log" | "random">,
  call: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1, failures = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Error) || !isTransient(error)) throw error;
      if (!isThrottle(error) && ++failures === MAX_ATTEMPTS) throw error;
      if (failures === 1 && !isThrottle(error)) log(`retrying: ${error.name}: ${error.message}`);
      await pause(backoffMs(attempt + 1, random), signal);
    }
  }
}

const isThrottle = ({ name }: Error): boolean => /Throughput|Throttling|LimitExceeded/.test(name);
