/** How far a feed's stream is read. */
export interface StreamProgress {
  readonly feed: string;
  readonly bytes: number;
  /** All bytes of the stream, approximately; 0 when unknown. */
  readonly of: number;
}

/** Kinesis gives all readers of a shard together so much a second. */
const LIMIT = "2 MiB/s a shard";

/** What `npm run reconcile` does, and what limits it. */
export function describeReading({ feed, bytes, of }: StreamProgress): string {
  const total = of > bytes ? ` of about ${megabytes(of)}` : "";
  return `counting ${feed}: ${megabytes(bytes)}${total} of its stream read, which gives ${LIMIT}`;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0)} MB`;
